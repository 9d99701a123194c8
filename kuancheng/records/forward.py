"""Time goes forward: nothing is kept of a day when later ones are kept already.

A clock that was set back (an empty battery, a restored machine, a wrong time server) would put what
is done today among the past, and past days would be judged anew by it. So whatever keeps history
asks here first. Only days count: a clock that is corrected by some minutes, or within the day, stops
nobody.

Where the day is pinned (`KUANCHENG_TODAY`), that is somebody's will: work goes on, every page says so,
and so does the history. Nor does it stop what is loaded as of earlier days (`clock.at`).
"""

import threading
import time
from collections.abc import Callable, Iterable
from datetime import date, datetime

from django.conf import settings
from django.utils import timezone

from kuancheng import clock

PATIENCE = 60.0
"""Seconds for which a process believes what it last read."""

Source = Callable[[date | None], date | datetime | None]
"""The latest kept day or moment of one kind, before a day where one is given. One query, by an index."""

_sources: list[Source] = []
_guard = threading.Lock()
_read: tuple[date | None, float] | None = None


class ClockBehind(Exception):  # noqa: N818 - says what is the matter
    """The computer's clock is behind what is kept; `str()` says how far, and what to do."""

    title = "本机时钟有误"
    seconds = 300

    def __init__(self, newest: date) -> None:
        now = timezone.localtime(clock.now())
        super().__init__(
            f"本机时钟为 {now:%Y-%m-%d %H:%M}，库中已有 {newest:%Y-%m-%d} 的记录；"
            "这次没有保存，请系统管理员校时后再试。"
        )


def register(source: Source) -> None:
    """Counts what `source` finds among what is kept."""
    if source not in _sources:
        _sources.append(source)


def require_forward() -> None:
    """ClockBehind where something is kept of a later day. Reads once a minute; else no query."""
    if clock.is_given() or settings.KUANCHENG_TODAY:
        return
    if newest := behind():
        raise ClockBehind(newest)


def behind() -> date | None:
    """The latest kept day where it is later than today, pinned or not; else None."""
    newest = _newest()
    if newest is None or newest <= timezone.localdate(clock.now() + clock.DRIFT):
        return None
    return newest


def mark() -> str:
    """What pages and history say of a pinned day that is behind what is kept; else nothing."""
    newest = behind() if settings.KUANCHENG_TODAY else None
    if newest is None:
        return ""
    return f"日期定在 {settings.KUANCHENG_TODAY}，库中已有 {newest:%Y-%m-%d} 的记录"


def read_again() -> None:
    """Forgets what was read: the next one who asks reads."""
    global _read
    _read = None


def believe(newest: date | None) -> None:
    """As if that had just been read."""
    global _read
    _read = (newest, time.monotonic())


def _newest() -> date | None:
    known = _read
    if known is not None and time.monotonic() - known[1] < PATIENCE:
        return known[0]
    with _guard:
        newest = newest_of(_sources)
        believe(newest)
    return newest


def newest_of(sources: Iterable[Source]) -> date | None:
    """The latest day that any of them knows, but for those that a fast clock is known to have written."""
    wrong_from = settings.KUANCHENG_CLOCK_WRONG_FROM
    found = [_day(source(wrong_from)) for source in sources]
    return max((each for each in found if each is not None), default=None)


def _day(found: date | datetime | None) -> date | None:
    return timezone.localdate(found) if isinstance(found, datetime) else found
