"""Two processes that start and end together: the demo's server and its worker."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from types import FrameType

PATIENCE = 15.0
"""Seconds in which a process that was asked to end may do so by itself."""

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PR_SET_PDEATHSIG = 1

Process = subprocess.Popen[bytes]


def run_together(commands: Sequence[Sequence[str]]) -> int:
    """Runs them side by side until one ends or a signal arrives, then ends the rest.

    The exit code of the one that ended first; 0 after a signal.
    """
    started: list[Process] = []
    with _asked_to_stop() as asked:
        try:
            for command in commands:
                started.append(_start(command))
            while not asked() and all(each.poll() is None for each in started):
                time.sleep(0.1)
            codes = [each.returncode for each in started if each.returncode is not None]
        finally:
            _end(started)
    return _shell_code(codes[0]) if codes else 0


def _start(command: Sequence[str]) -> Process:
    """In a session of its own, so that Ctrl+C reaches us alone and we end it in order."""
    return subprocess.Popen(  # noqa: S603 - our own two commands
        command, start_new_session=True, preexec_fn=_die_with_parent
    )


def _die_with_parent() -> None:
    """Linux ends the process when we are killed and can end nothing any more."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _end(processes: Sequence[Process]) -> None:
    for each in processes:
        each.terminate()
    until = time.monotonic() + PATIENCE
    for each in processes:
        with suppress(subprocess.TimeoutExpired):
            each.wait(max(0.0, until - time.monotonic()))
        with suppress(ProcessLookupError):
            os.killpg(each.pid, signal.SIGKILL)  # itself, or children that outlived it
        each.wait()


@contextmanager
def _asked_to_stop() -> Iterator[Callable[[], bool]]:
    asked: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        asked.append(number)

    before = {number: signal.signal(number, note) for number in SIGNALS}
    try:
        yield lambda: bool(asked)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _shell_code(code: int) -> int:
    """As a shell says it of a process that a signal ended: 128 and the signal's number."""
    return code if code >= 0 else 128 - code
