"""Which days a project may be on a list, said in sentences; and the lists as they changed."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

FARTHEST = timedelta(days=366)
"""A day farther ahead of today, or of the list's first day, is a slip of the pen."""

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Stay:
    """On a list from a day to a day, both inclusive; no last day while it is on it."""

    since: date
    until: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether that day is one of it."""
        return self.since <= day and (self.until is None or self.until >= day)

    def meets(self, other: "Stay") -> bool:
        """Whether they share a day."""
        return (self.until is None or other.since <= self.until) and (
            other.until is None or self.since <= other.until
        )


def obstacle(stay: Stay, begins: date, others: Iterable[Stay], today: date) -> tuple[str, str]:
    """What is wrong with a stay: `since` or `until`, and a sentence with the remedy; or two blanks.

    `begins` is the list's first day, `others` the project's other stays on it.
    """
    since, until = stay.since, stay.until
    for name, day in (("since", since), ("until", until)):
        if day is not None and day > max(today, begins) + FARTHEST:
            return name, f"{day} 在一年以后，请核对年份。"
    if until is not None and until < since:
        return "until", f"最后一天（{until}）早于列入日期（{since}），请改正其中一个。"
    if since < begins:
        return "since", (
            f"清单自 {begins} 起才有，列入日期（{since}）请填 {begins} 或以后；"
            "清单确实更早的，请先改清单的起始日。"
        )
    for other in sorted(others, key=lambda each: each.since):
        if stay.meets(other):
            return _shared(stay, other)
    return "", ""


def _shared(stay: Stay, other: Stay) -> tuple[str, str]:
    """What to do about a day on which a project would be on the list twice."""
    if stay.since < other.since:
        return "until", (
            f"自 {other.since} 起另有一段在清单上，请把最后一天填到 {other.since - DAY} 或以前。"
        )
    if other.until is None:
        return "since", (
            f"自 {other.since} 起已在这份清单上；要重新列入，请先办理调出，再从次日起列入。"
        )
    return "since", (
        f"{other.since} 至 {other.until} 已在这份清单上，列入日期请填 {other.until + DAY} 或以后。"
    )


@dataclass(frozen=True)
class Placed:
    """A project's stay on a list, with its total investment (万元, None where not reported)."""

    project: int
    stay: Stay
    amount: Decimal | None


@dataclass(frozen=True)
class Standing:
    """What a list holds on a day: projects, their sum in 万元, and how many reported none."""

    count: int = 0
    total: Decimal | None = None
    not_reported: int = 0


def standing(placed: Iterable[Placed], day: date) -> Standing:
    """The list as it stands on a day; the sum is None when nobody on it reported an amount."""
    held = [each for each in placed if each.stay.holds_on(day)]
    reported = [each.amount for each in held if each.amount is not None]
    total = sum(reported, Decimal(0)) if reported else None
    return Standing(len(held), total, len(held) - len(reported))


@dataclass(frozen=True)
class Turn:
    """A day on which a list is another than the day before: who joined, who is off it.

    `joined` and `left` are places in the sequence that was asked about.
    """

    day: date
    joined: tuple[int, ...]
    left: tuple[int, ...]
    before: Standing
    after: Standing


@dataclass
class _Moves:
    joined: list[int] = field(default_factory=list)
    left: list[int] = field(default_factory=list)


def turns(placed: Sequence[Placed]) -> list[Turn]:
    """The days on which the list changed, the first one first. Who leaves is off it the day after.

    Counted on from turn to turn: a list of ten thousand is gone through once.
    """
    days: dict[date, _Moves] = defaultdict(_Moves)
    for place, each in enumerate(placed):
        days[each.stay.since].joined.append(place)
        if each.stay.until is not None:
            days[each.stay.until + DAY].left.append(place)
    found: list[Turn] = []
    count, reported, total = 0, 0, Decimal(0)
    for day in sorted(days):
        before = Standing(count, total if reported else None, count - reported)
        moves = days[day]
        for sign, places in ((1, moves.joined), (-1, moves.left)):
            for place in places:
                amount = placed[place].amount
                count += sign
                reported += sign * (amount is not None)
                total += sign * (amount or Decimal(0))
        after = Standing(count, total if reported else None, count - reported)
        found.append(Turn(day, tuple(moves.joined), tuple(moves.left), before, after))
    return found


def first_difference(old: Iterable[Stay], new: Iterable[Stay]) -> date | None:
    """The first day that is in one and not in the other; None when there is none."""
    before, after = list(old), list(new)
    edges = {each.since for each in (*before, *after)}
    edges |= {each.until + DAY for each in (*before, *after) if each.until is not None}
    for day in sorted(edges):
        held = [any(each.holds_on(day) for each in stays) for stays in (before, after)]
        if held[0] != held[1]:
            return day
    return None
