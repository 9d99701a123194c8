"""Templates as an office would make them, and what it had better not send."""

from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import docx

LINES = (
    "{{发文机关标志}}文件",
    "{{发文字号}}",
    "{{标题}}",
    "{{ 主送机关 }}：",
    "{{正文}}",
    "{{附件说明}}",
    "{{署名}}",
    "{{成文日期}}",
    "{{附件}}",
)


def template(lines: Iterable[str] = LINES, header: str = "", cell: str = "") -> bytes:
    """A Word file with a line for each, a header, and a table of one cell at its end."""
    word: Any = docx.Document()
    for each in lines:
        word.add_paragraph(each)
    if header:
        word.sections[0].header.paragraphs[0].text = header
    if cell:
        word.add_table(1, 1).cell(0, 0).text = cell
    return saved(word)


def saved(word: Any) -> bytes:
    """A python-docx document's bytes."""
    stream = BytesIO()
    word.save(stream)
    return stream.getvalue()


def with_parts(
    content: bytes,
    more: Mapping[str, bytes],
    change: Mapping[str, tuple[bytes, bytes]] | None = None,
) -> bytes:
    """A file with more parts, and with some words of a part replaced by others."""
    target = BytesIO()
    with ZipFile(BytesIO(content)) as source, ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for name in source.namelist():
            old, new = (change or {}).get(name, (b"", b""))
            archive.writestr(
                name, source.read(name).replace(old, new) if old else source.read(name)
            )
        for name, data in more.items():
            archive.writestr(name, data)
    return target.getvalue()


def relation(kind: str, target: str) -> dict[str, tuple[bytes, bytes]]:
    """The change that adds a relation to somewhere outside."""
    made = (
        f'<Relationship Id="rId999" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        f'relationships/{kind}" Target="{target}" TargetMode="External"/></Relationships>'
    )
    return {"word/_rels/document.xml.rels": (b"</Relationships>", made.encode())}
