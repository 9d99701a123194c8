"""One attempt of a job: claimed, run, and its outcome written, whatever happens in between."""

import logging
import time
from collections.abc import Callable
from traceback import format_exception
from uuid import UUID

from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils import timezone
from django_tasks_db.compat import normalize_json

from kuancheng.audit.choices import Door
from kuancheng.audit.origin import Origin, acting
from kuancheng.audit.waiting import holding
from kuancheng.jobs import heartbeat
from kuancheng.jobs.backend import JobTask
from kuancheng.jobs.errors import LeaseLost, UnknownJob, WorkerLost, WorkerStopping
from kuancheng.jobs.models import FAILED, READY, RUNNING, SUCCESSFUL, Job, JobQuerySet
from kuancheng.jobs.tasks import JobContext, lock

log = logging.getLogger("kuancheng.jobs")

PAUSES = (0.2, 1.0, 2.0, 4.0, 8.0)
"""Seconds to wait for a database that is away before an outcome is written once more."""

CUT_OFF = "运行它的后台进程中断了（被结束或机器重启）。"
NOT_REPEATED = "不能确定它做到哪一步，没有自动重来；请核对后重新发起。"


def claim_next(worker: str) -> Job | None:
    """The next job that is due, taken for that worker; None when there is none."""
    due = Job.objects.due(timezone.now())
    if not due.exists():
        return None  # without asking SQLite for its one writer's lock
    return _claim(due, worker)


def claim(job_id: UUID | str, worker: str) -> Job | None:
    """That job, taken for that worker; None when another has taken it."""
    return _claim(Job.objects.due(timezone.now()).filter(pk=job_id), worker)


def _claim(due: JobQuerySet, worker: str) -> Job | None:
    """Takes one: PostgreSQL skips what others hold, SQLite lets one claim at a time."""
    with transaction.atomic():
        job = due.select_for_update(skip_locked=True).first()
        if job is None:
            return None
        job.status, job.started_at = RUNNING, timezone.now()
        job.worker_ids = [*job.worker_ids, worker]
        # Before the claim is seen: a running job without a file is taken for lost.
        heartbeat.begin(job.lease_file, {})
        job.save(update_fields=["status", "started_at", "worker_ids"])
    return job


def run(job: Job, must_stop: Callable[[], bool] = lambda: False) -> None:
    """Runs a claimed job to whatever end it comes, and keeps that end."""
    with heartbeat.beating(job.lease_file):
        try:
            _write(_outcome(job, must_stop), job)
        except LeaseLost:
            log.warning("后台任务 %s（%s）已交给别的进程，这里不再写入。", job, job.pk)


Outcome = Callable[[Job], None]
"""Writes into the locked row how the attempt ended."""


def _outcome(job: Job, must_stop: Callable[[], bool]) -> Outcome:
    try:
        given = job.args_kwargs
        context = JobContext(job, must_stop)
        with holding(), acting(Origin(door=Door.JOB, name=job.label)):
            returned = job.policy.call(context, *given["args"], **given["kwargs"])
        value = normalize_json(returned)
    except WorkerStopping:
        return _release
    except (Exception, SystemExit) as error:
        log.exception("后台任务 %s（%s）第 %d 次没有成功", job, job.pk, job.attempts)
        failure = error  # Python forgets `error` at the end of this block
        return lambda row: retry_or_fail(row, failure)
    return lambda row: _finish(row, value)


def _write(outcome: Outcome, job: Job) -> None:
    """Writes the outcome; a database that is away is waited for, as far as `PAUSES` go."""
    for pause in (*PAUSES, None):
        try:
            with transaction.atomic():
                outcome(lock(job))
        except (OperationalError, InterfaceError):
            if pause is None or connection.in_atomic_block:
                raise
            log.exception("后台任务 %s（%s）的结果没有写成，稍后再写", job, job.pk)
            connection.close_if_unusable_or_obsolete()
            time.sleep(pause)
        else:
            return


def _finish(job: Job, value: object) -> None:
    job.status, job.finished_at, job.return_value = SUCCESSFUL, timezone.now(), value
    job.exception_class_path = job.traceback = ""
    job.save()


def _release(job: Job) -> None:
    """Back to waiting, as if the attempt had not been."""
    job.status, job.started_at, job.run_after = READY, None, timezone.now()
    job.worker_ids = job.worker_ids[:-1]
    job.save()


def retry_or_fail(job: Job, error: BaseException) -> None:
    """After an attempt that failed or whose worker died: waits for the next one, or has failed.

    The row is locked by the caller.
    """
    try:
        policy: JobTask | None = job.policy
    except UnknownJob as unknown:
        policy, error = None, unknown
    job.exception_class_path = f"{type(error).__module__}.{type(error).__qualname__}"
    job.traceback = "".join(format_exception(error)).replace("\0", "")  # refused by PostgreSQL
    if policy is not None and policy.tries_again(error, job.attempts):
        job.status, job.run_after = READY, timezone.now() + policy.delay(job.attempts)
        job.save()
        return
    job.status, job.finished_at, job.return_value = FAILED, timezone.now(), None
    job.save()
    if policy is not None and policy.on_failure is not None:
        _follow_up(job, policy.on_failure, error)


def _follow_up(
    job: Job, on_failure: Callable[[UUID, BaseException], None], error: BaseException
) -> None:
    try:
        with transaction.atomic():
            on_failure(job.pk, error)
    except Exception:
        log.exception("后台任务 %s（%s）失败后的处理没有成功", job, job.pk)


def recover_lost() -> int:
    """Takes back the jobs of workers that died; how many. Reads only, where there is none."""
    lost = [job for job in Job.objects.running() if job.is_lost]
    return sum(_recover(job) for job in lost)


def _recover(job: Job) -> bool:
    with transaction.atomic():
        row = Job.objects.select_for_update(skip_locked=True).filter(pk=job.pk).first()
        if row is None or row.worker_ids != job.worker_ids or not row.is_lost:
            return False  # it has ended, is being written, or somebody else was faster
        retry_or_fail(row, _lost(row))
    job.lease_file.unlink(missing_ok=True)
    log.warning("后台任务 %s（%s）：%s", job, job.pk, CUT_OFF)
    return True


def _lost(job: Job) -> WorkerLost:
    try:
        repeatable = job.policy.repeatable
    except UnknownJob:
        repeatable = False
    return WorkerLost(CUT_OFF if repeatable else CUT_OFF + NOT_REPEATED)
