"""赛马: what each entrant's projects add up to in a month or a year, counted in SQL, ranked by the rules."""
