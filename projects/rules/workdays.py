"""Working days of the statutory calendar, make-up days (调休) included.

`chinesecalendar` knows 2004 to 2026; outside those years Monday to Friday count, and `is_known`
says so.
"""

import calendar
from datetime import date, timedelta

import chinese_calendar

WEEKEND = (5, 6)


def is_known(year: int) -> bool:
    """Whether that year's holidays have been decreed and are in the data."""
    try:
        chinese_calendar.is_workday(date(year, 1, 1))
    except NotImplementedError:
        return False
    return True


def is_workday(day: date) -> bool:
    """Whether offices work on that day; weekdays only where the year's holidays are unknown."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() not in WEEKEND


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
