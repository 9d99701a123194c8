"""Working days and winters in the admin, and what a change of them touches."""
