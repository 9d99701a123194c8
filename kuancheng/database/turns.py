"""Who writes next, where one may write at a time: first come, first served.

SQLite lets one writer in, and those who wait for it look again and again whether it is free: whoever
comes at the right moment is in, be the others there for long. Under many writers some never are. Here
they stand in a line, one line in each process, and of all processes one at a time looks whether the
database is free, whoever has the turnstile. It is given back once he is in, so that nobody who is
killed leaves anything shut: the kernel opens both the turnstile and the database.

Nobody waits for longer than he says; then he is refused, and has written nothing.
"""

import fcntl
import os
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from math import ceil

LOOKS = 0.001
"""Seconds between two looks whether it is free, at first …"""

LOOKS_LATER = 0.01
"""… and once it took longer: what is written then is large."""

LARGE = 0.25
"""Seconds after which it is."""

REMEMBERED = 3600.0
"""Seconds for which a process remembers how long its writers waited …"""

MOST_REMEMBERED = 5_000
"""… and so many of them."""


_patience: ContextVar[float | None] = ContextVar("writers_patience", default=None)


@contextmanager
def patience(seconds: float) -> Iterator[None]:
    """What is written meanwhile waits no longer than that for its turn."""
    token = _patience.set(seconds)
    try:
        yield
    finally:
        _patience.reset(token)


class NotInTime(Exception):  # noqa: N818 - says what happened
    """It was not his turn within the time that he would wait."""


@dataclass(frozen=True)
class Waits:
    """How long the writers of a process waited lately, in seconds; how many there were."""

    writers: int = 0
    middle: float = 0.0
    p95: float = 0.0
    longest: float = 0.0
    refused: int = 0

    @property
    def are_long(self) -> bool:
        """Whether people notice: one of twenty waits for over a second, or somebody was refused."""
        return self.refused > 0 or (self.writers >= 20 and self.p95 > 1.0)


@dataclass
class Line:
    """Those in this process who want to write to one database, in the order in which they came."""

    turnstile: str
    _guard: threading.Lock = field(default_factory=threading.Lock)
    _waiting: deque[threading.Event] = field(default_factory=deque)
    _waits: deque[tuple[float, float | None]] = field(
        default_factory=lambda: deque(maxlen=MOST_REMEMBERED)
    )

    @contextmanager
    def turn(self, seconds: float) -> Iterator[float]:
        """From when one is first in line, here and among processes; yields until when he may try.

        A moment of `time.monotonic()`. NotInTime where his turn has not come within `seconds`.
        """
        began = time.monotonic()
        seconds = min(seconds, _patience.get() or seconds)
        until = began + seconds
        ticket = threading.Event()
        with self._guard:
            self._waiting.append(ticket)
            if len(self._waiting) == 1:
                ticket.set()
        try:
            if not ticket.wait(seconds):
                raise NotInTime
            with _through(self.turnstile, until):
                yield until
        except NotInTime:
            self._waits.append((time.monotonic(), None))
            raise
        else:
            self._waits.append((time.monotonic(), time.monotonic() - began))
        finally:
            self._leave(ticket)

    def _leave(self, ticket: threading.Event) -> None:
        with self._guard:
            self._waiting.remove(ticket)
            if self._waiting:
                self._waiting[0].set()

    def waits(self) -> Waits:
        """How long it took of late, in this process."""
        since = time.monotonic() - REMEMBERED
        lately = [seconds for at, seconds in list(self._waits) if at >= since]
        waited = sorted(each for each in lately if each is not None)
        if not waited:
            return Waits(refused=len(lately))
        return Waits(
            writers=len(waited),
            middle=waited[len(waited) // 2],
            p95=waited[ceil(len(waited) * 0.95) - 1],
            longest=waited[-1],
            refused=len(lately) - len(waited),
        )


_lines: dict[str, Line] = {}
_lines_guard = threading.Lock()


def line_of(database: str) -> Line:
    """The one line of this process before that database file."""
    with _lines_guard:
        return _lines.setdefault(database, Line(f"{database}-turn"))


def look_again(began: float, until: float) -> None:
    """Rests before the next look. NotInTime when there is no time for one."""
    now = time.monotonic()
    if now >= until:
        raise NotInTime
    time.sleep(LOOKS if now - began < LARGE else LOOKS_LATER)


@contextmanager
def _through(turnstile: str, until: float) -> Iterator[None]:
    """While no other process of the machine is at the turnstile."""
    gate = _gate(turnstile)
    if gate is None:
        yield
        return
    began = time.monotonic()
    try:
        while not _taken(gate):
            look_again(began, until)
        yield
    finally:
        os.close(gate)


def _gate(turnstile: str) -> int | None:
    """The turnstile, open; None where the folder is read-only or full, and threads alone stand in line."""
    with suppress(OSError):
        # To be read is enough: another account's commands may have made it.
        return os.open(turnstile, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)
    return None


def _taken(gate: int) -> bool:
    with suppress(BlockingIOError):
        fcntl.flock(gate, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False


def _forget() -> None:
    """A forked process has none of its parent's threads: nobody stands in line."""
    global _lines_guard
    _lines_guard = threading.Lock()
    _lines.clear()


os.register_at_fork(after_in_child=_forget)
