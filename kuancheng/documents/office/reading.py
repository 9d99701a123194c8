"""Whether a file that somebody sends may be a template: what it is, what it carries, what it says."""

from dataclasses import dataclass
from io import BytesIO
from typing import Any

import docx
from lxml import etree

from kuancheng.documents.office.fields import faults, places
from kuancheng.files.office import carried
from kuancheng.files.package import MIB, OLE, TOO_MUCH, ZIP, Bounds, Package, inspect
from kuancheng.files.refusal import Refused

LARGEST_FILE = 5 * MIB
BOUNDS = Bounds(parts=1000, content=64 * MIB, part=16 * MIB)
MOST_XML = 400_000
"""So many elements of all parts together: read, each takes some two hundred bytes."""

MAIN = "word/document.xml"
WORD_FILE = "wordprocessingml.document.main+xml"

NO_DOCX = "这不是 Word 文档（.docx）。请用 Word 或 WPS 打开，选“另存为”，类型选“Word 文档（*.docx）”，再上传。"
MACRO = "文件带有宏，不能用作模板。请另存为不带宏的“Word 文档（*.docx）”再上传。"
EMBEDDED = "文件里嵌有其他程序的对象（OLE 或 ActiveX），不能用作模板。请删去嵌入的对象，改用文字、表格或图片。"
REMOTE = "文件引用了外部的模板、图片或文件，打开时会去别处读取，不能用作模板。请把图片改为直接插入，并断开链接的模板。"
FETCHING = "文件里有会读取外部内容的域（{}），不能用作模板。请删去这个域。"
BROKEN = "文件内容已损坏，读不出来。请用 Word 或 WPS 打开后重新保存再上传。"


@dataclass(frozen=True)
class Checked:
    """A template that can be filled: its bytes, and the fields that it uses."""

    content: bytes
    fields: tuple[str, ...]


def check(content: bytes) -> Checked:
    """The template in a file. Refused with a sentence for each fault.

    What it carries is looked at before anything of it is read as XML, and that before it is opened.
    """
    package = _looked_through(content)
    if wrong := _carried(package):
        raise Refused(*wrong)
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


def _looked_through(content: bytes) -> Package:
    """The package. Refused for what is no .docx, or would grow too large."""
    if not content:
        raise Refused("这是一个空文件，请重新选择。")
    if len(content) > LARGEST_FILE:
        most = LARGEST_FILE // MIB
        raise Refused(f"文件超过 {most} MB。请压缩或删去图片后重新保存。")
    if content.startswith(OLE):
        raise Refused(f"这是旧格式（.doc）或设有打开密码的文件，读不了。{NO_DOCX}")
    if not content.startswith(ZIP):
        raise Refused(NO_DOCX)
    package = inspect(BytesIO(content), BOUNDS, NO_DOCX)
    if sum(each.elements for each in package.parts.values()) > MOST_XML:
        raise Refused(TOO_MUCH)
    return package


def _carried(package: Package) -> list[str]:
    """What it may not carry, a sentence each. Refused for what is no Word file at all."""
    found = carried(package)
    main = f"application/vnd.openxmlformats-officedocument.{WORD_FILE}"
    if not found.macros and (main not in package.types.values() or MAIN not in package.names):
        raise Refused(NO_DOCX)
    said = [
        *([MACRO] if found.macros else []),
        *([EMBEDDED] if found.objects else []),
        *([REMOTE] if found.outside else []),
    ]
    return said + [FETCHING.format(each) for each in found.fields]
