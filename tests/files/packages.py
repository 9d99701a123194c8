"""Hostile packages, made by code: small on disk, and trouble for whoever opens them."""

import stat
import struct
import zipfile
from collections.abc import Callable, Mapping
from functools import cache
from io import BytesIO
from random import Random

import docx
from openpyxl import Workbook

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STYLES, TEXTS, BOOK, SHEET = (
    "xl/styles.xml",
    "xl/sharedStrings.xml",
    "xl/workbook.xml",
    "xl/worksheets/sheet1.xml",
)
TITLE = "重点项目"


@cache
def workbook() -> bytes:
    """A good workbook of two rows."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = TITLE
    sheet.append(["项目编号", "项目名称"])
    sheet.append(["T-1", "甲"])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


@cache
def letter() -> bytes:
    """A good Word file of two lines."""
    word = docx.Document()
    word.add_paragraph("{{标题}}")
    word.add_paragraph("{{正文}}")
    out = BytesIO()
    word.save(out)
    return out.getvalue()


def parts(content: bytes) -> dict[str, bytes]:
    """A package's parts by name."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(members: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A package of these parts."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def changed(content: bytes, **more: bytes) -> bytes:
    """The package with these parts in place of its own, or besides; `__` in a name is a slash."""
    return packed(parts(content) | {name.replace("__", "/"): each for name, each in more.items()})


def replaced(content: bytes, name: str, old: bytes, new: bytes) -> bytes:
    """The package with some bytes of a part replaced by others."""
    found = parts(content)
    assert old in found[name], (name, old)
    return packed(found | {name: found[name].replace(old, new, 1)})


def noise(size: int) -> bytes:
    """Text that does not pack, so that ratios look harmless."""
    random = Random(14)
    return bytes(random.choices(b"abcdefghijklmnopqrstuvwxyz0123456789", k=size))


def many(root: str, element: str, count: int, padding: int = 0) -> bytes:
    """A part of so many equal elements, padded with noise."""
    comment = b"<!--" + noise(padding) + b"-->" if padding else b""
    body = element.encode() * count
    return f'<{root} xmlns="{MAIN}">'.encode() + body + comment + f"</{root}>".encode()


def in_sheet(elements: str) -> bytes:
    """A workbook whose sheet has these elements behind its cells."""
    return replaced(workbook(), SHEET, b"</sheetData>", b"</sheetData>" + elements.encode())


def in_text(elements: str) -> bytes:
    """A Word file with these elements before its text."""
    return replaced(letter(), "word/document.xml", b"<w:body>", b"<w:body>" + elements.encode())


def related(content: bytes, name: str, kind: str, target: str, outside: bool = True) -> bytes:
    """The package with another relation of a part."""
    mode = ' TargetMode="External"' if outside else ""
    found = parts(content)
    relation = f'<Relationship Id="rId999" Type="{KINDS}/{kind}" Target="{target}"{mode}/>'
    known = found.get(name, f'<Relationships xmlns="{RELATIONS}"></Relationships>'.encode())
    changed = known.replace(b"</Relationships>", relation.encode() + b"</Relationships>")
    return packed(found | {name: changed})


def typed(content: bytes, old: bytes, new: bytes) -> bytes:
    """The package with another declared type."""
    return replaced(content, "[Content_Types].xml", old, new)


def with_member(make: Callable[[zipfile.ZipInfo], None], name: str = "extra.bin") -> bytes:
    """A workbook with a member more, whose entry is changed before it is written."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for each, content in parts(workbook()).items():
            archive.writestr(each, content)
        info = zipfile.ZipInfo(name)
        make(info)
        archive.writestr(info, b"x" * 100)
    return out.getvalue()


def symlink(info: zipfile.ZipInfo) -> None:
    """Makes an entry a symbolic link."""
    info.create_system = 3
    info.external_attr = (stat.S_IFLNK | 0o777) << 16


def twice(second: str) -> bytes:
    """A workbook with a second member of a name that is there."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for each, content in parts(workbook()).items():
            archive.writestr(each, content)
        archive.infolist()[0].filename = (
            "kept.xml" if second == "xl/styles.xml" else archive.infolist()[0].filename
        )
        archive.NameToInfo.pop(second, None)
        archive.writestr(zipfile.ZipInfo(second), b"<styleSheet/>")
    return out.getvalue()


def entry(content: bytes, name: str) -> int:
    """Where the entry of a member begins in the list at the end."""
    place = content.find(b"PK\x01\x02")
    while place >= 0:
        length, extra, comment = struct.unpack("<HHH", content[place + 28 : place + 34])
        if content[place + 46 : place + 46 + length] == name.encode():
            return place
        place += 46 + length + extra + comment
    raise KeyError(name)


def listed(content: bytes, name: str, at: int, value: bytes) -> bytes:
    """The package with bytes of a member's entry in the list replaced."""
    place = entry(content, name) + at
    return content[:place] + value + content[place + len(value) :]


def own(content: bytes, name: str, at: int, value: bytes) -> bytes:
    """The package with bytes of a member's own header replaced."""
    offset = struct.unpack("<I", content[entry(content, name) + 42 : entry(content, name) + 46])[0]
    place = offset + at
    return content[:place] + value + content[place + len(value) :]


def overlapping() -> bytes:
    """A workbook in which two members share their bytes."""
    content = workbook()
    place = entry(content, STYLES)
    offset = content[place + 42 : place + 46]
    shared = content[place + 16 : place + 28]
    made = listed(content, "xl/theme/theme1.xml", 42, offset)
    return listed(made, "xl/theme/theme1.xml", 16, shared)
