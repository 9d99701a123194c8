"""What a document's text is made of: headings, paragraphs, tables, pictures."""

from dataclasses import dataclass
from enum import Enum

from kuancheng.documents.drawing.shapes import Drawing

LEVELS = 4


class Face(Enum):
    """Which of the official faces words are set in."""

    BODY = "body"  # 仿宋
    HEADING = "heading"  # 黑体
    SUBHEADING = "subheading"  # 楷体


class Align(Enum):
    """Where a line stands."""

    LEFT = "left"
    CENTRE = "centre"
    RIGHT = "right"
    BOTH = "both"


@dataclass(frozen=True)
class Run:
    """Words of one look; a line break where they hold one."""

    text: str
    bold: bool = False
    face: Face = Face.BODY


Runs = tuple[Run, ...]


def words(said: str | Run | Runs) -> Runs:
    """Runs of whatever was said."""
    if isinstance(said, str):
        return (Run(said),)
    return (said,) if isinstance(said, Run) else said


@dataclass(frozen=True)
class Heading:
    """A heading with its number as it is printed: “一、”, “（一）”, “1.”, “（1）” of levels 1 to 4."""

    text: str
    level: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.level <= LEVELS:
            raise ValueError(f"a heading has level 1 to {LEVELS}, not {self.level}")


@dataclass(frozen=True)
class Paragraph:
    """A paragraph, its first line two characters in unless it says otherwise."""

    runs: Runs
    indented: bool = True
    align: Align = Align.BOTH


@dataclass(frozen=True)
class Column:
    """A column of a table: its share of the width, and where its cells stand."""

    share: float
    align: Align = Align.LEFT


@dataclass(frozen=True)
class Cell:
    """A cell over so many columns and rows; `align` where it differs from its column's."""

    runs: Runs
    span: int = 1
    down: int = 1
    align: Align | None = None


@dataclass(frozen=True)
class Table:
    """A table as wide as the text; the header's rows stand on each page again, no row is split.

    `unit` is the line above it at the right (“单位：个、亿元”), `points` the size of its letters;
    `is_tight` sets its lines as close as can be read, where a sheet has to hold everything.
    ValueError where a row fills more or fewer columns than there are.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    header: tuple[tuple[Cell, ...], ...] = ()
    caption: str = ""
    unit: str = ""
    points: float = 12
    is_tight: bool = False

    def __post_init__(self) -> None:
        for part in (self.header, self.rows):
            placed(part, len(self.columns))


@dataclass(frozen=True)
class Picture:
    """A drawing as large as it says, in the middle, with a caption below."""

    drawing: Drawing
    caption: str = ""


@dataclass(frozen=True)
class PageBreak:
    """What follows begins a page."""


Block = Heading | Paragraph | Table | Picture | PageBreak


@dataclass(frozen=True)
class Placed:
    """A cell at its first column; `cell` is None where one from above goes on, `span` wide."""

    column: int
    span: int
    cell: Cell | None


def placed(rows: tuple[tuple[Cell, ...], ...], columns: int) -> tuple[tuple[Placed, ...], ...]:
    """Each row's cells by their columns, with those that come down from above.

    ValueError where a row is too long or too short, or a cell goes down past the last row.
    """
    held: dict[int, tuple[int, int]] = {}  # column: (rows still to come, span)
    found = []
    for number, row in enumerate(rows, 1):
        line: list[Placed] = []
        waiting = list(row)
        column = 0
        while column < columns:
            if column in held:
                left, span = held.pop(column)
                line.append(Placed(column, span, None))
            elif waiting:
                cell = waiting.pop(0)
                left, span = cell.down, cell.span
                line.append(Placed(column, span, cell))
            else:
                break
            if left > 1:
                held[column] = (left - 1, span)
            column += span
        if waiting or column != columns:
            raise ValueError(f"row {number} does not fill its {columns} columns")
        found.append(tuple(line))
    if held:
        raise ValueError("a cell goes down past the last row")
    return tuple(found)
