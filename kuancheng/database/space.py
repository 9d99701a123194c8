"""How much room is left where the site keeps things."""

import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.files.storage import storages
from django.db import connection

LEAST = 1024**3
"""Bytes below which a disk counts as nearly full …"""

LEAST_SHARE = 20
"""… and that part of the whole, one of so many, where that is less: small disks are no fault."""


@dataclass(frozen=True)
class Space:
    """One disk: what is kept there, how many bytes are free, and of how many."""

    folders: tuple[Path, ...]
    free: int
    total: int

    @property
    def is_low(self) -> bool:
        """Whether somebody should make room before anything is refused."""
        return self.free < min(LEAST, self.total // LEAST_SHARE)

    def __str__(self) -> str:
        named = "、".join(str(each) for each in self.folders)
        return f"{named} 剩余 {self.free / LEAST:.1f} GB（共 {self.total / LEAST:.1f} GB）"


def free_space(folders: Iterable[Path]) -> list[Space]:
    """Each disk that the folders are on, once. A folder that is not made yet is where it will be."""
    disks: dict[int, list[Path]] = {}
    for folder in dict.fromkeys(folders):
        there = _there(folder)
        if there is not None:
            disks.setdefault(os.stat(there).st_dev, []).append(folder)
    found = []
    for names in disks.values():
        usage = shutil.disk_usage(_there(names[0]) or names[0])
        found.append(Space(tuple(names), usage.free, usage.total))
    return found


def site_folders() -> list[Path]:
    """Where this site keeps what people entrust to it: its SQLite file, evidence, uploads, jobs."""
    kept = [Path(storages[name].location) for name in ("evidence", "sheets")]  # type: ignore[attr-defined]
    database = (
        [Path(connection.settings_dict["NAME"]).parent] if connection.vendor == "sqlite" else []
    )
    return [*database, *kept, Path(settings.KUANCHENG_JOBS)]


def _there(folder: Path) -> Path | None:
    return next((each for each in (folder, *folder.parents) if each.is_dir()), None)
