"""Pictures: SVG for whoever reads it, a metafile for the rest; both are vectors."""

import re
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import quoteattr

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part, XmlPart
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from kuancheng.documents.drawing.emf import emf
from kuancheng.documents.drawing.shapes import Drawing
from kuancheng.documents.drawing.svg import svg
from kuancheng.documents.word.xml import Element, printable

EMU_IN_MM = 36_000
SVG_EXTENSION = "{96DAC541-7B7A-43D3-8B79-37D633B846F1}"
SVG_NAMESPACE = "http://schemas.microsoft.com/office/drawing/2016/SVG/main"
IMAGE = re.compile(r"/word/media/image(\d+)\.")


@dataclass
class Pictures:
    """The pictures of a package; each drawing is kept once, however often it is shown."""

    package: Any
    shown: int = field(init=False)
    files: int = field(init=False)
    kept: dict[Drawing, tuple[Part, Part]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Counts on from the pictures that are there: an office's template may have its own."""
        parts = list(self.package.iter_parts())
        named = [IMAGE.match(str(each.partname)) for each in parts]
        self.files = max((int(each.group(1)) for each in named if each), default=0)
        roots = [each.element for each in parts if isinstance(each, XmlPart)]
        ids = [int(each.get("id", 0)) for root in roots for each in root.iter(qn("wp:docPr"))]
        self.shown = max(ids, default=0)

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
        self.shown += 1
        ids = [part.relate_to(each, RELATIONSHIP_TYPE.IMAGE) for each in (fallback, vector)]
        about = (
            f'id="{self.shown}" name="图{self.shown}" descr={quoteattr(printable(drawing.title))}'
        )
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
            self.files += 1
            self.kept[drawing] = (
                self._part("svg", "image/svg+xml", svg(drawing).encode()),
                self._part("emf", "image/x-emf", emf(drawing)),
            )
        return self.kept[drawing]

    def _part(self, ending: str, kind: str, content: bytes) -> Part:
        name = PackURI(f"/word/media/image{self.files}.{ending}")
        return Part(name, kind, content, self.package)


def _emu(millimetres: float) -> int:
    return round(millimetres * EMU_IN_MM)
