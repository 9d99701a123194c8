"""A document as a page: the same parts in the same order as in Word, for screens and paper."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString

from kuancheng.documents.blocks import (
    Block,
    Heading,
    PageBreak,
    Paragraph,
    Picture,
    Placed,
    Runs,
    Table,
    placed,
)
from kuancheng.documents.document import Document, annex_label, chinese_day
from kuancheng.documents.drawing.qr import qr_code
from kuancheng.documents.drawing.svg import svg

CODE_SIDE, CAPTION = 18, "扫码查看"
"""Millimetres, as in Word."""

TEMPLATES: dict[type[Block], str] = {
    Heading: "documents/heading.html",
    Paragraph: "documents/paragraph.html",
    Table: "documents/table.html",
    Picture: "documents/picture.html",
    PageBreak: "documents/page_break.html",
}


@dataclass(frozen=True)
class Shown:
    """A block, what a template makes it with, and which."""

    template: str
    block: Any


@dataclass(frozen=True)
class ShownCell:
    """A cell as HTML counts them: only where it begins."""

    runs: Runs
    span: int
    down: int
    align: str


@dataclass(frozen=True)
class ShownTable:
    """A table; `widths` are percents of the text's width."""

    caption: str
    unit: str
    is_tight: bool
    widths: tuple[float, ...]
    header: tuple[tuple[ShownCell, ...], ...]
    rows: tuple[tuple[ShownCell, ...], ...]


@dataclass(frozen=True)
class ShownPicture:
    """A drawing as SVG."""

    picture: SafeString
    caption: str


@dataclass(frozen=True)
class ShownAnnex:
    """An annex with its number."""

    label: str
    title: str
    blocks: tuple[Shown, ...]


def document_page(document: Document) -> dict[str, Any]:
    """The context of `documents/document.html`. No queries."""
    signature, imprint = document.signature, document.imprint
    annexes = document.annexes
    return {
        "document": document,
        "blocks": tuple(_shown(document.blocks)),
        "annexes": tuple(
            ShownAnnex(annex_label(number, len(annexes)), each.title, tuple(_shown(each.blocks)))
            for number, each in enumerate(annexes, 1)
        ),
        "signed_on": chinese_day(signature.day) if signature else "",
        "printed_on": chinese_day(imprint.day) if imprint and imprint.day else "",
        "copies": "，".join(imprint.copies) if imprint else "",
        "code": page_code(document.leads_to, CAPTION) if document.leads_to else "",
    }


def page_code(address: str, caption: str = "") -> SafeString:
    """The code that leads from a printed page to an address, as SVG."""
    return _drawn(qr_code(address, CODE_SIDE, caption))


def _shown(blocks: Iterable[Block]) -> Iterator[Shown]:
    for block in blocks:
        made: Any = block
        if isinstance(block, Table):
            made = _table(block)
        elif isinstance(block, Picture):
            made = ShownPicture(_drawn(block.drawing), block.caption)
        yield Shown(TEMPLATES[type(block)], made)


def _drawn(drawing: Any) -> SafeString:
    # All words in it are escaped where it is drawn.
    return SafeString(svg(drawing))


def _table(table: Table) -> ShownTable:
    count, whole = len(table.columns), sum(each.share for each in table.columns)
    return ShownTable(
        table.caption,
        table.unit,
        table.is_tight,
        tuple(round(100 * each.share / whole, 2) for each in table.columns),
        tuple(_row(row, table, head=True) for row in placed(table.header, count)),
        tuple(_row(row, table) for row in placed(table.rows, count)),
    )


def _row(row: Sequence[Placed], table: Table, *, head: bool = False) -> tuple[ShownCell, ...]:
    return tuple(
        ShownCell(
            each.cell.runs,
            each.cell.span,
            each.cell.down,
            (each.cell.align or table.columns[each.column].align).value if not head else "centre",
        )
        for each in row
        if each.cell is not None
    )
