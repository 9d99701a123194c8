"""What every record has: times, a history of who changed what in words, and its place in the admin."""
