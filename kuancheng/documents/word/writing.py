"""A document as a Word file."""

from typing import Any

import docx
from docx.opc.constants import RELATIONSHIP_TYPE

from kuancheng.documents.document import Document
from kuancheng.documents.word.flow import Flow
from kuancheng.documents.word.foot import foot, imprint
from kuancheng.documents.word.head import head
from kuancheng.documents.word.package import bytes_of, describe
from kuancheng.documents.word.pages import lay_out, settings
from kuancheng.documents.word.pictures import Pictures
from kuancheng.documents.word.styles import all_styles, font_table

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

KEPT = (RELATIONSHIP_TYPE.STYLES, RELATIONSHIP_TYPE.SETTINGS, RELATIONSHIP_TYPE.FONT_TABLE)
"""What of python-docx's own template is written anew; all the rest of it is left out."""


def word_file(document: Document) -> bytes:
    """The file's bytes: the same document gives the same ones."""
    word = _blank()
    pictures = Pictures(word.part.package)
    flow = Flow(word.part, pictures)
    body = word.element.body
    for child in list(body)[:-1]:
        body.remove(child)
    lay_out(word.sections[0], pictures, document.leads_to)
    section = body[-1]
    for element in _elements(document, flow):
        section.addprevious(element)
    describe(word, title=document.title, author=document.author, dated=document.dated)
    return bytes_of(word)


def _elements(document: Document, flow: Flow) -> Any:
    yield from head(document)
    yield from flow.blocks(document.blocks)
    yield from foot(document)
    yield from flow.annexes(document.annexes)
    if document.imprint:
        yield from imprint(document.imprint)


def _blank() -> Any:
    """A package with our styles, fonts and settings, and nothing of anybody else's."""
    word = docx.Document()
    part: Any = word.part
    for relation in list(part.rels.values()):
        if relation.reltype not in KEPT:
            part.rels.pop(relation.rId)
    for relation in list(part.package.rels.values()):
        if relation.reltype.endswith("/thumbnail"):
            part.package.rels.pop(relation.rId)
    part.part_related_by(RELATIONSHIP_TYPE.STYLES)._element = all_styles()
    part.part_related_by(RELATIONSHIP_TYPE.SETTINGS)._element = settings()
    part.part_related_by(RELATIONSHIP_TYPE.FONT_TABLE)._blob = font_table()
    return word
