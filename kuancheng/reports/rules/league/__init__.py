"""赛马: what is measured, how it is scored, and who stands where. Pure rules, no database."""
