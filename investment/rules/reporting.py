"""Which month's report is due when."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from projects.rules.workdays import nth_workday

DUE_WORKDAY = 5
"""A month's report is due on this working day of the next month. Our default."""

OPENS_DAY = 25
"""A month's window opens on this day of the month itself. Our default."""


MONTH = re.compile(r"([0-9]{4})\s*[-/.年]?\s*([0-9]{1,2})\s*月?")


def parse_month(text: str) -> date:
    """The first day of “2024-09”, “2024年9月”, “202409”, “2024/9”. ValueError for no month."""
    found = MONTH.fullmatch(text.strip())
    if not found:
        raise ValueError(f"not a month: {text!r}")
    return date(int(found[1]), int(found[2]), 1)


def first_day(day: date) -> date:
    """The month that a day is in."""
    return day.replace(day=1)


def next_month(month: date) -> date:
    """The month after."""
    return (month.replace(day=1) + timedelta(days=31)).replace(day=1)


def last_month(month: date) -> date:
    """The month before."""
    return (month.replace(day=1) - timedelta(days=1)).replace(day=1)


def last_day(month: date) -> date:
    """The last day of the month."""
    return next_month(month) - timedelta(days=1)


@dataclass(frozen=True)
class Window:
    """The first day on which a month's report may be filed, and the last on which it is on time."""

    opens: date
    due: date


@dataclass(frozen=True)
class ReportingCalendar:
    """When months are reported: the usual days, and the months that were set otherwise."""

    due_workday: int = DUE_WORKDAY
    windows: Mapping[date, Window] = field(default_factory=dict)

    def window(self, month: date) -> Window:
        """A month's window: for September 2024 it opens on 2024-09-25 and is due on 2024-10-12."""
        if month in self.windows:
            return self.windows[month]
        following = next_month(month)
        due = nth_workday(following.year, following.month, self.due_workday)
        return Window(month.replace(day=OPENS_DAY), due)

    def due(self, month: date) -> date:
        """The last day on which that month's report is on time."""
        return self.window(month).due

    def opens(self, month: date) -> date:
        """The first day on which that month's report may be filed."""
        return self.window(month).opens

    def money_month(self, as_of: date) -> date:
        """The latest month whose report is due on or before that day; rates are taken at its end."""
        month = first_day(as_of)
        while self.due(month) > as_of:
            month = last_month(month)
        return month

    def reportable(self, as_of: date) -> tuple[date, ...]:
        """The money month, and the months after it whose window has opened, earliest first."""
        months = [self.money_month(as_of)]
        while self.opens(following := next_month(months[-1])) <= as_of:
            months.append(following)
        return tuple(months)
