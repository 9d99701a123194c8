"""Pure rules of what takes two people."""
