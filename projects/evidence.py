"""What an uploaded file is, told by its content, and its form in which it may be kept.

Pictures are decoded and drawn anew, so nothing of the file as it came is stored: no place, no
device, no text, no hidden part. Documents are kept byte for byte, but only of three kinds.
"""

import hashlib
import io
import re
import unicodedata
import zipfile
import zlib
from dataclasses import dataclass

from defusedxml import DefusedXmlException
from defusedxml import ElementTree as Xml
from PIL import Image, ImageOps

from projects.choices import EvidenceKind

LARGEST = 20 * 1024 * 1024
MOST_PIXELS = 60_000_000
LONGEST_SIDE = 2560
THUMB_SIDE = 320
LONGEST_NAME = 160

PICTURES = ("JPEG", "PNG", "WEBP", "GIF", "BMP")
PDF = "application/pdf"
OFFICE = "application/vnd.openxmlformats-officedocument."
DOCX = OFFICE + "wordprocessingml.document"
XLSX = OFFICE + "spreadsheetml.sheet"
EXTENSIONS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    PDF: "pdf",
    DOCX: "docx",
    XLSX: "xlsx",
}

ALLOWED = "可以上传照片（JPG、PNG、WebP、GIF、BMP）和文件（PDF、Word 的 docx、Excel 的 xlsx）"
HEIC = "是 HEIC 照片，请在手机相机设置里选择“兼容性最佳”（JPEG）后再拍，或转成 JPG 再上传。"
OLD_OFFICE = "是旧格式或加密的 Office 文件，请另存为不加密的 docx 或 xlsx 后再上传。"
MACROS = "带有宏，不能上传。请另存为不带宏的 docx 或 xlsx。"
BROKEN_PICTURE = "不是完整的图片，可能没有传完或已损坏。请重新导出或重拍后再上传。"
BROKEN_PDF = "不是完整的 PDF，可能没有传完或已损坏。请重新导出后再上传。"
TOO_MANY_PIXELS = f"像素太多（超过 {MOST_PIXELS // 10_000:,} 万），请缩小后再上传。"

CONTENT_TYPES = "[Content_Types].xml"
LONGEST_CONTENT_TYPES = 1024 * 1024
HEIC_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")


class Unfit(Exception):  # noqa: N818 - what is wrong with a file, told in Chinese to the user
    """The file cannot be kept; `str()` names it and says what to do."""

    def __init__(self, name: str, fault: str) -> None:
        super().__init__(f"“{name}”{fault}")


@dataclass(frozen=True)
class Clean:
    """A file as it may be stored; `thumb` is a small JPEG of a picture, empty for a document."""

    name: str
    kind: str
    content_type: str
    data: bytes
    thumb: bytes = b""

    @property
    def digest(self) -> str:
        """SHA-256 of what is stored."""
        return hashlib.sha256(self.data).hexdigest()


def cleaned(name: str, data: bytes) -> Clean:
    """The file in the form in which it may be kept. Unfit when it may not.

    Neither its name nor what a browser says of it counts, only its content; the name's ending is
    corrected accordingly.
    """
    called = clean_name(name)
    if not data:
        raise Unfit(called, "是空文件，请重新选择。")
    if len(data) > LARGEST:
        raise Unfit(called, f"超过 {LARGEST // 1024 // 1024} MB，请压缩或拆分后再上传。")
    if data[4:8] == b"ftyp" and data[8:12] in HEIC_BRANDS:
        raise Unfit(called, HEIC)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unfit(called, OLD_OFFICE)
    if data.startswith(b"%PDF-"):
        return _pdf(called, data)
    if data.startswith(b"PK\x03\x04"):
        return _office(called, data)
    return _picture(called, data)


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


def _pdf(name: str, data: bytes) -> Clean:
    end = data[-2048:]
    if b"startxref" not in end or b"%%EOF" not in end:
        raise Unfit(name, BROKEN_PDF)
    return Clean(_named(name, PDF), EvidenceKind.DOCUMENT, PDF, data)


def _office(name: str, data: bytes) -> Clean:
    parts, members = _package(data)
    if _has_macros(parts, members):
        raise Unfit(name, MACROS)
    for content_type in (DOCX, XLSX):
        main = [part for part, kind in parts.items() if kind == f"{content_type}.main+xml"]
        if main and main[0] in members:
            return Clean(_named(name, content_type), EvidenceKind.DOCUMENT, content_type, data)
    raise Unfit(name, f"不是可以上传的类型。{ALLOWED}；压缩包请解开后逐个上传。")


def _package(data: bytes) -> tuple[dict[str, str], frozenset[str]]:
    """The declared parts of an Office package with their types, and the names of its members.

    Both empty where it is none. Only the list of types is unpacked, and of it no more than a
    document ever needs.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            members = frozenset(package.namelist())
            with package.open(CONTENT_TYPES) as listed:
                text = listed.read(LONGEST_CONTENT_TYPES)
        found = Xml.fromstring(text)
    except (zipfile.BadZipFile, zlib.error, KeyError, ValueError, OSError, EOFError):
        return {}, frozenset()
    except (NotImplementedError, RuntimeError, Xml.ParseError, DefusedXmlException):
        return {}, frozenset()
    parts = {
        each.get("PartName", "").lstrip("/"): each.get("ContentType", "")
        for each in found.iter()
        if each.tag.endswith("}Override")
    }
    return parts, members


def _has_macros(parts: dict[str, str], members: frozenset[str]) -> bool:
    declared = any("macroenabled" in kind.lower() for kind in parts.values())
    return declared or any(each.lower().endswith("vbaproject.bin") for each in members)


def _picture(name: str, data: bytes) -> Clean:
    try:
        opened = Image.open(io.BytesIO(data), formats=PICTURES)
    except Image.DecompressionBombError:
        raise Unfit(name, TOO_MANY_PIXELS) from None
    except Exception:
        # Whatever a hostile header makes of the reader.
        raise Unfit(name, f"不是可以上传的类型。{ALLOWED}。") from None
    width, height = opened.size
    if width * height > MOST_PIXELS:
        raise Unfit(name, TOO_MANY_PIXELS)
    try:
        drawn = _drawn(opened)
    except Exception:
        # A decoder fails on a broken file in many ways.
        raise Unfit(name, BROKEN_PICTURE) from None
    content_type = "image/png" if drawn.mode == "RGBA" else "image/jpeg"
    return Clean(
        _named(name, content_type),
        EvidenceKind.PHOTO,
        content_type,
        _encoded(drawn),
        _thumb(drawn),
    )


def _drawn(opened: Image.Image) -> Image.Image:
    """The first picture of the file, upright and not too large, on a fresh canvas.

    RGBA where something shows through, RGB otherwise. A canvas of its own has none of the file's
    metadata: encoders would carry comments and profiles over from the picture that was read.
    """
    if opened.format == "JPEG":
        # Decoded at a fraction of its size where that is enough: saves most of the memory.
        opened.draft(None, (LONGEST_SIDE, LONGEST_SIDE))
    opened.load()
    clear = opened.has_transparency_data
    small = opened.convert("RGBA" if clear else "RGB")
    small.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    upright = ImageOps.exif_transpose(small)
    if clear and upright.getchannel("A").getextrema() == (255, 255):
        upright = upright.convert("RGB")
    canvas = Image.new(upright.mode, upright.size)
    canvas.paste(upright)
    return canvas


def _encoded(drawn: Image.Image) -> bytes:
    out = io.BytesIO()
    if drawn.mode == "RGBA":
        drawn.save(out, "PNG", optimize=True)
    else:
        drawn.save(out, "JPEG", quality=86, optimize=True, progressive=True)
    return out.getvalue()


def _thumb(drawn: Image.Image) -> bytes:
    """A small JPEG; what shows through is white."""
    small = drawn.copy()
    small.thumbnail((THUMB_SIDE, THUMB_SIDE), Image.Resampling.LANCZOS)
    ground = Image.new("RGB", small.size, "white")
    ground.paste(small, mask=small.getchannel("A") if small.mode == "RGBA" else None)
    out = io.BytesIO()
    ground.save(out, "JPEG", quality=78, optimize=True)
    return out.getvalue()
