"""The day's monitoring, the clock and the audit log, each as it should be and as it should not."""

import time
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from kuancheng.audit.chain.standing import LATE
from kuancheng.audit.choices import Act
from kuancheng.audit.models import AuditEntry
from kuancheng.audit.recording import record
from kuancheng.database.turns import line_of
from kuancheng.readiness.registry import State
from kuancheng.records import forward
from kuancheng.reports.health.checks import audit, clock_behind, daily_run, writers
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
    forward.read_again()
    assert str(today + timedelta(days=1)) in clock_behind(NOW).words
    assert clock_behind(NOW).code == "pinned"


@pytest.mark.parametrize(("days", "code"), [(0, "ok"), (1, "behind")])
def test_clock_behind_what_is_kept(settings: Any, days: int, code: str) -> None:
    settings.KUANCHENG_TODAY = ""
    assert clock_behind(NOW).code == "ok"
    # Not the next day: ten minutes before midnight it would be near enough.
    ran(timezone.localdate() + timedelta(days=2 * days))
    forward.read_again()
    assert clock_behind(NOW).code == code


def test_long_waits_to_save_are_told_of_with_what_helps() -> None:
    if connection.vendor != "sqlite":
        assert writers(NOW).code == "ok"
        return
    line = line_of(str(connection.settings_dict["NAME"]))
    line._waits.clear()
    assert writers(NOW).words == "最近一小时没有人保存。SQLite 同时只能有一个人保存。"
    line._waits.extend([(time.monotonic(), 0.01)] * 30)
    assert writers(NOW).code == "ok"
    line._waits.extend([(time.monotonic(), 3.25)] * 3 + [(time.monotonic(), None)])
    found = writers(NOW)
    line._waits.clear()
    assert found.code == "long"
    assert found.state is State.WARNING
    assert "保存 34 次，95% 排队不超过 3.2 秒，最长 3.2 秒，1 次没有等到。" in found.words
    assert "PostgreSQL" in found.words


def test_entry_without_a_seal_is_told_of_before_long() -> None:
    assert audit(NOW).code == "ok"
    record(Act.VERIFIED)
    entry = AuditEntry.objects.get()
    assert audit(entry.at + LATE / 2).code == "ok"
    found = audit(entry.at + LATE * 2)
    assert (found.state, found.code) == (State.WARNING, "attention")
    assert "后台任务是否在运行" in found.words
