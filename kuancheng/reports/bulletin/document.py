"""月通报 as an official document, built from the issued copy alone."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.conf import settings
from django.urls import reverse

from kuancheng.documents.blocks import (
    Align,
    Block,
    Cell,
    Column,
    Face,
    Heading,
    Paragraph,
    Picture,
    Run,
    Table,
    words,
)
from kuancheng.documents.document import (
    Annex,
    Document,
    Imprint,
    Signature,
    heading_number,
)
from kuancheng.documents.drawing.shapes import Drawing, Label, Line, Path, Shape, squares
from kuancheng.documents.kinds import DocumentKind
from kuancheng.documents.services import written
from kuancheng.reports.choices import BulletinFileKind, ParagraphKind
from kuancheng.reports.rules.bulletin import figures
from kuancheng.reports.rules.bulletin.figures import Kind, Snapshot
from kuancheng.reports.rules.bulletin.sections import HEADED, SECTION_NAMES, Section
from kuancheng.reports.services.bulletin.files import Content, Maker

KIND = DocumentKind("bulletin", "月通报")
DEMO = "演示数据，均为虚构"
WIDE = 6
"""A table with more columns is set in small letters."""
SMALL, USUAL = 9.0, 12.0
NARROW, BROAD = 3.5, 11.0
"""Bounds of a column's share, in characters."""
MARGINS = 2.0
"""What a cell's margins take, in characters."""


def bulletin_document(content: Content) -> Document:
    """The document of an issued copy. No queries; the same copy gives the same document."""
    snapshot = Snapshot.from_json(content["figures"])
    day = date.fromisoformat(content["issued_on"])
    copies = tuple(each for each in content["copied_to"].split("，") if each)
    return Document(
        title=content["title"],
        dated=day,
        blocks=tuple(_blocks(content["paragraphs"], snapshot)),
        number=content["number"],
        note=DEMO if content["is_demo"] else "",
        addressees=content["addressees"],
        annexes=tuple(_annexes(content["paragraphs"], snapshot)),
        signature=Signature(content["signer"], day),
        imprint=Imprint(copies, content["signer"], day),
        leads_to=_address(content["month"]),
        author=content["signer"],
    )


def word_of(content: Content) -> bytes:
    """The Word file, in the office's template of bulletins where there is one. One query."""
    return written(KIND.code, bulletin_document(content))


MAKER = Maker(BulletinFileKind.DOCX, word_of, "docx")


def _address(month: str) -> str:
    """Where the code on the page leads; empty while the site does not know its own address."""
    path = reverse("bulletin", args=[month])
    return f"{settings.KUANCHENG_URL}{path}" if settings.KUANCHENG_URL else ""


def _blocks(paragraphs: Sequence[Mapping[str, Any]], snapshot: Snapshot) -> Iterator[Block]:
    number = 0
    for code, inside in groupby(paragraphs, key=lambda each: each["section"]):
        section = Section(code)
        if section == Section.ANNEX:
            continue
        if section in HEADED:
            number += 1
            yield Heading(f"{heading_number(1, number)}{SECTION_NAMES[section]}")
        elif section == Section.ERRATA:
            yield Heading(SECTION_NAMES[section])
        for each in inside:
            yield from _block(each, snapshot)


def _block(paragraph: Mapping[str, Any], snapshot: Snapshot) -> Iterator[Block]:
    if paragraph["kind"] == ParagraphKind.TEXT:
        for line in paragraph["printed"].splitlines():
            if line.strip():
                yield Paragraph(words(line.strip()))
        return
    table = snapshot.table(paragraph["key"].partition(":")[2])
    if table is None:
        return
    if paragraph["kind"] == ParagraphKind.CHART:
        yield Picture(curve(table), table.title)
    else:
        yield table_block(table, table.title)


def _annexes(paragraphs: Sequence[Mapping[str, Any]], snapshot: Snapshot) -> Iterator[Annex]:
    for paragraph in paragraphs:
        table = snapshot.table(paragraph["key"].partition(":")[2])
        if paragraph["section"] == Section.ANNEX and table is not None:
            yield Annex(table.title, (table_block(table, ""),))


def table_block(table: figures.Table, caption: str) -> Table:
    """A table with its heading, which stands on each page again; numbers at the right."""
    header = tuple(
        Cell((Run(each.label, face=Face.HEADING),), align=Align.CENTRE) for each in table.columns
    )
    return Table(
        columns=tuple(_column(each, table) for each in table.columns),
        rows=tuple(tuple(Cell(words(cell)) for cell in line) for line in table.printed),
        header=(header,),
        caption=caption,
        unit=table.unit,
        points=SMALL if len(table.columns) >= WIDE else USUAL,
    )


def _column(column: figures.Column, table: figures.Table) -> Column:
    """As wide as what stands in it asks for, within bounds."""
    place = table.columns.index(column)
    longest = max((squares(line[place]) for line in table.printed), default=0)
    share = min(max(longest + MARGINS, NARROW), BROAD)
    if column.kind in (Kind.NAME, Kind.TEXT, Kind.WORD):
        return Column(share, Align.LEFT)
    return Column(share, Align.RIGHT)


WIDTH, HEIGHT = 150.0, 70.0
LEFT, RIGHT, TOP, BOTTOM = 14.0, 4.0, 8.0, 9.0
PLANNED, COMPLETED = "#7f7f7f", "#c00000"
STEPS = 4


def curve(table: figures.Table) -> Drawing:
    """Planned and completed by the end of each month, 亿元."""
    planned, completed = (_amounts(table, column) for column in (1, 2))
    highest = max([each for each in (*planned, *completed) if each is not None], default=None)
    top = float(highest or 1)
    shapes: list[Shape] = [*_grid(top, [line[0] or "" for line in table.rows])]
    for amounts, colour, width in ((planned, PLANNED, 0.5), (completed, COMPLETED, 0.9)):
        points = tuple(
            (_x(place, len(table.rows)), _y(float(each) / top))
            for place, each in enumerate(amounts)
            if each is not None
        )
        if len(points) > 1:
            shapes.append(Path(points, colour, width))
    for place, (column, colour) in enumerate(((1, PLANNED), (2, COMPLETED))):
        x = LEFT + 4 + place * 40
        shapes.append(Line(x, TOP - 4, x + 8, TOP - 4, colour, 0.9))
        shapes.append(Label(x + 10, TOP - 3, table.columns[column].label))
    return Drawing(WIDTH, HEIGHT, tuple(shapes), _told(table))


def _amounts(table: figures.Table, column: int) -> list[Decimal | None]:
    found = (table.value(number, column) for number in range(len(table.rows)))
    return [figures.in_unit(each, Kind.YI) for each in found]


def _grid(top: float, months: Sequence[str]) -> Iterator[Shape]:
    for step in range(STEPS + 1):
        y = _y(step / STEPS)
        yield Line(LEFT, y, WIDTH - RIGHT, y, "#cccccc", 0.15)
        yield Label(LEFT - 2, y + 1, f"{top * step / STEPS:.1f}", anchor="end")
    for place, month in enumerate(months):
        yield Label(_x(place, len(months)), HEIGHT - BOTTOM + 5, month, anchor="middle")


def _x(place: int, of: int) -> float:
    return LEFT + 4 + (WIDTH - LEFT - RIGHT - 8) * place / max(of - 1, 1)


def _y(share: float) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share


def _told(table: figures.Table) -> str:
    """The last month of which something was completed, in words."""
    done = [line for line in table.printed if line[2] != figures.UNKNOWN]
    if not done:
        return f"{table.title}：还没有完成投资。"
    month, planned, completed = done[-1]
    return f"{table.title}：到{month}计划累计 {planned} 亿元，完成累计 {completed} 亿元。"
