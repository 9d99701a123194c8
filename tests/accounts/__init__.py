"""Roles and keys that take two people."""
