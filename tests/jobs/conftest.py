"""Signs of life of these tests lie in a folder of their own."""

from pathlib import Path
from typing import Any

import pytest

from tests.jobs import declared


@pytest.fixture(autouse=True)
def signs(tmp_path: Path, settings: Any) -> Path:
    """The folder that workers show signs of life in."""
    folder = tmp_path / "signs"
    settings.KUANCHENG_JOBS = str(folder)
    declared.failures.clear()
    return folder
