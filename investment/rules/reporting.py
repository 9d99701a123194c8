"""Which month's report is due when."""

from datetime import date, timedelta

from projects.rules.workdays import nth_workday

DUE_WORKDAY = 5
"""A month's report is due on this working day of the next month. Our default."""


def first_day(day: date) -> date:
    """The month that a day is in."""
    return day.replace(day=1)


def next_month(month: date) -> date:
    """The month after."""
    return (month.replace(day=1) + timedelta(days=31)).replace(day=1)


def last_month(month: date) -> date:
    """The month before."""
    return (month.replace(day=1) - timedelta(days=1)).replace(day=1)


def due_day(month: date, due_workday: int = DUE_WORKDAY) -> date:
    """The last day on which that month's report is on time: 2024-10-12 for September 2024."""
    following = next_month(month)
    return nth_workday(following.year, following.month, due_workday)


def money_month(as_of: date, due_workday: int = DUE_WORKDAY) -> date:
    """The latest month whose report is due on or before that day; rates are taken at its end."""
    month = last_month(as_of)
    return month if due_day(month, due_workday) <= as_of else last_month(month)


def reportable_months(as_of: date, due_workday: int = DUE_WORKDAY) -> tuple[date, ...]:
    """The money month and, until it becomes that, the month that has ended since."""
    latest, ended = money_month(as_of, due_workday), last_month(as_of)
    return (latest,) if latest == ended else (latest, ended)
