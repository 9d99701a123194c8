"""What every project is judged by, as it is registered now or was at the end of a day."""

from datetime import date
from typing import Any

from django.db.models import QuerySet

from investment.models import ReportingWindow, SeasonalCurve
from investment.querysets import Curves
from investment.rules.reporting import ReportingCalendar
from kuancheng.reports.judging.known import last_recorded
from kuancheng.reports.models import RuleSet
from projects.models import CalendarDay, WinterWindow
from projects.planning import calendars_of, site_calendars
from projects.rules.calendars import Calendars


def rows_on(model: Any, known_on: date | None) -> QuerySet[Any]:
    """The table, or its history as a day left it: the columns are the same."""
    return model.objects.all() if known_on is None else last_recorded(model, known_on)


def rules_on(as_of: date, known_on: date | None = None) -> RuleSet:
    """The thresholds in force on a day, as known on another. One query, or two."""
    if known_on is None:
        found: RuleSet = RuleSet.objects.in_force(as_of)
        return found
    versions = rule_versions(known_on)
    started = [each for each in versions if each.effective_from <= as_of]
    return (started or versions[:1])[-1]


def rule_versions(known_on: date | None = None) -> list[RuleSet]:
    """All versions of the thresholds, the first to take effect first. One query, or two."""
    if known_on is None:
        return list(RuleSet.objects.order_by("effective_from"))
    found = [row.instance for row in last_recorded(RuleSet, known_on)]
    # The first version came with the system, and has no history.
    found += RuleSet.objects.exclude(pk__in=RuleSet.history.values("id"))
    return sorted(found, key=lambda each: each.effective_from)


def reporting_calendar(rules: RuleSet, known_on: date | None = None) -> ReportingCalendar:
    """When each month's reports may be filed and are due. One query."""
    if known_on is None:
        return ReportingWindow.objects.calendar(rules.report_due_workday)
    rows = last_recorded(ReportingWindow, known_on)
    windows = {row.month: row.instance.window for row in rows}
    return ReportingCalendar(rules.report_due_workday, windows)


def seasonal_curves(known_on: date | None = None) -> Curves:
    """The curve of every year. One query."""
    if known_on is None:
        return SeasonalCurve.objects.by_year()
    rows = last_recorded(SeasonalCurve, known_on)
    return Curves({row.year: row.instance.shares for row in rows})


def calendars_on(known_on: date | None = None) -> Calendars:
    """The statutory calendar with the office's days and winters. Two queries."""
    if known_on is None:
        return site_calendars()
    days = last_recorded(CalendarDay, known_on).values_list("date", "works")
    winters = last_recorded(WinterWindow, known_on).values_list("year", "first", "last")
    return calendars_of(frozenset(days), frozenset(winters))
