"""Real workers in processes of their own, on the database of the tests."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.db import connection

from kuancheng.sheets.models import sheet_storage

PATIENCE = 30.0
"""Seconds after which something that should have happened has not."""

WORK = ("manage.py", "work", "--poll", "0.05", "--grace", "0.2")


def until(happened: Callable[[], object], what: str) -> None:
    """Waits until it has happened."""
    deadline = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < deadline, f"{what} did not happen within {PATIENCE:g} s"
        time.sleep(0.02)


@contextmanager
def worker(*command: str, lease: float = 30.0) -> Iterator[subprocess.Popen[str]]:
    """A running worker; killed at the end if it is still there."""
    process = subprocess.Popen(
        [sys.executable, *(command or WORK)],
        cwd=settings.BASE_DIR,
        env=_environment(lease),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        print(process.stdout.read())


def kill(process: subprocess.Popen[str]) -> None:
    """As `kill -9` does, or a machine that loses power."""
    process.send_signal(signal.SIGKILL)
    process.wait()


def _environment(lease: float) -> dict[str, str]:
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.jobs.settings",
        "DATABASE_URL": _url(),
        "KUANCHENG_JOBS": str(settings.KUANCHENG_JOBS),
        "TEST_JOB_LEASE": str(lease),
        "TEST_UPLOADS": str(sheet_storage().path("")),
        "PYTHONUNBUFFERED": "1",
    }


def _url() -> str:
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    parts = urlsplit(os.environ["DATABASE_URL"])
    return urlunsplit(parts._replace(path=f"/{name}"))
