"""How a job is declared, and what it knows of its own run."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Concatenate, ParamSpec, TypeVar
from uuid import UUID

from django.db import transaction
from django_tasks import task

from kuancheng.jobs import heartbeat
from kuancheng.jobs.backend import JobTask
from kuancheng.jobs.errors import LeaseLost, WorkerStopping
from kuancheng.jobs.models import Job

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class JobContext:
    """A job's first argument: tells how far it is, and holds its lease while it writes."""

    job: Job
    must_stop: Callable[[], bool] = lambda: False

    def report(self, step: str, done: int = 0, total: int = 0) -> None:
        """Says how far the job is; seen at once, also in the middle of a transaction.

        Here, and nowhere else, a job is interrupted: WorkerStopping when the worker is to end and
        the job may begin anew, LeaseLost when it is no longer this worker's.
        """
        if self.job.policy.repeatable and self.must_stop():
            raise WorkerStopping
        heartbeat.write_progress(
            self.job.lease_file, heartbeat.Progress(step, done, max(done, total))
        )

    @contextmanager
    def writing(self) -> Iterator[None]:
        """A transaction in which the job cannot be given to another worker.

        LeaseLost, with nothing written, when it has been already.
        """
        with transaction.atomic():
            lock(self.job)
            yield


def lock(job: Job) -> Job:
    """The job's row, locked until the transaction ends. LeaseLost when it is another attempt's."""
    row = Job.objects.running().select_for_update().filter(pk=job.pk).first()
    if row is None or row.worker_ids != job.worker_ids:
        raise LeaseLost
    return row


def job(
    label: str,
    *,
    attempts: int = 1,
    backoff: timedelta = timedelta(seconds=10),
    retry_on: tuple[type[Exception], ...] = (),
    repeatable: bool = False,
    on_failure: Callable[[UUID, BaseException], None] | None = None,
) -> Callable[[Callable[Concatenate[JobContext, P], T]], JobTask[P, T]]:
    """Declares a function as a job: `JobTask` says what the arguments mean.

    The function's first argument is its `context`; what it returns is kept and shown, best as a
    sentence.
    """
    declare: Any = task(
        takes_context=True,
        label=label,
        attempts=attempts,
        backoff=backoff,
        retry_on=retry_on,
        repeatable=repeatable,
        on_failure=on_failure,
    )
    return declare
