"""A project in the admin: its list, its form, the rows in it."""
