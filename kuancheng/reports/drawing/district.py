"""Geometry of the map that a template draws as SVG: degrees to units, marks that do not overlap.

Degrees are projected as web maps do (Web Mercator), so that tiles lie true under the marks.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from math import atan, cos, degrees, exp, floor, log, log2, pi, radians, tan

WIDTH, HEIGHT = 1000, 800
RADIUS = 16
"""Of a mark, in units: 24 pixels across where the map is 760 wide."""
GROUP_HALF = 28
"""Half the width of a mark that stands for several projects."""
MARGIN = 0.05
"""Left free on each side of what must be seen, of its width or height."""
NARROWEST = 0.003
"""Degrees across that the closest map shows: some 240 m in Changchun."""
TILE, DEEPEST = 256, 18
METRES_PER_DEGREE = 111_320


@dataclass(frozen=True)
class Box:
    """A part of the earth, in degrees."""

    west: float
    south: float
    east: float
    north: float

    @property
    def text(self) -> str:
        """As an address asks for it: “125.25,43.9,125.3,43.95”."""
        sides = (self.west, self.south, self.east, self.north)
        return ",".join(f"{each:.6f}".rstrip("0").rstrip(".") for each in sides)

    def joined(self, other: "Box") -> "Box":
        """The smallest that holds both."""
        return Box(
            min(self.west, other.west),
            min(self.south, other.south),
            max(self.east, other.east),
            max(self.north, other.north),
        )


def around(points: Iterable[tuple[float, float]]) -> Box:
    """The smallest box that holds the points (longitude, latitude)."""
    xs, ys = zip(*points, strict=True)
    return Box(min(xs), min(ys), max(xs), max(ys))


def mercator(lat: float) -> float:
    """How far north a latitude lies on a web map, in degrees of longitude at the equator."""
    return degrees(log(tan(pi / 4 + radians(lat) / 2)))


def latitude(northing: float) -> float:
    """The latitude of `mercator`."""
    return degrees(2 * atan(exp(radians(northing))) - pi / 2)


@dataclass(frozen=True)
class Tile:
    """A picture of a tile server, and where it lies."""

    zoom: int
    column: int
    row: int
    x: float
    y: float
    size: float


@dataclass(frozen=True)
class ScaleBar:
    """A round distance and its length in units."""

    length: float
    label: str


@dataclass(frozen=True)
class Frame:
    """What the drawing shows: `scale` units a degree from the north-west corner on."""

    west: float
    top: float
    scale: float

    @property
    def box(self) -> Box:
        """The frame in degrees."""
        east, bottom = self.west + WIDTH / self.scale, self.top - HEIGHT / self.scale
        return Box(self.west, latitude(bottom), east, latitude(self.top))

    @property
    def closest(self) -> bool:
        """Whether a closer map would show no more."""
        return WIDTH / self.scale <= NARROWEST * 1.01

    def x(self, lon: float) -> float:
        """Units from the left."""
        return round((lon - self.west) * self.scale, 1)

    def y(self, lat: float) -> float:
        """Units from the top."""
        return round((self.top - mercator(lat)) * self.scale, 1)

    def path(self, rings: Iterable[Iterable[tuple[float, float]]]) -> str:
        """The `d` of an SVG path along closed rings of points."""
        return " ".join(
            f"M{' L'.join(f'{self.x(lon)} {self.y(lat)}' for lon, lat in ring)} Z" for ring in rings
        )

    @property
    def scale_bar(self) -> ScaleBar:
        """The longest round distance of at most a fifth of the width."""
        middle = latitude(self.top - HEIGHT / self.scale / 2)
        metres = METRES_PER_DEGREE * cos(radians(middle)) / self.scale
        most = metres * WIDTH / 5
        ten = 10 ** floor(log(most, 10))
        distance = max(each * ten for each in (1, 2, 5) if each * ten <= most)
        label = f"{distance / 1000:g} 公里" if distance >= 1000 else f"{distance:g} 米"
        return ScaleBar(round(distance / metres, 1), label)

    def tiles(self) -> Iterator[Tile]:
        """The tiles that cover the frame, about as large as they were drawn; some thirty."""
        zoom = min(DEEPEST, max(0, round(log2(360 * self.scale / TILE))))
        number = 2**zoom
        size = 360 / number
        first, last = (
            floor((lon + 180) / size) for lon in (self.west, self.west + WIDTH / self.scale)
        )
        upper, lower = (
            floor((180 - northing) / size)
            for northing in (self.top, self.top - HEIGHT / self.scale)
        )
        for row in range(max(0, upper), min(number - 1, lower) + 1):
            for column in range(max(0, first), min(number - 1, last) + 1):
                x = (column * size - 180 - self.west) * self.scale
                y = (self.top - 180 + row * size) * self.scale
                yield Tile(zoom, column, row, round(x, 1), round(y, 1), round(size * self.scale, 1))


def frame_of(box: Box) -> Frame:
    """The frame that shows a box whole, in its middle."""
    south, north = mercator(box.south), mercator(box.north)
    room = 1 + 2 * MARGIN
    across = max((box.east - box.west) * room, NARROWEST)
    up = max((north - south) * room, NARROWEST * HEIGHT / WIDTH)
    scale = min(WIDTH / across, HEIGHT / up)
    west = (box.west + box.east - WIDTH / scale) / 2
    return Frame(west, (south + north + HEIGHT / scale) / 2, scale)


@dataclass(frozen=True)
class Mark:
    """Projects that lie at one place of the drawing: `lights` counts them by light.

    `code` and `name` are the project's where there is only one. `box` holds all of them.
    """

    x: float
    y: float
    lights: Counter[str]
    code: str
    name: str
    box: Box

    @cached_property
    def number(self) -> int:
        """How many projects."""
        return self.lights.total()

    @cached_property
    def half(self) -> int:
        """Half its width."""
        return RADIUS if self.number == 1 else GROUP_HALF

    def covers(self, other: "Mark") -> bool:
        """Whether the two lie on each other."""
        near = abs(self.y - other.y) < 2 * RADIUS
        return near and abs(self.x - other.x) < self.half + other.half

    def with_other(self, other: "Mark") -> "Mark":
        """One mark for both, between them."""
        mine, theirs = self.number, other.number
        return Mark(
            x=round((self.x * mine + other.x * theirs) / (mine + theirs), 1),
            y=round((self.y * mine + other.y * theirs) / (mine + theirs), 1),
            lights=self.lights + other.lights,
            code=min(self.code, other.code),
            name=min(self.name, other.name),
            box=self.box.joined(other.box),
        )


def apart(marks: Iterable[Mark]) -> list[Mark]:
    """The marks with those that lie on each other made one, until none does."""
    placed: list[Mark] = []
    for mark in marks:
        while covered := next((each for each in placed if each.covers(mark)), None):
            placed.remove(covered)
            mark = covered.with_other(mark)
        placed.append(mark)
    return placed
