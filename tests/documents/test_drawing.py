"""Drawings as SVG and as metafiles."""

from struct import unpack_from
from xml.etree import ElementTree

import pytest
import segno

from kuancheng.documents.drawing.emf import emf
from kuancheng.documents.drawing.qr import qr_code
from kuancheng.documents.drawing.shapes import Box, Drawing, Label, Line, squares
from kuancheng.documents.drawing.svg import svg
from tests.documents import example


def records(metafile: bytes) -> list[tuple[int, bytes]]:
    """Each record's type and content."""
    found, place = [], 0
    while place < len(metafile):
        kind, size = unpack_from("<II", metafile, place)
        found.append((kind, metafile[place + 8 : place + size]))
        place += size
    return found


def test_squares_count_half_for_what_is_not_wide() -> None:
    assert squares("2024年10月9日") == 6.5
    assert squares("“一”") == 3


def test_svg_stands_by_itself_in_millimetres() -> None:
    root = ElementTree.fromstring(svg(example.chart()))  # noqa: S314 - ours
    assert root.attrib["width"] == "140mm"
    assert root.attrib["viewBox"] == "0 0 140 58"
    assert root[0].text == "6至9月累计完成投资"
    assert not [each for each in root.iter() if "style" in each.attrib or "href" in each.attrib]


def test_svg_escapes_words() -> None:
    drawing = Drawing(10, 10, (Label(1, 1, "<b>&"),), "A<B")
    assert "&lt;b&gt;&amp;</text>" in svg(drawing)
    assert "<title>A&lt;B</title>" in svg(drawing)


def test_metafile_says_its_size_length_and_records() -> None:
    made = emf(example.chart())
    found = records(made)
    frame = unpack_from("<iiii", made, 24)
    assert frame == (0, 0, 14000, 5800)  # hundredths of a millimetre
    length, count = unpack_from("<II", made, 48)
    assert length == len(made)
    assert count == len(found)
    assert [found[0][0], found[-1][0]] == [1, 14]
    assert all(len(content) % 4 == 0 for _, content in found)


def test_metafile_keeps_words_as_words_with_their_widths() -> None:
    drawing = Drawing(30, 10, (Label(15, 5, "9月", 4, "middle"),), "")
    (words,) = [content for kind, content in records(emf(drawing)) if kind == 84]
    assert unpack_from("<ii", words, 28) == (1500, 500)
    assert unpack_from("<I", words, 36) == (2,)
    assert words[68:72].decode("utf-16-le") == "9月"
    assert unpack_from("<II", words, 72) == (200, 400)


def test_metafile_draws_dashes_one_by_one() -> None:
    drawing = Drawing(10, 10, (Line(0, 5, 10, 5, dash=2),), "")
    strokes = [content for kind, content in records(emf(drawing)) if kind == 4]
    ends = [unpack_from("<iiii", each, 20) for each in strokes]
    assert ends == [(0, 500, 200, 500), (400, 500, 600, 500), (800, 500, 1000, 500)]


def test_code_has_the_modules_of_its_address() -> None:
    drawing = qr_code(example.ADDRESS, 18, "扫码查看")
    modules = [list(row) for row in segno.make(example.ADDRESS, error="m", micro=False).matrix]
    side = 18 / (len(modules) + 4)
    boxes = [each for each in drawing.shapes if isinstance(each, Box)]
    assert sum(round(each.width / side) for each in boxes) == sum(map(sum, modules))
    assert drawing.title == f"二维码：{example.ADDRESS}"
    assert drawing.height == 21.6
    assert qr_code(example.ADDRESS, 18).height == 18


def test_code_refuses_what_it_cannot_hold() -> None:
    with pytest.raises(ValueError, match=r"."):
        qr_code("长" * 3000, 18)
