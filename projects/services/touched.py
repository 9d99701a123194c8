"""Which projects' forecasts a changed calendar touches, before it is saved."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from projects.models import CalendarDay, Project, WinterWindow
from projects.planning import calendars_of, site_calendars, timeline
from projects.rules.calendars import Calendars

CalendarRecord = CalendarDay | WinterWindow


@dataclass(frozen=True)
class Touched:
    """A project whose forecast completion would be another one."""

    project: Project
    promised: date
    before: date
    after: date

    @property
    def days(self) -> int:
        """How far the forecast moves, in calendar days; negative when it gets earlier."""
        return (self.after - self.before).days

    @property
    def days_earlier(self) -> int:
        """The same, for a forecast that gets earlier."""
        return -self.days

    @property
    def breaks(self) -> bool:
        """Whether the promise, kept so far, would be broken."""
        return self.before <= self.promised < self.after


def calendars_with(record: CalendarRecord) -> Calendars:
    """The site's calendars as they would be with that record as it is now. Two queries."""
    days, winters = _without(record)
    if isinstance(record, CalendarDay):
        return calendars_of(days | {(record.date, record.works)}, winters)
    return calendars_of(days, winters | {(record.year, record.first, record.last)})


def calendars_without(record: CalendarRecord) -> Calendars:
    """The site's calendars as they would be if that record were deleted. Two queries."""
    return calendars_of(*_without(record))


def _without(record: CalendarRecord) -> tuple[frozenset[Any], frozenset[Any]]:
    days = _others(CalendarDay.objects.all(), record).values_list("date", "works")
    winters = _others(WinterWindow.objects.all(), record).values_list("year", "first", "last")
    return frozenset(days), frozenset(winters)


def _others(records: QuerySet[Any], record: CalendarRecord) -> QuerySet[Any]:
    return records.exclude(pk=record.pk) if isinstance(record, records.model) else records


def touched_by(changed: Calendars, as_of: date) -> list[Touched]:
    """The projects whose forecast moves when the site's calendars become these, by code.

    Six queries; every project is scheduled twice.
    """
    now = site_calendars()
    if now == changed:
        return []
    projects = Project.objects.filter(planned_completion__isnull=False)
    found = projects.prefetch_related("milestones", "pauses", "stops").order_by("code")
    return [touched for project in found for touched in _touched(project, now, changed, as_of)]


def _touched(
    project: Project, now: Calendars, changed: Calendars, as_of: date
) -> Iterator[Touched]:
    milestones, pauses = list(project.milestones.all()), list(project.pauses.all())
    stops = list(project.stops.all())
    before, after = (
        timeline(project, milestones, pauses, calendars, as_of, stops=stops).forecast
        for calendars in (now, changed)
    )
    if before and after and before != after and project.planned_completion:
        yield Touched(project, project.planned_completion, before, after)
