"""What a picture is drawn of: lines, boxes, polygons and words, in millimetres from the top left."""

from dataclasses import dataclass

BLACK = "#000000"


@dataclass(frozen=True)
class Line:
    """A straight stroke; `dash` is the length of its dashes, 0 for none."""

    x1: float
    y1: float
    x2: float
    y2: float
    colour: str = BLACK
    width: float = 0.25
    dash: float = 0


@dataclass(frozen=True)
class Box:
    """A rectangle filled with a colour."""

    x: float
    y: float
    width: float
    height: float
    fill: str = BLACK


@dataclass(frozen=True)
class Path:
    """Points joined by strokes; with `fill`, closed and filled, and stroked where it has a colour."""

    points: tuple[tuple[float, float], ...]
    colour: str = BLACK
    width: float = 0.4
    fill: str = ""


@dataclass(frozen=True)
class Label:
    """Words on one line. `y` is the base line, `size` the font's height; anchor: start, middle, end."""

    x: float
    y: float
    text: str
    size: float = 3.2
    anchor: str = "start"
    colour: str = BLACK
    bold: bool = False


Shape = Line | Box | Path | Label


@dataclass(frozen=True)
class Drawing:
    """A picture and what it shows, in words for whoever does not see it."""

    width: float
    height: float
    shapes: tuple[Shape, ...]
    title: str


def is_wide(character: str) -> bool:
    """Whether a character takes a whole square, as Chinese ones do."""
    return ord(character) > 0x2E7F or character in "—…“”‘’"


def squares(text: str) -> float:
    """How many squares a text takes: half a square for what is not wide."""
    return sum(1 if is_wide(each) else 0.5 for each in text)
