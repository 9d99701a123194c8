"""Jobs for tests: what each does, it does where another process can see it."""

import time
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from django.contrib.auth.models import Group
from django.db import OperationalError

from kuancheng.jobs.tasks import JobContext, job

failures: list[tuple[UUID, BaseException]] = []
"""What `on_failure` was told, in this process."""


def note(folder: str, line: str) -> None:
    """Adds a line to what was done, in one piece."""
    with (Path(folder) / "done").open("a") as file:
        file.write(f"{line}\n")


def done(folder: Path) -> list[str]:
    """What was done, line by line."""
    file = folder / "done"
    return file.read_text().split() if file.exists() else []


def fail_loudly(job_id: UUID, error: BaseException) -> None:
    """Keeps what it is told."""
    failures.append((job_id, error))


def fail_again(job_id: UUID, error: BaseException) -> None:
    """Fails while it is told of a failure."""
    raise ZeroDivisionError


@job("记一笔", attempts=2, repeatable=True)
def write_line(context: JobContext, folder: str, line: str) -> str:
    note(folder, line)
    return f"已记下 {line}"


@job("等着", attempts=2, repeatable=True, on_failure=fail_loudly)
def wait_for_go(context: JobContext, folder: str) -> str:
    """Makes a group as the first half of its work, and goes on when the file `go` is there."""
    with context.writing():
        Group.objects.get_or_create(name="一半")
    note(folder, "begun")
    while not (Path(folder) / "go").exists():
        context.report("等着", 1, 2)
        time.sleep(0.01)
    with context.writing():
        Group.objects.create(name=f"整个{context.job.attempts}")
    note(folder, "ended")
    return "等到了"


@job("只做一次")
def only_once(context: JobContext, folder: str) -> None:
    note(folder, "begun")
    while not (Path(folder) / "go").exists():
        context.report("等着", 1, 2)
        time.sleep(0.01)
    note(folder, "ended")


@job(
    "数据库忙",
    attempts=3,
    backoff=timedelta(seconds=40),
    retry_on=(OperationalError,),
    on_failure=fail_loudly,
)
def find_database_busy(context: JobContext) -> None:
    raise OperationalError("database is locked")


@job("出错", attempts=3, retry_on=(OperationalError,), on_failure=fail_loudly)
def crash(context: JobContext) -> None:
    raise ValueError("第一行\0\n第二行")  # PostgreSQL keeps no NUL


@job("退出")
def leave(context: JobContext) -> None:
    raise SystemExit(3)


@job("给不出结果")
def give_what_is_no_json(context: JobContext) -> object:
    return object()


@job("失败之后又失败", on_failure=fail_again)
def crash_twice(context: JobContext) -> None:
    raise ValueError("一")
