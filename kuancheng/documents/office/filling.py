"""A template filled from a document: words where its fields stand, paragraphs where the text belongs."""

from collections.abc import Iterator
from typing import Any

from docx.oxml.ns import qn

from kuancheng.documents.document import Document
from kuancheng.documents.drawing.qr import qr_code
from kuancheng.documents.office.fields import CODE, FIELD, PARTS, TEXT, WORDS, Place, places
from kuancheng.documents.office.reading import opened
from kuancheng.documents.word.flow import Flow
from kuancheng.documents.word.foot import annex_list, attendance
from kuancheng.documents.word.measures import QR_SIDE
from kuancheng.documents.word.package import bytes_of, describe
from kuancheng.documents.word.pages import SCAN
from kuancheng.documents.word.pictures import Pictures
from kuancheng.documents.word.styles import STYLES, base_element, style_element
from kuancheng.documents.word.xml import Element, printable, tag


def filled(template: bytes, document: Document) -> bytes:
    """The document in a template that was checked: the same two give the same bytes.

    Parts that the template has no field for stand behind its last line, so that none is lost.
    Refused when the template's file is damaged.
    """
    word = opened(template)
    pictures = Pictures(word.part.package)
    flow = Flow(word.part, pictures)
    ours = _with_styles(word)
    owners = dict(_parts(word))
    found = list(places(word))
    used = {name for place in found for name in place.names}
    for place in found:
        only = place.names[0] if len(place.names) == 1 else ""
        if only in PARTS:
            _replace(place.paragraph, _elements(only, document, flow), ours)
        elif not any(_said(name, document) for name in place.names):
            _leave_out(place)
        else:
            part = owners[_root(place.paragraph)]
            _fill(place, document, part, pictures)
    _append(
        word.element.body,
        [
            _styled(element, ours)
            for name in PARTS
            if name not in used
            for element in _elements(name, document, flow)
        ],
    )
    describe(word, title=document.title, author=document.author, dated=document.dated)
    return bytes_of(word)


def _elements(name: str, document: Document, flow: Flow) -> Iterator[Element]:
    if name == TEXT:
        yield from flow.blocks(document.blocks)
    elif name == "附件说明" and document.annexes:
        yield from annex_list(document)
    elif name == "出席人员":
        yield from attendance(document)
    elif name == "附件":
        yield from flow.annexes(document.annexes)


def _replace(paragraph: Element, elements: Iterator[Element], ours: dict[str, str]) -> None:
    """The elements where the paragraph stood; a cell or a box keeps a paragraph at its end."""
    made = [_styled(each, ours) for each in elements]
    for element in made:
        paragraph.addprevious(element)
    home = paragraph.getparent()
    rest = [each for each in home if each is not paragraph]
    if home.tag == qn("w:body") or (rest and rest[-1].tag == qn("w:p")):
        home.remove(paragraph)
        return
    for child in list(paragraph):
        if child.tag != qn("w:pPr"):
            paragraph.remove(child)


def _append(body: Element, elements: list[Element]) -> None:
    """Behind the last line, before what says how the last section's pages look."""
    section = body.find(qn("w:sectPr"))
    for element in elements:
        if section is None:
            body.append(element)
        else:
            section.addprevious(element)


def _said(name: str, document: Document) -> str:
    return document.leads_to if name == CODE else printable(WORDS[name](document))


def _leave_out(place: Place) -> None:
    """A line whose fields all have nothing to say is not printed, nor is a row of nothing else."""
    home = place.paragraph.getparent()
    for piece in place.pieces:
        piece.text = ""
    if home.tag == qn("w:body") and not _ends_section(place.paragraph):
        home.remove(place.paragraph)
    if home.tag != qn("w:tc"):
        return
    row = next(home.iterancestors(qn("w:tr")))
    if not any((each.text or "").strip() for each in row.iter(qn("w:t"))):
        table = row.getparent()
        table.remove(row)
        if table.find(qn("w:tr")) is None:
            table.getparent().remove(table)


def _ends_section(paragraph: Element) -> bool:
    return paragraph.find(f"{qn('w:pPr')}/{qn('w:sectPr')}") is not None


def _fill(place: Place, document: Document, part: Any, pictures: Pictures) -> None:
    """Words in the place of fields, in the look of the field's first letter."""
    pieces = place.pieces
    for field in reversed(list(FIELD.finditer(place.text))):
        name = field.group(1).strip()
        said = "" if name == CODE else _said(name, document).replace("\n", "")
        first = _cut_out(pieces, field.start(), field.end(), said)
        if name == CODE and document.leads_to:
            code = qr_code(document.leads_to, QR_SIDE, SCAN)
            first.getparent().addnext(tag("w:r", pictures.inline(part, code)))


def _cut_out(pieces: list[Element], start: int, end: int, said: str) -> Element:
    """Puts words in the place of characters `start` to `end` of all pieces; which one holds them."""
    holder, place = None, 0
    for piece in pieces:
        text = piece.text or ""
        low, high = max(start - place, 0), min(end - place, len(text))
        place += len(text)
        if low >= high:
            continue
        piece.text = text[:low] + (said if holder is None else "") + text[high:]
        piece.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        holder = piece if holder is None else holder
    return holder


def _with_styles(word: Any) -> dict[str, str]:
    """Gives a template our styles where it has none of their name; its own ids by ours."""
    styles = word.styles.element
    known = {
        each.find(qn("w:name")).get(qn("w:val")): each.get(qn("w:styleId"))
        for each in styles.iter(qn("w:style"))
        if each.find(qn("w:name")) is not None
    }
    ids = {}
    for element in (base_element(), *(style_element(each) for each in STYLES)):
        name, own = element.find(qn("w:name")).get(qn("w:val")), element.get(qn("w:styleId"))
        if name not in known:
            styles.append(element)
        ids[own] = known.get(name, own)
    return ids


def _styled(element: Element, ours: dict[str, str]) -> Element:
    for style in element.iter(qn("w:pStyle")):
        style.set(qn("w:val"), ours[style.get(qn("w:val"))])
    return element


def _parts(word: Any) -> Iterator[tuple[Element, Any]]:
    """The root of each part that has words, and the part."""
    yield word.part.element, word.part
    for relation in word.part.rels.values():
        if relation.reltype.endswith(("/header", "/footer")) and not relation.is_external:
            yield relation.target_part.element, relation.target_part


def _root(element: Element) -> Element:
    return element.getroottree().getroot()
