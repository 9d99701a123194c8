"""`python -m tests.sheets.held_worker STEP FILE`: a worker that stops dead at a step of an import.

It makes the file there and goes no further, so that a test can kill it in the middle of its work.
STEP is what the import reports, or `after` for the moment between the import's last word and its
job's.
"""

import os
import sys
import time
from pathlib import Path
from typing import Any
from unittest.mock import patch

import django
from django.core.management import call_command

BATCH = 5
"""Rows judged and written at a time, so that few rows have a middle."""


def main(step: str, file: Path) -> None:
    """Works until the step is reached."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.jobs.settings")
    django.setup()
    from kuancheng.jobs import runner
    from kuancheng.jobs.tasks import JobContext
    from kuancheng.sheets import judging

    report, finish = JobContext.report, runner._finish

    def stop_dead() -> None:
        file.touch()
        time.sleep(600)

    def held_report(self: JobContext, said: str, *numbers: int) -> None:
        report(self, said, *numbers)
        if said == step:
            stop_dead()

    def held_finish(*arguments: Any) -> None:
        if step == "after":
            stop_dead()
        finish(*arguments)

    with (
        patch.object(JobContext, "report", held_report),
        patch.object(runner, "_finish", held_finish),
        patch.object(judging, "BATCH", BATCH),
    ):
        call_command("work", "--poll", "0.05", "--grace", "0")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
