"""Databases of earlier releases, and that they come up to today with all that is in them."""
