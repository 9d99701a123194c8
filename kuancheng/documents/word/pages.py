"""The page: its size and grid, page numbers at the outer edges, the code that leads to the record."""

from typing import Any

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from kuancheng.documents.drawing.qr import qr_code
from kuancheng.documents.word.measures import (
    BOTTOM,
    FOOTER,
    HEADER,
    LEFT,
    LINE,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    QR_FROM_TOP,
    QR_SIDE,
    RIGHT,
    SMALL,
    TOP,
    TWIPS_IN_MM,
)
from kuancheng.documents.word.pictures import Pictures
from kuancheng.documents.word.styles import GAP, PAGE_NUMBER
from kuancheng.documents.word.text import empty, line
from kuancheng.documents.word.xml import Element, tag

SCAN = "扫码查看"


def settings() -> Element:
    """The file of settings: two kinds of pages, Chinese line breaking, nothing squeezed."""
    return parse_xml(
        f'<w:settings {nsdecls("w")}><w:zoom w:percent="100"/><w:bordersDoNotSurroundHeader/>'
        '<w:bordersDoNotSurroundFooter/><w:defaultTabStop w:val="420"/><w:evenAndOddHeaders/>'
        '<w:characterSpacingControl w:val="doNotCompress"/><w:compat><w:spaceForUL/>'
        "<w:balanceSingleByteDoubleByteWidth/><w:doNotLeaveBackslashAlone/><w:ulTrailSpace/>"
        "<w:doNotExpandShiftReturn/><w:adjustLineHeightInTable/><w:useFELayout/>"
        '<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" '
        'w:val="15"/></w:compat><w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/>'
        '<w:decimalSymbol w:val="."/><w:listSeparator w:val=","/></w:settings>'
    )


def lay_out(section: Any, pictures: Pictures, leads_to: str) -> None:
    """Gives a section the official page, its numbers, and the code where there is an address."""
    for header in (section.header, section.even_page_header):
        _fill(header, _header_line(header.part, pictures, leads_to))
    _fill(section.footer, _number_line("right"))
    _fill(section.even_page_footer, _number_line("left"))
    own = section._sectPr
    for child in list(own):
        if not child.tag.endswith(("}headerReference", "}footerReference")):
            own.remove(child)
    own.append(tag("w:pgSz", w=PAGE_WIDTH, h=PAGE_HEIGHT))
    own.append(
        tag("w:pgMar", top=TOP, right=RIGHT, bottom=BOTTOM, left=LEFT, header=HEADER, footer=FOOTER, gutter=0)
    )  # fmt: skip
    own.append(tag("w:docGrid", type="lines", linePitch=LINE))


def page_code(part: Any, pictures: Pictures, leads_to: str) -> Element:
    """The code above the text at the right, as a run."""
    left = (PAGE_WIDTH - RIGHT) / TWIPS_IN_MM - QR_SIDE
    drawing = qr_code(leads_to, QR_SIDE, SCAN)
    return tag("w:r", pictures.on_page(part, drawing, left, QR_FROM_TOP))


def _fill(part: Any, content: Element) -> None:
    part.is_linked_to_previous = False
    for child in list(part._element):
        part._element.remove(child)
    part._element.append(content)


def _header_line(part: Any, pictures: Pictures, leads_to: str) -> Element:
    made = empty(GAP)
    if leads_to:
        made.append(page_code(part, pictures, leads_to))
    return made


def _number_line(side: str) -> Element:
    """“— 1 —”, one character in from the outer edge."""
    indent = tag("w:ind", **{side: SMALL * 20})
    made = line(PAGE_NUMBER, "— ", indent, tag("w:jc", val=side))
    made.append(tag("w:fldSimple", tag("w:r", _digit()), instr="PAGE"))
    made.extend(line(PAGE_NUMBER, " —")[1:])
    return made


def _digit() -> Element:
    text = tag("w:t")
    text.text = "1"
    return text
