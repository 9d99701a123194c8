"""What brings projects on an agenda, from facts to words."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kuancheng.access.models import User
from kuancheng.access.roles import REVIEWER
from kuancheng.reports.judging import daily
from kuancheng.reports.models import DailyStatus, LightAnswer
from kuancheng.reports.weekly.gathering import gather
from projects.models import Escalation, Matter, WeeklyReview
from projects.rules.matters.steps import Step
from projects.services.matters.taking import take_step
from projects.services.matters.turn import Given
from projects.services.reviews.minuting import finalise_review
from tests import factories
from tests.clock import on
from tests.conftest import TODAY
from tests.projects.reviews.making import ended, prepared, running

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk() -> User:
    return factories.user(REVIEWER)


def held(clerk: User, day: int) -> None:
    """A review of that day, final, about something that has no more to do with anything."""
    with on(day) as then:
        review = running(clerk, then, factories.project())
        done = ended(review, clerk)
        finalise_review(review=done, seen=done.version, actor=factories.user(REVIEWER))


def reasons(review: WeeklyReview) -> dict[str, list[str]]:
    return {each.subject.code: [text for _, text in each.reasons] for each in gather(review).drawn}


def test_a_light_that_turned_is_told_against_the_day_of_the_last_review(clerk: User) -> None:
    late = factories.project(code="W-1", stage="concept")
    step = factories.milestone(project=late, name="主体", planned_finish=date(2024, 10, 9))
    steady = factories.project(code="W-2")
    factories.milestone(project=steady, name="基础", planned_finish=date(2024, 9, 1))
    held(clerk, 8)
    with on(8):
        daily.ensure(date(2024, 10, 8), today=date(2024, 10, 8))
    review = prepared(clerk, TODAY)
    found = reasons(review)
    (then,) = DailyStatus.objects.filter(project=late, date="2024-10-08").values_list(
        "light", flat=True
    )
    assert then == "blue"
    assert found["W-1"] == [
        f"蓝灯转黄灯：节点“{step.name}”超期 6 天",
        "节点“主体”超期 6 天",
    ]
    # Red on both days: not turned, and still overdue.
    assert found["W-2"] == ["节点“基础”超期 44 天"]


def test_a_promise_that_came_due_is_told_kept_or_broken(clerk: User) -> None:
    project = factories.project(code="W-3")
    factories.milestone(project=project, name="主体", planned_finish=date(2024, 9, 1))
    with on(1) as day:
        LightAnswer.objects.create(
            project=project,
            since=day,
            cause="缺工",
            measure="增加班组",
            promised=date(2024, 10, 10),
            author=clerk,
            day=day,
            at=factories.system().date_joined,
        )
    held(clerk, 8)
    assert "承诺 2024-10-10 转好，仍为红灯，未兑现" in reasons(prepared(clerk, TODAY))["W-3"]


def test_late_and_escalated_matters_are_told_with_or_without_a_project(clerk: User) -> None:
    enterprise = factories.agency(kind="enterprise", name="示例企业")
    agency = factories.agency(name="示例工信局")
    matter = factories.matter(
        project=None, enterprise=enterprise, kind="enterprise", lead_agency=agency, title="用工难"
    )
    with on(8):
        given = Given(due=date(2024, 10, 11))
        take_step(matter=matter, step=Step.ISSUE, actor=clerk, seen=1, given=given)
    Escalation.objects.create(matter=matter, round=1, level=2, day=TODAY, at=matter.created_at)
    Matter.objects.filter(pk=matter.pk).update(project=None)
    (item,) = gather(prepared(clerk, TODAY)).drawn
    assert item.subject.matter == matter.pk
    assert [text for _, text in item.reasons] == [
        "事项“用工难”超期 3 个工作日（示例工信局）",
        "事项“用工难”升到 2 级（单位主要领导）",
    ]


def test_what_was_not_reached_comes_first(clerk: User) -> None:
    project = factories.project(code="W-9")
    with on(8) as then:
        review = running(clerk, then, project)
        item = review.items.get()
        item.outcome, item.note = "carried", "等方案"
        item.save()
        done = ended(review, clerk)
        finalise_review(review=done, seen=done.version, actor=factories.user(REVIEWER))
    red = factories.project(code="W-1")
    factories.milestone(project=red, planned_finish=date(2024, 9, 1))
    found = gather(prepared(clerk, TODAY)).drawn
    assert [each.subject.code for each in found] == ["W-9", "W-1"]
    assert found[0].reasons == (("carried", "2024年第1次周调度顺延：等方案"),)
    assert found[0].carried_from == item.pk


def test_queries_do_not_grow_with_projects(clerk: User) -> None:
    review = prepared(clerk, TODAY)

    def queries(number: int) -> int:
        for _ in range(number):
            project = factories.project(lead_agency=factories.agency())
            factories.milestone(project=project, planned_finish=date(2024, 9, 1))
        daily.ensure(TODAY, today=TODAY)
        with CaptureQueriesContext(connection) as caught:
            gather(review)
        return len(caught)

    assert queries(1) == queries(30)
