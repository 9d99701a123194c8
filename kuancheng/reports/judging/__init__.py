"""From facts to a row: each project as of a day, and as known on one."""
