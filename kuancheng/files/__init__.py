"""What comes from outside: whether a file may be opened at all, and where that is tried."""
