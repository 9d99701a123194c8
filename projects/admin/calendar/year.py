"""A year's calendar as the office checks it: which days count, and why."""

import calendar
from dataclasses import dataclass
from datetime import date

from projects.planning import site_calendars
from projects.rules.calendars import Calendars, Window
from projects.rules.workdays import WEEKEND, is_known, is_workday


@dataclass(frozen=True)
class Day:
    """A day of the year page.

    `mark` is the one character that says why it differs from an ordinary weekday or weekend: 休 for a
    statutory holiday, 班 for a make-up day, 调 for what the office has set itself; `note` says
    what the office wrote.
    """

    date: date
    works: bool
    winter: bool
    mark: str = ""
    note: str = ""


@dataclass(frozen=True)
class Month:
    """A month as weeks of seven, None outside the month."""

    number: int
    weeks: tuple[tuple[Day | None, ...], ...]
    workdays: int


@dataclass(frozen=True)
class Year:
    """Twelve months; `known` whether the year's statutory holidays are decreed and in the data."""

    year: int
    months: tuple[Month, ...]
    workdays: int
    known: bool
    winters: tuple[Window, ...]


def office_year(year: int, notes: dict[date, str]) -> Year:
    """The year under the site's calendars; `notes` are the office's own words by day. Two queries."""
    calendars = site_calendars()
    months = tuple(_month(calendars, year, number, notes) for number in range(1, 13))
    return Year(
        year,
        months,
        sum(month.workdays for month in months),
        is_known(year),
        tuple(calendars.windows(year - 1, year)),
    )


def _month(calendars: Calendars, year: int, number: int, notes: dict[date, str]) -> Month:
    weeks = tuple(
        tuple(_day(calendars, day, notes) if day.month == number else None for day in week)
        for week in calendar.Calendar().monthdatescalendar(year, number)
    )
    workdays = sum(day.works for week in weeks for day in week if day is not None)
    return Month(number, weeks, workdays)


def _day(calendars: Calendars, day: date, notes: dict[date, str]) -> Day:
    works = calendars.works(day)
    return Day(day, works, calendars.in_winter(day), _mark(calendars, day), notes.get(day, ""))


def _mark(calendars: Calendars, day: date) -> str:
    if day in calendars.overrides:
        return "调"
    weekend = day.weekday() in WEEKEND
    if is_workday(day) == weekend:
        return "班" if weekend else "休"
    return ""
