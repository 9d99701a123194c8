"""Two processes that end together, whichever ends first and however."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kuancheng.demo import together
from tests.jobs.processes import until

FOREVER = "import time; open({file!r}, 'w').write(str(__import__('os').getpid())); time.sleep(600)"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + FOREVER


def forever(file: Path, code: str = FOREVER) -> list[str]:
    """A process that says its number in the file and stays."""
    return [sys.executable, "-c", code.format(file=str(file))]


def ending(file: Path, code: str) -> list[str]:
    """A process that ends in its way once the file is there."""
    waiting = f"import os, time\nwhile not os.path.exists({str(file)!r}): time.sleep(0.01)\n{code}"
    return [sys.executable, "-c", waiting]


def is_there(file: Path) -> bool:
    """Whether the process that wrote its number there is still running."""
    try:
        state = Path(f"/proc/{file.read_text()}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("raise SystemExit(3)", 3),
        ("raise SystemExit(0)", 0),
        ("os.kill(os.getpid(), 9)", 137),
    ],
)
@pytest.mark.parametrize("first", [True, False])
def test_one_that_ends_takes_the_other_along_and_its_code_is_told(
    tmp_path: Path, code: str, expected: int, first: bool
) -> None:
    number = tmp_path / "number"
    pair = [ending(number, code), forever(number)]
    assert together.run_together(pair if first else pair[::-1]) == expected
    assert not is_there(number)


def test_one_that_does_not_want_to_end_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(together, "PATIENCE", 0.2)
    number = tmp_path / "number"
    pair = [ending(number, "raise SystemExit(3)"), forever(number, STUBBORN)]
    assert together.run_together(pair) == 3
    assert not is_there(number)


def test_children_of_one_that_was_killed_do_not_stay_behind(tmp_path: Path) -> None:
    """As the server's own processes, when somebody kills their parent."""
    number = tmp_path / "number"
    parent = (
        f"import os, subprocess, time; subprocess.Popen({forever(number)!r})\n"
        f"while not os.path.exists({str(number)!r}): time.sleep(0.01)\n"
        "os.kill(os.getpid(), 9)"
    )
    pair = [[sys.executable, "-c", parent], forever(tmp_path / "other")]
    assert together.run_together(pair) == 137
    until(lambda: not is_there(number), "the child's end")


def test_one_that_cannot_start_leaves_no_other_behind(tmp_path: Path) -> None:
    number = tmp_path / "number"
    with pytest.raises(FileNotFoundError):
        together.run_together([forever(number), ["/nowhere/at/all"]])
    assert not number.exists() or not is_there(number)


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (signal.SIGTERM, 0),
        (signal.SIGINT, 0),
        (signal.SIGHUP, 0),
        (signal.SIGKILL, -signal.SIGKILL),
    ],
)
def test_signal_ends_both(tmp_path: Path, number: signal.Signals, code: int) -> None:
    pair = [forever(tmp_path / "a"), forever(tmp_path / "b")]
    program = f"from kuancheng.demo.together import run_together; raise SystemExit(run_together({pair!r}))"
    started = subprocess.Popen([sys.executable, "-c", program])
    for file in (tmp_path / "a", tmp_path / "b"):
        until(lambda file=file: file.exists() and file.read_text(), "the start")  # type: ignore[misc]
    os.kill(started.pid, number)
    assert started.wait(timeout=30) == code
    deadline = time.monotonic() + 10
    while (is_there(tmp_path / "a") or is_there(tmp_path / "b")) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not is_there(tmp_path / "a")
    assert not is_there(tmp_path / "b")
