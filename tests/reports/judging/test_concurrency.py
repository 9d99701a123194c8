"""Two people at work on one project at a time leave a row that both their changes are in."""

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail
from django.db import connection

from investment.models import StatusReport
from investment.services import approve_report, save_report, submit_report
from kuancheng.access.models import User
from kuancheng.access.roles import REVIEWER
from kuancheng.notices.choices import Mode
from kuancheng.notices.services import save_preferences
from kuancheng.records import announcing
from kuancheng.reports.judging import daily
from kuancheng.reports.models import DailyStatus, MonitorRun
from kuancheng.reports.monitoring import monitor, telling
from projects.models import Milestone, Project
from projects.services import save_parts
from tests import factories
from tests.notices.telling import work
from tests.reports.portfolio import differences

pytestmark = pytest.mark.django_db(transaction=True)

TODAY = date(2024, 10, 15)
Work = Callable[[], object]


@pytest.fixture(autouse=True)
def postgres() -> None:
    """Where writers run side by side."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one writer in at a time: run `python -m tests.postgres`")


@pytest.fixture
def meeting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both have written their facts, and neither has committed, when the rows are recomputed.

    Where one already waits for the other, the meeting is called off after a second.
    """
    barrier = threading.Barrier(2, timeout=1)

    def meet(ids: frozenset[int]) -> None:
        if threading.current_thread() is not threading.main_thread():
            with suppress(threading.BrokenBarrierError):
                barrier.wait()

    monkeypatch.setattr(announcing, "_listeners", [meet, *announcing._listeners])


def side_by_side(*works: Work) -> None:
    """Does them in threads of their own, and raises what any of them raised."""
    failures: list[BaseException] = []

    def run(work: Work) -> None:
        try:
            work()
        except BaseException as error:  # handed over to the test
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert not any(thread.is_alive() for thread in threads)
    if failures:
        raise failures[0]


def step(project: Project, name: str) -> Milestone:
    return Milestone(
        project=project, name=name, phase="construction", planned_finish=date(2024, 10, 1)
    )


def report(project: Project, month: int) -> StatusReport:
    return StatusReport(project=project, month=date(2024, month, 1), completed=Decimal(100))


@pytest.mark.usefixtures("meeting")
def test_milestone_and_report_at_a_time_are_both_in_the_row() -> None:
    project, actor = factories.project(), factories.user(REVIEWER)
    factories.annual_plan(project=project)
    waiting = submit_by(actor, project)
    side_by_side(
        lambda: save_parts(
            project=project, saved=[step(project, "封顶")], actor=factories.system()
        ),
        lambda: approve_report(
            report=waiting, actor=factories.system(), seen=factories.seen(waiting)
        ),
    )
    row = DailyStatus.objects.get(project=project)
    assert (row.overdue_milestones, row.completed_ytd) == (1, 100)
    assert differences(TODAY) == []


def submit_by(actor: User, project: Project) -> StatusReport:
    made = factories.status_report(project=project, completed=Decimal(100))
    return submit_report(report=made, today=TODAY, actor=actor)


@pytest.mark.usefixtures("meeting")
def test_two_first_reports_at_a_time_are_both_in_the_row() -> None:
    project, actor = factories.project(), factories.user(REVIEWER)
    side_by_side(
        lambda: save_report(report=report(project, 8), today=TODAY, actor=actor),
        lambda: save_report(report=report(project, 9), today=TODAY, actor=actor),
    )
    assert StatusReport.objects.count() == 2
    assert differences(TODAY) == []


@pytest.mark.usefixtures("meeting")
def test_parts_of_two_authors_count_the_version_on_twice() -> None:
    project = factories.project()
    side_by_side(
        lambda: save_parts(project=project, saved=[step(project, "一")], actor=factories.system()),
        lambda: save_parts(
            project=Project.objects.get(), saved=[step(project, "二")], actor=factories.system()
        ),
    )
    project.refresh_from_db()
    assert (project.version, project.milestones.count()) == (3, 2)
    assert differences(TODAY) == []


def test_first_visit_of_the_day_and_a_change_at_a_time_leave_one_true_row() -> None:
    projects = [factories.project() for _ in range(20)]
    side_by_side(
        lambda: daily.ensure(TODAY, today=TODAY),
        lambda: daily.ensure(TODAY, today=TODAY),
        lambda: [
            save_parts(project=each, saved=[step(each, "封顶")], actor=factories.system())
            for each in projects
        ],
    )
    assert DailyStatus.objects.count() == 20
    assert differences(TODAY) == []


def test_a_past_day_recalled_while_its_facts_change_is_not_kept_as_it_was(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The change forgets what was recalled: it has to wait for a fill that has read already."""
    project, past = factories.project(), date(2024, 9, 30)
    read, changed = threading.Event(), threading.Event()
    rows_of = daily.progress_rows

    def slowly(ids: Any, day: date, **known: Any) -> Any:
        rows = rows_of(ids, day, **known)
        if day == past:
            read.set()
            changed.wait(timeout=1)
        return rows

    def change() -> None:
        assert read.wait(timeout=20)
        late = step(project, "封顶")
        late.planned_finish = date(2024, 9, 1)
        save_parts(project=project, saved=[late], actor=factories.system())
        changed.set()

    monkeypatch.setattr(daily, "progress_rows", slowly)
    side_by_side(lambda: daily.ensure(past, today=TODAY), change)
    daily.ensure(past, today=TODAY)
    assert DailyStatus.objects.get(date=past).overdue_milestones == 1


def test_two_runs_of_the_daily_monitor_at_a_time_keep_and_send_everything_once(
    settings: Any,
) -> None:
    settings.EMAIL_HOST = "mail.example.gov.cn"
    projects = [factories.project() for _ in range(20)]
    for number, project in enumerate(projects):
        factories.milestone(project=project, planned_finish=date(2024, 10, 18))
        account = factories.user(email=f"a{number}@example.gov.cn")
        save_preferences(person=account, modes={"daily_letter": Mode.AT_ONCE}, quiet=None)
        factories.assignment(project=project, official=factories.official(user=account))

    def run() -> None:
        telling.tell_day(monitor.run(TODAY, today=TODAY).run)

    side_by_side(run, run)
    work()
    assert DailyStatus.objects.count() == 20
    assert MonitorRun.objects.get().projects == 20
    assert sorted(letter.to[0] for letter in mail.outbox) == sorted(
        f"a{number}@example.gov.cn" for number in range(20)
    )
    assert differences(TODAY) == []
