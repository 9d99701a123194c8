"""Pictures that would grow, break a decoder, or are none."""

import struct
import zlib
from collections.abc import Callable
from io import BytesIO

from PIL import Image

Made = Callable[[], bytes]


def chunk(kind: bytes, content: bytes) -> bytes:
    """One of a PNG's pieces."""
    check = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", check)


def png(width: int, height: int, *more: bytes, rows: bytes = b"") -> bytes:
    """A PNG that says it is so large."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pieces = [chunk(b"IHDR", head), *more, chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(pieces)


def saved(kind: str, **how: object) -> bytes:
    """A noisy picture of that kind."""
    out = BytesIO()
    Image.effect_noise((300, 300), 90).convert("RGB").save(out, kind, **how)
    return out.getvalue()


def jpeg(width: int, height: int) -> bytes:
    """A JPEG whose header says it is so large."""
    whole = saved("JPEG")
    place = whole.find(b"\xff\xc0") + 5
    return whole[:place] + struct.pack(">HH", height, width) + whole[place + 4 :]


def bmp(width: int, height: int) -> bytes:
    """A BMP whose header says it is so large."""
    whole = saved("BMP")
    return whole[:18] + struct.pack("<ii", width, height) + whole[26:]


def gif(width: int, height: int) -> bytes:
    """A GIF whose screen is so large."""
    whole = saved("GIF")
    return whole[:6] + struct.pack("<HH", width, height) + whole[10:]


HOSTILE: dict[str, tuple[Made, str]] = {
    "59 megapixels": (lambda: png(9_000, 6_556), "像素太多"),
    "a line of pixels": (lambda: png(60_001, 1_000), "像素太多"),
    "more pixels than there are": (lambda: png(60_000, 60_000), "像素太多"),
    "pixels without end": (lambda: png(2**31 - 1, 2**31 - 1), ""),
    "a photo of four gigapixels": (lambda: jpeg(65_500, 65_500), "像素太多"),
    "a screen of pixels": (lambda: gif(60_000, 60_000), "像素太多"),
    "a bitmap of gigapixels": (lambda: bmp(60_000, 60_000), "像素太多"),
    "a PNG without pixels": (lambda: png(100, 100), "不是完整的图片"),
    "a text that unpacks": (
        lambda: png(10, 10, chunk(b"zTXt", b"k\0\0" + zlib.compress(bytes(80_000_000)))), "不是",
    ),
    "half a JPEG": (lambda: saved("JPEG")[:9_000], "不是完整的图片"),
    "half a PNG": (lambda: saved("PNG")[:9_000], "不是完整的图片"),
    "half a WebP": (lambda: saved("WEBP")[:9_000], "不是"),
    "half a GIF": (lambda: saved("GIF")[:9_000], "不是完整的图片"),
    "an icon": (lambda: saved("ICO"), "不是可以上传的类型"),
    "a TIFF": (lambda: saved("TIFF"), "不是可以上传的类型"),
    "a PostScript file": (lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n", "不是可以上传的类型"),
    "an SVG": (lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', "不是可以上传的类型"),
    "a page": (lambda: b"<!doctype html><script>alert(1)</script>", "不是可以上传的类型"),
    "a page for Office": (lambda: b"MIME-Version: 1.0\nContent-Type: multipart/related", "不是可以上传的类型"),
    "rich text": (lambda: rb"{\rtf1\object\objocx}", "不是可以上传的类型"),
    "a program": (lambda: b"MZ\x90\x00" + bytes(600), "不是可以上传的类型"),
    "a HEIC photo": (lambda: b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "兼容性最佳"),
}  # fmt: skip
