"""`python -m tests.both [pytest arguments]`: the suite on SQLite and on PostgreSQL, side by side.

Each suite has its own workers. SQLite's output is shown as it comes, PostgreSQL's is kept and then
shown whole, so that neither is cut up by the other. Fails when either does, also when one of them
ran nothing. Ctrl+C stops both.

Compiled code is kept below var/, also where Python was told not to write any: workers, servers and
commands begin dozens of times, and compiling the site took each of them seconds.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Collection, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

WORKERS = "2"
"""Of each suite: two suites on two cores keep both busy to the end, and more cores are used."""

PATIENCE = 30
"""Seconds that a suite has to put away its databases once it is told to stop."""

COMPILED = {
    "PYTHONDONTWRITEBYTECODE": "",
    "PYTHONPYCACHEPREFIX": str(Path(__file__).resolve().parent.parent / "var" / "compiled"),
}

SUITES = {"SQLite": ("pytest", {"DATABASE_URL": ""}), "PostgreSQL": ("tests.postgres", {})}


def main(arguments: Sequence[str]) -> int:
    """0 when both suites passed."""
    signal.signal(signal.SIGTERM, _stop)
    running: dict[str, subprocess.Popen[bytes]] = {}
    with tempfile.TemporaryFile() as kept:
        try:
            running["PostgreSQL"] = _start("PostgreSQL", arguments, kept)
            running["SQLite"] = _start("SQLite", arguments, None)
            running["SQLite"].wait()
            print("\nPostgreSQL:", flush=True)
            _follow(running["PostgreSQL"], kept)
        except KeyboardInterrupt:
            _end(running.values())
            _show(kept, 0)
            return 130
    codes = {name: suite.returncode for name, suite in running.items()}
    for name, code in codes.items():
        print(f"{name}: {'ok' if code == 0 else f'failed (exit code {code})'}")
    return int(any(codes.values()))


def _start(
    name: str, arguments: Sequence[str], output: IO[bytes] | None
) -> subprocess.Popen[bytes]:
    module, environment = SUITES[name]
    usual = ["-n", WORKERS]
    return subprocess.Popen(
        [sys.executable, "-m", module, *usual, *arguments],
        env=os.environ | COMPILED | environment,
        stdout=output,
        stderr=subprocess.STDOUT if output else None,
        # A group of its own, to be stopped with all its workers.
        start_new_session=True,
    )


def _follow(suite: subprocess.Popen[bytes], kept: IO[bytes]) -> None:
    """Shows what was kept, and what still comes, until the suite ends."""
    shown = 0
    while suite.poll() is None:
        shown = _show(kept, shown)
        time.sleep(0.5)
    _show(kept, shown)


def _show(kept: IO[bytes], shown: int) -> int:
    text = os.pread(kept.fileno(), os.fstat(kept.fileno()).st_size - shown, shown)
    sys.stdout.buffer.write(text)
    sys.stdout.flush()
    return shown + len(text)


def _stop(number: int, frame: object) -> None:
    raise KeyboardInterrupt


def _end(suites: Collection[subprocess.Popen[bytes]]) -> None:
    """Asks both suites to stop, with their workers and their server, and sees to it."""
    for suite in suites:
        with suppress(ProcessLookupError):
            os.killpg(suite.pid, signal.SIGINT)
    for suite in suites:
        try:
            suite.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(suite.pid, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
