"""Periods of months and years, as the law counts them."""

import calendar
from datetime import MAXYEAR, date


def months_later(day: date, months: int) -> date:
    """The same day so many months later, or the month's last; earlier when negative.

    2024-01-31 and one is 2024-02-29. Not moved off a day of rest (民法典 §202). `date.max` past the
    year 9999.
    """
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    if year > MAXYEAR:
        return date.max
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))
