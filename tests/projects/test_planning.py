"""What a project's records say of its schedule on a day."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.choices import DurationUnit, PauseReason, Phase
from projects.models import CalendarDay, Milestone, Pause, Project, WinterWindow
from projects.planning import (
    Timeline,
    duration_of,
    project_timeline,
    site_calendars,
    timelines,
)
from projects.rules.calendars import Calendars
from tests import factories

pytestmark = pytest.mark.django_db

# 15 October 2024 is a Tuesday.
TUESDAY = date(2024, 10, 15)


def day(number: int) -> date:
    """That day of October 2024, and on."""
    return date(2024, 10, 1) + timedelta(days=number - 1)


def project(**fields: Any) -> Project:
    return factories.project(**{"planned_completion": day(25)} | fields)


def step(of: Project, order: int, duration: int | None = 3, **fields: Any) -> Milestone:
    """A step in calendar days, after the one before it."""
    return factories.milestone(
        project=of,
        **{
            "order": order,
            "name": f"第{order}步",
            "duration": duration,
            "unit": DurationUnit.CALENDAR,
            "after": str(order - 1) if order > 1 else "",
        }
        | fields,
    )


def asked(of: Project, as_of: date = TUESDAY) -> Timeline:
    of.refresh_from_db()
    return project_timeline(of, as_of)


def test_a_project_is_forecast_from_today() -> None:
    made = project()
    first, second = step(made, 1), step(made, 2)
    found = asked(made)
    # 15, 16, 17 and 18, 19, 20.
    assert (found.promised, found.forecast, found.late_by) == (day(25), day(20), 0)
    assert found.problems == ()
    dated = found.dated(second)
    assert dated is not None
    assert (dated.earliest_start, dated.latest_start, dated.float_days) == (day(18), day(23), 5)
    other = found.dated(first)
    assert other is not None
    assert other.earliest_start == TUESDAY


def test_a_late_project_is_late_by_calendar_days() -> None:
    made = project(planned_completion=day(18))
    step(made, 1)
    step(made, 2)
    found = asked(made)
    assert (found.forecast, found.late_by) == (day(20), 2)
    assert found.schedule is not None
    assert not found.schedule.feasible


def no_promise() -> Project:
    made = project(planned_completion=None)
    step(made, 1)
    return made


def no_steps() -> Project:
    return project()


def only_production() -> Project:
    made = project()
    step(made, 1, phase=Phase.PRODUCTION)
    return made


def no_links() -> Project:
    made = project()
    step(made, 1)
    step(made, 2, after="")
    return made


def same_number() -> Project:
    made = project()
    step(made, 1)
    step(made, 1)
    step(made, 2)
    return made


def unknown_number() -> Project:
    made = project()
    step(made, 1, after="7")
    return made


def ring() -> Project:
    made = project()
    step(made, 1, after="2")
    step(made, 2)
    return made


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (no_promise, "没有登记计划竣工日期"),
        (no_steps, "没有登记节点"),
        (only_production, "没有登记节点"),
        (no_links, "没有登记前置关系"),
        (same_number, "步骤编号“1”重复"),
        (unknown_number, "步骤“第1步”的前置步骤“7”不存在"),
        (ring, "绕成了圈"),
    ],
)
def test_what_keeps_a_project_from_being_scheduled_is_told(make: Any, words: str) -> None:
    found = asked(make())
    assert found.schedule is None
    assert (found.forecast, found.late_by) == (None, None)
    [problem] = found.problems
    assert words in problem


def test_a_single_step_needs_no_predecessor() -> None:
    made = project()
    step(made, 1)
    assert asked(made).forecast == day(17)


def test_what_came_after_the_day_had_not_happened() -> None:
    made = project()
    step(made, 1, actual_start=day(10), actual_finish=day(11))
    step(made, 2, actual_start=day(12))
    # On the 15th the second step has spent 12, 13, 14; at least one more day is needed.
    assert asked(made).forecast == TUESDAY
    # On the 9th nothing had begun: 9, 10, 11 and 12, 13, 14.
    assert asked(made, day(9)).forecast == day(14)
    # On the 10th the first had begun, and was not done.
    assert asked(made, day(10)).forecast == day(15)


def test_a_completed_project_has_a_schedule_and_no_forecast() -> None:
    made = project(actual_completion=day(14))
    step(made, 1, actual_start=day(10), actual_finish=day(14))
    found = asked(made)
    assert found.schedule is not None
    assert (found.forecast, found.late_by) == (None, None)
    # The day before, it was not completed.
    assert asked(made, day(13)).forecast == day(13)


def test_production_is_promised_for_commissioning_and_not_part_of_the_forecast() -> None:
    made = project(planned_commissioning=day(31))
    step(made, 1, 10)
    step(made, 2, 7, phase=Phase.PRODUCTION)
    found = asked(made)
    assert (found.forecast, found.late_by) == (day(24), 0)
    assert found.schedule is not None
    # Built by the 24th, produces from the 25th to the 31st.
    assert (found.schedule.finish, found.schedule.earliest_finish) == (day(31), day(31))
    assert found.schedule.feasible


@pytest.mark.parametrize(("standing", "word"), [("deferred", "暂缓"), ("withdrawn", "退出")])
def test_a_project_that_is_put_off_has_a_schedule_and_no_forecast(standing: str, word: str) -> None:
    project = factories.project(planned_completion=date(2024, 12, 31), standing=standing)
    factories.milestone(project=project, order=1, duration=10)
    found = project_timeline(project, TUESDAY)
    assert found.schedule is not None
    assert (found.forecast, found.late_by) == (None, None)
    assert found.unforecast == f"项目{word}，不预测竣工。"


def test_what_is_to_be_built_is_late_after_completion_though_before_commissioning() -> None:
    made = project(planned_commissioning=day(31))
    step(made, 1, 12)
    found = asked(made)
    assert (found.forecast, found.late_by) == (day(26), 1)
    assert found.schedule is not None
    assert not found.schedule.feasible


def test_a_confirmed_day_after_the_completion_does_not_excuse_it() -> None:
    made = project(planned_commissioning=day(31))
    step(made, 1, 12, confirmed=True, planned_start=day(20), planned_finish=day(31))
    found = asked(made)
    assert (found.forecast, found.late_by) == (day(26), 1)
    assert found.schedule is not None
    assert not found.schedule.feasible


def test_confirmed_days_are_promises_and_others_are_not() -> None:
    made = project()
    step(made, 1, confirmed=True, planned_start=day(14), planned_finish=day(18))
    step(made, 2, planned_start=day(14), planned_finish=day(14))
    found = asked(made)
    assert found.schedule is not None
    [broken] = found.schedule.broken
    assert (broken.key, broken.what, broken.promised, broken.late_by) == ("1", "start", day(14), 1)
    assert found.late_by == 0


@pytest.mark.parametrize(
    ("first", "last", "as_of", "forecast"),
    [
        # Begun on the 10th, five days. Without a pause 10, 11, 12, 13, 14 would be spent.
        (11, 12, 12, 16),
        (11, 12, 15, 16),
        # Still paused: stands still up to the day before the day asked for.
        (11, None, 13, 16),
        (11, None, 15, 18),
        # A pause without an end that had not begun was not known.
        (13, None, 12, 14),
    ],
)
def test_a_pause_stops_the_clock(first: int, last: int | None, as_of: int, forecast: int) -> None:
    made = project()
    paused = step(made, 1, 5, actual_start=day(10))
    Pause.objects.create(
        project=made,
        milestone=paused,
        reason=PauseReason.REVIEW,
        first=day(first),
        last=day(last) if last else None,
    )
    assert asked(made, day(as_of)).forecast == day(forecast)


@pytest.mark.parametrize(
    ("fields", "days"),
    [
        ({"duration": 7, "planned_start": day(1), "planned_finish": day(2)}, 7),
        # 1 to 7 October are holidays; the 8th to the 11th and Saturday the 12th are worked.
        ({"planned_start": day(7), "planned_finish": day(14)}, 6),
        ({"planned_start": day(7), "planned_finish": day(14), "unit": "calendar"}, 8),
        ({"planned_start": day(1), "planned_finish": day(2)}, 1),
        ({"planned_start": day(1)}, 1),
        # From 30 October to 5 November: two days before winter.
        ({"planned_start": day(30), "planned_finish": day(36), "unit": "construction"}, 2),
    ],
)
def test_a_duration_is_as_registered_or_as_planned(fields: dict[str, Any], days: int) -> None:
    assert duration_of(Milestone(**fields), Calendars()) == days


def test_the_offices_days_and_winters_count() -> None:
    made = project(planned_completion=date(2025, 5, 30))
    step(made, 1, 2, unit=DurationUnit.WORKING)
    step(made, 2, 26, unit=DurationUnit.CONSTRUCTION)
    # 15, 16; then 17 to 31 October are 15 days, and 1 to 11 April 11.
    assert asked(made).forecast == date(2025, 4, 11)
    CalendarDay.objects.create(date=day(16), works=False, name="停电")
    # One day later: 18 to 31 October are 14 days.
    assert asked(made).forecast == date(2025, 4, 12)
    WinterWindow.objects.create(year=2024, first=date(2024, 11, 6), last=date(2025, 3, 31))
    # Five more in November.
    assert asked(made).forecast == date(2025, 4, 7)


def test_equal_calendars_are_worked_out_once() -> None:
    CalendarDay.objects.create(date=day(16), works=False, name="停电")
    assert site_calendars() is site_calendars()


def test_several_timelines_are_each_its_own_at_the_same_cost() -> None:
    made = [project(), project(), no_promise()]
    for each in made[:2]:
        paused = step(each, 1)
        step(each, 2)
    Pause.objects.create(
        project=made[1],
        milestone=paused,
        reason=PauseReason.OTHER,
        first=day(16),
        last=day(17),
    )
    with CaptureQueriesContext(connection) as queries:
        found = timelines(Project.objects.all(), TUESDAY)
    assert len(queries) == 6
    assert [found[each] for each in made] == [asked(each) for each in made]
    assert [found[each].forecast for each in made] == [day(20), day(22), None]
