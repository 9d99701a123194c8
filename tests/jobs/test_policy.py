"""What follows an attempt that ended badly."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, OperationalError
from django_tasks.exceptions import InvalidTaskError

from kuancheng.jobs.errors import WorkerLost
from kuancheng.jobs.tasks import JobContext, job
from tests.jobs import declared

BUSY, LOST, OTHER = OperationalError(), WorkerLost(), IntegrityError()


@pytest.mark.parametrize(
    ("error", "attempt", "again"),
    [
        (BUSY, 1, True),
        (BUSY, 2, True),
        (BUSY, 3, False),
        (OTHER, 1, False),
        (LOST, 1, False),
    ],
)
def test_job_is_tried_again_after_the_errors_it_names_as_often_as_it_says(
    error: Exception, attempt: int, again: bool
) -> None:
    assert declared.find_database_busy.tries_again(error, attempt) is again


@pytest.mark.parametrize(("attempt", "again"), [(1, True), (2, False)])
def test_repeatable_job_begins_anew_after_its_worker_died(attempt: int, again: bool) -> None:
    assert declared.write_line.tries_again(LOST, attempt) is again
    assert not declared.write_line.tries_again(BUSY, attempt)


def test_job_that_says_nothing_is_tried_once() -> None:
    assert not declared.only_once.tries_again(LOST, 1)
    assert not declared.only_once.tries_again(BUSY, 1)


@pytest.mark.parametrize(
    ("attempt", "seconds"), [(1, 40), (2, 80), (3, 160), (7, 2560), (8, 3600), (5000, 3600)]
)
def test_each_delay_is_twice_the_last_and_an_hour_at_most(attempt: int, seconds: int) -> None:
    assert declared.find_database_busy.delay(attempt) == timedelta(seconds=seconds)


def nothing(context: JobContext) -> None:
    """Does nothing."""


@pytest.mark.parametrize(
    "policy", [{"attempts": 0}, {"attempts": 2}, {"repeatable": True}, {"retry_on": (OSError,)}]
)
def test_policy_that_contradicts_itself_is_refused(policy: dict[str, object]) -> None:
    with pytest.raises(InvalidTaskError):
        job("不成立", **policy)(nothing)  # type: ignore[arg-type]
