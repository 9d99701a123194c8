"""What the day tells of itself: due, missing, red, ending; each once, to those whom it concerns."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.access.roles import READER, REPORTER, REVIEWER
from kuancheng.notices.models import Notice
from kuancheng.reports.models import LightOverride
from kuancheng.reports.monitoring import monitor, telling
from kuancheng.reports.services import follow_project
from projects.choices import Role
from projects.models import Milestone, Project
from projects.services import save_parts
from tests import factories

pytestmark = pytest.mark.django_db

TODAY = date(2024, 10, 15)


@contextmanager
def on(day: date) -> Iterator[None]:
    moment = datetime(day.year, day.month, day.day, 12, tzinfo=timezone.get_default_timezone())
    with clock.at(moment):
        yield


def day(when: date) -> int:
    """The day's run, and how many notices it wrote."""
    with on(when):
        return telling.tell_day(monitor.run(when, today=when).run)


def in_charge(project: Project, role: str, **fields: Any) -> User:
    user = factories.user(REPORTER if role == Role.LIAISON_OFFICER else READER, **fields)
    factories.assignment(project=project, official=factories.official(user=user), role=role)
    return user


def told(kind: str) -> list[tuple[str, str]]:
    found = Notice.objects.filter(kind=kind).order_by("pk")
    return [(each.recipient.full_name, each.title) for each in found]


@pytest.fixture
def project() -> Project:
    made = factories.project(name="粮油仓", lead_agency=factories.agency(name="区住建局"))
    in_charge(made, Role.LIAISON_OFFICER, full_name="秘书")
    in_charge(made, Role.LEAD_OFFICIAL, full_name="包保", is_staff=False)
    return made


@pytest.mark.parametrize(
    ("when", "kind"),
    [
        # September's report is due on 2024-10-12, the fifth working day.
        (date(2024, 10, 8), ""),
        (date(2024, 10, 9), "report_due"),
        (date(2024, 10, 12), "report_due"),
        (date(2024, 10, 13), "report_missing"),
    ],
)
def test_report_is_told_of_three_days_before_it_is_due_and_after(
    project: Project, when: date, kind: str
) -> None:
    factories.status_report(
        project=project, month=date(2024, 8, 1), completed=Decimal(1), state="submitted",
        submitted_by=factories.user(), submitted_at=timezone.now(),
    )  # fmt: skip
    day(when)
    kinds = [each.kind for each in Notice.objects.filter(kind__startswith="report_")]
    assert kinds == ([kind] if kind else [])


def test_due_and_missing_are_told_once_with_the_projects(project: Project) -> None:
    day(date(2024, 10, 10))
    day(date(2024, 10, 11))
    assert ("秘书", "2024年9月填报 10-12 截止，还没有提交") in told("report_due")
    assert len(told("report_due")) == 1
    day(date(2024, 10, 14))
    day(TODAY)
    assert [each for each in told("report_missing") if "9月" in each[1]] == [
        ("秘书", "2024年9月填报已逾期，还没有提交")
    ]
    notice = Notice.objects.get(kind="report_missing", title__contains="9月")
    assert notice.text == "截止日 2024-10-12 已过，请尽快填报：\n粮油仓"
    assert notice.link == "/admin/"


def test_draft_is_not_filed_and_a_submitted_report_is(project: Project) -> None:
    report = factories.status_report(project=project, completed=Decimal(1))
    day(TODAY)
    assert len(told("report_missing")) == 1
    Notice.objects.all().delete()
    type(report).objects.update(
        state="submitted", submitted_by=factories.user(), submitted_at=timezone.now()
    )
    day(TODAY)
    assert told("report_missing") == []


def step(project: Project, planned: date) -> Milestone:
    made = Milestone(project=project, name="封顶", phase="construction", planned_finish=planned)
    save_parts(project=project, saved=[made], actor=factories.system())
    return made


def test_light_that_turned_red_overnight_is_told_once(project: Project) -> None:
    with on(date(2024, 10, 14)):
        step(project, date(2024, 9, 14))
    day(date(2024, 10, 14))
    assert told("light_red") == []
    day(TODAY)
    day(TODAY)
    title = "项目转为红灯：粮油仓"
    assert told("light_red") == [("秘书", title), ("包保", title)]
    notice = Notice.objects.filter(kind="light_red")[0]
    assert notice.text == "节点“封顶”超期 31 天（责任单位：区住建局）"
    assert notice.link == f"/projects/{project.code}/"
    day(date(2024, 10, 16))
    assert len(told("light_red")) == 2


def test_light_that_turns_red_in_the_day_is_told_at_once_but_not_to_whoever_did_it(
    project: Project,
) -> None:
    with on(date(2024, 10, 14)):
        made = step(project, date(2024, 12, 1))
    day(date(2024, 10, 14))
    made.planned_finish = date(2024, 9, 1)
    clerk = User.objects.get(full_name="秘书")
    save_parts(project=project, saved=[made], actor=clerk)
    assert [name for name, _ in told("light_red")] == ["包保"]
    made.planned_finish = date(2024, 8, 1)
    save_parts(project=project, saved=[made], actor=clerk)
    assert len(told("light_red")) == 1


def test_light_of_a_new_register_is_no_news(project: Project) -> None:
    step(project, date(2024, 9, 1))
    day(TODAY)
    assert told("light_red") == []


@pytest.mark.parametrize(
    ("until", "revoked_on", "count"),
    [
        (date(2024, 10, 22), None, 2),
        (date(2024, 10, 23), None, 0),
        (date(2024, 10, 15), None, 2),
        (date(2024, 10, 14), None, 0),
        (date(2024, 10, 22), date(2024, 10, 12), 0),
    ],
)
def test_light_set_by_hand_is_told_of_in_its_last_week(
    project: Project, until: date, revoked_on: date | None, count: int
) -> None:
    author = factories.user(REVIEWER, full_name="复核甲")
    LightOverride.objects.create(
        project=project, light="blue", reason="会议议定", author=author, since=date(2024, 10, 1),
        until=until, revoked_on=revoked_on,
    )  # fmt: skip
    day(TODAY)
    day(TODAY)
    assert len(told("override_ending")) == count
    if count:
        assert {name for name, _ in told("override_ending")} == {"复核甲", "秘书"}


def test_followers_hear_of_a_red_light_while_they_may_see_it(project: Project) -> None:
    follower, former = (factories.user(READER, full_name=name) for name in ("关注", "已调走"))
    for each in (follower, former):
        follow_project(project=project, wanted=True, actor=each)
    former.groups.clear()
    with on(date(2024, 10, 14)):
        step(project, date(2024, 9, 14))
    day(date(2024, 10, 14))
    day(TODAY)
    assert {name for name, _ in told("light_red")} == {"秘书", "包保", "关注"}
