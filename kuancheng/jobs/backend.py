"""What a job declares of itself beyond Django's task, and the backend that keeps such jobs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import ParamSpec, TypeVar
from uuid import UUID

from django_tasks.base import Task
from django_tasks.exceptions import InvalidTaskError
from django_tasks_db.backend import DatabaseBackend

from kuancheng.jobs.errors import WorkerLost

P = ParamSpec("P")
T = TypeVar("T")

LONGEST_DELAY = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class JobTask(Task[P, T]):
    """A task that says what becomes of it when an attempt ends badly.

    `attempts` counts all of them, the first too. An error in `retry_on` is tried again after
    `backoff`, twice as long after each further attempt. A `repeatable` job may begin anew after
    its worker died at any point; any other is then marked as failed. `on_failure(job id, error)`
    runs in the transaction that marks the job as failed for good.
    """

    label: str
    attempts: int = 1
    backoff: timedelta = timedelta(seconds=10)
    retry_on: tuple[type[Exception], ...] = ()
    repeatable: bool = False
    on_failure: Callable[[UUID, BaseException], None] | None = None

    def __post_init__(self) -> None:
        Task.__post_init__(self)
        if self.attempts < 1:
            raise InvalidTaskError("A job is attempted at least once.")
        if (self.attempts > 1) != bool(self.retry_on or self.repeatable):
            raise InvalidTaskError("Say how often and after what: `attempts` needs a reason.")

    def tries_again(self, error: BaseException, attempt: int) -> bool:
        """Whether another attempt follows the one that ended with that error."""
        if attempt >= self.attempts:
            return False
        if isinstance(error, WorkerLost):
            return self.repeatable
        return isinstance(error, self.retry_on)

    def delay(self, attempt: int) -> timedelta:
        """How long to wait after that attempt: 10 s, 20 s, 40 s … an hour at most."""
        doubled = min(attempt - 1, 20)
        return min(self.backoff * 2**doubled, LONGEST_DELAY)


class JobBackend(DatabaseBackend):
    """Keeps jobs in the site's own database, so that they are enqueued with the change itself."""

    task_class = JobTask  # type: ignore[assignment]
