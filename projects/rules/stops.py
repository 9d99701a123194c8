"""停工: which days a project stood still, and what the law asks of it by when.

建筑法 §10: reported to the authority that gave the construction permit within a month; stopped for
a year, the permit is checked again before work goes on. A period of months or years ends on the
day of the same number, or on the month's last where it has none (民法典 §202); it is not moved off a
day of rest, so that nobody reports late by our reckoning and in time by the law's.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from projects.rules.periods import months_later

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Standstill:
    """One stop: its first day, and the first day of work again, None while it goes on.

    `approved_on` is the day on which the resumption was granted, `reported_on` that of the report
    to the authority, `rechecked_on` that on which the permit was checked again.
    """

    stopped_on: date
    resumed_on: date | None = None
    reported_on: date | None = None
    rechecked_on: date | None = None
    approved_on: date | None = None

    def covers(self, day: date) -> bool:
        """Whether the project stood still on that day."""
        return self.stopped_on <= day and (self.resumed_on is None or day < self.resumed_on)

    def covers_all(self, first: date, last: date) -> bool:
        """Whether it stood still from the first to the last day."""
        return self.covers(first) and self.covers(last)

    @property
    def report_due(self) -> date:
        """The last day on which it is reported in time."""
        return months_later(self.stopped_on, 1)

    @property
    def recheck_due(self) -> date:
        """The day from which on work may go on only after the permit was checked again."""
        return months_later(self.stopped_on, 12)

    def days(self, day: date) -> int:
        """Days of standing still up to and with that day: 1 on the first, 0 before it."""
        end = day + ONE_DAY if self.resumed_on is None else min(day + ONE_DAY, self.resumed_on)
        return max(0, (end - self.stopped_on).days)

    def report_late_by(self, day: date) -> int:
        """Days by which the report is late, or was; 0 where it was in time, or is not due yet.

        Where work went on before the month was over none is owed.
        """
        if self._was_short(day):
            return 0
        known = self.reported_on if self.reported_on and self.reported_on <= day else None
        return max(0, ((known or day) - self.report_due).days)

    def is_unreported(self, day: date) -> bool:
        """Whether by that day a report is owed, late or not, and none is on record."""
        missing = self.reported_on is None or self.reported_on > day
        return missing and self.stopped_on <= day and not self._was_short(day)

    def needs_recheck(self, day: date) -> bool:
        """Whether going on to work on that day takes a permit that was checked again."""
        return day >= self.recheck_due

    def lacks_recheck(self, day: date) -> bool:
        """Whether it has stood still so long on that day, and the permit was not checked."""
        checked = self.rechecked_on is not None and self.rechecked_on <= day
        return self.covers(day) and self.needs_recheck(day) and not checked

    def _was_short(self, day: date) -> bool:
        return self.resumed_on is not None and self.resumed_on <= min(day, self.report_due)

    def known_end(self, as_of: date) -> date | None:
        """The first day of work, as far as it had been granted by a day."""
        granted = self.approved_on is None or self.approved_on <= as_of
        return self.resumed_on if granted else None


def stop_on(stops: Iterable[Standstill], day: date) -> Standstill | None:
    """The stop that covers a day; stops of one project never overlap."""
    return next((each for each in stops if each.covers(day)), None)


def stood_still(stops: Iterable[Standstill], month: date) -> bool:
    """Whether the project stood still on every day of a month, told by its first."""
    last = months_later(month, 1) - ONE_DAY
    return any(each.covers_all(month, last) for each in stops)


def overlapped(stops: Iterable[Standstill], one: Standstill) -> Standstill | None:
    """Another stop that shares a day with this one, or that it follows without a day of work."""
    return next((each for each in stops if _touch(each, one)), None)


def _touch(one: Standstill, other: Standstill) -> bool:
    first, second = sorted((one, other), key=lambda each: each.stopped_on)
    return first.resumed_on is None or second.stopped_on <= first.resumed_on
