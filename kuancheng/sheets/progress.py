"""How far a long import is, told by a small file: a big transaction shows nothing to others."""

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

BEAT = 2.0
SILENCE = 30.0
"""Seconds between signs of life, and after how many without one the work is taken for dead."""


@dataclass(frozen=True)
class Seen:
    """How far the work is, in rows; `step` says what is being done."""

    done: int
    total: int
    step: str

    @property
    def percent(self) -> int:
        """0 … 100."""
        return min(100, self.done * 100 // self.total) if self.total else 0


def begin(file: Path, step: str, total: int) -> None:
    """Leaves the first sign of life, before the work itself starts."""
    file.parent.mkdir(parents=True, exist_ok=True)
    tell(file, step, 0, total)


def tell(file: Path, step: str, done: int, total: int) -> None:
    """Says how far the work is."""
    fresh = file.with_suffix(".next")
    fresh.write_text(json.dumps({"done": done, "total": max(total, done), "step": step}))
    os.replace(fresh, file)


def look(file: Path) -> Seen | None:
    """How far the work is; None when it has ended, or has shown no sign of life for long."""
    try:
        silent = time.time() - file.stat().st_mtime
        seen = Seen(**json.loads(file.read_text()))
    except (OSError, ValueError, TypeError):
        return None
    return seen if silent < SILENCE else None


@contextmanager
def alive(file: Path) -> Iterator[None]:
    """Shows signs of life as long as the block runs, and takes the file away at its end.

    A thread of its own does it, since a single step of the work may take longer than `SILENCE`.
    """
    over = Event()
    beating = Thread(target=_beat, args=(file, over), daemon=True)
    beating.start()
    try:
        yield
    finally:
        over.set()
        beating.join()
        file.unlink(missing_ok=True)


def _beat(file: Path, over: Event) -> None:
    while not over.wait(BEAT):
        with suppress(OSError):
            os.utime(file)
