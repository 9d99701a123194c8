"""Whether the site can do its work now: each app registers what it knows of that."""
