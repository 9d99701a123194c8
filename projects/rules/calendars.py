"""Which days count for which kind of work, and arithmetic on them.

Three units: `working` (statutory calendar with make-up days and overrides), `calendar` (every
day), `construction` (every day outside the winter windows). All days are whole and inclusive.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import MINYEAR, date, timedelta
from functools import cached_property, lru_cache

from projects.rules.workdays import is_known, is_workday

WORKING, CALENDAR, CONSTRUCTION = UNITS = ("working", "calendar", "construction")

FIRST_YEAR, LAST_YEAR = 2000, 2100
ONE_DAY = timedelta(days=1)

A_DECREE = 11
"""Days of a year that the office must have entered before they can be that year's decree."""

MonthDay = tuple[int, int]
Window = tuple[date, date]

DEFAULT_WINTER: tuple[tuple[MonthDay, MonthDay], ...] = (((11, 1), (3, 31)),)
"""Outdoor works stop in Changchun from the first to the second day. Our default."""


class OutOfCalendar(Exception):  # noqa: N818 - where the plan went, told in words by its caller
    """The day lies outside the years that can be planned."""


@dataclass(frozen=True)
class Line:
    """The days that count, in order. Positions may be added and subtracted."""

    days: tuple[date, ...]

    def on_or_after(self, day: date) -> date:
        """The first day that counts, not before `day`."""
        return self._at(bisect_left(self.days, day))

    def on_or_before(self, day: date) -> date:
        """The last day that counts, not after `day`."""
        return self._at(bisect_right(self.days, day) - 1)

    def moved(self, day: date, by: int) -> date:
        """The day `by` counting days after `day`, or before it when negative; `day` counts."""
        return self._at(bisect_left(self.days, day) + by)

    def between(self, first: date, end: date) -> int:
        """How many counting days lie in [first, end); negative when `end` comes first."""
        return bisect_left(self.days, end) - bisect_left(self.days, first)

    def _at(self, position: int) -> date:
        if not 0 <= position < len(self.days):
            raise OutOfCalendar
        return self.days[position]


@dataclass(frozen=True)
class Calendars:
    """The district's calendars: statutory working days with overrides, and winter windows.

    `overrides` says of single days whether offices work. `winter` are yearly windows by month and
    day; a window that ends before it begins runs into the next year. `winters` replaces them for
    the seasons that begin in a year: {2024: ((date(2024, 11, 10), date(2025, 4, 5)),)}.
    """

    overrides: Mapping[date, bool] = field(default_factory=dict)
    winter: tuple[tuple[MonthDay, MonthDay], ...] = DEFAULT_WINTER
    winters: Mapping[int, tuple[Window, ...]] = field(default_factory=dict)

    def line(self, unit: str) -> Line:
        """The days that count in that unit."""
        if unit == WORKING:
            return self._working
        return self._construction if unit == CONSTRUCTION else _every_day()

    def works(self, day: date) -> bool:
        """Whether offices work on that day."""
        return self.overrides.get(day, is_workday(day))

    def in_winter(self, day: date) -> bool:
        """Whether outdoor works stand still on that day."""
        return any(first <= day <= last for first, last in self.windows(day.year - 1, day.year))

    def windows(self, first_year: int, last_year: int) -> Iterator[Window]:
        """The winter windows that begin in those years, in order."""
        for year in range(first_year, last_year + 1):
            if year in self.winters:
                yield from self.winters[year]
            else:
                yield from (_window(year, first, last) for first, last in self.winter)

    def is_known(self, year: int) -> bool:
        """Whether that year's statutory holidays are known; weekdays stand in where not."""
        return is_known(year) or sum(day.year == year for day in self.overrides) >= A_DECREE

    @cached_property
    def _working(self) -> Line:
        if not self.overrides:
            return _statutory()
        untouched = without(_statutory(), ((day, day) for day in self.overrides)).days
        added = (day for day, works in self.overrides.items() if works)
        return Line(tuple(sorted((*untouched, *added))))

    @cached_property
    def _construction(self) -> Line:
        return without(_every_day(), self.windows(FIRST_YEAR - 1, LAST_YEAR))


def span(first: date, last: date) -> Iterable[date]:
    """Every day from the first to the last."""
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


def without(line: Line, spans: Iterable[Window]) -> Line:
    """The line less the days of some spans, which may overlap; one that ends early takes none."""
    kept: list[date] = []
    begin = 0
    for first, last in sorted(span for span in spans if span[0] <= span[1]):
        kept += line.days[begin : bisect_left(line.days, first)]
        begin = max(begin, bisect_right(line.days, last))
    return Line((*kept, *line.days[begin:])) if begin else line


def swallows_the_year(winter: Iterable[tuple[MonthDay, MonthDay]]) -> bool:
    """Whether these windows leave no day of an ordinary year to build on."""
    windows = [_window(year, first, last) for year in (2024, 2025) for first, last in winter]
    return all(
        any(first <= day <= last for first, last in windows)
        for day in span(date(2025, 1, 1), date(2025, 12, 31))
    )


def _window(year: int, first: MonthDay, last: MonthDay) -> Window:
    return _day(year, first), _day(year if first <= last else year + 1, last)


def _day(year: int, month_day: MonthDay) -> date:
    month, day = month_day
    if month_day == (2, 29) and not _is_leap(year):
        day = 28
    return date(max(year, MINYEAR), month, day)


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


@lru_cache(maxsize=1)
def _every_day() -> Line:
    return Line(tuple(span(date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31))))


@lru_cache(maxsize=1)
def _statutory() -> Line:
    return Line(tuple(day for day in _every_day().days if is_workday(day)))
