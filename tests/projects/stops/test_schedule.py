"""Stopped days halt the works and move the forecast, once each; permits go on. Days by hand."""

from datetime import date
from typing import Any

import pytest

from projects.models import Milestone, Pause, Project
from projects.planning import project_timeline
from tests import factories
from tests.conftest import TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def project() -> Project:
    """Works of 100 calendar days that began 50 days before the day: 50 are left."""
    made = factories.project(planned_completion=date(2024, 12, 1))
    works(made, actual_start=date(2024, 8, 26))
    return made


def works(project: Project, **fields: Any) -> Milestone:
    given = {"order": 1, "duration": 100, "unit": "calendar"}
    return factories.milestone(project=project, **given | fields)


def forecast(project: Project, as_of: date = TODAY) -> date | None:
    return project_timeline(project, as_of).forecast


def test_works_under_way_lose_the_days_of_a_stop(project: Project) -> None:
    # 15 October is day 51 of the works: 50 days more, the last on 3 December.
    assert forecast(project) == date(2024, 12, 3)
    # From 1 to 30 September thirty of the fifty are lost.
    factories.stop(project=project, resumed_on=date(2024, 10, 1))
    assert forecast(project) == date(2025, 1, 2)


def test_a_day_that_a_pause_covers_too_is_lost_once(project: Project) -> None:
    step = project.milestones.get()
    factories.stop(project=project, resumed_on=date(2024, 10, 1))
    Pause.objects.create(
        project=project, milestone=step, reason="suspension", first=date(2024, 9, 11), last=TODAY
    )
    # Paused up to and with the day itself: 1 September to 15 October, 45 days, and begins a day later.
    assert forecast(project) == date(2025, 1, 17)


def test_a_stop_that_lasts_loses_the_days_so_far(project: Project) -> None:
    factories.stop(project=project, stopped_on=date(2024, 10, 5))
    assert forecast(project) == date(2024, 12, 13)
    # Seen from before the stop there is none.
    assert forecast(project, date(2024, 10, 4)) == date(2024, 12, 3)


def test_a_resumption_that_is_granted_for_later_is_waited_for(project: Project) -> None:
    factories.stop(
        project=project,
        stopped_on=date(2024, 10, 5),
        resumed_on=date(2024, 10, 25),
        approved_on=TODAY,
    )
    # Twenty days are lost, ten of them still to come.
    assert forecast(project) == date(2024, 12, 23)
    # The day before nobody knew.
    assert forecast(project, date(2024, 10, 14)) == date(2024, 12, 12)


def test_permits_go_on(project: Project) -> None:
    Milestone.objects.update(phase="permit")
    factories.stop(project=project, resumed_on=date(2024, 10, 1))
    assert forecast(project) == date(2024, 12, 3)


def test_a_stop_of_no_days_changes_nothing(project: Project) -> None:
    factories.stop(project=project, resumed_on=date(2024, 9, 1))
    assert forecast(project) == date(2024, 12, 3)
