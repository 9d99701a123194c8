"""Whether an uploaded file may be opened at all: what it is, and how large it would grow."""

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO
from zipfile import BadZipFile, ZipFile, ZipInfo

MIB = 2**20
LARGEST_FILE = 20 * MIB
LARGEST_CONTENT = 256 * MIB
"""So much may come out of a file, as declared and as read."""

LARGEST_PART = 64 * MIB
"""The same for a part that is read whole, such as the table of texts; sheets are read in passing."""

HIGHEST_RATIO = 200
RATIO_COUNTS_FROM = 4 * MIB
MOST_PARTS = 500
CHUNK = MIB

OLE = bytes.fromhex("d0cf11e0a1b11ae1")
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
ROW = re.compile(rb"<(?:\w+:)?row[\s>/]")
MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref=\"([A-Z0-9:$]{2,30})\"")
NO_WORKBOOK = "这不是 Excel 工作簿（.xlsx）。请下载本页的模板，填写后用 Excel 或 WPS 保存为“Excel 工作簿（*.xlsx）”再上传。"
TOO_MUCH = (
    "文件解压后过大，可能已损坏或不是正常的表格，没有打开。请只保留需要导入的工作表后重新保存。"
)


class Refused(Exception):  # noqa: N818 - says in Chinese why a file is not taken, and what to do
    """The file as a whole cannot be imported; `sentences` says why, one fault each."""

    def __init__(self, *sentences: str) -> None:
        super().__init__(*sentences)
        self.sentences = sentences

    def __str__(self) -> str:
        return "".join(self.sentences)


@dataclass
class Part:
    """A worksheet's part: about how many rows it has, and its merged ranges (the first few)."""

    rows: int = 0
    merged: list[str] = field(default_factory=list)


def inspect(stream: IO[bytes]) -> dict[str, Part]:
    """The worksheets of a workbook by the names of their parts.

    Reads everything once, in chunks. Refused for what is no .xlsx, is locked by a password, or
    would grow too large: by what it declares, by how tightly it is packed, and by what comes out.
    """
    _check_size(stream)
    _check_kind(stream)
    try:
        with ZipFile(stream) as archive:
            members = archive.infolist()
            _check_declared(members)
            if not any(each.filename == "xl/workbook.xml" for each in members):
                raise Refused(NO_WORKBOOK)
            return _read_all(archive, members)
    except (BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError):
        raise Refused(NO_WORKBOOK) from None
    finally:
        stream.seek(0)


def _check_size(stream: IO[bytes]) -> None:
    size = stream.seek(0, 2)
    stream.seek(0)
    if not size:
        raise Refused("这是一个空文件，请重新选择。")
    if size > LARGEST_FILE:
        most = LARGEST_FILE // MIB
        raise Refused(
            f"文件有 {size / MIB:.1f} MB，最大 {most} MB。请删去不用的列和工作表，或分几次导入。"
        )


def _check_kind(stream: IO[bytes]) -> None:
    start = stream.read(8)
    if start == OLE:
        rest = stream.read()
        if ENCRYPTED in rest:
            raise Refused(
                "文件设有打开密码，无法读取。请在 Excel 中取消密码（文件→信息→保护工作簿）后再上传。"
            )
        raise Refused(
            "这是旧格式（.xls）。请用 Excel 或 WPS 打开，选“另存为”，类型选“Excel 工作簿（*.xlsx）”，再上传另存的文件。"
        )
    if not start.startswith(b"PK\x03\x04"):
        raise Refused(NO_WORKBOOK)
    stream.seek(0)


def _check_declared(members: list[ZipInfo]) -> None:
    if any(each.flag_bits & 1 for each in members):
        raise Refused("文件设有密码，无法读取。请取消密码后再上传。")
    if len(members) > MOST_PARTS or sum(each.file_size for each in members) > LARGEST_CONTENT:
        raise Refused(TOO_MUCH)
    for each in members:
        packed = max(each.compress_size, 1)
        tight = each.file_size > RATIO_COUNTS_FROM and each.file_size / packed > HIGHEST_RATIO
        if tight or (each.file_size > LARGEST_PART and not SHEET.fullmatch(each.filename)):
            raise Refused(TOO_MUCH)


def _read_all(archive: ZipFile, members: list[ZipInfo]) -> dict[str, Part]:
    left = LARGEST_CONTENT
    parts = {}
    for member in members:
        sheet = SHEET.fullmatch(member.filename)
        part = Part()
        for chunk, fresh in _chunks(archive, member):
            left -= fresh
            if left < 0:
                raise Refused(TOO_MUCH)
            if sheet:
                _look(chunk, part)
        if sheet:
            parts[member.filename] = part
    return parts


def _chunks(archive: ZipFile, member: ZipInfo) -> Iterator[tuple[bytes, int]]:
    """Pieces that end at a tag's end, and how many bytes each brought."""
    kept = b""
    with archive.open(member) as source:
        while piece := source.read(CHUNK):
            whole = kept + piece
            end = whole.rfind(b">") + 1 or len(whole)
            yield whole[:end], len(piece)
            kept = whole[end:][:CHUNK]


def _look(chunk: bytes, part: Part) -> None:
    part.rows += len(ROW.findall(chunk))
    if len(part.merged) < 5:
        part.merged += [each.decode() for each in MERGED.findall(chunk)][:5]
