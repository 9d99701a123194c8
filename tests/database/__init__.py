"""Whose turn it is to write, what stops a write, and how the site answers then."""
