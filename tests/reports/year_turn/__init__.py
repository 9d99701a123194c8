"""The turn of the year on pages."""
