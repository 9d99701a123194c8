"""The clock of tests, told what day it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

from django.utils import timezone

from kuancheng import clock


@contextmanager
def on(day: int, month: int = 10) -> Iterator[date]:
    """Makes it noon of that day in 2024."""
    moment = datetime(2024, month, day, 12, tzinfo=timezone.get_default_timezone())
    with clock.at(moment):
        yield moment.date()


@contextmanager
def on_date(day: date) -> Iterator[date]:
    """Makes it noon of a day of any year."""
    moment = datetime(day.year, day.month, day.day, 12, tzinfo=timezone.get_default_timezone())
    with clock.at(moment):
        yield day
