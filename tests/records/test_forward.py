"""A clock that was set back writes nothing among the past; small corrections and a pinned day stop nobody."""

from datetime import date, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from simple_history.utils import bulk_update_with_history

from kuancheng import clock
from kuancheng.access.roles import REVIEWER
from kuancheng.records import forward
from kuancheng.records.forward import ClockBehind
from kuancheng.reports.judging import daily
from kuancheng.reports.models import DailyStatus, MonitorRun
from tests import factories

pytestmark = pytest.mark.django_db

LATER = date(2999, 1, 1)


@pytest.fixture
def unpinned(settings: Any) -> None:
    """The computer's own clock counts."""
    settings.KUANCHENG_TODAY = ""


def kept_on(day: date) -> MonitorRun:
    """A run of that day, read when somebody next asks."""
    run = MonitorRun.objects.create(date=day, started_at=timezone.now())
    forward.read_again()
    return run


def at(monkeypatch: pytest.MonkeyPatch, hour: int, minute: int) -> None:
    """The computer's clock says that time of 2024-10-15."""
    moment = datetime(2024, 10, 15, hour, minute, tzinfo=timezone.get_default_timezone())
    monkeypatch.setattr(clock.timezone, "now", lambda: moment)


@pytest.mark.parametrize(
    ("kept", "hour", "minute", "refused"),
    [
        (date(2024, 10, 14), 12, 0, False),
        (date(2024, 10, 15), 12, 0, False),
        (date(2024, 10, 16), 12, 0, True),
        (date(2024, 10, 16), 23, 49, True),
        (date(2024, 10, 16), 23, 50, False),
        (date(2024, 10, 17), 23, 59, True),
    ],
)
def test_later_day_refuses_but_not_for_ten_minutes(
    unpinned: None,
    monkeypatch: pytest.MonkeyPatch,
    kept: date,
    hour: int,
    minute: int,
    refused: bool,
) -> None:
    kept_on(kept)
    at(monkeypatch, hour, minute)
    if refused:
        with pytest.raises(ClockBehind, match=f"本机时钟为 2024-10-15 .*库中已有 {kept} 的记录；"):
            forward.require_forward()
    else:
        forward.require_forward()


def test_history_is_refused_and_the_record_with_it(unpinned: None) -> None:
    project = factories.project()
    kept_on(LATER)
    project.name = "改过"
    with pytest.raises(ClockBehind):
        project.save_by(factories.system())


def test_histories_of_many_are_refused(unpinned: None) -> None:
    project = factories.project()
    kept_on(LATER)
    with pytest.raises(ClockBehind):
        bulk_update_with_history([project], type(project), ["name"])


def test_account_is_refused_and_logging_in_is_not(unpinned: None, client: Client) -> None:
    person = factories.user(REVIEWER)
    kept_on(LATER)
    answer = client.post("/login/", {"username": person.username, "password": factories.PASSWORD})
    assert answer.status_code == 302
    assert person.history.count() == 1
    person.full_name = "改名"
    with pytest.raises(ClockBehind):
        person.save()


@pytest.mark.parametrize(
    "write", [daily.refresh, lambda ids: daily.ensure(clock.today(), today=clock.today())]
)
def test_lights_of_an_earlier_day_are_refused(unpinned: None, write: Any) -> None:
    project = factories.project()
    kept_on(LATER)
    with pytest.raises(ClockBehind):
        write([project.pk])
    assert DailyStatus.objects.count() == 0


def test_daily_run_says_why_and_keeps_nothing(unpinned: None) -> None:
    factories.project()
    MonitorRun.objects.create(date=LATER, started_at=timezone.now())
    forward.believe(None)
    with pytest.raises(CommandError, match=r"库中已有 2999-01-01 的记录.*校时后再试") as raised:
        call_command("daily_monitor", stdout=StringIO())
    assert raised.value.returncode == 1
    assert MonitorRun.objects.count() == 1
    assert DailyStatus.objects.count() == 0


def test_rows_that_a_fast_clock_wrote_stop_nobody_once_that_is_said(
    unpinned: None, settings: Any
) -> None:
    kept_on(LATER)
    settings.KUANCHENG_CLOCK_WRONG_FROM = date(2998, 1, 1)
    forward.require_forward()
    kept_on(date(2997, 1, 1))
    with pytest.raises(ClockBehind, match="2997-01-01"):
        forward.require_forward()


def test_what_is_loaded_as_of_earlier_days_is_kept(unpinned: None) -> None:
    kept_on(LATER)
    with clock.at(timezone.now() - timedelta(days=400)):
        factories.project()


def test_pinned_day_goes_on_and_its_history_says_so() -> None:
    project = factories.project()
    project.save_by(factories.system())
    assert project.history.latest().history_change_reason is None
    kept_on(date(2025, 1, 6))
    project._change_reason = "导入 甲.xlsx"
    project.save_by(factories.system())
    mark = "日期定在 2024-10-15，库中已有 2025-01-06 的记录"
    assert project.history.latest().history_change_reason == f"导入 甲.xlsx；{mark}"


def test_pinned_day_is_marked_on_every_page(client: Client) -> None:
    client.force_login(factories.user(REVIEWER))
    said = "库中已有 2025-01-06 的记录：现在保存的都记在这一天"
    assert said not in client.get("/help/").content.decode()
    kept_on(date(2025, 1, 6))
    for page in ("/help/", "/", "/admin/"):
        assert said in client.get(page).content.decode()


def test_day_of_the_data_is_not_marked() -> None:
    kept_on(date(2024, 10, 15))
    assert forward.mark() == ""


def test_a_minute_asks_once(unpinned: None) -> None:
    forward.read_again()
    with CaptureQueriesContext(connection) as asked:
        forward.require_forward()
    assert len(asked) == 2
    with CaptureQueriesContext(connection) as asked:
        forward.require_forward()
    assert len(asked) == 0
