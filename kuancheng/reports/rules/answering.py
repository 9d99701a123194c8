"""What a red light asks of its owner: cause, measure and a day, within so many working days.

The limit is the system's own default and stands with the thresholds. Days are working days of the
statutory calendar; the first that is charged is the one after the day on which the light turned.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from projects.rules.calendars import ONE_DAY, Line


class Standing(StrEnum):
    """How the answer to a red light stands."""

    OWED = "owed"
    OVERDUE = "overdue"
    ANSWERED = "answered"
    BROKEN = "broken"


NAMES = {
    Standing.OWED: "待说明",
    Standing.OVERDUE: "逾期未说明",
    Standing.ANSWERED: "已说明",
    Standing.BROKEN: "承诺未兑现",
}
"""What people call them."""


@dataclass(frozen=True)
class Given:
    """An answer: the day on which it was given, and that by which it promises another light."""

    on: date
    promised: date


@dataclass(frozen=True)
class Answering:
    """A light that has been red since a day, and the answer that is or was due.

    `days` are the working days past the limit while nobody has answered, or the calendar days past
    the promise; 0 otherwise. `text` says it in Chinese.
    """

    since: date
    due: date
    standing: Standing
    days: int
    text: str

    @property
    def name(self) -> str:
        """How it stands, in a word."""
        return NAMES[self.standing]

    @property
    def is_open(self) -> bool:
        """Whether somebody has to answer, for the first time or anew."""
        return self.standing != Standing.ANSWERED


def answering(
    since: date, day: date, answers: Iterable[Given], limit: int, line: Line
) -> Answering:
    """How the answer stands at the end of a day on which the light is red, since `since`.

    `answers` are all that were given, the earliest first. One from before the light turned red
    was to an earlier red and counts no more; the last promises, the first was in time or late. The last
    day of the limit and the promised day themselves are in time: red on Friday 2024-10-11 with a
    limit of 3 is due on Wednesday the 16th, and overdue from the 17th.
    """
    due = line.moved(line.on_or_before(since), limit)
    own = [each for each in answers if each.on >= since]
    if not own:
        return _owed(since, due, line.between(due + ONE_DAY, day + ONE_DAY))
    given = own[-1]
    if given.promised >= day:
        late = line.between(due + ONE_DAY, own[0].on + ONE_DAY)
        tail = f"（逾期 {late} 个工作日才说明）" if late > 0 else ""
        text = f"承诺 {given.promised} 转好{tail}"
        return Answering(since, due, Standing.ANSWERED, 0, text)
    days = (day - given.promised).days
    text = f"承诺 {given.promised} 转好，仍为红灯，已过 {days} 天"
    return Answering(since, due, Standing.BROKEN, days, text)


def _owed(since: date, due: date, late: int) -> Answering:
    if late > 0:
        text = f"应于 {due} 前说明原因、措施和时间，逾期 {late} 个工作日"
        return Answering(since, due, Standing.OVERDUE, late, text)
    return Answering(since, due, Standing.OWED, 0, f"须于 {due} 前说明原因、措施和时间")
