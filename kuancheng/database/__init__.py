"""The database as the site uses it: whose turn it is to write, and what stops a write."""
