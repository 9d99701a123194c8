"""A bulletin's table as it is shown: every cell printed, and the rates that are drawn beside their figures."""

from dataclasses import dataclass
from decimal import Decimal

from kuancheng.reports.rules.bulletin.figures import PLACES, Table


@dataclass(frozen=True)
class Cell:
    """What is printed, and whether it stands to the right. `rate` is drawn as a bar, None where none is."""

    text: str
    is_number: bool
    rate: Decimal | None = None


@dataclass(frozen=True)
class Shown:
    """A table as it is printed."""

    title: str
    unit: str
    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def shown(table: Table) -> Shown:
    """The table's lines, the total last. Annexes have no bars: there is no room for them."""
    numbers = [each.kind in PLACES for each in table.columns]
    drawn = table.ratio[2] if table.ratio and not table.annex else None
    rows = tuple(
        tuple(
            Cell(text, numbers[place], table.value(number, place) if place == drawn else None)
            for place, text in enumerate(line)
        )
        for number, line in enumerate(table.printed)
    )
    headings = tuple(each.label for each in table.columns)
    return Shown(table.title, table.unit, headings, rows)
