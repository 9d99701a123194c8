"""A Word file's bytes, the same for the same content, whenever and wherever it is written."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from kuancheng.documents.word.xml import printable

CONTENT_TYPES = "[Content_Types].xml"
EPOCH = (1980, 1, 1, 0, 0, 0)
"""The time that a zip gives to each of its files: the first that it knows."""

UNIX, READABLE = 3, 0o644 << 16


def bytes_of(word: Any) -> bytes:
    """A python-docx document's file. Equal documents give equal bytes."""
    written = BytesIO()
    word.save(written)
    with ZipFile(written) as archive:
        parts = {each: archive.read(each) for each in archive.namelist()}
    return packed(parts.items())


def packed(parts: Iterable[tuple[str, bytes]]) -> bytes:
    """A zip of parts by name, the list of types first, as readers expect it."""
    target = BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for name, content in sorted(parts, key=lambda each: (each[0] != CONTENT_TYPES, each[0])):
            entry = ZipInfo(name, EPOCH)
            entry.compress_type, entry.create_system, entry.external_attr = (
                ZIP_DEFLATED,
                UNIX,
                READABLE,
            )
            archive.writestr(entry, content)
    return target.getvalue()


def describe(word: Any, *, title: str, author: str, dated: date) -> None:
    """What the file says of itself; its times are the document's day, not the clock's."""
    about = word.core_properties
    title, author = printable(title), printable(author)
    about.title, about.author, about.last_modified_by = title[:255], author[:255], author[:255]
    about.comments = about.keywords = about.subject = about.category = ""
    about.revision, about.language = 1, "zh-CN"
    about.created = about.modified = datetime.combine(dated, time(), UTC)
