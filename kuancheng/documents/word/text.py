"""Paragraphs and runs."""

from collections.abc import Iterator

from kuancheng.documents.blocks import Align, Face, Heading, Paragraph, Run, Runs, words
from kuancheng.documents.word.styles import (
    FACES,
    FLUSH,
    HEADINGS,
    TEXT,
    Style,
    style_id,
)
from kuancheng.documents.word.xml import Element, printable, tag

JUSTIFICATION = {
    Align.LEFT: "left",
    Align.CENTRE: "center",
    Align.RIGHT: "right",
    Align.BOTH: "both",
}


def run(said: Run, points: float | None = None) -> Element:
    """A run; line breaks and tabs are Word's own."""
    made = tag("w:r", _look(said, points))
    for number, line in enumerate(printable(said.text).split("\n")):
        if number:
            made.append(tag("w:br"))
        made.extend(_with_tabs(line))
    return made


def _look(said: Run, points: float | None) -> Element | None:
    look = []
    if said.face is not Face.BODY:
        font = FACES[said.face]
        look.append(tag("w:rFonts", ascii=font, hAnsi=font, eastAsia=font, cs=font))
    if said.bold:
        look.append(tag("w:b"))
    if points is not None:
        look += [tag("w:sz", val=round(points * 2)), tag("w:szCs", val=round(points * 2))]
    return tag("w:rPr", *look) if look else None


def _with_tabs(line: str) -> Iterator[Element]:
    for number, piece in enumerate(line.split("\t")):
        if number:
            yield tag("w:tab")
        if piece:
            text = tag("w:t")
            text.text = piece
            text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
            yield text


def line(
    style: Style, said: str | Run | Runs = (), *properties: Element, points: float | None = None
) -> Element:
    """A paragraph in a style. `properties` stand in the order of the schema (CT_PPr)."""
    own = tag("w:pPr", tag("w:pStyle", val=style_id(style)), *properties)
    return tag("w:p", own, *(run(each, points) for each in words(said)))


def heading(block: Heading) -> Element:
    """A heading; the styles of its level say its face."""
    return line(HEADINGS[block.level - 1], block.text)


def paragraph(block: Paragraph) -> Element:
    """A paragraph of the text."""
    style = TEXT if block.indented else FLUSH
    if block.align is Align.BOTH:
        return line(style, block.runs)
    return line(style, block.runs, tag("w:jc", val=JUSTIFICATION[block.align]))


def empty(style: Style = FLUSH) -> Element:
    """An empty line."""
    return line(style)
