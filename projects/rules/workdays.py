"""Working days of the statutory calendar, make-up days (调休) included.

`chinesecalendar` knows 2004 to 2026; outside those years Monday to Friday count, and `is_known`
says so.
"""

import calendar
from datetime import date, timedelta

from chinese_calendar.constants import holidays, workdays

KNOWN_YEARS = range(min(holidays).year, max(holidays).year + 1)
WEEKEND = (5, 6)


def is_known(year: int) -> bool:
    """Whether that year's holidays have been decreed and are in the data."""
    return year in KNOWN_YEARS


def is_workday(day: date) -> bool:
    """Whether offices work on that day; weekdays only where the year's holidays are unknown."""
    # The library's own `is_workday` looks for the data's first and last year on every call.
    return day in workdays or (day.weekday() not in WEEKEND and day not in holidays)


def nth_workday(year: int, month: int, nth: int) -> date:
    """The nth working day of a month: the 5th of 2024-10 is the 12th, after National Day.

    ValueError when the month has fewer.
    """
    day = date(year, month, 1)
    left = nth
    for _ in range(calendar.monthrange(year, month)[1]):
        left -= is_workday(day)
        if left == 0:
            return day
        day += timedelta(days=1)
    raise ValueError(f"{year}-{month:02} has fewer than {nth} working days")
