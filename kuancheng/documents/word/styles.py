"""The styles of official documents, by names that the office finds in Word's list of styles."""

from dataclasses import dataclass
from xml.sax.saxutils import escape

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from kuancheng.documents.blocks import Face
from kuancheng.documents.word.measures import BODY, CONDENSED, LINE, SMALL, TITLE, characters
from kuancheng.documents.word.xml import Element

SONG, FANGSONG, HEI, KAI, TITLE_SONG = (
    "宋体",
    "仿宋_GB2312",
    "黑体",
    "楷体_GB2312",
    "方正小标宋简体",
)

FALLBACKS = {
    TITLE_SONG: "方正小标宋_GBK,小标宋体,华文中宋,宋体,SimSun",
    FANGSONG: "仿宋,FangSong,华文仿宋,STFangsong",
    KAI: "楷体,KaiTi,华文楷体,STKaiti",
    HEI: "SimHei,华文黑体,STHeiti",
    SONG: "SimSun,华文宋体,STSong",
}
"""What a reader's machine may take where it has not the font: named, never shipped."""

FACES = {Face.BODY: FANGSONG, Face.HEADING: HEI, Face.SUBHEADING: KAI}
RED = "FF0000"


@dataclass(frozen=True)
class Style:
    """A paragraph style: its name in Word, font, size in points, and what else its XML says."""

    name: str
    font: str = FANGSONG
    points: float = BODY
    paragraph: str = ""
    colour: str = ""


def _line(twips: int = LINE, rule: str = "exact") -> str:
    return f'<w:spacing w:before="0" w:after="0" w:line="{twips}" w:lineRule="{rule}"/>'


NEXT, CENTRED, RIGHT = "<w:keepNext/>", '<w:jc w:val="center"/>', '<w:jc w:val="right"/>'
LEFT = '<w:jc w:val="left"/>'
INDENT = f'<w:ind w:firstLineChars="200" w:firstLine="{characters(2)}"/>'
LOOSE = '<w:snapToGrid w:val="0"/>'


def _outline(level: int) -> str:
    return f'<w:outlineLvl w:val="{level}"/>'


MARK = Style("公文发文机关标志", TITLE_SONG, 44, LOOSE + CENTRED, RED)
NUMBER = Style("公文发文字号", paragraph=CENTRED)
MAIN_TITLE = Style("公文标题", TITLE_SONG, TITLE, NEXT + LOOSE + CENTRED)
NOTE = Style("公文题注", KAI, paragraph=CENTRED)
ADDRESSEES = Style("公文主送机关", paragraph=LEFT)
TEXT = Style("公文正文", paragraph=INDENT)
FLUSH = Style("公文正文顶格")
HEADINGS = (
    Style("公文一级标题", HEI, paragraph=NEXT + INDENT + _outline(0)),
    Style("公文二级标题", KAI, paragraph=NEXT + INDENT + _outline(1)),
    Style("公文三级标题", FANGSONG, paragraph=NEXT + INDENT + _outline(2)),
    Style("公文四级标题", FANGSONG, paragraph=NEXT + INDENT + _outline(3)),
)
ANNEX_NUMBER = Style("公文附件序号", HEI, paragraph=NEXT + LEFT)
SIGNATURE = Style("公文署名", paragraph=LEFT)
ATTENDANCE = Style("公文出席人员", paragraph=LEFT)
CAPTION = Style("公文表题", HEI, SMALL, NEXT + CENTRED)
UNIT = Style("公文表格单位", FANGSONG, 12, NEXT + LOOSE + _line(360) + RIGHT)
CELL = Style("公文表格", FANGSONG, 12, LOOSE + LEFT)
PICTURE = Style("公文图", paragraph=NEXT + LOOSE + _line(240, "auto") + CENTRED)
PICTURE_CAPTION = Style("公文图题", HEI, SMALL, CENTRED)
GAP = Style("公文间隔", FANGSONG, 1, LOOSE + _line(20))
IMPRINT = Style("公文版记", FANGSONG, SMALL, LOOSE + _line(460))
PAGE_NUMBER = Style("公文页码", SONG, SMALL, LOOSE + _line(280))

STYLES = (
    MARK, NUMBER, MAIN_TITLE, NOTE, ADDRESSEES, TEXT, FLUSH, *HEADINGS, ANNEX_NUMBER, SIGNATURE,
    ATTENDANCE, CAPTION, UNIT, CELL, PICTURE, PICTURE_CAPTION, GAP, IMPRINT, PAGE_NUMBER,
)  # fmt: skip


def style_id(style: Style) -> str:
    """What paragraphs call it: its place among the styles, so that it never moves with a name."""
    return f"Gongwen{STYLES.index(style) + 1}"


def fonts_xml(font: str) -> str:
    """A run's fonts: one for Chinese and for what stands between."""
    return f'<w:rFonts w:ascii="{font}" w:hAnsi="{font}" w:eastAsia="{font}" w:cs="{font}"/>'


def style_element(style: Style) -> Element:
    """One of them, as the file of styles holds it."""
    colour = f'<w:color w:val="{style.colour}"/>' if style.colour else ""
    closer = f'<w:spacing w:val="{CONDENSED}"/>' if style.points == BODY else ""
    size = round(style.points * 2)
    return parse_xml(
        f'<w:style {nsdecls("w")} w:type="paragraph" w:customStyle="1" w:styleId="{style_id(style)}">'
        f'<w:name w:val="{style.name}"/><w:basedOn w:val="GongwenBase"/><w:qFormat/>'
        f"<w:pPr>{style.paragraph}</w:pPr>"
        f'<w:rPr>{fonts_xml(style.font)}{colour}{closer}<w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr>'
        "</w:style>"
    )


def base_element() -> Element:
    """What all of them are based on: lines on the grid, digits no farther from words than words."""
    return parse_xml(
        f'<w:style {nsdecls("w")} w:type="paragraph" w:customStyle="1" w:styleId="GongwenBase">'
        '<w:name w:val="公文"/><w:qFormat/>'
        '<w:pPr><w:widowControl w:val="0"/><w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/>'
        f'<w:adjustRightInd w:val="0"/>{_line()}<w:jc w:val="both"/></w:pPr>'
        f'<w:rPr>{fonts_xml(FANGSONG)}<w:kern w:val="0"/><w:sz w:val="{BODY * 2}"/>'
        f'<w:szCs w:val="{BODY * 2}"/><w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr></w:style>'
    )


def all_styles() -> Element:
    """The whole file of styles of a document of ours."""
    root = parse_xml(
        f"<w:styles {nsdecls('w')}><w:docDefaults><w:rPrDefault><w:rPr>{fonts_xml(FANGSONG)}"
        f'<w:sz w:val="{BODY * 2}"/><w:szCs w:val="{BODY * 2}"/>'
        '<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
        "<w:pPrDefault/></w:docDefaults>"
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/>'
        "<w:qFormat/></w:style>"
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>'
        '<w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar><w:top w:w="0" w:type="dxa"/>'
        '<w:left w:w="57" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/><w:right w:w="57" w:type="dxa"/>'
        "</w:tblCellMar></w:tblPr></w:style></w:styles>"
    )
    root.extend([base_element(), *(style_element(each) for each in STYLES)])
    return root


def font_table() -> bytes:
    """The file of fonts: each with what may stand in for it."""
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{escape(instead)}"/><w:charset w:val="86"/>'
        '<w:family w:val="auto"/><w:pitch w:val="default"/></w:font>'
        for name, instead in FALLBACKS.items()
    )
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    return f"{head}<w:fonts {nsdecls('w')}>{fonts}</w:fonts>".encode()
