"""Joining lists, leaving them, and what a stay on one must keep to."""
