"""A drawing as SVG that stands by itself: no styles, no scripts, nothing fetched."""

from xml.sax.saxutils import escape, quoteattr

from kuancheng.documents.drawing.shapes import Box, Drawing, Label, Line, Path, Shape

FONTS = "FangSong_GB2312, FangSong, STFangsong, SimSun, serif"


def svg(drawing: Drawing) -> str:
    """The whole file, its size in millimetres."""
    width, height = _number(drawing.width), _number(drawing.height)
    shapes = "".join(_shape(each) for each in drawing.shapes)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}mm" height="{height}mm" '
        f'viewBox="0 0 {width} {height}" role="img"><title>{escape(drawing.title)}</title>{shapes}</svg>'
    )


def _shape(shape: Shape) -> str:
    match shape:
        case Line():
            dash = f' stroke-dasharray="{_number(shape.dash)}"' if shape.dash else ""
            ends = f'x1="{_number(shape.x1)}" y1="{_number(shape.y1)}" x2="{_number(shape.x2)}" y2="{_number(shape.y2)}"'
            return f'<line {ends} stroke="{shape.colour}" stroke-width="{_number(shape.width)}"{dash}/>'
        case Box():
            place = f'x="{_number(shape.x)}" y="{_number(shape.y)}"'
            size = f'width="{_number(shape.width)}" height="{_number(shape.height)}"'
            return f'<rect {place} {size} fill="{shape.fill}"/>'
        case Path():
            return _path(shape)
        case Label():
            return _label(shape)


def _path(path: Path) -> str:
    points = " ".join(f"{_number(x)},{_number(y)}" for x, y in path.points)
    stroke = f'stroke="{path.colour}" stroke-width="{_number(path.width)}"' if path.colour else ""
    if path.fill:
        return f'<polygon points="{points}" fill="{path.fill}" {stroke}/>'
    return f'<polyline points="{points}" fill="none" {stroke}/>'


def _label(label: Label) -> str:
    place = f'x="{_number(label.x)}" y="{_number(label.y)}" font-size="{_number(label.size)}"'
    look = f'fill="{label.colour}" text-anchor="{label.anchor}" font-family={quoteattr(FONTS)}'
    bold = ' font-weight="bold"' if label.bold else ""
    return f"<text {place} {look}{bold}>{escape(label.text)}</text>"


def _number(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".") or "0"
