"""Due days that a meeting means when it says “by Friday”: on working days, as deadlines count."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from projects.rules.calendars import WORKING, Calendars
from projects.rules.periods import months_later

FRIDAY, WEDNESDAY, WEEK = 4, 2, 7


@dataclass(frozen=True)
class DuePick:
    """A day that can be picked, and what people call it."""

    words: str
    day: date


def due_picks(today: date, calendars: Calendars) -> tuple[DuePick, ...]:
    """本周五、下周三、一个月内: those that lie ahead, each once, moved to the next working day.

    On Tuesday 2024-10-15: the 18th, the 23rd, and Friday 2024-11-15. A day that a holiday moves
    onto another's is told once, by the nearer name.
    """
    line = calendars.line(WORKING)
    found: dict[date, DuePick] = {}
    for words, day in _said(today):
        kept = line.on_or_after(day)
        if kept > today:
            found.setdefault(kept, DuePick(words, kept))
    return tuple(found.values())


def _said(today: date) -> Iterator[tuple[str, date]]:
    monday = today - timedelta(days=today.weekday())
    friday = monday + timedelta(days=FRIDAY)
    if friday > today:
        yield "本周五", friday
    yield "下周三", monday + timedelta(days=WEEK + WEDNESDAY)
    yield "一个月内", months_later(today, 1)
