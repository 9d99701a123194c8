"""Whether somebody does the background's work."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from kuancheng.jobs import heartbeat, readiness
from kuancheng.jobs.models import Job
from kuancheng.jobs.readiness import TOO_LONG, queue
from tests.jobs import declared

pytestmark = pytest.mark.django_db


@pytest.fixture
def now() -> datetime:
    return timezone.now()


def test_nobody_is_there(now: datetime) -> None:
    assert queue(now).code == "no_worker"


@pytest.mark.parametrize(
    ("waited", "code"), [(TOO_LONG - timedelta(minutes=1), "ok"), (TOO_LONG * 2, "waiting")]
)
def test_oldest_job_waits_too_long(
    now: datetime, waited: timedelta, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    alive = [heartbeat.LiveWorker("one", now, now)]
    monkeypatch.setattr(readiness.heartbeat, "live_workers", lambda: alive)
    assert queue(now).code == "ok"
    declared.only_once.enqueue("folder")
    Job.objects.update(enqueued_at=now - waited)
    assert queue(now).code == code
