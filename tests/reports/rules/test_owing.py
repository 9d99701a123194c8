"""Who owes a report, and for which months; the rule and its twins in SQL agree on every case."""

from datetime import date, timedelta
from itertools import product

import pytest

from kuancheng.reports.choices import Basis, Unreported
from kuancheng.reports.judging import daily
from kuancheng.reports.judging.owing import owing
from kuancheng.reports.models import DailyStatus
from kuancheng.reports.querysets import reported_as
from kuancheng.reports.rules.owing import months_owed, owes_report
from projects.choices import Stage, Standing
from projects.models import Milestone, Project
from tests import factories

TODAY = date(2024, 10, 15)
SEPTEMBER = date(2024, 9, 1)


@pytest.mark.parametrize(
    ("stage", "owed"),
    [
        ("concept", False),
        ("pipeline", False),
        ("signed", False),
        ("preparation", True),
        ("started", True),
        ("construction", True),
        ("completed", True),
        ("commissioned", False),
        ("full_capacity", False),
    ],
)
def test_a_report_is_owed_from_preparation_to_completion(stage: str, owed: bool) -> None:
    assert owes_report(stage, "normal", done=False) is owed
    assert not owes_report(stage, "normal", done=True)
    for standing in ("suspended", "deferred", "withdrawn"):
        assert not owes_report(stage, standing, done=False)


@pytest.mark.parametrize(
    ("stage", "standing", "completed_on", "last"),
    [
        ("construction", "normal", None, 9),
        ("construction", "suspended", None, 0),
        ("signed", "normal", None, 0),
        ("completed", "normal", date(2024, 6, 20), 6),
        ("commissioned", "normal", date(2024, 6, 1), 6),
        ("completed", "normal", date(2024, 10, 8), 9),
        ("completed", "normal", date(2023, 12, 31), 0),
        ("completed", "withdrawn", date(2024, 6, 20), 0),
    ],
)
def test_months_are_owed_up_to_the_money_month_or_the_completion(
    stage: str, standing: str, completed_on: date | None, last: int
) -> None:
    assert months_owed(stage, standing, completed_on, SEPTEMBER) == tuple(range(1, last + 1))


COMPLETIONS = (None, TODAY - timedelta(days=1), TODAY, TODAY + timedelta(days=1))


@pytest.fixture
def every_case() -> list[Project]:
    """A project for each stage, standing and completion, with a milestone 14 days late."""
    made = [
        factories.project(stage=stage, standing=standing, actual_completion=completed)
        for stage, standing, completed in product(Stage, Standing, COMPLETIONS)
    ]
    for project in made:
        factories.milestone(project=project, planned_finish=date(2024, 10, 1))
    return made


@pytest.mark.django_db
def test_projects_and_kept_rows_are_asked_as_the_rule_is(every_case: list[Project]) -> None:
    daily.ensure(TODAY, today=TODAY)
    assert len(every_case) == 9 * 4 * 4
    owes = {
        project.pk
        for project in every_case
        if owes_report(
            project.stage,
            project.standing,
            done=project.actual_completion is not None and project.actual_completion <= TODAY,
        )
    }
    # 前期, 开工, 在建, 竣工; 正常; not completed, or only tomorrow.
    assert len(owes) == 4 * 1 * 2
    assert set(owing(Project.objects.all(), TODAY, SEPTEMBER).values_list("pk", flat=True)) == owes
    rows = DailyStatus.objects.filter(basis=Basis.DAILY, date=TODAY)
    missing = rows.filter(reported_as(Unreported.MISSING))
    assert set(missing.values_list("project", flat=True)) == owes
    besides = rows.filter(reported_as(Unreported.NOT_OWED))
    assert besides.count() == len(every_case) - len(owes)
    assert {row.project_id for row in rows if row.report_owed} == owes
    assert {row.project_id for row in rows if row.report_word == "未报送"} == owes
    assert set(rows.fired("report_missing").values_list("project", flat=True)) == owes
    assert {row.project_id for row in rows if row.months_missing} == {
        project.pk
        for project in every_case
        if project.pk in owes or (project.standing == "normal" and project.actual_completion
                                  and project.actual_completion <= TODAY)
    }  # fmt: skip


@pytest.mark.django_db
def test_rows_and_milestones_agree_on_what_is_overdue(every_case: list[Project]) -> None:
    daily.ensure(TODAY, today=TODAY)
    late = Milestone.objects.overdue(TODAY).values_list("project", flat=True)
    judged = {project.pk for project in every_case if project.standing in ("normal", "suspended")}
    assert set(late) == judged
    rows = DailyStatus.objects.filter(overdue_milestones__gt=0)
    assert set(rows.values_list("project", flat=True)) == judged
    assert set(rows.fired("milestone_overdue").values_list("project", flat=True)) == judged


@pytest.mark.django_db
def test_a_report_that_is_filed_without_being_owed_shows_its_state() -> None:
    project = factories.project(standing=Standing.SUSPENDED)
    factories.status_report(project=project, completed=1, state="approved")
    daily.ensure(TODAY, today=TODAY)
    row = DailyStatus.objects.get()
    assert (row.report_owed, row.report_word) == (False, "已复核")
    assert not DailyStatus.objects.filter(reported_as(Unreported.NOT_OWED)).exists()
