"""A zip package looked through before anything reads it: its list of members, then every part."""

import stat
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from kuancheng.files.elements import Census, census, looks_like_xml
from kuancheng.files.refusal import Refused

MIB = 2**20
CHUNK = 256 * 1024
HIGHEST_RATIO = 200
RATIO_COUNTS_FROM = MIB
LOCAL_HEADER = 30

ZIP, OLE = b"PK\x03\x04", bytes.fromhex("d0cf11e0a1b11ae1")
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
MACROS_IN_OLE = tuple(each.encode("utf-16-le") for each in ("_VBA_PROJECT", "VBA"))

UNREADABLE = (BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError)
"""What a broken zip makes of the library. RuntimeError is one of a member with a password."""

TOO_MUCH = (
    "文件解压后过大，可能已损坏或不是正常的文件，没有打开。请只保留需要的内容，重新保存后再上传。"
)
CRAFTED = "文件的压缩结构不正常（{}），可能已损坏或被改动过，没有打开。请用原来的软件打开后另存一份，再上传。"
LOCKED = "文件设有密码，无法读取。请取消密码后再上传。"
NESTED = "文件里嵌有另一个文件（{}），没有打开。请删去嵌入的文件或图表，改用文字、表格或图片。"


@dataclass(frozen=True)
class Bounds:
    """How large a package may grow: parts, bytes of all, of one part, and of one that streams."""

    parts: int = 1000
    content: int = 256 * MIB
    part: int = 64 * MIB
    streamed: tuple[str, ...] = ()
    """Beginnings of the names of parts that are read in passing, so that only `content` binds."""


@dataclass
class Package:
    """What there is in a package: the names in it, and the census of each part that is XML."""

    names: tuple[str, ...]
    parts: dict[str, Census] = field(default_factory=dict)

    @property
    def types(self) -> dict[str, str]:
        """The declared types by part."""
        listed = self.parts.get("[Content_Types].xml")
        return listed.types if listed else {}


def inspect(stream: IO[bytes], bounds: Bounds, broken: str) -> Package:
    """Reads every member once, in pieces. Refused, with `broken` for what is no package at all."""
    try:
        with ZipFile(stream) as archive:
            members = archive.infolist()
            _check_members(members, bounds)
            _check_places(stream, archive, members)
            return _looked_through(archive, members, bounds)
    except RuntimeError:
        raise Refused(LOCKED) from None
    except UNREADABLE:
        raise Refused(broken) from None
    finally:
        stream.seek(0)


def _check_members(members: list[ZipInfo], bounds: Bounds) -> None:
    """What the list at the end says, before anything is unpacked."""
    if any(each.flag_bits & 1 for each in members):
        raise Refused(LOCKED)
    if len(members) > bounds.parts or sum(each.file_size for each in members) > bounds.content:
        raise Refused(TOO_MUCH)
    if len({each.filename.lower() for each in members}) < len(members):
        raise Refused(CRAFTED.format("有重名的成员"))
    for each in members:
        _check_name(each)
        packed = max(each.compress_size, 1)
        tight = each.file_size > RATIO_COUNTS_FROM and each.file_size / packed > HIGHEST_RATIO
        whole = not each.filename.startswith(bounds.streamed or ("\0",))
        if tight or (whole and each.file_size > bounds.part):
            raise Refused(TOO_MUCH)


def _check_name(member: ZipInfo) -> None:
    name = member.orig_filename
    steps = name.replace("\\", "/").split("/")
    if name.startswith(("/", "\\")) or ".." in steps or ":" in steps[0] or "\0" in name:
        raise Refused(CRAFTED.format("成员的路径指向文件之外"))
    if stat.S_ISLNK(member.external_attr >> 16):
        raise Refused(CRAFTED.format("含有符号链接"))
    if member.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise Refused(CRAFTED.format("压缩方式少见"))


def _check_places(stream: IO[bytes], archive: ZipFile, members: list[ZipInfo]) -> None:
    """That no two members share bytes, and that each says of itself what the list says of it."""
    ordered = sorted(members, key=lambda each: each.header_offset)
    ends = [*(each.header_offset for each in ordered[1:]), archive.start_dir]
    for member, end in zip(ordered, ends, strict=True):
        stream.seek(member.header_offset)
        header = stream.read(LOCAL_HEADER)
        if len(header) < LOCAL_HEADER or not header.startswith(ZIP):
            raise Refused(CRAFTED.format("成员的位置不对"))
        own = int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
        if member.header_offset + LOCAL_HEADER + own + member.compress_size > end:
            raise Refused(CRAFTED.format("成员互相重叠"))
        if not _agrees(header, member):
            raise Refused(CRAFTED.format("成员的大小前后不一致"))


def _agrees(header: bytes, member: ZipInfo) -> bool:
    """Whether a member's own header gives the sizes of the list; it may leave them for later."""
    if member.flag_bits & 8:
        return True
    packed = int.from_bytes(header[18:22], "little")
    size = int.from_bytes(header[22:26], "little")
    large = 0xFFFFFFFF
    return packed in (member.compress_size, large) and size in (member.file_size, large)


def _looked_through(archive: ZipFile, members: list[ZipInfo], bounds: Bounds) -> Package:
    found = Package(tuple(each.filename for each in members))
    left = bounds.content
    for member in members:
        with archive.open(member) as source:
            start = source.read(CHUNK)
            if start.startswith(ZIP):
                raise Refused(NESTED.format(member.filename[:80]))
            pieces = _pieces(source, start)
            if looks_like_xml(start[:64]):
                found.parts[member.filename] = census(member.filename[:80], pieces)
            elif member.filename.lower().endswith((".xml", ".rels")):
                raise Refused(CRAFTED.format(f"{member.filename[:80]} 不是 XML"))
            else:
                for _ in pieces:
                    pass
        left -= member.file_size
        if left < 0:
            raise Refused(TOO_MUCH)
    return found


def _pieces(source: IO[bytes], start: bytes) -> Iterator[bytes]:
    """What a member gives, which is never more than it declared: the library stops there."""
    while start:
        yield start
        start = source.read(CHUNK)
