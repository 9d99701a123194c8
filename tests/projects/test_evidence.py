"""What may be kept as evidence: told by content, never by name, and stripped of what it tells."""

import io
import struct
import zlib

import pytest
from PIL import Image

from projects.choices import EvidenceKind
from projects.evidence import DOCX, LARGEST, PDF, XLSX, Unfit, clean_name, cleaned
from tests.projects import uploads


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


class TestPictures:
    def test_photo_keeps_nothing_of_where_and_with_what_it_was_taken(self) -> None:
        data = uploads.telling_photo()
        assert opened(data).getexif().get_ifd(0x8825)[2] == (43.0, 49.0, 1.0)
        clean = cleaned("现场.jpg", data)
        for kept in (clean.data, clean.thumb):
            assert not opened(kept).getexif()
            assert set(opened(kept).info) <= {
                "jfif",
                "jfif_version",
                "jfif_unit",
                "jfif_density",
                "progressive",
                "progression",
            }
            assert b"Secret" not in kept
            assert b"Exif" not in kept

    @pytest.mark.parametrize("kind", ["PNG", "WEBP"])
    def test_other_formats_lose_their_metadata_too(self, kind: str) -> None:
        out = io.BytesIO()
        exif = Image.Exif()
        exif[0x010F] = "SecretPhone"
        Image.new("RGBA", (9, 9), (1, 2, 3, 99)).save(
            out, kind, exif=exif, icc_profile=b"SecretProfile" * 20, xmp=b"SecretPlace"
        )
        assert b"Secret" in out.getvalue()
        kept = cleaned("a", out.getvalue())
        assert kept.content_type == "image/png"
        assert b"Secret" not in kept.data
        assert not {"exif", "icc_profile", "xmp"} & set(opened(kept.data).info)

    def test_photo_held_sideways_is_set_upright(self) -> None:
        image = opened(cleaned("a.jpg", uploads.telling_photo(orientation=6)).data)
        assert image.size == (40, 60)
        # Turned a quarter to the right, what was on the left is now on top.
        assert image.getpixel((20, 5)) == (255, 255, 255)
        assert image.getpixel((20, 55)) == (0, 0, 0)

    def test_large_photo_is_made_smaller(self) -> None:
        clean = cleaned("a.jpg", uploads.picture(size=(5000, 1000)))
        assert opened(clean.data).size == (2560, 512)
        assert opened(clean.thumb).size == (320, 64)
        assert opened(cleaned("a.jpg", uploads.picture(size=(2560, 9))).data).size == (2560, 9)

    @pytest.mark.parametrize(
        ("kind", "colour", "stored", "name"),
        [
            ("JPEG", "red", "image/jpeg", "现场.jpg"),
            ("PNG", "red", "image/jpeg", "现场.jpg"),
            ("PNG", (1, 2, 3, 100), "image/png", "现场.png"),
            ("PNG", (1, 2, 3, 255), "image/jpeg", "现场.jpg"),
            ("WEBP", "red", "image/jpeg", "现场.jpg"),
            ("GIF", "red", "image/jpeg", "现场.jpg"),
            ("BMP", "red", "image/jpeg", "现场.jpg"),
        ],
    )
    def test_picture_is_named_after_what_it_became(
        self, kind: str, colour: object, stored: str, name: str
    ) -> None:
        clean = cleaned("现场.exe", uploads.picture(kind, colour=colour))
        assert (clean.kind, clean.content_type, clean.name) == (EvidenceKind.PHOTO, stored, name)
        assert Image.MIME[str(opened(clean.data).format)] == stored
        assert opened(clean.thumb).format == "JPEG"

    def test_code_hidden_behind_a_picture_is_not_kept(self) -> None:
        clean = cleaned("a.jpg", uploads.picture() + b"<script>alert(1)</script><?php ?>")
        assert b"script" not in clean.data

    def test_first_picture_of_a_moving_one_is_kept(self) -> None:
        out = io.BytesIO()
        first, second = Image.new("RGB", (9, 9), "white"), Image.new("RGB", (9, 9), "black")
        first.save(out, "GIF", save_all=True, append_images=[second])
        assert opened(cleaned("a.gif", out.getvalue()).data).getpixel((4, 4)) == (255, 255, 255)

    def test_the_same_photo_has_the_same_digest(self) -> None:
        data = uploads.telling_photo()
        assert cleaned("a.jpg", data).digest == cleaned("b.jpg", data).digest

    def test_bomb_is_refused_by_its_header(self) -> None:
        head = struct.pack(">IIBBBBB", 60_001, 1_000, 8, 2, 0, 0, 0)
        bomb = (
            b"\x89PNG\r\n\x1a\n"
            + chunk(b"IHDR", head)
            + chunk(b"IDAT", zlib.compress(b""))
            + chunk(b"IEND", b"")
        )
        with pytest.raises(Unfit, match=r"“炸弹\.png”像素太多（超过 2,500 万）"):
            cleaned("炸弹.png", bomb)
        head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
        with pytest.raises(Unfit, match="像素太多"):
            cleaned("炸弹.png", b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + bomb[33:])

    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
    def test_cut_off_picture_is_refused(self, kind: str) -> None:
        out = io.BytesIO()
        Image.effect_noise((300, 300), 90).convert("RGB").save(out, kind)
        whole = out.getvalue()
        with pytest.raises(Unfit, match=r"“现场\.x”不是(完整的图片|可以上传的类型)"):
            cleaned("现场.x", whole[: len(whole) // 2])


class TestDocuments:
    @pytest.mark.parametrize(
        ("name", "data", "content_type", "called"),
        [
            ("批复.pdf", uploads.PDF, PDF, "批复.pdf"),
            ("批复", uploads.PDF, PDF, "批复.pdf"),
            ("批复.jpg", uploads.PDF, PDF, "批复.pdf"),
            ("纪要.DOCX", uploads.office(uploads.WORD), DOCX, "纪要.DOCX"),
            ("表", uploads.office(uploads.SHEET, "xl/workbook.xml"), XLSX, "表.xlsx"),
        ],
    )
    def test_document_is_kept_byte_for_byte(
        self, name: str, data: bytes, content_type: str, called: str
    ) -> None:
        clean = cleaned(name, data)
        assert (clean.content_type, clean.name, clean.data) == (content_type, called, data)
        assert (clean.kind, clean.thumb) == (EvidenceKind.DOCUMENT, b"")


REFUSED = {
    "空.jpg": (b"", "是空文件"),
    "大.pdf": (b"%PDF-" + b"0" * LARGEST, "超过 20 MB"),
    "程序.jpg": (b"MZ\x90\x00" + b"\x00" * 600, "不是可以上传的类型"),
    "图.svg": (b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', "不是可以上传的类型"),
    "页.html": (b"<!doctype html><script>alert(1)</script>", "不是可以上传的类型"),
    "字.txt": ("已完成".encode(), "不是可以上传的类型"),
    "图.tif": (b"II*\x00\x08\x00\x00\x00", "不是可以上传的类型"),
    "图.eps": (b"%!PS-Adobe-3.0 EPSF-3.0", "不是可以上传的类型"),
    "苹果.jpg": (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "兼容性最佳"),
    "旧.docx": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "另存为"),
    "假.pdf": (b"%PDF-1.4\n<html><script>alert(1)</script></html>", "不是完整的 PDF"),
    "前缀.pdf": (b"<script></script>" + uploads.PDF, "不是可以上传的类型"),
    "包.docx": (uploads.zipped({"a.txt": b"x"}), "压缩包请解开"),
    "半.docx": (uploads.office(uploads.WORD)[:-60], "不是可以上传的类型"),
    "空心.docx": (
        uploads.zipped(
            {
                "[Content_Types].xml": f'<T xmlns="t"><Override PartName="/w.xml" ContentType="{uploads.WORD}"/></T>'.encode()
            }
        ),
        "不是可以上传的类型",
    ),
    "实体.docx": (
        uploads.zipped({"[Content_Types].xml": b'<!DOCTYPE t [<!ENTITY a "aa">]><t>&a;</t>'}),
        "DOCTYPE",
    ),
    "宏.xlsx": (uploads.office(uploads.MACRO_SHEET, "xl/workbook.xml"), "带有宏"),
    "藏.xlsx": (
        uploads.office(uploads.SHEET, "xl/workbook.xml", **{"xl/vbaProject.bin": b"x"}),
        "带有宏",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_allowed_is_refused_by_name_with_what_to_do(name: str) -> None:
    data, told = REFUSED[name]
    with pytest.raises(Unfit) as refused:
        cleaned(name, data)
    assert str(refused.value).startswith(f"“{name}”")
    assert told in str(refused.value)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("现场照片（1）.jpg", "现场照片（1）.jpg"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\张三\\桌面\\批复.pdf", "批复.pdf"),
        ("a\r\nSet-Cookie: x=1.jpg", "aSet-Cookie x=1.jpg"),
        ("a\x00b\x1b.jpg", "ab.jpg"),
        ("外\u202egpj.exe", "外gpj.exe"),
        ('引"号<>|?.pdf', "引 号 .pdf"),
        ("...", "未命名"),
        ("", "未命名"),
        ("长" * 200 + ".jpg", "长" * 156 + ".jpg"),
        ("a." + "x" * 300, "a." + "x" * 158),
    ],
)
def test_name_keeps_its_words_and_nothing_that_does_harm(given: str, kept: str) -> None:
    assert clean_name(given) == kept


def test_no_name_grows_too_long_by_its_new_ending() -> None:
    assert len(cleaned("长" * 160, uploads.PDF).name) == 160
