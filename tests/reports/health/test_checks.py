"""The day's monitoring, the clock and the audit log, each as it should be and as it should not."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from kuancheng.audit.choices import Act
from kuancheng.audit.models import AuditEntry
from kuancheng.audit.recording import record
from kuancheng.audit.standing import LATE
from kuancheng.readiness.registry import State
from kuancheng.reports.health.checks import audit, clock_ahead, daily_run
from kuancheng.reports.models import MonitorRun

pytestmark = pytest.mark.django_db

NOW = timezone.now()


def ran(day: date, finished: bool = True) -> None:
    at = timezone.now()
    MonitorRun.objects.create(date=day, started_at=at, finished_at=at if finished else None)


@pytest.mark.parametrize(("days", "code"), [(0, "ok"), (1, "ok"), (2, "late")])
def test_monitoring_of_yesterday_is_enough(today: date, days: int, code: str) -> None:
    ran(today - timedelta(days=days))
    assert daily_run(NOW).code == code


def test_run_that_did_not_finish_is_none(today: date) -> None:
    assert daily_run(NOW).code == "never"
    ran(today, finished=False)
    assert daily_run(NOW).code == "never"


def test_pinned_day_is_told_of(today: date) -> None:
    ran(today + timedelta(days=1))
    assert clock_ahead(NOW).code == "pinned"


@pytest.mark.parametrize(("days", "code"), [(0, "ok"), (1, "behind")])
def test_clock_behind_what_is_kept(settings: Any, days: int, code: str) -> None:
    settings.KUANCHENG_TODAY = ""
    assert clock_ahead(NOW).code == "ok"
    ran(timezone.localdate() + timedelta(days=days))
    assert clock_ahead(NOW).code == code


def test_entry_without_a_seal_is_told_of_before_long() -> None:
    assert audit(NOW).code == "ok"
    record(Act.VERIFIED)
    entry = AuditEntry.objects.get()
    assert audit(entry.at + LATE / 2).code == "ok"
    found = audit(entry.at + LATE * 2)
    assert (found.state, found.code) == (State.WARNING, "attention")
    assert "后台任务是否在运行" in found.words
