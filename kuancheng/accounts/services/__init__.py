"""The only way to grant a role, and to put a key to a second person."""
