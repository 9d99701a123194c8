"""Whether a file that somebody sends may be a template: what it is, what it carries, what it says."""

import re
import zlib
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from zipfile import BadZipFile, ZipFile

import docx
from lxml import etree

from kuancheng.documents.office.fields import faults, places

MIB = 2**20
LARGEST_FILE, LARGEST_CONTENT, MOST_PARTS, HIGHEST_RATIO = 5 * MIB, 64 * MIB, 1000, 200
RATIO_COUNTS_FROM = MIB
LARGEST_XML = 16 * MIB
"""So much of it may be XML: read, it takes ten times the room."""

OLE = bytes.fromhex("d0cf11e0a1b11ae1")
MAIN = "word/document.xml"
TYPES = "[Content_Types].xml"
WORD_FILE = b"wordprocessingml.document.main+xml"
HYPERLINK = "/hyperlink"

NO_DOCX = "这不是 Word 文档（.docx）。请用 Word 或 WPS 打开，选“另存为”，类型选“Word 文档（*.docx）”，再上传。"
TOO_MUCH = (
    "文件解压后过大，可能已损坏或不是正常的文档，没有打开。请删去多余的图片和内容后重新保存。"
)
MACRO = "文件带有宏，不能用作模板。请另存为不带宏的“Word 文档（*.docx）”再上传。"
EMBEDDED = "文件里嵌有其他程序的对象（OLE 或 ActiveX），不能用作模板。请删去嵌入的对象，改用文字、表格或图片。"
REMOTE = "文件引用了外部的模板、图片或文件，打开时会去别处读取，不能用作模板。请把图片改为直接插入，并断开链接的模板。"
FETCHING = "文件里有会读取外部内容的域（{}），不能用作模板。请删去这个域。"
BROKEN = "文件内容已损坏，读不出来。请用 Word 或 WPS 打开后重新保存再上传。"

EMBEDDING = re.compile(r"oleObject|/embeddings/|/activeX/|afchunk", re.IGNORECASE)
FETCHES = re.compile(
    r"\s*(DDEAUTO|DDE|INCLUDETEXT|INCLUDEPICTURE|IMPORT|LINK|DATABASE|RD)\b", re.IGNORECASE
)
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


class Refused(Exception):  # noqa: N818 - says in Chinese why a file is not taken, and what to do
    """The file cannot be a template; `sentences` says why, one fault each."""

    def __init__(self, *sentences: str) -> None:
        super().__init__(*sentences)
        self.sentences = sentences

    def __str__(self) -> str:
        return "".join(self.sentences)


@dataclass(frozen=True)
class Checked:
    """A template that can be filled: its bytes, and the fields that it uses."""

    content: bytes
    fields: tuple[str, ...]


def check(content: bytes) -> Checked:
    """The template in a file. Refused with a sentence for each fault.

    What it carries is looked at before anything of it is read as XML, and that before it is opened.
    """
    parts = _unpacked(content)
    carried = [*_carried(parts)]
    if carried:
        raise Refused(*dict.fromkeys(carried))
    word = opened(content)
    if wrong := faults(word):
        raise Refused(*wrong)
    names = [name for place in places(word) for name in place.names]
    return Checked(content, tuple(dict.fromkeys(names)))


def opened(content: bytes) -> Any:
    """A template as python-docx opens it. Refused where it cannot."""
    try:
        return docx.Document(BytesIO(content))
    except (KeyError, ValueError, AttributeError, etree.XMLSyntaxError):
        raise Refused(BROKEN) from None


def _unpacked(content: bytes) -> dict[str, bytes]:
    """The parts by name. Refused for what is no .docx, or would grow too large."""
    if not content:
        raise Refused("这是一个空文件，请重新选择。")
    if len(content) > LARGEST_FILE:
        most = LARGEST_FILE // MIB
        raise Refused(f"文件超过 {most} MB。请压缩或删去图片后重新保存。")
    if content.startswith(OLE):
        raise Refused(f"这是旧格式（.doc）或设有打开密码的文件，读不了。{NO_DOCX}")
    try:
        with ZipFile(BytesIO(content)) as archive:
            _check_declared(archive)
            parts = {each.filename: _read(archive, each) for each in archive.infolist()}
    except (
        BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        OSError,
        RuntimeError,
        ValueError,
    ):
        raise Refused(NO_DOCX) from None
    if MAIN not in parts or TYPES not in parts:
        raise Refused(NO_DOCX)
    return parts


def _check_declared(archive: ZipFile) -> None:
    members = archive.infolist()
    names = {each.filename.lower() for each in members}
    if len(members) > MOST_PARTS or len(names) < len(members):
        raise Refused(TOO_MUCH)
    if sum(each.file_size for each in members) > LARGEST_CONTENT:
        raise Refused(TOO_MUCH)
    if sum(each.file_size for each in members if _is_xml(each.filename)) > LARGEST_XML:
        raise Refused(TOO_MUCH)
    for each in members:
        ratio = each.file_size / max(each.compress_size, 1)
        if each.file_size > RATIO_COUNTS_FROM and ratio > HIGHEST_RATIO:
            raise Refused(TOO_MUCH)


def _read(archive: ZipFile, member: Any) -> bytes:
    """A part as it comes out, which is never more than it declared."""
    with archive.open(member) as source:
        content = source.read(member.file_size + 1)
    if len(content) > member.file_size:
        raise Refused(TOO_MUCH)
    return content


def _carried(parts: dict[str, bytes]) -> list[str]:
    """What it may not carry."""
    found = []
    types = parts[TYPES]
    if b"macroEnabled" in types or any("vba" in each.lower() for each in parts):
        found.append(MACRO)
    elif WORD_FILE not in types:
        raise Refused(NO_DOCX)
    if any(EMBEDDING.search(each) for each in parts):
        found.append(EMBEDDED)
    for name, content in parts.items():
        if not _is_xml(name):
            continue
        root = _parsed(content)
        if name.lower().endswith(".rels"):
            found += _reached(root)
        else:
            found += _fetched(root)
    return found


def _is_xml(name: str) -> bool:
    return name.lower().endswith((".xml", ".rels"))


def _parsed(content: bytes) -> Any:
    reader = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(content, reader)
    except (etree.XMLSyntaxError, ValueError):
        raise Refused(BROKEN) from None
    if root.getroottree().docinfo.doctype:
        raise Refused(BROKEN)
    return root


def _reached(root: Any) -> list[str]:
    """Relations that lead out of the file, other than links to click on."""
    outside = [each for each in root if each.get("TargetMode") == "External"]
    return [REMOTE for each in outside if not each.get("Type", "").endswith(HYPERLINK)]


def _fetched(root: Any) -> list[str]:
    """Fields that read from elsewhere, and objects of other programs."""
    found = [EMBEDDED for _ in root.iter(f"{W}object", f"{W}altChunk", f"{W}control")]
    starts = [match for each in _instructions(root) if (match := FETCHES.match(each))]
    return found + [FETCHING.format(each.group(1).upper()) for each in starts]


def _instructions(root: Any) -> list[str]:
    """What each field of a part says, however many runs it is cut into."""
    told = [each.get(f"{W}instr", "") for each in root.iter(f"{W}fldSimple")]
    for each in root.iter(f"{W}fldChar", f"{W}instrText"):
        if each.get(f"{W}fldCharType") == "begin":
            told.append("")
        elif each.tag == f"{W}instrText" and told:
            told[-1] += each.text or ""
    return told
