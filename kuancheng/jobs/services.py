"""What other apps and the administrator do with jobs, besides declaring and enqueuing them."""

import os
import secrets
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import OperationalError, transaction
from django.utils import timezone

from kuancheng.audit.choices import Act
from kuancheng.audit.recording import record
from kuancheng.jobs import heartbeat, runner
from kuancheng.jobs.choices import JobState
from kuancheng.jobs.errors import NotNow, UnknownJob
from kuancheng.jobs.heartbeat import Progress
from kuancheng.jobs.models import FAILED, READY, SUCCESSFUL, Job

KEEP_DONE = timedelta(days=14)
KEEP_FAILED = timedelta(days=90)

UNATTENDED_AFTER = timedelta(minutes=2)
"""A job that could have been taken for so long, with no worker in sight, is told of."""

NO_WORKER = "后台任务没有在运行：请系统管理员启动 manage.py work。"


@dataclass(frozen=True)
class Standing:
    """Where a job stands, for the person who started it.

    `ahead` counts the jobs that wait before it; `unattended` says that no worker is there.
    """

    state: JobState
    progress: Progress
    ahead: int = 0
    unattended: bool = False


def standing(job: Job) -> Standing:
    """Where the job stands. One query at most, and nothing is written."""
    state = job.state
    if state not in (JobState.WAITING, JobState.RETRYING):
        return Standing(state, heartbeat.read_progress(job.lease_file))
    earlier = Job.objects.waiting().filter(enqueued_at__lt=job.enqueued_at)
    return Standing(state, Progress(), earlier.count(), not heartbeat.live_workers())


def worker_name(what: str) -> str:
    """A name for whoever runs jobs in this process, never given twice."""
    return f"{what}-{socket.gethostname()[:30]}-{os.getpid()}-{secrets.token_hex(4)}"


def claim_here(job_id: UUID) -> Job | None:
    """Takes a job that was just enqueued, to run it in this process: no worker sees it waiting.

    Called in the transaction of the enqueuing; `run` follows after it.
    """
    return runner.claim(job_id, worker_name("web"))


def run(job: Job, must_stop: Callable[[], bool] = lambda: False) -> None:
    """Runs a job that was claimed here to whatever end it comes.

    `must_stop` is asked between its steps: a repeatable job then goes back among the waiting, for
    a worker.
    """
    runner.run(job, must_stop)


def recover_lost() -> None:
    """Takes back the jobs of workers that died; where the database is busy, the next look does."""
    with suppress(OperationalError):
        runner.recover_lost()


def run_again(job: Job) -> None:
    """Puts a failed job back among the waiting. NotNow for any other, or one not repeatable."""
    recover_lost()
    with transaction.atomic():
        row = Job.objects.select_for_update().get(pk=job.pk)
        _refuse(row)
        row.status, row.started_at, row.finished_at = READY, None, None
        row.run_after = timezone.now()
        row.save()
        record(Act.DECIDED, subject=row, words="再运行一次后台任务")


def _refuse(job: Job) -> None:
    if job.status == SUCCESSFUL:
        raise NotNow("已完成，不必再运行。")
    if job.status != FAILED:
        raise NotNow(f"现在是“{job.state.label}”，不能再运行一次。")
    try:
        repeatable = job.policy.repeatable
    except UnknownJob as error:
        raise NotNow(str(error)) from None
    if not repeatable:
        raise NotNow("这项任务不能重复运行，请核对它做到哪一步后由发起人重新发起。")


def unattended() -> int:
    """How many jobs have been waiting for long while no worker is there. At most one query."""
    if heartbeat.live_workers():
        return 0
    now = timezone.now()
    return Job.objects.due(now).filter(enqueued_at__lt=now - UNATTENDED_AFTER).count()


def delete_old() -> None:
    """Forgets what ended long ago, and files that crashes left behind."""
    now = timezone.now()
    Job.objects.ended_before(now - KEEP_DONE).exclude(status=FAILED).delete()
    Job.objects.ended_before(now - KEEP_FAILED).delete()
    heartbeat.clear_old()
