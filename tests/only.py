"""What one of the two databases is enough for."""

import os

import pytest

on_sqlite = pytest.mark.skipif(
    os.environ.get("DATABASE_URL", "").startswith("postgresql"),
    reason="the same on both databases: looked at on SQLite",
)
"""Tests of pages as people see them, and of what has an SQLite file of its own."""
