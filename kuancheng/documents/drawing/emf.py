"""A drawing as an Enhanced Metafile ([MS-EMF]): vectors and words for every word processor.

Word asks for a second picture beside an SVG. A bitmap would need a font on the server to draw
Chinese; a metafile names the font and leaves its letters to the reader's machine.
"""

from collections.abc import Iterator
from struct import pack

from kuancheng.documents.drawing.shapes import Box, Drawing, Label, Line, Path, Shape, is_wide

UNIT = 100
"""A logical unit is a hundredth of a millimetre, as of the metafile's frame."""

FACE = "仿宋_GB2312"
GB2312_CHARSET, BOLD, REGULAR = 134, 700, 400
ALIGNED = {"start": 24, "end": 26, "middle": 30}
"""TA_BASELINE with left, right, centre."""

NULL_BRUSH, NULL_PEN = 0x80000005, 0x80000008
HANDLE = 1
"""One object is held at a time."""


def emf(drawing: Drawing) -> bytes:
    """The whole metafile."""
    width, height = _units(drawing.width), _units(drawing.height)
    records = [
        _record(17, pack("<I", 8)),  # anisotropic: the frame says how large it is
        _record(10, pack("<ii", 0, 0)),
        _record(9, pack("<ii", width, height)),
        _record(12, pack("<ii", 0, 0)),
        _record(11, pack("<ii", width, height)),
        _record(18, pack("<I", 1)),  # words have no ground of their own
        *(record for shape in drawing.shapes for record in _shape(shape)),
        _record(14, pack("<III", 0, 16, 20)),
    ]
    return _header(width, height, records) + b"".join(records)


def _header(width: int, height: int, records: list[bytes]) -> bytes:
    length = 108
    whole = length + sum(len(each) for each in records)
    return b"".join(
        (
            pack("<II", 1, length),
            pack("<iiii", 0, 0, width, height),
            pack("<iiii", 0, 0, width, height),
            pack("<IIIIHH", 0x464D4520, 0x10000, whole, len(records) + 1, HANDLE + 1, 0),
            pack("<III", 0, 0, 0),
            pack("<ii", 320 * UNIT, 320 * UNIT),
            pack("<ii", 320, 320),
            pack("<III", 0, 0, 0),
            pack("<ii", 320_000, 320_000),
        )
    )


def _shape(shape: Shape) -> Iterator[bytes]:
    match shape:
        case Line():
            yield from _line(shape)
        case Box():
            corners = ((shape.x, shape.y), (shape.x + shape.width, shape.y + shape.height))
            (x1, y1), (x2, y2) = corners
            yield from _area(((x1, y1), (x2, y1), (x2, y2), (x1, y2)), shape.fill, "", 0)
        case Path():
            if shape.fill:
                yield from _area(shape.points, shape.fill, shape.colour, shape.width)
            else:
                yield from _stroke(shape.points, shape.colour, shape.width)
        case Label():
            yield from _label(shape)


def _line(line: Line) -> Iterator[bytes]:
    """Its dashes one by one: a metafile's own are as long as the reader's machine pleases."""
    across, down = line.x2 - line.x1, line.y2 - line.y1
    length = (across**2 + down**2) ** 0.5
    if not line.dash or not length:
        yield from _stroke(((line.x1, line.y1), (line.x2, line.y2)), line.colour, line.width)
        return
    start = 0.0
    while start < length:
        ends = (start / length, min(start + line.dash, length) / length)
        points = tuple((line.x1 + across * each, line.y1 + down * each) for each in ends)
        yield from _stroke(points, line.colour, line.width)
        start += 2 * line.dash


def _stroke(points: tuple[tuple[float, float], ...], colour: str, width: float) -> Iterator[bytes]:
    yield _pen(colour, width)
    yield _select(HANDLE)
    yield _record(4, _bounds(points) + _points(points))
    yield _select(NULL_PEN)
    yield _record(40, pack("<I", HANDLE))


def _area(
    points: tuple[tuple[float, float], ...], fill: str, colour: str, width: float
) -> Iterator[bytes]:
    yield _record(39, pack("<IIII", HANDLE, 0, _colour(fill), 0))
    yield _select(HANDLE)
    yield _select(NULL_PEN)
    yield _record(3, _bounds(points) + _points(points))
    yield _select(NULL_BRUSH)
    yield _record(40, pack("<I", HANDLE))
    if colour:
        yield from _stroke((*points, points[0]), colour, width)


def _label(label: Label) -> Iterator[bytes]:
    yield _font(label)
    yield _select(HANDLE)
    yield _record(24, pack("<I", _colour(label.colour)))
    yield _record(22, pack("<I", ALIGNED[label.anchor]))
    yield _words(label)
    yield _record(37, pack("<I", 0x8000000D))  # the system's font, so that this one can go
    yield _record(40, pack("<I", HANDLE))


def _font(label: Label) -> bytes:
    weight = BOLD if label.bold else REGULAR
    shape = pack(
        "<iiiii8B", -_units(label.size), 0, 0, 0, weight, 0, 0, 0, GB2312_CHARSET, 0, 0, 0, 0
    )
    face = FACE.encode("utf-16-le").ljust(64, b"\0")
    names = bytes(128 + 64)
    return _record(82, pack("<I", HANDLE) + shape + face + names + bytes(36))


def _words(label: Label) -> bytes:
    text = label.text.encode("utf-16-le")
    padded = text + bytes(-len(text) % 4)
    whole = _units(label.size)
    # A character beyond the first plane takes two places, the second of no width.
    widths = [
        width
        for each in label.text
        for width in ([whole] if is_wide(each) else [whole // 2]) + [0] * (ord(each) > 0xFFFF)
    ]
    head = pack("<iiiiIff", 0, 0, -1, -1, 1, 1.0, 1.0)
    place = pack("<ii", _units(label.x), _units(label.y))
    start = 76
    of_text = pack("<III", len(text) // 2, start, 0) + pack("<iiii", 0, 0, -1, -1)
    return _record(
        84,
        head
        + place
        + of_text
        + pack("<I", start + len(padded))
        + padded
        + pack(f"<{len(widths)}I", *widths),
    )


def _pen(colour: str, width: float) -> bytes:
    return _record(38, pack("<IIiiI", HANDLE, 0, max(1, _units(width)), 0, _colour(colour)))


def _select(number: int) -> bytes:
    return _record(37, pack("<I", number))


def _bounds(points: tuple[tuple[float, float], ...]) -> bytes:
    across, down = [_units(x) for x, _ in points], [_units(y) for _, y in points]
    return pack("<iiii", min(across), min(down), max(across), max(down))


def _points(points: tuple[tuple[float, float], ...]) -> bytes:
    flat = [_units(each) for point in points for each in point]
    return pack(f"<I{len(flat)}i", len(points), *flat)


def _colour(code: str) -> int:
    red, green, blue = (int(code[start : start + 2], 16) for start in (1, 3, 5))
    return red | green << 8 | blue << 16


def _units(millimetres: float) -> int:
    return round(millimetres * UNIT)


def _record(kind: int, content: bytes) -> bytes:
    return pack("<II", kind, 8 + len(content)) + content
