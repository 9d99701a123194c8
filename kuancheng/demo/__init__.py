"""The invented portfolio, and who may log in to it."""
