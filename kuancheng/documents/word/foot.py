"""What stands below the text: annexes named, signature, who was there, 版记."""

from collections.abc import Iterator

from kuancheng.documents.blocks import Face, Run
from kuancheng.documents.document import Document, Imprint, Signature, chinese_day
from kuancheng.documents.drawing.shapes import squares
from kuancheng.documents.word.measures import CHARACTERS, LEFT, SMALL, TEXT_WIDTH, characters
from kuancheng.documents.word.styles import ATTENDANCE, FLUSH, GAP, IMPRINT, SIGNATURE
from kuancheng.documents.word.text import empty, line
from kuancheng.documents.word.xml import Element, tag

KEEP = "w:keepNext"
SMALL_CHARACTER = SMALL * 20
THICK, THIN = 8, 6
"""Eighths of a point: 0.35 mm and 0.25 mm."""


def foot(document: Document) -> Iterator[Element]:
    """The lines below the text, before the annexes themselves."""
    if document.annexes:
        yield empty()
        yield from annex_list(document)
    if document.signature:
        yield from signature(document.signature)
    if document.attendance:
        yield empty()
        yield from attendance(document)


def annex_list(document: Document) -> Iterator[Element]:
    """附件说明: their titles, one below the other, without a full stop."""
    titles = [each.title.replace("\n", "") for each in document.annexes]
    if len(titles) == 1:
        yield line(FLUSH, f"附件：{titles[0]}", tag(KEEP), _hanging(5, 3))
        return
    wide = 1 if len(titles) < 10 else 1.5
    for number, title in enumerate(titles, 1):
        before = "附件：" if number == 1 else ""
        hanging = wide + 3 if number == 1 else wide
        yield line(FLUSH, f"{before}{number}.\t{title}", tag(KEEP), _hanging(5 + wide, hanging))


def signature(signed: Signature) -> Iterator[Element]:
    """Without a seal: the signer ends two characters from the right, and his day begins two later.

    Where the day is the longer one, the day ends two characters from the right instead.
    """
    day = chinese_day(signed.day)
    signer_wide, day_wide = squares(signed.signer), squares(day)
    if day_wide > signer_wide:
        day_from = CHARACTERS - 2 - day_wide
        signer_from = day_from - 2
    else:
        signer_from = CHARACTERS - 2 - signer_wide
        day_from = signer_from + 2
    yield line(SIGNATURE, (), tag(KEEP))
    yield line(SIGNATURE, signed.signer, tag(KEEP), _from_left(signer_from))
    yield line(SIGNATURE, day, _from_left(day_from))


def attendance(document: Document) -> Iterator[Element]:
    """出席, 请假, 列席: the word in 黑体, names that hang behind the colon."""
    for each in document.attendance:
        label = Run(f"{each.label}：", face=Face.HEADING)
        wide = squares(label.text)
        yield line(ATTENDANCE, (label, Run(each.people)), _hanging(2 + wide, wide))


def imprint(said: Imprint) -> Iterator[Element]:
    """版记 between lines, at the foot of the page on which it stands."""
    rows = []
    if said.copies:
        text = f"抄送：{'，'.join(said.copies).rstrip('。')}。"
        indent = tag(
            "w:ind", left=4 * SMALL_CHARACTER, right=SMALL_CHARACTER, hanging=3 * SMALL_CHARACTER
        )
        rows.append(line(IMPRINT, text, indent))
    if said.office or said.day:
        day = f"{chinese_day(said.day)}印发" if said.day else ""
        end = tag("w:tabs", tag("w:tab", val="right", pos=TEXT_WIDTH - SMALL_CHARACTER))
        indent = tag("w:ind", left=SMALL_CHARACTER)
        rows.append(line(IMPRINT, f"{said.office}\t{day}", end, indent))
    if rows:
        yield _at_foot(rows)
        yield empty(GAP)


def _at_foot(rows: list[Element]) -> Element:
    """A table between lines that stands on the text area's foot.

    Across it is placed from the page's edge: LibreOffice leaves a table as wide as the text where
    it would stand otherwise.
    """
    place = tag(
        "w:tblpPr", leftFromText=0, rightFromText=0, vertAnchor="margin", horzAnchor="page",
        tblpX=LEFT, tblpYSpec="bottom",
    )  # fmt: skip
    edges = (("top", THICK), ("bottom", THICK), ("insideH", THIN))
    borders = (
        tag(f"w:{edge}", val="single", sz=size, space=0, color="000000") for edge, size in edges
    )
    properties = tag(
        "w:tblPr",
        place,
        tag("w:tblW", w=TEXT_WIDTH, type="dxa"),
        tag("w:tblBorders", *borders),
        tag("w:tblLayout", type="fixed"),
        tag("w:tblCellMar", *(tag(f"w:{edge}", w=0, type="dxa") for edge in ("left", "right"))),
    )
    return tag(
        "w:tbl", properties, tag("w:tblGrid", _column()), *(_only_cell(each) for each in rows)
    )


def _column() -> Element:
    return tag("w:gridCol", w=TEXT_WIDTH)


def _only_cell(content: Element) -> Element:
    width = tag("w:tcPr", tag("w:tcW", w=TEXT_WIDTH, type="dxa"))
    return tag("w:tr", tag("w:trPr", tag("w:cantSplit")), tag("w:tc", width, content))


def _hanging(left: float, hanging: float) -> Element:
    return tag("w:ind", left=characters(left), hanging=characters(hanging))


def _from_left(count: float) -> Element:
    return tag("w:ind", left=characters(count))
