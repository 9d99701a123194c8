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

REMINDS_BEFORE = timedelta(days=3)
"""So long before its last day people are reminded of a month's report. Our default."""

LONGEST = timedelta(days=400)
"""A month's report is due within so many days of the month's beginning."""

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
    """A month's round: when it may first be filed, the last day that is on time, the reminders."""

    opens: date
    due: date
    reminders: tuple[date, ...] = ()

    @classmethod
    def of(cls, opens: date, due: date, *reminders: date | None) -> "Window":
        """With those reminders; where none is given, with the usual one before the last day."""
        given = tuple(sorted(each for each in reminders if each))
        return cls(opens, due, given or (max(opens, due - REMINDS_BEFORE),))

    def reminded(self, day: date) -> date | None:
        """The latest reminder up to a day on which the round is still open; None before it."""
        come = [each for each in self.reminders if each <= day <= self.due]
        return come[-1] if come else None


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
        return Window.of(month.replace(day=OPENS_DAY), due)

    def usual(self, month: date) -> Window:
        """The window that the month would have if nobody had set one."""
        return ReportingCalendar(self.due_workday).window(month)

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

    def is_set(self, month: date) -> bool:
        """Whether the office has set the month's window."""
        return month in self.windows

    def reportable(self, as_of: date) -> tuple[date, ...]:
        """The money month, and the months after it whose window has opened, earliest first."""
        months = [self.money_month(as_of)]
        while self.opens(following := next_month(months[-1])) <= as_of:
            months.append(following)
        return tuple(months)


def wrong_due(due: date, before: date | None, today: date) -> str:
    """Why a month's last day cannot be set to a day, in Chinese; empty if it can.

    `before` is the last day that was set until now, None where none was. What has closed is not
    closed again on another past day: whoever had filed by then would be late after all.
    """
    if due == before or due >= today:
        return ""
    if before and before < today:
        return (
            f"这个月的填报已于 {before:%Y-%m-%d} 截止；要重新开放，"
            f"请把截止日期定在今天（{today:%Y-%m-%d}）或以后。"
        )
    return f"截止日期 {due:%Y-%m-%d} 已经过去，请填今天（{today:%Y-%m-%d}）或以后的日期。"
