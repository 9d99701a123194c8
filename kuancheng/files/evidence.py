"""What an uploaded file is, told by its content, and its form in which it may be kept.

Runs in the limited process. Pictures are drawn anew; documents are kept byte for byte, but only of
three kinds, and only without anything that acts when they are opened.
"""

from collections.abc import Iterator
from typing import IO, Any

from kuancheng.files import office, pdf
from kuancheng.files.package import MACROS_IN_OLE, OLE, ZIP, Bounds, Package, inspect
from kuancheng.files.pictures import drawn_anew
from kuancheng.files.refusal import Refused

PDF = "application/pdf"
OFFICE = "application/vnd.openxmlformats-officedocument."
DOCX = OFFICE + "wordprocessingml.document"
XLSX = OFFICE + "spreadsheetml.sheet"

BOUNDS = Bounds(streamed=("xl/worksheets/", "xl/media/", "word/media/"))

ALLOWED = "可以上传照片（JPG、PNG、WebP、GIF、BMP）和文件（PDF、Word 的 docx、Excel 的 xlsx）"
HEIC = "是 HEIC 照片，请在手机相机设置里选择“兼容性最佳”（JPEG）后再拍，或转成 JPG 再上传。"
OLD_OFFICE = "是旧格式或加密的 Office 文件，请另存为不加密的 docx 或 xlsx 后再上传。"
OLD_WITH_MACROS = "是带有宏的旧格式 Office 文件，不能上传。请另存为不带宏的 docx 或 xlsx。"
NOT_ALLOWED = f"不是可以上传的类型。{ALLOWED}；压缩包请解开后逐个上传。"
MACROS = "带有宏，不能上传。请另存为不带宏的 docx 或 xlsx。"
OBJECTS = "里嵌有其他程序的对象（{}），不能上传。请删去嵌入的对象，改用文字、表格或图片。"
OUTSIDE = "引用了外部的模板、图片或文件（{}），打开时会去别处读取，不能上传。请断开链接（文件→信息→编辑指向文件的链接），把图片改为直接插入，或另存为 PDF。"
FIELDS = "里有会读取外部内容的域（{}），不能上传。请删去这个域，或另存为 PDF。"
ASKS_PROGRAMS = "里有调用其他程序的公式或链接（DDE），不能上传。请粘贴为数值，或另存为 PDF。"

HEIC_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")


def read(stream: IO[bytes]) -> Iterator[dict[str, Any]]:
    """One dict: `content_type`; for a picture `data` as it may be kept, and its `thumb`.

    Refused with what is wrong, worded to follow the file's name.
    """
    start = stream.read(16)
    stream.seek(0)
    if start[4:8] == b"ftyp" and start[8:12] in HEIC_BRANDS:
        raise Refused(HEIC)
    if start.startswith(OLE[:4]):
        content = stream.read()
        raise Refused(
            OLD_WITH_MACROS if any(each in content for each in MACROS_IN_OLE) else OLD_OFFICE
        )
    if start.startswith(b"%PDF-"):
        pdf.check(stream.read())
        yield {"content_type": PDF}
    elif start.startswith(ZIP):
        yield {"content_type": _office(stream)}
    else:
        drawn = drawn_anew(stream, ALLOWED)
        yield {"content_type": drawn.content_type, "data": drawn.data, "thumb": drawn.thumb}


def _office(stream: IO[bytes]) -> str:
    package = inspect(stream, BOUNDS, NOT_ALLOWED)
    carried = office.carried(package)
    if carried.macros:
        raise Refused(MACROS)
    content_type = _main_type(package)
    if carried.objects:
        raise Refused(OBJECTS.format(_listed(carried.objects)))
    if carried.outside:
        raise Refused(OUTSIDE.format(_listed(carried.outside)))
    if carried.fields:
        raise Refused(FIELDS.format(_listed(carried.fields)))
    if carried.asks_programs:
        raise Refused(ASKS_PROGRAMS)
    return content_type


def _main_type(package: Package) -> str:
    """Word's or Excel's type, by a declared main part that is there. Refused for any other package."""
    for content_type in (DOCX, XLSX):
        main = [name for name, kind in package.types.items() if kind == f"{content_type}.main+xml"]
        if main and main[0] in package.names:
            return content_type
    raise Refused(NOT_ALLOWED)


def _listed(found: tuple[str, ...]) -> str:
    shown = "、".join(found[:3])
    return f"{shown} 等 {len(found)} 处" if len(found) > 3 else shown
