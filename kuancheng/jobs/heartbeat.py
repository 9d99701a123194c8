"""Signs of life and progress of background work, by small files in one folder.

Files, and not rows: SQLite lets one writer in at a time, so as long as a job writes in one large
transaction nobody can renew a row, and on either database what the transaction itself writes is
seen only at its end. A file is seen at once, and its time is renewed while the job is at work.
The web server and all workers must therefore see the same folder (`KUANCHENG_JOBS`). Whether a
job still belongs to its worker when it writes its result, the database alone decides.
"""

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread
from typing import Any

from django.conf import settings

from kuancheng.jobs.errors import LeaseLost

BEATS = 10
"""Signs of life within the length of a lease."""

FORGOTTEN = 24 * 3600
"""Files without a sign of life for so many seconds are cleared away."""


@dataclass(frozen=True)
class Progress:
    """How far a job is; `step` says in Chinese what is being done."""

    step: str = ""
    done: int = 0
    total: int = 0

    @property
    def percent(self) -> int:
        """0 … 100."""
        return min(100, self.done * 100 // self.total) if self.total else 0


@dataclass(frozen=True)
class LiveWorker:
    """A worker that has lately shown a sign of life."""

    name: str
    started: datetime
    seen: datetime


def lease_file(job_id: object, worker: str) -> Path:
    """The file of one attempt: another worker's has another, so none takes the other's away."""
    return _folder() / f"job-{job_id}-{worker}.json"


def worker_file(name: str) -> Path:
    """The file of a worker; the name is part of it."""
    return _folder() / f"worker-{name}.json"


def begin(file: Path, content: dict[str, Any]) -> None:
    """Leaves the first sign of life."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = file.with_suffix(".next")
    fresh.write_text(json.dumps(content))
    os.replace(fresh, file)


def write_progress(file: Path, progress: Progress) -> None:
    """Says how far the job is. LeaseLost when somebody has taken the file away."""
    if not file.exists():
        raise LeaseLost
    with suppress(OSError):  # a full disk hides the progress, and stops nothing
        begin(file, asdict(progress))


def read_progress(file: Path) -> Progress:
    """How far the job is, as last written."""
    try:
        return Progress(**json.loads(file.read_text()))
    except (OSError, ValueError, TypeError):
        return Progress()


def is_alive(file: Path) -> bool:
    """Whether the last sign of life is younger than a lease; a clock set back counts as old."""
    try:
        age = time.time() - file.stat().st_mtime
    except OSError:
        return False
    return abs(age) < settings.KUANCHENG_JOB_LEASE


@contextmanager
def beating(file: Path) -> Iterator[None]:
    """Renews the file as long as the block runs, and takes it away at the end.

    A thread of its own does it, since a single step of the work may outlast a lease.
    """
    over = Event()
    thread = Thread(target=_beat, args=(file, over), name=file.stem, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        file.unlink(missing_ok=True)


def live_workers() -> list[LiveWorker]:
    """The workers that are there, by name."""
    found = []
    for file in sorted(_folder().glob("worker-*.json")):
        with suppress(OSError, ValueError, KeyError):
            if is_alive(file):
                content = json.loads(file.read_text())
                seen = datetime.fromtimestamp(file.stat().st_mtime, tz=UTC)
                started = datetime.fromisoformat(content["started"])
                found.append(LiveWorker(content["name"], started, seen))
    return found


def clear_old() -> None:
    """Takes away what crashes left behind."""
    for file in _folder().glob("*-*.*"):
        with suppress(OSError):
            if time.time() - file.stat().st_mtime > FORGOTTEN:
                file.unlink()


def _folder() -> Path:
    return Path(settings.KUANCHENG_JOBS)


def _beat(file: Path, over: Event) -> None:
    while not over.wait(settings.KUANCHENG_JOB_LEASE / BEATS):
        with suppress(OSError):
            os.utime(file)
