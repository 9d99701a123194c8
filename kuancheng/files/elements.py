"""How much a part of XML holds, counted as it streams by, before any library builds something of it.

The counting parser keeps nothing but numbers and the few words that decide whether a file may be
taken, so a part of hundreds of thousands of elements costs no memory here.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import NoReturn
from xml.parsers import expat

from kuancheng.files.refusal import Refused

DEEPEST = 200
MOST_ATTRIBUTES = 200
LONGEST_ATTRIBUTE = 64 * 1024
LONGEST_TAG = 1024 * 1024
"""So many bytes without a tag's end are no document; expat would read them again and again."""

MOST_WORDS = 20_000
"""So many relations, fields or types of one part are kept for a look; more are refused."""

ENCODINGS = frozenset({"utf-8", "utf8", "utf-16", "us-ascii", "ascii"})

MOST_ELEMENTS = {
    "worksheet": 5_000_000,
    "sst": 1_800_000,
    "styleSheet": 50_000,
    "workbook": 20_000,
    "calcChain": 1_000_000,
    "pivotCacheRecords": 2_000_000,
    "Relationships": 20_000,
    "Types": 20_000,
    "comments": 200_000,
    "document": 300_000,
    "styles": 50_000,
    "numbering": 50_000,
}
OTHERWISE = 200_000
"""So many elements a part may have, by the name of its root: the path says nothing sure."""

MOST_OF_ONE = {
    "si": 600_000,
    "mergeCell": 10_000,
    "conditionalFormatting": 5_000,
    "cfRule": 10_000,
    "dataValidation": 5_000,
    "hyperlink": 70_000,
    "definedName": 5_000,
    "externalReference": 200,
    "comment": 20_000,
    "xf": 50_000,
}
"""So many elements of one name, whatever the part."""

OBJECTS = frozenset({"object", "OLEObject", "oleObject", "control", "altChunk"})
FOREIGN_DATA = frozenset({"ddeLink", "oleLink"})
DDE = re.compile(r"[\w.]\s*\|\s*(?:'[^']*'|[^!'|]+)!")
"""A formula that asks another program: cmd|'/C …'!A0."""

UNTIDY = "文件内部结构不正常（{}），可能已损坏或被改动过，没有打开。请用 Word、Excel 或 WPS 打开后另存一份，再上传。"
TOO_MANY = (
    "文件内部的{}太多（{}），不是正常的文件，没有打开。"
    "请把需要的内容复制到一个新建的文件里，保存后再上传。"
)
CALLED = {
    "styleSheet": "样式",
    "styles": "样式",
    "xf": "样式",
    "sst": "文本",
    "si": "文本",
    "definedName": "名称",
    "mergeCell": "合并单元格",
    "conditionalFormatting": "条件格式",
    "cfRule": "条件格式",
    "dataValidation": "数据验证",
    "hyperlink": "超链接",
    "comment": "批注",
}


@dataclass
class Census:
    """What one part holds. `counts` by local name; relations as type, target and whether outside."""

    root: str = ""
    elements: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    merged: list[str] = field(default_factory=list)
    """The first few ranges of merged cells."""

    types: dict[str, str] = field(default_factory=dict)
    """Parts and their declared types, where this is the list of them."""

    relations: list[tuple[str, str, bool]] = field(default_factory=list)
    objects: set[str] = field(default_factory=set)
    """Names of elements that stand for objects of other programs, or bring in data from them."""

    instructions: list[str] = field(default_factory=list)
    """What each field of a text says, however many runs it is cut into."""

    asks_programs: bool = False
    """Whether a formula asks another program (DDE)."""


def census(name: str, chunks: Iterable[bytes]) -> Census:
    """Counts a part that arrives in pieces. Refused, naming the part, for what is not in order."""
    counting = _Counting(name)
    for chunk in chunks:
        counting.feed(chunk)
    return counting.finish()


def looks_like_xml(start: bytes) -> bool:
    """Whether a part is XML, by its first bytes and not by its name."""
    plain = start.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0")
    return plain.startswith(b"<")


class _Counting:
    """One part's counting: an expat parser with few and cheap handlers."""

    def __init__(self, name: str) -> None:
        self.name, self.found = name, Census()
        self._full: dict[str, int] = {}
        self._depth, self._since_tag, self._in_tag = 0, 0, False
        self._most = OTHERWISE
        self._text: list[str] = []
        self._parser = parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.XmlDeclHandler = self._declared
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end

    def feed(self, chunk: bytes) -> None:
        """Reads one piece. Refused as soon as a bound is passed."""
        last = chunk.rfind(b">")
        begun = b"<" in chunk[last + 1 :]
        if last >= 0:
            self._since_tag, self._in_tag = 0, False
        self._in_tag = self._in_tag or begun
        self._since_tag += len(chunk) - last - 1
        if self._in_tag and self._since_tag > LONGEST_TAG:
            self._refuse("标记过长")
        self._parse(chunk, False)
        self._check_counts()

    def finish(self) -> Census:
        """The part's census, when its end has come."""
        self._parse(b"", True)
        self._check_counts()
        self.found.counts = self._counts()
        return self.found

    def _parse(self, chunk: bytes, final: bool) -> None:
        try:
            self._parser.Parse(chunk, final)
        except (expat.ExpatError, ValueError, LookupError):
            self._refuse("不是完整的 XML")

    def _declared(self, version: str, encoding: str | None, standalone: int) -> None:
        if encoding and encoding.lower() not in ENCODINGS:
            self._refuse(f"编码 {encoding[:20]}")

    def _doctype(self, *given: object) -> None:
        self._refuse("含有 DOCTYPE 声明")

    def _start(self, full: str, attributes: dict[str, str]) -> None:
        found = self.found
        found.elements += 1
        self._depth += 1
        if found.elements == 1:
            found.root = full.rpartition(" ")[2]
            self._most = MOST_ELEMENTS.get(found.root, OTHERWISE)
        if found.elements > self._most:
            self._refuse_count(found.root, self._most)
        if self._depth > DEEPEST:
            self._refuse("嵌套过深")
        if len(attributes) > MOST_ATTRIBUTES:
            self._refuse("属性过多")
        for value in attributes.values():
            if len(value) > LONGEST_ATTRIBUTE:
                self._refuse("属性过长")
        self._full[full] = self._full.get(full, 0) + 1
        look = _LOOKS.get(full.rpartition(" ")[2])
        if look is not None:
            look(self, attributes)

    def _end(self, full: str) -> None:
        self._depth -= 1
        if self._parser.CharacterDataHandler is not None:
            self._parser.CharacterDataHandler = None
            text = "".join(self._text)
            if full.endswith(" instrText") and self.found.instructions:
                self.found.instructions[-1] += text
            elif "|" in text and DDE.search(text):
                self.found.asks_programs = True
            self._text.clear()

    def _listen(self, attributes: dict[str, str]) -> None:
        self._text.clear()
        self._parser.CharacterDataHandler = self._text.append

    def _relation(self, attributes: dict[str, str]) -> None:
        outside = attributes.get("TargetMode", "").lower() == "external"
        found = (attributes.get("Type", ""), attributes.get("Target", ""), outside)
        self._keep(self.found.relations, found)

    def _type(self, attributes: dict[str, str]) -> None:
        name = attributes.get("PartName") or attributes.get("Extension", "")
        self.found.types[name.lstrip("/")] = attributes.get("ContentType", "")

    def _merged(self, attributes: dict[str, str]) -> None:
        if len(self.found.merged) < 5:
            self.found.merged.append(attributes.get("ref", "")[:30])

    def _field(self, attributes: dict[str, str]) -> None:
        kind = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        if kind.get("fldCharType") == "begin":
            self._keep(self.found.instructions, "")
        elif "instr" in kind:
            self._keep(self.found.instructions, kind["instr"])

    def _instruction(self, attributes: dict[str, str]) -> None:
        if not self.found.instructions:
            self.found.instructions.append("")
        self._listen(attributes)

    def _object(self, attributes: dict[str, str], name: str) -> None:
        self.found.objects.add(name)

    def _keep(self, kept: list, found: object) -> None:
        if len(kept) >= MOST_WORDS:
            self._refuse_count(self.found.root, MOST_WORDS)
        kept.append(found)

    def _counts(self) -> Counter[str]:
        counts: Counter[str] = Counter()
        for full, count in self._full.items():
            counts[full.rpartition(" ")[2]] += count
        return counts

    def _check_counts(self) -> None:
        if len(self._full) > MOST_WORDS:
            self._refuse("标记名过多")
        for name, count in self._counts().items():
            most = MOST_OF_ONE.get(name)
            if most is not None and count > most:
                self._refuse_count(name, most)

    def _refuse_count(self, name: str, most: int) -> NoReturn:
        raise Refused(TOO_MANY.format(CALLED.get(name, "内容"), f"{self.name}，超过 {most:,} 个"))

    def _refuse(self, what: str) -> NoReturn:
        raise Refused(UNTIDY.format(f"{self.name}：{what}"))


_Look = Callable[[_Counting, dict[str, str]], None]


def _met(name: str) -> _Look:
    return lambda counting, attributes: counting._object(attributes, name)


_LOOKS: dict[str, _Look] = {
    "Relationship": _Counting._relation,
    "Override": _Counting._type,
    "Default": _Counting._type,
    "mergeCell": _Counting._merged,
    "fldChar": _Counting._field,
    "fldSimple": _Counting._field,
    "instrText": _Counting._instruction,
    "f": _Counting._listen,
    **{name: _met(name) for name in (*sorted(OBJECTS), *sorted(FOREIGN_DATA))},
}
"""What is looked at more closely, by local name; everything else is only counted."""
