"""Tables: as wide as the text, headings again on each page, no row split."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, pairwise

from kuancheng.documents.blocks import Align, Column, Face, Placed, Run, Table, placed
from kuancheng.documents.word.measures import TEXT_WIDTH
from kuancheng.documents.word.styles import CAPTION, CELL, UNIT
from kuancheng.documents.word.text import JUSTIFICATION, line
from kuancheng.documents.word.xml import Element, tag

EDGES = ("top", "left", "bottom", "right", "insideH", "insideV")
LEADING, PADDING = 1.3, 30
TIGHT_LEADING, TIGHT_PADDING = 1.2, 10
"""How much higher a line is than its letters, and twips above and below what a cell says."""

MARGIN, TIGHT_MARGIN = 57, 15
"""Twips at the sides of a cell: 1 mm, or a quarter."""


def table(block: Table) -> Iterator[Element]:
    """The caption and the unit where there are any, then the table."""
    if block.caption:
        yield line(CAPTION, block.caption)
    if block.unit:
        yield line(UNIT, block.unit)
    widths = _widths(block.columns)
    grid = tag("w:tblGrid", *(tag("w:gridCol", w=each) for each in widths))
    count = len(block.columns)
    head = (_row(row, block, widths, is_head=True) for row in placed(block.header, count))
    body = (_row(row, block, widths) for row in placed(block.rows, count))
    yield tag("w:tbl", _properties(block), grid, *head, *body)


def _properties(block: Table) -> Element:
    margin = TIGHT_MARGIN if block.is_tight else MARGIN
    lines = (tag(f"w:{edge}", val="single", sz=4, space=0, color="000000") for edge in EDGES)
    return tag(
        "w:tblPr",
        tag("w:tblW", w=TEXT_WIDTH, type="dxa"),
        tag("w:jc", val="center"),
        tag("w:tblBorders", *lines),
        tag("w:tblLayout", type="fixed"),
        tag(
            "w:tblCellMar", *(tag(f"w:{edge}", w=margin, type="dxa") for edge in ("left", "right"))
        ),
    )


def _widths(columns: Sequence[Column]) -> list[int]:
    """Twips of each column; together the text's width to the twip."""
    shares = [each.share for each in columns]
    edges = [0, *(round(TEXT_WIDTH * each / sum(shares)) for each in accumulate(shares))]
    return [after - before for before, after in pairwise(edges)]


def _row(
    row: Iterable[Placed], block: Table, widths: Sequence[int], *, is_head: bool = False
) -> Element:
    rules = [tag("w:cantSplit")] + ([tag("w:tblHeader")] if is_head else [])
    cells = (_cell(each, block, widths, is_head=is_head) for each in row)
    return tag("w:tr", tag("w:trPr", *rules), *cells)


def _cell(place: Placed, block: Table, widths: Sequence[int], *, is_head: bool) -> Element:
    cell = place.cell
    width = sum(widths[place.column : place.column + place.span])
    properties = [tag("w:tcW", w=width, type="dxa")]
    if place.span > 1:
        properties.append(tag("w:gridSpan", val=place.span))
    if cell is None:
        properties.append(tag("w:vMerge"))
    elif cell.down > 1:
        properties.append(tag("w:vMerge", val="restart"))
    properties.append(tag("w:vAlign", val="center"))
    align = Align.CENTRE if is_head else block.columns[place.column].align
    said = () if cell is None else cell.runs
    if cell is not None and cell.align is not None:
        align = cell.align
    if is_head:
        said = tuple(Run(each.text, each.bold, Face.HEADING) for each in said)
    leading, padding = (TIGHT_LEADING, TIGHT_PADDING) if block.is_tight else (LEADING, PADDING)
    height = round(block.points * 20 * leading)
    spacing = tag("w:spacing", before=padding, after=padding, line=height, lineRule="exact")
    standing = tag("w:jc", val=JUSTIFICATION[align])
    text = line(CELL, said, spacing, standing, points=block.points)
    return tag("w:tc", tag("w:tcPr", *properties), text)
