"""What a month's bulletin says: its figures gathered, its draft read and checked."""
