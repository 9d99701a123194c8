"""The form in which an uploaded file may be kept as 佐证, and what it is then called.

What a file is decides its content, looked at in a process of its own: `kuancheng.files.evidence`.
"""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from io import BytesIO

from kuancheng.files.evidence import DOCX, PDF, XLSX
from kuancheng.files.isolated import Limits, read_apart, values
from kuancheng.files.refusal import Refused
from projects.choices import EvidenceKind

TASK = "kuancheng.files.evidence:read"
LIMITS = Limits(memory=640 * 2**20, cpu=20, wall=90.0, output=64 * 2**20)
"""The largest picture that we take needs 380 MB and two seconds."""

LARGEST = 20 * 1024 * 1024
LONGEST_NAME = 160

EXTENSIONS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    PDF: "pdf",
    DOCX: "docx",
    XLSX: "xlsx",
}


class Unfit(Refused):
    """The file cannot be kept; `str()` names it and says what to do."""

    def __init__(self, name: str, fault: str) -> None:
        super().__init__(f"“{name}”{fault}")


@dataclass(frozen=True)
class Clean:
    """A file as it may be stored; `thumb` is a small JPEG of a picture, empty for a document.

    One that `waited` on the server may be there already: that is no mistake of whoever chose it.
    """

    name: str
    kind: str
    content_type: str
    data: bytes
    thumb: bytes = b""
    waited: bool = False

    @property
    def digest(self) -> str:
        """SHA-256 of what is stored."""
        return hashlib.sha256(self.data).hexdigest()


def cleaned(name: str, data: bytes) -> Clean:
    """The file in the form in which it may be kept. Unfit when it may not.

    Neither its name nor what a browser says of it counts, only its content; the name's ending is
    corrected accordingly. Takes a tenth of a second or more: do it before a transaction begins.
    """
    called = clean_name(name)
    if not data:
        raise Unfit(called, "是空文件，请重新选择。")
    if len(data) > LARGEST:
        raise Unfit(called, f"超过 {LARGEST // 1024 // 1024} MB，请压缩或拆分后再上传。")
    try:
        with read_apart(TASK, BytesIO(data), LIMITS) as lines:
            found = next(values(lines))
    except Refused as refused:
        raise Unfit(called, str(refused)) from None
    content_type = found["content_type"]
    kind = EvidenceKind.PHOTO if "data" in found else EvidenceKind.DOCUMENT
    kept, thumb = found.get("data", data), found.get("thumb", b"")
    return Clean(_named(called, content_type), kind, content_type, kept, thumb)


def clean_name(name: str) -> str:
    """What a file is called: no folders, no control or formatting characters, not too long."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    plain = "".join(each for each in last if unicodedata.category(each)[0] != "C")
    plain = re.sub(r'[\s"<>|*?:;]+', " ", plain).strip(" .")
    stem, dot, ending = plain.rpartition(".")
    kept = LONGEST_NAME - len(dot + ending) if stem else LONGEST_NAME
    return (stem[:kept] + dot + ending if stem and kept > 0 else plain[:LONGEST_NAME]) or "未命名"


def _named(name: str, content_type: str) -> str:
    """The name with the ending that its content deserves."""
    ending = EXTENSIONS[content_type]
    stem, dot, given = name.rpartition(".")
    if given.lower() == ending or (given.lower(), ending) == ("jpeg", "jpg"):
        return name
    short = dot and len(given) <= 5 and given.isascii()
    return f"{(stem if short else name)[: LONGEST_NAME - len(ending) - 1]}.{ending}"
