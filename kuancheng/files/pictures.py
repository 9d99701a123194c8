"""Pictures drawn anew on a fresh canvas, so that nothing of the file as it came is left in them."""

import io
from dataclasses import dataclass
from typing import IO

from PIL import Image, ImageOps

from kuancheng.files.refusal import Refused

MOST_PIXELS = {"JPEG": 60_000_000}
OTHERWISE = 25_000_000
"""A photo is decoded at a fraction of its size; everything else has to be unpacked whole."""

LONGEST_SIDE = 2560
THUMB_SIDE = 320
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP")

NO_PICTURE = "不是可以上传的类型。{}。"
BROKEN = "不是完整的图片，可能没有传完或已损坏。请重新导出或重拍后再上传。"
TOO_MANY_PIXELS = "像素太多（超过 {:,} 万），请缩小后再上传，或存为 JPG 照片。"


@dataclass(frozen=True)
class Drawn:
    """A picture as it may be kept, and its small copy."""

    content_type: str
    data: bytes
    thumb: bytes


def drawn_anew(stream: IO[bytes], allowed: str) -> Drawn:
    """The file's first picture, upright, not too large, without anything else of the file.

    Refused for what is no picture (`allowed` says what may come), has too many pixels by its
    header, or is not whole.
    """
    try:
        opened = Image.open(stream, formats=FORMATS)
    except Image.DecompressionBombError:
        raise _too_many(OTHERWISE) from None
    except MemoryError:
        raise
    except Exception:
        # Whatever a hostile header makes of the reader.
        raise Refused(NO_PICTURE.format(allowed)) from None
    most = MOST_PIXELS.get(opened.format or "", OTHERWISE)
    width, height = opened.size
    if width * height > most:
        raise _too_many(most)
    try:
        drawn = _drawn(opened)
    except MemoryError:
        raise
    except Exception:
        # A decoder fails on a broken file in many ways.
        raise Refused(BROKEN) from None
    content_type = "image/png" if drawn.mode == "RGBA" else "image/jpeg"
    return Drawn(content_type, _encoded(drawn), _thumb(drawn))


def _too_many(most: int) -> Refused:
    return Refused(TOO_MANY_PIXELS.format(most // 10_000))


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
    mode = "RGBA" if clear else "RGB"
    small = opened if opened.mode == mode else opened.convert(mode)
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
