"""What a PDF carries that acts when it is opened: scripts, programs to start, attachments, forms.

Names are looked for where a reader finds objects: between the streams, in streams that hold
objects (unpacked, within bounds), and, since a table may point into the middle of anything, in the
bytes of every other stream. A name may be written with #xx for its letters.
"""

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from kuancheng.files.refusal import Refused

MIB = 2**20
MOST_OF_ONE, MOST_OF_ALL = 32 * MIB, 128 * MIB
"""So much may come out of one stream of objects, and out of all."""

PEEK = 4096
DICTIONARY = 2048
"""So many bytes before a stream its dictionary is looked for."""

ACTS = {
    b"JavaScript": "脚本（JavaScript）",
    b"JS": "脚本（JavaScript）",
    b"Launch": "启动其他程序的动作",
    b"EmbeddedFile": "附件",
    b"EmbeddedFiles": "附件",
    b"GoToE": "附件",
    b"RichMedia": "嵌入的音视频或动画",
    b"XFA": "动态表单（XFA）",
}
TOO_SHORT = {b"JS"}
"""Met by chance in the bytes of a picture; where it acts, another name stands beside it."""

STREAM = re.compile(rb"(?<!end)stream(?:\r\n|\n|\r)")
NAME = re.compile(rb"/((?:[^\x00\t\n\x0c\r /<>\[\](){}%#]|#[0-9A-Fa-f]{2}){1,100})")
ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
IN_BYTES = re.compile(rb"/([A-Za-z0-9#]{3,40})(?=[\x00\t\n\x0c\r /<>\[\](){}%])")
FILTERS = re.compile(rb"/Filter\s*(\[[^\]]*\]|/[^\s/<>\[\]()]+)?")
PREDICTOR = re.compile(rb"/Predictor\s+(?:[2-9]|1\d)")
NUMBERS = re.compile(rb"\s*\d+\s+\d+[\s<\[(/]")

BROKEN = "不是完整的 PDF，可能没有传完或已损坏。请重新导出后再上传。"
LOCKED = "是加密的 PDF（设有打开密码或权限密码），无法检查里面的内容。请取消密码，或用“打印”另存为不加密的 PDF 后再上传。"
CARRIES = (
    "带有{}，不能上传。请在阅读器里用“打印”另存为一份 PDF（附件请另外单独上传），再上传另存的文件。"
)
UNCHECKABLE = "的内部压缩方式少见，无法检查里面的内容。请用“打印”另存为 PDF 后再上传。"
TOO_MUCH = "解开后过大，可能已损坏或不是正常的 PDF。请用“打印”另存为 PDF 后再上传。"


def check(content: bytes) -> None:
    """Refused for a PDF that is not whole, cannot be looked into, or carries what acts."""
    end = content[-2048:]
    if b"startxref" not in end or b"%%EOF" not in end:
        raise Refused(BROKEN)
    found: set[bytes] = set()
    left = MOST_OF_ALL
    encrypted = False
    for piece in _pieces(content):
        if piece.body is None:
            names = _names(piece.before)
            encrypted = encrypted or b"Encrypt" in names
            found |= names & ACTS.keys()
            continue
        found |= _names_in_bytes(piece.body)
        objects = _objects(piece, left)
        left -= len(objects)
        found |= _names(objects) & ACTS.keys()
    if encrypted:
        raise Refused(LOCKED)
    if found:
        raise Refused(
            CARRIES.format("、".join(dict.fromkeys(ACTS[each] for each in ACTS if each in found)))
        )


@dataclass(frozen=True)
class _Piece:
    """What stands before a stream; or, with a body, that stream, and its dictionary before it."""

    before: bytes
    body: bytes | None = None


def _pieces(content: bytes) -> Iterator[_Piece]:
    place = 0
    while match := STREAM.search(content, place):
        before = content[place : match.start()]
        yield _Piece(before)
        end = content.find(b"endstream", match.end())
        end = len(content) if end < 0 else end
        yield _Piece(before[-DICTIONARY:], content[match.end() : end])
        place = end
    yield _Piece(content[place:])


def _names(text: bytes) -> set[bytes]:
    """The names in plain objects, with their letters as they are read."""
    return {_plain(match[1]) for match in NAME.finditer(text)}


def _plain(name: bytes) -> bytes:
    if b"#" not in name:
        return name
    return ESCAPE.sub(lambda match: bytes((int(match[1], 16),)), name)


def _names_in_bytes(body: bytes) -> set[bytes]:
    found = {_plain(match[1]) for match in IN_BYTES.finditer(body)}
    return (found & ACTS.keys()) - TOO_SHORT


def _objects(stream: _Piece, left: int) -> bytes:
    """The objects that a stream holds, unpacked; nothing for a stream of another kind.

    Refused where they cannot be unpacked, or are too many.
    """
    body = stream.body or b""
    dictionary = stream.before[stream.before.rfind(b"obj") + 3 :]
    dictionary = NAME.sub(lambda match: b"/" + _plain(match[1]), dictionary)
    declared = b"/ObjStm" in dictionary or (b"/First" in dictionary and b"/N" in dictionary)
    if declared:
        _check_filters(dictionary)
        if b"/Filter" not in dictionary:
            return body
    if not _is_deflated(body):
        return b""
    start = _inflated(body, PEEK)
    if not declared and not NUMBERS.match(start):
        return b""
    most = min(MOST_OF_ONE, left)
    whole = _inflated(body, most + 1)
    if len(whole) > most:
        raise Refused(TOO_MUCH)
    return whole


def _check_filters(dictionary: bytes) -> None:
    match = FILTERS.search(dictionary)
    if match is None:
        return
    names = _names(match[1] or b"")
    if names not in ({b"FlateDecode"}, {b"Fl"}) or PREDICTOR.search(dictionary):
        raise Refused(UNCHECKABLE)


def _is_deflated(body: bytes) -> bool:
    return len(body) > 2 and body[0] & 15 == 8 and int.from_bytes(body[:2], "big") % 31 == 0


def _inflated(body: bytes, most: int) -> bytes:
    """So much of what a body unpacks to, as far as it is whole."""
    unpacking = zlib.decompressobj()
    try:
        return unpacking.decompress(body, most)
    except zlib.error:
        return _as_far_as_it_goes(body, most)


def _as_far_as_it_goes(body: bytes, most: int) -> bytes:
    unpacking, out = zlib.decompressobj(), bytearray()
    for start in range(0, len(body), 64):
        try:
            out += unpacking.decompress(body[start : start + 64], max(most - len(out), 1))
        except zlib.error:
            break
        if len(out) >= most:
            break
    return bytes(out)
