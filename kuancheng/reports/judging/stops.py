"""Stops as of a day and as known on a day: how long, what is owed, what waits."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from kuancheng.asking.parameters import Days
from kuancheng.reports.judging.known import records
from projects.models import Stop
from projects.rules.stops import Standstill

RELATED = ("author", "resume_asked_by", "approved_by")
"""Whom a stop names."""


@dataclass(frozen=True)
class StopOn:
    """A stop that has begun, as of a day; what is dated later has not happened."""

    stop: Stop
    as_of: date

    @property
    def fact(self) -> Standstill:
        """What the rules look at."""
        return self.stop.as_fact

    @property
    def lasts(self) -> bool:
        """Whether the project stands still on the day."""
        return self.fact.covers(self.as_of)

    @property
    def days(self) -> int:
        """Days of standing still up to and with the day."""
        return self.fact.days(self.as_of)

    @property
    def report_due(self) -> date:
        """The last day of the month in which the authority is told."""
        return self.fact.report_due

    @property
    def unreported(self) -> bool:
        """Whether a report is owed and not on record."""
        return self.fact.is_unreported(self.as_of)

    @property
    def report_late(self) -> int:
        """Days by which the report is late, or was."""
        return self.fact.report_late_by(self.as_of)

    @property
    def recheck_due(self) -> date:
        """From this day on work goes on only after the permit was checked again."""
        return self.fact.recheck_due

    @property
    def lacks_recheck(self) -> bool:
        """Whether a year has passed and the permit was not checked again."""
        return self.fact.lacks_recheck(self.as_of)

    @property
    def waits(self) -> bool:
        """Whether somebody has asked to resume, and nobody answered."""
        asked = self.stop.resume_asked_on
        return self.lasts and asked is not None and asked <= self.as_of and self.stop.is_open

    @property
    def granted(self) -> bool:
        """Whether a day to resume on was granted that has not come."""
        return self.lasts and self.fact.known_end(self.as_of) is not None


def stops_of(stops: Iterable[Stop], as_of: date) -> list[StopOn]:
    """Those that have begun by the day, the latest first."""
    begun = [StopOn(each, as_of) for each in stops if each.stopped_on <= as_of]
    return sorted(begun, key=lambda each: (each.stop.stopped_on, each.stop.pk), reverse=True)


def stops_on(wanted: Q, days: Days) -> list[StopOn]:
    """Matching stops that have begun by the day, the latest first. One query, or a few as known."""
    begun = wanted & Q(stopped_on__lte=days.as_of)
    return stops_of(records(Stop, begun, days.known_at, related=("project", *RELATED)), days.as_of)
