"""The one place that reads the clock.

What keeps intruders out reads the computer's own and not this one, since a pinned day would stop
it: sessions, the lockout after failed logins, and the keys of other systems.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, timedelta

from django.conf import settings
from django.utils import timezone

ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

DRIFT = timedelta(minutes=10)
"""By so much a clock may be set back, by whoever corrects it, without stopping anybody."""

_given: ContextVar[datetime | None] = ContextVar("clock_given", default=None)


def today() -> date:
    """The day everything is judged on: KUANCHENG_TODAY where set, else the day in Changchun."""
    given = _given.get()
    if given is not None:
        return timezone.localdate(given)
    if settings.KUANCHENG_TODAY:
        return parse_day(settings.KUANCHENG_TODAY)
    return timezone.localdate()


def now() -> datetime:
    """The moment that is recorded of a change: on the day of `today`, at this time of day.

    On a pinned day the hours of several days lie side by side: only `not_before` keeps an order.
    """
    given = _given.get()
    if given is not None:
        return given
    moment = timezone.now()
    if settings.KUANCHENG_TODAY:
        local = timezone.localtime(moment)
        pinned = datetime.combine(parse_day(settings.KUANCHENG_TODAY), local.time())
        return timezone.make_aware(pinned)
    return moment


def is_given() -> bool:
    """Whether the site is told the time, for loading what was recorded earlier."""
    return _given.get() is not None


def not_before(earlier: datetime) -> datetime:
    """Now, or `earlier` where that is a moment of today that has not come.

    So a clock that was set back, or the next morning of a pinned day, turns no order round.
    """
    moment = now()
    ahead = moment < earlier and timezone.localdate(earlier) <= today()
    return earlier if ahead else moment


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Tells the clock what time it is: for loading what was recorded earlier."""
    token = _given.set(moment)
    try:
        yield
    finally:
        _given.reset(token)


def parse_day(text: str) -> date:
    """An ISO day, written in full. ValueError for anything else, impossible days included."""
    if not ISO_DAY.fullmatch(text):
        raise ValueError(f"not a day in the form YYYY-MM-DD: {text!r}")
    return date.fromisoformat(text)
