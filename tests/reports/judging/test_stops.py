"""The standing of a day, what is owed, and what is said in the light's reasons."""

from datetime import date
from typing import Any

import pytest

from kuancheng.reports.judging.progress import ProgressRow, progress_rows
from projects.models import Project, Stop
from projects.services.stops.steps import begin_stop
from tests import factories
from tests.clock import on
from tests.conftest import TODAY

pytestmark = pytest.mark.django_db


def row(project: Project, day: date = TODAY, known: date | None = None) -> ProgressRow:
    (found,) = progress_rows([project.pk], day, known_on=known)
    return found


def begun(project: Project, **fields: Any) -> Stop:
    given = {"reason": "funds", "stopped_on": date(2024, 10, 8)} | fields
    seen = factories.seen(project)
    return begin_stop(stop=Stop(project=project, **given), seen=seen, actor=factories.system())


def test_the_standing_is_that_of_the_day() -> None:
    project = factories.project()
    begun(project)
    days = (date(2024, 10, 7), date(2024, 10, 8), TODAY)
    assert [row(project, day).standing for day in days] == ["normal", "suspended", "suspended"]


def test_what_was_recorded_later_was_not_known() -> None:
    with on(9):
        project = factories.project()
    with on(12):
        begun(project)
    day = date(2024, 10, 11)
    assert row(project, day, known=day).standing == "normal"
    assert row(project, day, known=date(2024, 10, 12)).standing == "suspended"
    assert row(project, day).standing == "suspended"


def test_a_month_without_work_owes_no_report() -> None:
    project = factories.project()
    factories.milestone(project=project, planned_finish=date(2024, 12, 1))
    assert [each.rule for each in row(project).reasons] == ["report_missing"]
    assert row(project).money.months_missing == 9
    factories.stop(project=project, stopped_on=date(2024, 9, 1), resumed_on=date(2024, 10, 1))
    found = row(project)
    assert (found.stood_still, found.reasons, found.money.months_missing) == (True, (), 8)


def test_a_project_that_stands_still_is_yellow_for_no_report_but_its_sums_lack_months() -> None:
    project = factories.project()
    factories.milestone(project=project, planned_finish=date(2024, 12, 1))
    factories.stop(project=project, stopped_on=date(2024, 5, 27))
    found = row(project)
    assert (found.standing, found.reasons) == ("suspended", ())
    # January to May were worked in; June to September were not.
    assert found.money.months_missing == 5


def test_reasons_say_that_the_works_stand_still() -> None:
    project = factories.project(planned_completion=date(2024, 10, 10))
    factories.milestone(project=project, name="主体", planned_finish=date(2024, 10, 10))
    factories.milestone(
        project=project, name="许可", phase="permit", planned_finish=date(2024, 10, 12)
    )
    factories.stop(project=project, stopped_on=date(2024, 10, 1))
    texts = {each.text for each in row(project).reasons if each.rule == "milestone_overdue"}
    assert texts == {"节点“主体”超期 5 天（停工第 15 天）", "节点“许可”超期 3 天"}
