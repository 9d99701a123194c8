"""What one of the two databases is enough for."""

import os

import pytest

ON_POSTGRESQL = os.environ.get("DATABASE_URL", "").startswith("postgresql")

on_sqlite = pytest.mark.skipif(
    ON_POSTGRESQL,
    reason="the same on both databases: looked at on SQLite",
)
"""Tests of pages as people see them, and of what has an SQLite file of its own."""
