"""What stands above the text: mark, number, title, addressees."""

from collections.abc import Iterator

from kuancheng.documents.blocks import Table
from kuancheng.documents.document import Document
from kuancheng.documents.drawing.shapes import squares
from kuancheng.documents.word.measures import MARK_TOP, TEXT_WIDTH
from kuancheng.documents.word.styles import (
    ADDRESSEES,
    MAIN_TITLE,
    MARK,
    NOTE,
    NUMBER,
    RED,
)
from kuancheng.documents.word.text import empty, line
from kuancheng.documents.word.xml import Element, tag

LARGEST_MARK = 44
ABOVE_INK = 1.4
"""Points between the top of a mark's line and its letters, of each ten points of size."""

RED_LINE = 12
"""Eighths of a point."""

BELOW_NUMBER = 6
"""Points from the number's line to the red one: with the line's own foot, 4 mm below the letters."""


def head(document: Document) -> Iterator[Element]:
    """The lines above the text. Without a mark, the number stands at the right above the title."""
    if document.mark:
        yield from _mark(document)
    elif document.number:
        yield line(NUMBER, document.number, tag("w:jc", val="right"))
    yield line(MAIN_TITLE, document.title)
    if document.note:
        yield line(NOTE, document.note)
    if document.addressees or not _begins_with_table(document):
        yield empty()
    if document.addressees:
        yield line(ADDRESSEES, f"{document.addressees}：")


def mark_points(mark: str) -> int:
    """How large a mark's letters are: as large as fits on a line, and no larger than 44 points."""
    return min(LARGEST_MARK, int(TEXT_WIDTH / 20 / max(squares(mark), 1)))


def _begins_with_table(document: Document) -> bool:
    return bool(document.blocks) and isinstance(document.blocks[0], Table)


def _mark(document: Document) -> Iterator[Element]:
    points = mark_points(document.mark)
    above = MARK_TOP - round(points * ABOVE_INK / 10 * 20)
    yield line(MARK, (), tag("w:spacing", line=above, lineRule="exact"))
    spacing = tag("w:spacing", line=round(points * 20 * 1.3), lineRule="exact")
    yield line(MARK, document.mark, spacing, points=points)
    yield empty()
    yield empty()
    stroke = tag("w:bottom", val="single", sz=RED_LINE, space=BELOW_NUMBER, color=RED)
    yield line(NUMBER, document.number, tag("w:pBdr", stroke))
    yield empty()
    yield empty()
