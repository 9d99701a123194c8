"""Geometry of the charts that templates draw as SVG; numbers only, no markup."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_UP, Decimal

WIDTH, HEIGHT = 720, 240
LEFT, TOP, BOTTOM = 84, 12, 28
LINES = 4


@dataclass(frozen=True)
class Bar:
    """One bar, in SVG units."""

    x: float
    y: float
    height: float


@dataclass(frozen=True)
class MonthBars:
    """A month's pair of bars; `completed` is None while nothing is approved."""

    number: int
    middle: float
    planned_amount: Decimal
    completed_amount: Decimal | None
    planned: Bar
    completed: Bar | None
    note: str


@dataclass(frozen=True)
class Gridline:
    """A horizontal line and its amount in 万元."""

    y: float
    amount: Decimal


@dataclass(frozen=True)
class MoneyChart:
    """Planned and completed investment by month."""

    width: int
    height: int
    left: int
    bottom: int
    bar: float
    months: tuple[MonthBars, ...]
    lines: tuple[Gridline, ...]


def money_chart(
    planned: Sequence[Decimal], completed: Sequence[Decimal | None], notes: Sequence[str]
) -> MoneyChart:
    """Twelve pairs of bars on a scale that starts at zero and ends at a round amount, 万元."""
    top = _round_up(max([*planned, *(each for each in completed if each is not None)]))
    slot = (WIDTH - LEFT) / 12
    width = slot * 0.36
    floor = HEIGHT - BOTTOM

    def bar(amount: Decimal, x: float) -> Bar:
        height = float(amount / top) * (floor - TOP)
        return Bar(round(x, 1), round(floor - height, 1), round(height, 1))

    months = []
    for index in range(12):
        middle = LEFT + slot * (index + 0.5)
        done = completed[index]
        months.append(
            MonthBars(
                number=index + 1,
                middle=round(middle, 1),
                planned_amount=planned[index],
                completed_amount=done,
                planned=bar(planned[index], middle - width),
                completed=None if done is None else bar(done, middle),
                note=notes[index],
            )
        )
    lines = tuple(
        Gridline(round(floor - (floor - TOP) * step / LINES, 1), top * step / LINES)
        for step in range(LINES + 1)
    )
    return MoneyChart(WIDTH, HEIGHT, LEFT, floor, round(width, 1), tuple(months), lines)


def _round_up(amount: Decimal) -> Decimal:
    """The next 1, 2, 4 or 8 times a power of ten; 1 for nothing at all."""
    if amount <= 0:
        return Decimal(1)
    power = Decimal(1).scaleb(amount.adjusted())
    ratio = (amount / power).quantize(Decimal("0.001"), rounding=ROUND_UP)
    return next(step for step in (1, 2, 4, 8, 10) if ratio <= step) * power
