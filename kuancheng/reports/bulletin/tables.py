"""A bulletin's table as it is shown: every cell printed, and whether it is a number."""

from dataclasses import dataclass

from kuancheng.reports.rules.bulletin.figures import PLACES, Table


@dataclass(frozen=True)
class Cell:
    """What is printed, and whether it stands to the right."""

    text: str
    is_number: bool


@dataclass(frozen=True)
class Shown:
    """A table as it is printed."""

    title: str
    unit: str
    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def shown(table: Table) -> Shown:
    """The table's lines, the total last."""
    numbers = [each.kind in PLACES for each in table.columns]
    rows = tuple(
        tuple(Cell(text, number) for text, number in zip(line, numbers, strict=True))
        for line in table.printed
    )
    headings = tuple(each.label for each in table.columns)
    return Shown(table.title, table.unit, headings, rows)
