"""What every project is judged by, as it was registered on an earlier day."""

from datetime import date
from decimal import Decimal

import pytest
from django.db.models import Q

from investment.models import MONTH_FIELDS, ReportingWindow, SeasonalCurve
from investment.rules.rates import DEFAULT_CURVE
from kuancheng.reports import querysets
from kuancheng.reports.judging.owing import owing
from kuancheng.reports.judging.terms import (
    calendars_on,
    reporting_calendar,
    rule_versions,
    rules_on,
    seasonal_curves,
)
from kuancheng.reports.models import RuleSet
from kuancheng.reports.questions import statuses_on
from projects.choices import DurationUnit, Stage, Standing
from projects.models import CalendarDay, Project, WinterWindow
from tests import factories
from tests.clock import on

pytestmark = pytest.mark.django_db

TODAY = date(2024, 10, 15)
SEPTEMBER = date(2024, 9, 1)


@pytest.fixture
def second() -> RuleSet:
    """Made on 2 October for the 10th, tightened on the 4th."""
    with on(2):
        made = RuleSet.objects.create(
            version=2, effective_from=date(2024, 10, 10), note="第二版", milestone_red_days=20
        )
    with on(4):
        made.milestone_red_days = 10
        made.save()
    return made


@pytest.mark.parametrize(
    ("as_of", "known_on", "version", "red_days"),
    [
        (9, None, 1, 30),
        (10, None, 2, 10),
        (15, 1, 1, 30),  # nobody knew of the second version yet
        (15, 2, 2, 20),
        (15, 4, 2, 10),
        (9, 4, 1, 30),
    ],
)
def test_day_is_judged_by_the_version_known_for_it(
    second: RuleSet, as_of: int, known_on: int | None, version: int, red_days: int
) -> None:
    known = known_on and date(2024, 10, known_on)
    found = rules_on(date(2024, 10, as_of), known or None)
    assert (found.version, found.milestone_red_days) == (version, red_days)


def test_version_that_came_with_the_system_was_always_known(second: RuleSet) -> None:
    versions = {
        day: [each.version for each in rule_versions(date(2024, 10, day))] for day in (1, 2)
    }
    assert versions == {1: [1], 2: [1, 2]}
    assert [each.version for each in rule_versions()] == [1, 2]


def test_windows_seasons_and_calendars_are_those_of_the_day() -> None:
    rules = RuleSet.objects.get()
    with on(8):
        ReportingWindow.objects.create(
            month=SEPTEMBER, opens_on=date(2024, 9, 25), due_on=date(2024, 10, 20), note="延期"
        )
        shares = dict.fromkeys(MONTH_FIELDS, Decimal(8)) | {MONTH_FIELDS[0]: Decimal(12)}
        SeasonalCurve.objects.create(year=2024, note="示例", **shares)
        CalendarDay.objects.create(date=date(2024, 10, 16), works=False, name="示例")
        WinterWindow.objects.create(year=2024, first=date(2024, 10, 20), last=date(2025, 4, 30))

    def known(day: int | None) -> tuple[date, Decimal, int, date]:
        known_on = None if day is None else date(2024, 10, day)
        calendars = calendars_on(known_on)
        working = calendars.line(DurationUnit.WORKING)
        (winter, *_) = calendars.windows(2024, 2024)
        return (
            reporting_calendar(rules, known_on).due(SEPTEMBER),
            seasonal_curves(known_on)[2024][0],
            working.between(date(2024, 10, 16), date(2024, 10, 18)),
            winter[0],
        )

    before = (date(2024, 10, 12), DEFAULT_CURVE[0], 2, date(2024, 11, 1))
    after = (date(2024, 10, 20), Decimal(12), 1, date(2024, 10, 20))
    assert (known(7), known(8), known(None)) == (before, after, after)


def test_rows_and_records_agree_on_who_owes_a_report() -> None:
    for stage in Stage.values:
        for standing in Standing.values:
            for completed in (None, date(2024, 10, 1), date(2024, 10, 16)):
                factories.project(stage=stage, standing=standing, actual_completion=completed)
    months = {TODAY: date(2024, 9, 1), date(2024, 9, 30): date(2024, 8, 1)}
    for day, month in months.items():
        by_rows = set(
            statuses_on(day)
            .filter(querysets.owing(Q(done=False)))
            .values_list("project", flat=True)
        )
        by_records = set(owing(Project.objects.all(), day, month).values_list("pk", flat=True))
        assert by_rows == by_records
        assert by_rows
