"""Pictures: SVG for whoever reads it, a metafile for the rest; both are vectors."""

from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import quoteattr

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from kuancheng.documents.drawing.emf import emf
from kuancheng.documents.drawing.shapes import Drawing
from kuancheng.documents.drawing.svg import svg
from kuancheng.documents.word.xml import Element, printable

EMU_IN_MM = 36_000
SVG_EXTENSION = "{96DAC541-7B7A-43D3-8B79-37D633B846F1}"
SVG_NAMESPACE = "http://schemas.microsoft.com/office/drawing/2016/SVG/main"
FIRST = 9001
"""Numbers of pictures, beyond those of an office's template."""


@dataclass
class Pictures:
    """The pictures of a package; each drawing is kept once, however often it is shown."""

    package: Any
    shown: int = 0
    kept: dict[Drawing, tuple[Part, Part]] = field(default_factory=dict)

    def inline(self, part: Any, drawing: Drawing) -> Element:
        """The drawing among the words of a part (the document's, a header's)."""
        extent = f'<wp:extent cx="{_emu(drawing.width)}" cy="{_emu(drawing.height)}"/>'
        return parse_xml(
            f'<w:drawing {nsdecls("w", "wp")}><wp:inline distT="0" distB="0" distL="0" distR="0">'
            f"{extent}{self._graphic(part, drawing)}</wp:inline></w:drawing>"
        )

    def on_page(self, part: Any, drawing: Drawing, left: float, top: float) -> Element:
        """The drawing at a place of the page, in millimetres, before or behind nothing."""
        places = "".join(
            f'<wp:position{way} relativeFrom="page"><wp:posOffset>{_emu(at)}</wp:posOffset></wp:position{way}>'
            for way, at in (("H", left), ("V", top))
        )
        extent = f'<wp:extent cx="{_emu(drawing.width)}" cy="{_emu(drawing.height)}"/>'
        return parse_xml(
            f'<w:drawing {nsdecls("w", "wp")}><wp:anchor distT="0" distB="0" distL="0" distR="0" '
            'simplePos="0" relativeHeight="1" behindDoc="0" locked="1" layoutInCell="0" '
            f'allowOverlap="1"><wp:simplePos x="0" y="0"/>{places}{extent}<wp:wrapNone/>'
            f"{self._graphic(part, drawing)}</wp:anchor></w:drawing>"
        )

    def _graphic(self, part: Any, drawing: Drawing) -> str:
        vector, fallback = self._parts(drawing)
        number = FIRST + self.shown
        self.shown += 1
        ids = [part.relate_to(each, RELATIONSHIP_TYPE.IMAGE) for each in (fallback, vector)]
        about = f'id="{number}" name="图{number - FIRST + 1}" descr={quoteattr(printable(drawing.title))}'
        size = f'<a:ext cx="{_emu(drawing.width)}" cy="{_emu(drawing.height)}"/>'
        return (
            f"<wp:docPr {about}/><a:graphic {nsdecls('a')}><a:graphicData "
            f'uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic {nsdecls("pic", "r")}>'
            f"<pic:nvPicPr><pic:cNvPr {about}/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill>"
            f'<a:blip r:embed="{ids[0]}"><a:extLst><a:ext uri="{SVG_EXTENSION}">'
            f'<asvg:svgBlip xmlns:asvg="{SVG_NAMESPACE}" r:embed="{ids[1]}"/></a:ext></a:extLst></a:blip>'
            "<a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm>"
            f'<a:off x="0" y="0"/>{size}</a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
            "</pic:spPr></pic:pic></a:graphicData></a:graphic>"
        )

    def _parts(self, drawing: Drawing) -> tuple[Part, Part]:
        if drawing not in self.kept:
            number = FIRST + len(self.kept)
            self.kept[drawing] = (
                self._part(number, "svg", "image/svg+xml", svg(drawing).encode()),
                self._part(number, "emf", "image/x-emf", emf(drawing)),
            )
        return self.kept[drawing]

    def _part(self, number: int, ending: str, kind: str, content: bytes) -> Part:
        return Part(PackURI(f"/word/media/image{number}.{ending}"), kind, content, self.package)


def _emu(millimetres: float) -> int:
    return round(millimetres * EMU_IN_MM)
