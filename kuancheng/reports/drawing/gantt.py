"""Geometry of the wall chart and of a project's own chart: days become places on a sheet.

Pure: no Django, no markup. Lengths are SVG units; a day's place is where the day begins.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from investment.rules.reporting import first_day
from projects.rules.calendars import ONE_DAY
from projects.rules.periods import months_later

MONTH_LABEL = 36
"""The least width that a month's number needs."""
NARROWEST = 3
"""No bar is drawn narrower: a step of one day must still be seen."""
ELBOW = 7
"""How far a link runs out of a bar before it turns."""

PLACES = {
    "stop": (0.0, 1.0),
    "baseline": (0.1, 0.11),
    "plan": (0.26, 0.48),
    "actual": (0.38, 0.24),
    "done": (0.26, 0.48),
    "idle": (0.26, 0.48),
    "behind": (0.26, 0.48),
    "ahead": (0.26, 0.48),
    "pause": (0.6, 0.14),
    "overrun": (0.46, 0.08),
    "float": (0.84, 0.06),
    "short": (0.84, 0.06),
}
"""Top and height of each kind of bar, as shares of its lane."""


@dataclass(frozen=True)
class Span:
    """Something that lasts from its first to its last day, and what the tooltip says of it."""

    kind: str
    first: date
    last: date
    title: str


@dataclass(frozen=True)
class Point:
    """Something that happens on a day; `about` is the milestone that is still to be reached."""

    kind: str
    day: date
    title: str
    about: int | None = None


@dataclass(frozen=True)
class Bar:
    """A span where it is drawn."""

    kind: str
    x: float
    y: float
    width: float
    height: float
    title: str


@dataclass(frozen=True)
class Mark:
    """A point where it is drawn: in the middle of its day, on its lane's lower edge."""

    kind: str
    x: float
    y: float
    title: str
    about: int | None = None


@dataclass(frozen=True)
class Lane:
    """What is drawn of one row."""

    bars: tuple[Bar, ...]
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class Month:
    """A month on the axis: its line, and its number where there is room for it."""

    x: float
    label: str
    year: str


@dataclass(frozen=True)
class Link:
    """An elbow line from where one bar ends to where the next begins."""

    path: str
    critical: bool


@dataclass(frozen=True)
class Axis:
    """Days from the first up to, not including, the end, spread over a width."""

    first: date
    end: date
    left: float
    width: float

    @property
    def right(self) -> float:
        """Where the axis ends."""
        return self.left + self.width

    def x(self, day: date) -> float:
        """Where a day begins; outside the sheet for days outside the axis."""
        share = (day - self.first).days / (self.end - self.first).days
        return round(self.left + self.width * share, 1)

    def shows(self, day: date) -> bool:
        """Whether the day lies on the axis."""
        return self.first <= day < self.end

    def middle(self, day: date) -> float:
        """The middle of a day."""
        return round((self.x(day) + self.x(day + ONE_DAY)) / 2, 1)

    def clip(self, first: date, last: date) -> tuple[float, float] | None:
        """Place and width of what can be seen of these days, the last included."""
        if last < first or last < self.first or first >= self.end:
            return None
        x = self.x(max(first, self.first))
        end = self.x(min(last + ONE_DAY, self.end))
        return x, round(max(end - x, NARROWEST), 1)


def axis_around(days: Iterable[date], left: float, width: float) -> Axis:
    """An axis of whole months that shows all these days; at least one."""
    every = sorted(days)
    return Axis(first_day(every[0]), months_later(first_day(every[-1]), 1), left, width)


def months(axis: Axis) -> tuple[Month, ...]:
    """The months of the axis; the first and every January tell the year too."""
    number = (axis.end.year - axis.first.year) * 12 + axis.end.month - axis.first.month
    width = axis.width / number
    every = next((step for step in (1, 3, 6) if width * step >= MONTH_LABEL), 12)
    found = []
    for place in range(number):
        month = months_later(axis.first, place)
        label = str(month.month) if (month.month - 1) % every == 0 else ""
        first = place == 0 and (12 - month.month + 1) * width >= 2 * MONTH_LABEL
        year = f"{month.year}年" if first or month.month == 1 else ""
        found.append(Month(axis.x(month), label, year))
    return tuple(found)


def bands(axis: Axis, spans: Iterable[Span], top: float, height: float) -> tuple[Bar, ...]:
    """Bands across all lanes, such as winters."""
    placed = ((each, axis.clip(each.first, each.last)) for each in spans)
    return tuple(
        Bar(each.kind, place[0], top, place[1], height, each.title)
        for each, place in placed
        if place
    )


def lane(
    axis: Axis, spans: Iterable[Span], points: Iterable[Point], top: float, height: float
) -> Lane:
    """One row's bars in the order given, and its marks; what lies off the axis is left out."""
    bars = []
    for each in spans:
        place = axis.clip(each.first, each.last)
        if place:
            share, tall = PLACES[each.kind.split()[0]]
            y, thick = round(top + share * height, 1), round(tall * height, 1)
            bars.append(Bar(each.kind, place[0], y, place[1], thick, each.title))
    marks = tuple(
        Mark(each.kind, axis.middle(each.day), round(top + 0.9 * height, 1), each.title, each.about)
        for each in points
        if axis.shows(each.day)
    )
    return Lane(tuple(bars), marks)


def link(start: tuple[float, float], end: tuple[float, float], *, critical: bool) -> Link:
    """From where a bar ends (x, y) to where the next begins, around it when that comes earlier."""
    (x1, y1), (x2, y2) = start, end
    turn = x1 + ELBOW
    if x2 >= turn + ELBOW:
        path = f"M{x1:g} {y1:g}H{turn:g}V{y2:g}H{x2:g}"
    else:
        between = (y1 + y2) / 2
        path = f"M{x1:g} {y1:g}H{turn:g}V{between:g}H{x2 - ELBOW:g}V{y2:g}H{x2:g}"
    return Link(path, critical)
