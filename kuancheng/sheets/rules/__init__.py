"""What a cell says: pure readings of numbers, days, months, words."""
