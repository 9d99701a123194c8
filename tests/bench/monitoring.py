"""Times the daily monitor: the day's first run as the command it is, and a run over a kept day."""

import os
import resource
import subprocess
import sys
from dataclasses import dataclass
from time import perf_counter

from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kuancheng.reports.monitoring import monitor
from tests.bench.portfolio import TODAY


@dataclass(frozen=True)
class Ran:
    """Seconds and queries of one run; `peak` is the whole process at its largest, MiB.

    None where it was not looked at: a command counts no queries, a run in this process shares
    its memory with the rest.
    """

    name: str
    seconds: float
    queries: int | None
    peak: float | None


def measure_monitoring() -> list[Ran]:
    """Both runs. Nothing was kept of the day before the first."""
    return [_command(), _again()]


def _command() -> Ran:
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.bench.settings",
        "KUANCHENG_TODAY": TODAY.isoformat(),
    }
    command = [sys.executable, "manage.py", "daily_monitor", "--no-notices"]
    start = perf_counter()
    subprocess.run(
        command, cwd=settings.BASE_DIR, env=environment, check=True, stdout=subprocess.DEVNULL
    )
    seconds = perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return Ran("daily_monitor, first run of a day", seconds, None, peak)


def _again() -> Ran:
    with CaptureQueriesContext(connection) as queries:
        start = perf_counter()
        monitor.run(TODAY, today=TODAY)
        seconds = perf_counter() - start
    return Ran("daily_monitor, all judged anew", seconds, len(queries), None)
