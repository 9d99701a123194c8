"""加减分: recorded additions and deductions, with their caps and the doubling of repeats."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kuancheng.reports.rules.league.formulas import plain

ZERO = Decimal(0)


@dataclass(frozen=True)
class Item:
    """What may be added or deducted: `points` a time, negative for a deduction.

    `most` caps what the item gives in a period. With `doubles` every time after the first of the
    year counts twice. A `veto` (一票否决) keeps its entrant off the red list.
    """

    code: str
    name: str
    points: Decimal
    most: Decimal | None = None
    doubles: bool = False
    veto: bool = False


@dataclass(frozen=True)
class Entry:
    """One recorded time: of which item, in which month, why; `id` opens it."""

    id: int
    item: str
    month: date
    reason: str


@dataclass(frozen=True)
class Adjustment:
    """What one item gives in a period, and the sum that says so."""

    item: Item
    entries: tuple[Entry, ...]
    points: Decimal
    said: str


def adjustments(
    items: Sequence[Item], entries: Iterable[Entry], first: date, last: date
) -> tuple[Adjustment, ...]:
    """What the items give in a period, those without entries left out.

    `entries` are those of the whole year up to the period's end: whether a time is a repeat is
    asked of the year. Two times of −5 with doubling are −5 − 10 = −15, capped at 12: −12.
    """
    by_item: dict[str, list[Entry]] = {}
    for each in sorted(entries, key=lambda each: (each.month, each.id)):
        by_item.setdefault(each.item, []).append(each)
    found = (_adjustment(item, by_item.get(item.code, []), first, last) for item in items)
    return tuple(each for each in found if each.entries)


def _adjustment(item: Item, entries: Sequence[Entry], first: date, last: date) -> Adjustment:
    counted = [
        (each, item.points * (2 if item.doubles and number else 1))
        for number, each in enumerate(entries)
        if each.month <= last
    ]
    ours = [(each, points) for each, points in counted if first <= each.month]
    total = sum((points for _, points in ours), ZERO)
    said = " ".join(_term(points, number) for number, (_, points) in enumerate(ours))
    bounded = total
    if item.most is not None and abs(total) > item.most:
        bounded = item.most.copy_sign(total)
        said = f"{said} = {plain(total)}，封顶 {plain(bounded)}"
    return Adjustment(item, tuple(each for each, _ in ours), bounded, said)


def _term(points: Decimal, number: int) -> str:
    if not number:
        return plain(points)
    return f"{'−' if points < 0 else '+'} {plain(abs(points))}"
