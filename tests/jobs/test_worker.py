"""The worker's round: what it looks after, and what it outlives."""

import logging
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from kuancheng.jobs import heartbeat, runner, services
from kuancheng.jobs.choices import JobState
from kuancheng.jobs.models import Job
from kuancheng.jobs.worker import Worker
from tests.jobs import declared
from tests.jobs.clockwork import again, enqueued

pytestmark = pytest.mark.django_db(transaction=True)


def test_worker_is_seen_while_it_works_and_not_after_it(tmp_path: Path, settings: Any) -> None:
    worker = Worker(poll=0)
    seen: list[str] = []

    def look(worker_name: str) -> None:
        seen.extend(each.name for each in heartbeat.live_workers())
        worker.stop()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runner, "claim_next", look)
        worker.run()
    assert seen == [worker.name]
    assert heartbeat.live_workers() == []


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_worker_outlives_a_database_that_is_away_and_says_so_once(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    error: type[Exception],
) -> None:
    job = enqueued(declared.write_line.enqueue(str(tmp_path), "a"))
    claim, failures = runner.claim_next, iter([error] * 3)

    def sometimes(worker_name: str) -> Job | None:
        for failure in failures:
            raise failure("server closed the connection unexpectedly")
        return claim(worker_name)

    monkeypatch.setattr(runner, "claim_next", sometimes)
    with caplog.at_level(logging.ERROR):
        Worker(poll=0).run(once=True)
    assert again(job).state == JobState.DONE
    assert [each.message for each in caplog.records if "数据库不可用" in each.message] != []
    assert len(caplog.records) == 1


def test_pauses_grow_while_the_database_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    worker = Worker(poll=1.0)
    pauses: list[float] = []

    def away(worker_name: str) -> None:
        raise OperationalError("connection refused")

    def rest(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 7:
            worker.stop()

    monkeypatch.setattr(runner, "claim_next", away)
    monkeypatch.setattr(worker, "_rest", rest)
    worker.run()
    assert pauses == [2, 4, 8, 16, 30, 30, 30]


def test_rest_ends_soon_after_the_worker_is_stopped() -> None:
    worker = Worker()
    worker.stop()
    start = time.monotonic()
    worker._rest(60)
    assert time.monotonic() - start < 5


def test_worker_forgets_what_ended_long_ago(tmp_path: Path) -> None:
    jobs = [enqueued(declared.write_line.enqueue(str(tmp_path), "a")) for _ in range(5)]
    for job, status, days in zip(
        jobs,
        ("SUCCESSFUL", "SUCCESSFUL", "FAILED", "FAILED", "READY"),
        (13, 15, 89, 91, 400),
        strict=True,
    ):
        moment = timezone.now() - timedelta(days=days)
        ended = None if status == "READY" else moment
        Job.objects.filter(pk=job.pk).update(status=status, enqueued_at=moment, finished_at=ended)
    services.delete_old()
    kept = set(Job.objects.values_list("pk", flat=True))
    assert kept == {jobs[0].pk, jobs[2].pk, jobs[4].pk}


def test_worker_that_starts_takes_back_what_a_dead_one_left(tmp_path: Path) -> None:
    job = runner.claim(declared.only_once.enqueue(str(tmp_path)).id, "dead")
    assert job is not None
    job.lease_file.unlink()
    Worker(poll=0).run(once=True)
    assert again(job).state == JobState.FAILED
