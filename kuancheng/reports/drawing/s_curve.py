"""Geometry of the S-curve that a template draws as SVG; numbers only, no markup."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_UP, Decimal

from investment.rules.forecast import Forecast
from kuancheng.reports.judging.year import Year

WIDTH, HEIGHT = 900, 360
LEFT, RIGHT, TOP, BOTTOM = 70, 24, 28, 30
LINES = 5


@dataclass(frozen=True)
class Point:
    """The end of a month on a line: SVG units, and the amount in 万元."""

    number: int
    x: float
    y: float
    amount: Decimal


@dataclass(frozen=True)
class Curve:
    """One line: its points, and the `points` attribute of an SVG polyline."""

    points: tuple[Point, ...]

    @property
    def path(self) -> str:
        """“x,y x,y …”."""
        return " ".join(f"{each.x},{each.y}" for each in self.points)

    @property
    def last(self) -> Point:
        """Its end."""
        return self.points[-1]


@dataclass(frozen=True)
class SCurve:
    """Planned by the season, planned linear, completed, what waits, and where it is heading.

    `band` is the range of the forecast as a polygon, empty where there is no forecast.
    """

    width: int
    height: int
    left: int
    right: int
    bottom: int
    lines: tuple[tuple[float, Decimal], ...]
    months: tuple[tuple[int, float], ...]
    seasonal: Curve
    linear: Curve
    completed: Curve | None
    pending: Point | None
    forecast: Point | None
    low: Point | None
    high: Point | None
    band: str
    figures: Forecast | None


def s_curve(year: Year) -> SCurve:
    """The year's cumulated amounts on a scale that starts at zero and ends at a round amount."""
    ahead = year.forecast
    done = [each for each in year.completed if each is not None]
    waiting = done[-1] + year.pending if done and year.pending else None
    known = [
        *year.planned,
        *done,
        *([ahead.high] if ahead else []),
        *([waiting] if waiting else []),
    ]
    scale = _Scale(_round_up(max(known)))
    completed = scale.curve(done) if done else None
    ends = {
        name: scale.point(12, getattr(ahead, name)) if ahead else None
        for name in ("low", "high", "middle")
    }
    return SCurve(
        width=WIDTH,
        height=HEIGHT,
        left=LEFT,
        right=WIDTH - RIGHT,
        bottom=HEIGHT - BOTTOM,
        lines=scale.lines(),
        months=tuple((number, scale.x(number)) for number in range(1, 13)),
        seasonal=scale.curve(year.planned),
        linear=scale.curve(year.linear),
        completed=completed,
        pending=scale.point(len(done), waiting) if waiting is not None else None,
        forecast=ends["middle"],
        low=ends["low"],
        high=ends["high"],
        band=_band(completed, ends["low"], ends["high"]),
        figures=ahead,
    )


class _Scale:
    def __init__(self, top: Decimal) -> None:
        self.top = top or Decimal(1)

    def x(self, number: int) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * number / 12, 1)

    def y(self, amount: Decimal) -> float:
        return round(HEIGHT - BOTTOM - float(amount / self.top) * (HEIGHT - BOTTOM - TOP), 1)

    def point(self, number: int, amount: Decimal) -> Point:
        return Point(number, self.x(number), self.y(amount), amount)

    def curve(self, amounts: Sequence[Decimal]) -> Curve:
        start = self.point(0, Decimal(0))
        return Curve((start, *(self.point(place, each) for place, each in enumerate(amounts, 1))))

    def lines(self) -> tuple[tuple[float, Decimal], ...]:
        amounts = [self.top * place / LINES for place in range(LINES + 1)]
        return tuple((self.y(each), each) for each in amounts)


def _band(completed: Curve | None, low: Point | None, high: Point | None) -> str:
    if completed is None or low is None or high is None:
        return ""
    return " ".join(f"{each.x},{each.y}" for each in (completed.last, high, low))


def _round_up(amount: Decimal) -> Decimal:
    """The next amount that divides well by the number of lines."""
    if not amount:
        return Decimal(LINES)
    step = Decimal(10) ** (amount.adjusted() - 1) * LINES
    return (amount / step).quantize(Decimal(1), rounding=ROUND_UP) * step
