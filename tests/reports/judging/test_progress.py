"""What a progress row says of a project as of a day, from facts recorded by hand here."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from investment.models import OpeningFigure
from kuancheng.reports.choices import ProRataBasis
from kuancheng.reports.judging.progress import ProgressRow, progress_rows
from kuancheng.reports.models import RuleSet
from kuancheng.reports.rules.lights import Light
from projects.choices import Role
from projects.models import Project
from tests import factories

pytestmark = pytest.mark.django_db

TODAY = date(2024, 10, 15)


def row(project: Project, as_of: date = TODAY) -> ProgressRow:
    (only,) = progress_rows([project.pk], as_of)
    return only


def approved(project: Project, month: int, completed: str, year: int = 2024) -> None:
    factories.status_report(
        project=project,
        month=date(year, month, 1),
        completed=Decimal(completed),
        state="approved",
    )


def test_money_of_the_year_the_month_and_all_years_is_summed_apart() -> None:
    project = factories.project()
    factories.annual_plan(project=project, amount=Decimal(1000))
    approved(project, 12, "500", year=2023)
    for month, completed in [(1, "10"), (5, "200"), (8, "300"), (9, "110.5"), (10, "999")]:
        approved(project, month, completed)
    found = row(project)
    assert found.money_month == date(2024, 9, 1)
    assert found.money.completed_month == Decimal("110.50")
    assert found.money.completed_ytd == Decimal("620.50")
    assert found.money.completed_total == Decimal("1120.50")
    assert found.money.completion_rate == Decimal("62.05")
    assert (found.money.pro_rata_linear, found.money.pro_rata_seasonal) == (75, 82)
    assert found.money.gap == Decimal("-19.95")
    assert found.money.months_missing == 5  # February, March, April, June, July
    assert found.light == Light.YELLOW


def test_only_approved_reports_count() -> None:
    project = factories.project()
    factories.annual_plan(project=project)
    approved(project, 7, "100")
    for month, state in [(8, "returned"), (9, "submitted"), (6, "draft")]:
        factories.status_report(
            project=project, month=date(2024, month, 1), completed=Decimal(50), state=state
        )
    found = row(project)
    assert found.money.completed_ytd == 100
    assert found.money.completed_month is None
    assert found.money.report_state == "submitted"
    assert found.money.last_report == date(2024, 9, 1)
    assert found.money.months_missing == 8


@pytest.mark.parametrize(
    ("state", "missing"),
    [(None, True), ("draft", True), ("returned", True), ("submitted", False), ("approved", False)],
)
def test_report_of_the_money_month_is_missing_until_it_is_submitted(
    state: str | None, missing: bool
) -> None:
    project = factories.project()
    factories.milestone(project=project, planned_finish=date(2025, 1, 1))
    if state:
        factories.status_report(project=project, state=state, completed=Decimal(0))
    found = row(project)
    assert found.money.report_state == (state or "")
    assert [reason.rule for reason in found.reasons] == (["report_missing"] if missing else [])


def test_nothing_reported_is_not_zero() -> None:
    project = factories.project(total_investment=None)
    factories.annual_plan(project=project)
    found = row(project)
    unknown = [
        found.total_investment,
        found.money.completed_month,
        found.money.completed_ytd,
        found.money.completed_total,
        found.money.completion_rate,
        found.money.gap,
        found.money.last_report,
    ]
    assert unknown == [None] * 7
    assert found.money.months_missing == 9


def test_reported_zero_is_zero_and_far_behind() -> None:
    project = factories.project()
    factories.annual_plan(project=project)
    for month in range(1, 10):
        approved(project, month, "0")
    found = row(project)
    assert (found.money.completed_ytd, found.money.completion_rate, found.money.gap) == (0, 0, -82)
    assert found.money.months_missing == 0
    assert found.light == Light.RED


def test_plan_of_zero_has_no_rate_but_is_judged() -> None:
    project = factories.project()
    factories.annual_plan(project=project, amount=Decimal(0))
    approved(project, 9, "5")
    found = row(project)
    assert (found.money.annual_plan, found.money.completed_ytd) == (0, 5)
    assert (found.money.completion_rate, found.money.gap) == (None, None)
    assert found.light == Light.GREEN


def test_project_without_plan_and_dated_milestones_is_grey() -> None:
    project = factories.project()
    factories.milestone(project=project)
    assert row(project).light == Light.GREY


def test_plan_of_another_year_is_no_plan_of_this_one() -> None:
    project = factories.project()
    factories.annual_plan(project=project, year=2023)
    found = row(project)
    assert (found.money.annual_plan, found.light) == (None, Light.GREY)


def test_january_still_answers_for_the_old_year() -> None:
    project = factories.project()
    factories.annual_plan(project=project, year=2024, amount=Decimal(100))
    factories.annual_plan(project=project, year=2025, amount=Decimal(900))
    approved(project, 11, "60")
    approved(project, 12, "30")
    before, after = row(project, date(2025, 1, 7)), row(project, date(2025, 1, 8))
    assert (before.money_month, before.money.annual_plan, before.money.completed_ytd) == (
        date(2024, 11, 1),
        100,
        60,
    )
    assert (after.money_month, after.money.completed_ytd, after.money.completion_rate) == (
        date(2024, 12, 1),
        90,
        90,
    )
    assert (after.money.pro_rata_linear, after.money.pro_rata_seasonal, after.money.gap) == (
        100,
        100,
        -10,
    )


def test_typed_months_are_the_pro_rata_that_drives_the_light() -> None:
    project = factories.project()
    late = {f"month_{number:02}": Decimal(0) for number in range(1, 12)}
    factories.annual_plan(project=project, amount=Decimal(600), month_12=Decimal(600), **late)
    approved(project, 9, "6")
    found = row(project)
    assert (found.money.pro_rata_seasonal, found.money.pro_rata_linear, found.money.gap) == (
        0,
        75,
        1,
    )
    assert found.light == Light.GREEN


def test_rules_of_the_day_judge_the_day() -> None:
    RuleSet.objects.create(
        version=2,
        effective_from=date(2024, 10, 15),
        basis=ProRataBasis.LINEAR,
        gap_yellow=Decimal(1),
    )
    project = factories.project()
    factories.annual_plan(project=project, amount=Decimal(100))
    for month in range(1, 10):
        approved(project, month, "8")
    before, after = row(project, date(2024, 10, 14)), row(project, date(2024, 10, 15))
    assert (before.money.completion_rate, before.money.gap, before.light) == (72, -10, Light.BLUE)
    assert (after.money.gap, after.light) == (-3, Light.YELLOW)
    assert (before.money.pro_rata_seasonal, after.money.pro_rata_seasonal) == (82, 82)


def test_due_day_of_the_rules_moves_the_money_month() -> None:
    RuleSet.objects.create(version=2, effective_from=date(2024, 10, 1), report_due_workday=8)
    project = factories.project()
    assert row(project, date(2024, 10, 15)).money_month == date(2024, 8, 1)
    assert row(project, date(2024, 10, 16)).money_month == date(2024, 9, 1)


def test_milestones_are_counted_as_of_the_day() -> None:
    project = factories.project()
    for name, planned, actual in [
        ("做完", (2024, 5, 1), (2024, 5, 6)),
        ("当天做完", (2024, 10, 1), (2024, 10, 15)),
        ("明天才做完", (2024, 10, 10), (2024, 10, 16)),
        ("超期", (2024, 9, 30), None),
        ("当天到期", (2024, 10, 15), None),
        ("以后", (2024, 12, 1), None),
        ("没有日期", None, None),
    ]:
        factories.milestone(
            project=project,
            name=name,
            planned_finish=date(*planned) if planned else None,
            actual_finish=date(*actual) if actual else None,
        )
    found = row(project)
    assert (found.milestones_done, found.milestones_total) == (2, 7)
    assert (found.overdue_milestones, found.max_overdue_days) == (2, 15)
    assert (found.next_milestone, found.next_milestone_finish) == ("当天到期", TODAY)
    tomorrow = row(project, date(2024, 10, 16))
    assert (tomorrow.milestones_done, tomorrow.overdue_milestones) == (3, 2)
    assert tomorrow.next_milestone == "以后"


def test_finished_and_undated_milestones_leave_no_next_one() -> None:
    project = factories.project()
    factories.milestone(project=project, actual_finish=TODAY, planned_finish=TODAY)
    factories.milestone(project=project)
    found = row(project)
    assert (found.next_milestone, found.next_milestone_finish) == ("", None)
    assert found.max_overdue_days == 0


ACTUAL: list[tuple[dict[str, Any], Callable[[ProgressRow], object], object, object]] = [
    (
        {"actual_completion": date(2024, 10, 15)},
        lambda found: found.done,
        False,
        True,
    ),
    (
        {"planned_start": date(2024, 5, 1), "actual_start": date(2024, 10, 15)},
        lambda found: "start_late" in {reason.rule for reason in found.reasons},
        True,
        False,
    ),
    (
        {"actual_start": date(2024, 5, 1), "enrolled_on": date(2024, 10, 15)},
        lambda found: "enrolment_late" in {reason.rule for reason in found.reasons},
        True,
        False,
    ),
]


@pytest.mark.parametrize(("facts", "asked", "day_before", "on_the_day"), ACTUAL)
def test_actual_day_has_not_happened_the_day_before(
    facts: dict[str, Any],
    asked: Callable[[ProgressRow], object],
    day_before: object,
    on_the_day: object,
) -> None:
    project = factories.project(**facts)
    factories.annual_plan(project=project)
    assert asked(row(project, date(2024, 10, 14))) == day_before
    assert asked(row(project, date(2024, 10, 15))) == on_the_day


def test_people_are_those_in_office_on_the_day() -> None:
    project = factories.project()
    old, new, secretary = (factories.official() for _ in range(3))
    factories.assignment(project=project, official=old, until=date(2024, 5, 31))
    factories.assignment(project=project, official=new, since=date(2024, 6, 1))
    factories.assignment(
        project=project,
        official=secretary,
        role=Role.LIAISON_OFFICER,
        since=date(2024, 6, 1),
    )
    factories.assignment(project=project, official=old, role=Role.TASK_FORCE_HEAD)
    may, june = row(project, date(2024, 5, 31)), row(project, date(2024, 6, 1))
    assert (may.lead_official_id, may.liaison_officer_id) == (old.pk, None)
    assert (june.lead_official_id, june.liaison_officer_id) == (new.pk, secretary.pk)
    assert row(project, date(2023, 12, 31)).lead_official_id is None


def test_reason_names_the_agency_of_the_milestone_else_of_the_project() -> None:
    lead, builder = factories.agency(name="区发改局"), factories.agency(name="区住建局")
    project = factories.project(lead_agency=lead)
    factories.annual_plan(project=project)
    approved(project, 9, "1000")
    for agency, day in ((builder, 1), (None, 2)):
        factories.milestone(project=project, agency=agency, planned_finish=date(2024, 10, day))
    assert [(each.days, each.agency) for each in row(project).reasons] == [
        (14, "区住建局"),
        (13, "区发改局"),
    ]


def test_rows_come_by_project_and_unknown_ids_are_left_out() -> None:
    made = [factories.project() for _ in range(3)]
    ids = [project.pk for project in made]
    assert [each.project_id for each in progress_rows([*reversed(ids), 10**9], TODAY)] == ids
    assert progress_rows([], TODAY) == []


@pytest.mark.parametrize(
    ("month", "total"),
    [("2023-12-01", 2150), ("2024-08-01", 2050), ("2024-09-01", 2000), ("2022-01-01", 2150)],
)
def test_total_starts_from_the_opening_figure(month: str, total: int) -> None:
    project = factories.project()
    OpeningFigure.objects.create(project=project, month=month, completed=Decimal(2000), note="统计")
    for number, amount in ((8, 100), (9, 50)):
        factories.status_report(
            project=project, month=date(2024, number, 1), completed=amount, state="approved"
        )
    (row,) = progress_rows([project.pk], TODAY)
    assert (row.money.completed_total, row.money.completed_ytd) == (total, 150)


def test_opening_figure_alone_is_the_total_and_no_year() -> None:
    project = factories.project()
    OpeningFigure.objects.create(
        project=project, month=date(2023, 12, 1), completed=Decimal(2000), note="统计"
    )
    (row,) = progress_rows([project.pk], TODAY)
    assert (row.money.completed_total, row.money.completed_ytd) == (2000, None)


@pytest.mark.parametrize("count", [1, 30])
def test_eighteen_queries_whatever_the_number_of_projects(
    count: int, django_assert_num_queries: Any
) -> None:
    agency = factories.agency()
    for _ in range(count):
        project = factories.project(lead_agency=agency)
        factories.milestone(project=project, agency=agency, planned_finish=TODAY)
        factories.assignment(project=project, official=factories.official())
        factories.annual_plan(project=project)
        approved(project, 9, "1")
    ids = list(Project.objects.values_list("pk", flat=True))
    with django_assert_num_queries(18):
        assert len(progress_rows(ids, TODAY)) == count
