"""SQLite with a line before its one writer; otherwise Django's own."""
