"""The schedule on a project's page: verdict, float and slip, worked out by hand in calendar days."""

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from kuancheng import clock
from kuancheng.access.roles import READER
from kuancheng.asking.parameters import Days
from kuancheng.reports.project.schedule import ProjectSchedule, project_schedule
from projects.choices import ReplanReason
from projects.models import Baseline, BaselineEntry, Milestone, Project, Stop
from projects.services import save_project
from tests import factories

pytestmark = pytest.mark.django_db

TODAY = date(2024, 10, 15)
PRESENT = Days(TODAY, None)


def step(project: Project, order: int, **fields: Any) -> Milestone:
    """A step of ten calendar days after the one before it."""
    defaults = {"after": str(order - 1) if order > 1 else "", "duration": 10, "unit": "calendar"}
    return factories.milestone(project=project, order=order, **defaults | fields)


def two_steps(promised: date, **second: Any) -> ProjectSchedule:
    """From 15 October: the first to the 24th, the second to 3 November."""
    project = factories.project(planned_completion=promised)
    step(project, 1, name="基础", planned_finish=date(2024, 10, 24))
    step(project, 2, name="主体", **second)
    return project_schedule(project, PRESENT, ())


def test_a_kept_promise_is_said_with_float() -> None:
    found = two_steps(date(2024, 11, 8))
    assert not found.verdict.late
    assert found.verdict.sentence == (
        "承诺 2024-11-08 竣工，预计最早 2024-11-03 竣工，可以按期竣工。"
    )
    assert found.verdict.chain == ("基础", "主体")
    assert found.verdict.advice == ()
    assert [each.dated.float_days for each in found.steps if each.dated] == [5, 5]


def test_a_broken_promise_is_told_in_days_and_working_days_with_what_would_help() -> None:
    found = two_steps(date(2024, 10, 31))
    assert found.verdict.late
    # 1 November is a Friday, the 2nd and 3rd a weekend.
    assert found.verdict.sentence.endswith("晚 3 天（1 个工作日）。")
    assert "“基础”由 10 天压缩到 7 天" in found.verdict.advice
    assert "“主体”与“基础”并行" in found.verdict.advice
    assert [each.short for each in found.steps] == [3, 3]


def test_confirmed_days_that_cannot_be_kept_are_named() -> None:
    found = two_steps(
        date(2024, 11, 30),
        planned_start=date(2024, 10, 20),
        planned_finish=date(2024, 11, 30),
        confirmed=True,
    )
    assert found.verdict.late
    assert "节点“主体”已定 2024-10-20 开始，最早 2024-10-25，晚 5 天。" in found.verdict.flags


def test_a_late_commissioning_is_told_apart_from_the_completion() -> None:
    project = factories.project(
        planned_completion=date(2024, 11, 30), planned_commissioning=date(2024, 12, 5)
    )
    step(project, 1)
    step(project, 2, phase="production", duration=60)
    found = project_schedule(project, PRESENT, ()).verdict
    assert "可以按期竣工" in found.sentence
    # 60 days from 25 October end on 23 December, 18 days after the promise.
    assert found.flags[0].startswith("承诺 2024-12-05 投产，预计最早 2024-12-23 投产，晚 18 天")


def test_without_predecessors_the_page_says_what_is_missing() -> None:
    project = factories.project(planned_completion=date(2025, 1, 1))
    for order in (1, 2):
        step(project, order, after="")
    found = project_schedule(project, PRESENT, ())
    assert found.verdict.problems == ("节点没有登记前置关系，无法倒排；请填写每个节点的“前置”。",)
    assert found.chart is None


def test_a_completed_project_is_not_forecast() -> None:
    project = factories.project(
        planned_completion=date(2024, 9, 30), actual_completion=date(2024, 9, 20)
    )
    step(project, 1, actual_start=date(2024, 9, 1), actual_finish=date(2024, 9, 20))
    assert project_schedule(project, PRESENT, ()).verdict.sentence == "项目已竣工，不再预测。"


@pytest.mark.parametrize(("standing", "word"), [("deferred", "暂缓"), ("withdrawn", "退出")])
def test_nothing_is_late_of_a_project_that_is_not_judged(
    client: Client, standing: str, word: str
) -> None:
    project = factories.project(planned_completion=date(2024, 10, 20), standing=standing)
    step(project, 1, name="基础", planned_finish=date(2024, 10, 1))
    step(project, 2, name="主体", planned_finish=date(2024, 10, 20))
    found = project_schedule(project, PRESENT, ())
    assert (found.verdict.sentence, found.verdict.late) == (f"项目{word}，不预测竣工。", False)
    assert [each.standing for each in found.steps] == ["idle", "ahead"]
    assert [each.dated for each in found.steps] == [None, None]
    assert found.chart is not None
    assert [mark.kind for row in found.chart.rows for mark in row.lane.marks] == ["due", "due"]

    client.force_login(factories.user(READER, is_staff=False))
    for address in (reverse("project", args=[project.code]), reverse("progress")):
        text = re.sub("<option.*?</option>", "", client.get(address).text)
        for alarm in ("超期 14 天", "晚 15 天", "欠 ", "保承诺", ">未报送<"):
            assert alarm not in text
    project.standing = "suspended"
    assert project_schedule(project, PRESENT, ()).verdict.late


def test_months_that_nobody_owes_yet_are_not_said_to_be_missing(client: Client) -> None:
    project = factories.project()
    factories.annual_plan(project=project)
    client.force_login(factories.user(READER, is_staff=False))

    def notes(**fields: Any) -> list[str]:
        for name, value in fields.items():
            setattr(project, name, value)
        save_project(project=project, actor=factories.system())
        page = client.get(reverse("project", args=[project.code]))
        return [month.note for month in page.context["chart"].months]

    # September is the money month: what comes after it is not due.
    assert notes() == ["未报送"] * 9 + ["—"] * 3
    assert notes(standing="deferred") == ["—"] * 12
    assert notes(standing="normal") == ["未报送"] * 9 + ["—"] * 3
    # Stood still from 10 March to 1 August: April to July are nobody's.
    factories.stop(project=project, stopped_on=date(2024, 3, 10), resumed_on=date(2024, 8, 1))
    assert notes() == ["未报送"] * 3 + ["—"] * 4 + ["未报送"] * 2 + ["—"] * 3
    Stop.objects.all().delete()
    completed = date(2024, 6, 20)
    assert notes(standing="normal", actual_completion=completed) == ["未报送"] * 6 + ["—"] * 6


def baseline(project: Project, number: int, **finishes: date) -> None:
    made = Baseline.objects.create(
        project=project,
        number=number,
        reason=ReplanReason.INITIAL if number == 1 else ReplanReason.FUNDS,
        note="批准",
        approved_at=clock.now(),
    )
    for order, finish in enumerate(finishes.values(), 1):
        BaselineEntry.objects.create(
            baseline=made,
            milestone=project.milestones.get(order=order),
            order=order,
            name="节点",
            planned_finish=finish,
        )


def test_slip_is_measured_against_the_first_and_the_last_baseline() -> None:
    project = factories.project(planned_completion=date(2024, 11, 30))
    step(project, 1, actual_start=date(2024, 9, 1), actual_finish=date(2024, 9, 20))
    step(project, 2, planned_finish=date(2024, 11, 20))
    baseline(project, 1, first=date(2024, 9, 10), second=date(2024, 11, 1))
    baseline(project, 2, first=date(2024, 9, 15), second=date(2024, 11, 10))
    baseline(project, 3, first=date(2024, 9, 22), second=date(2024, 11, 20))
    found = project_schedule(project, PRESENT, ())
    slips = [[(slip.baseline, slip.days) for slip in each.slips] for each in found.steps]
    assert slips == [[(1, 10), (3, -2)], [(1, 19), (3, 0)]]


def test_an_open_step_slips_to_its_earliest_finish_when_its_plan_has_passed() -> None:
    project = factories.project(planned_completion=date(2024, 11, 30))
    step(project, 1, planned_finish=date(2024, 10, 1))
    baseline(project, 1, first=date(2024, 10, 1))
    (only,) = project_schedule(project, PRESENT, ()).steps
    assert [slip.days for slip in only.slips] == [23]


def test_the_chart_draws_steps_links_and_leeway() -> None:
    chart = two_steps(date(2024, 11, 8), planned_finish=date(2024, 11, 8)).chart
    assert chart is not None
    kinds = [[bar.kind for bar in row.lane.bars] for row in chart.rows]
    assert kinds == [["plan critical", "float"]] * 2
    (link,) = chart.links
    assert link.critical


def test_a_step_that_is_too_late_shows_the_lack() -> None:
    chart = two_steps(date(2024, 10, 31)).chart
    assert chart is not None
    assert [row.lane.bars[-1].kind for row in chart.rows] == ["short", "short"]
    assert chart.rows[0].lane.bars[-1].title.endswith("欠 3 天")


def test_the_page_shows_verdict_columns_and_chart(client: Client) -> None:
    client.force_login(factories.user(READER, is_staff=False))
    project = factories.project(planned_completion=date(2024, 10, 31))
    step(project, 1, name="基础", planned_finish=date(2024, 10, 24))
    step(project, 2, name="主体")
    text = client.get(reverse("project", args=[project.code])).text
    for shown in (
        "晚 3 天（1 个工作日）",
        "关键线路：基础 → 主体。",
        "欠 3 天",
        "10 日历日",
        "倒排工期图",
        "link-line critical",
        'title="推迟一天，竣工就推迟">关键',
    ):
        assert shown in text, shown
