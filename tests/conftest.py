"""What every test stands on: the pinned day, and a file-free SQLite unless DATABASE_URL says else."""

import os
from datetime import date

os.environ.setdefault("DEBUG", "1")
os.environ["KUANCHENG_TODAY"] = "2024-10-15"

import pytest

TODAY = date(2024, 10, 15)


@pytest.fixture
def today() -> date:
    """The day that the suite is judged on."""
    return TODAY
