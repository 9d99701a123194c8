"""赛马: the table of a month or a year, one entrant's arithmetic, what is recorded, published, objected."""
