"""Which fields a template may have, and where they stand in it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from docx.oxml.ns import qn

from kuancheng.documents.document import Document, chinese_day
from kuancheng.documents.word.xml import Element

WORDS: dict[str, Callable[[Document], str]] = {
    "发文机关标志": lambda document: document.mark,
    "发文字号": lambda document: document.number,
    "标题": lambda document: document.title,
    "题注": lambda document: document.note,
    "主送机关": lambda document: document.addressees,
    "署名": lambda document: document.signature.signer if document.signature else "",
    "成文日期": lambda document: _day(document),
    "抄送": lambda document: "，".join(document.imprint.copies) if document.imprint else "",
    "印发机关": lambda document: document.imprint.office if document.imprint else "",
    "印发日期": lambda document: _printed(document),
}
"""Fields that stand among other words."""

TEXT, CODE = "正文", "二维码"
PARTS = (TEXT, "附件说明", "出席人员", "附件")
"""Fields that stand on a line of their own and become many."""

NAMES = (*WORDS, CODE, *PARTS)
REQUIRED = ("标题", TEXT)
FIELD = re.compile(r"\{\{([^{}]*)\}\}")
BRACES = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}")
SHOWN = 30
"""So many characters of a line are repeated to whoever wrote it."""


@dataclass(frozen=True)
class Place:
    """A paragraph with fields, and the part that it stands in (`body`, or a header, a footer)."""

    paragraph: Element
    in_body: bool

    @property
    def text(self) -> str:
        """All its words, however many runs Word has cut them into."""
        return "".join(each.text or "" for each in self.pieces)

    @property
    def pieces(self) -> list[Element]:
        """The texts that are its own, and not of a paragraph in a box within it."""
        texts = self.paragraph.iter(qn("w:t"))
        return [each for each in texts if _owner(each) is self.paragraph]

    @property
    def names(self) -> list[str]:
        """The fields in it."""
        return [each.strip() for each in FIELD.findall(self.text)]


def places(word: Any) -> Iterator[Place]:
    """The paragraphs that have braces: of the text, its tables and boxes, of headers and footers."""
    for root, in_body in roots(word):
        for paragraph in root.iter(qn("w:p")):
            found = Place(paragraph, in_body)
            if BRACES.search(found.text):
                yield found


def roots(word: Any) -> Iterator[tuple[Element, bool]]:
    """The text, and each header and footer there is."""
    yield word.element.body, True
    for relation in word.part.rels.values():
        if relation.reltype.endswith(("/header", "/footer")) and not relation.is_external:
            yield relation.target_part.element, False


def faults(word: Any) -> list[str]:
    """What is wrong with the fields, a sentence each; nothing for a template that can be filled."""
    found: list[str] = []
    seen: list[str] = []
    for place in places(word):
        seen += place.names
        found += _faults_of(place)
    missing = [each for each in REQUIRED if each not in seen]
    if missing:
        found.append(f"缺少字段{_listed(missing)}，没有它就排不出公文，请补上。")
    twice = sorted({each for each in PARTS if seen.count(each) > 1})
    if twice:
        found.append(f"字段{_listed(twice)}只能出现一次，请删去多余的。")
    return list(dict.fromkeys(found))


def _faults_of(place: Place) -> Iterator[str]:
    text = place.text
    line = f"“{text.strip()[:SHOWN]}{'…' if len(text.strip()) > SHOWN else ''}”"
    if BRACES.search(FIELD.sub("", text)):
        yield f"这一行的字段没有写完整：{line}。字段写成 {{{{标题}}}} 的样子，不支持其他写法。"
    for name in place.names:
        if name not in NAMES:
            yield f"没有“{name}”这个字段，请改成下面列出的字段，或者删去。"
        elif name in PARTS and not place.in_body:
            yield f"字段“{name}”不能放在页眉或页脚里，请移到正文中。"
        elif name in PARTS and FIELD.sub("", text).strip():
            yield f"字段“{name}”要单独成行，请把同一行的其他文字移开：{line}。"
        elif name in PARTS and len(place.names) > 1:
            yield f"字段“{name}”要单独成行，一行不能有几个字段：{line}。"


def _listed(names: list[str]) -> str:
    return "".join(f"“{each}”" for each in names)


def _owner(text: Element) -> Element:
    return next(text.iterancestors(qn("w:p")))


def _day(document: Document) -> str:
    return (
        chinese_day(document.signature.day) if document.signature else chinese_day(document.dated)
    )


def _printed(document: Document) -> str:
    day = document.imprint.day if document.imprint else None
    return chinese_day(day) if day else ""
