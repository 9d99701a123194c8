"""The page of GB/T 9704-2012, measured on what LibreOffice prints of our Word files."""

import pytest

from kuancheng.documents.word.writing import word_file
from tests.documents import example
from tests.documents.paper import POINTS_IN_MM, Print, printed

pytestmark = pytest.mark.long

LEFT, RIGHT = 28 * POINTS_IN_MM, 184 * POINTS_IN_MM
TOP, FOOT = 37 * POINTS_IN_MM, 262 * POINTS_IN_MM
CHARACTER = 156 * POINTS_IN_MM / 28


@pytest.fixture(scope="module")
def prints(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Print]:
    """One run of LibreOffice for all of them."""
    files = {
        "bulletin": word_file(example.bulletin()),
        "meeting": word_file(example.one_meeting()),
        "lines": word_file(example.lines_only(60)),
    }
    return printed(tmp_path_factory.mktemp("word"), files)


def test_paper_is_a4(prints: dict[str, Print]) -> None:
    pages = prints["lines"].pages()
    assert len(pages) == 3  # 62 lines
    for width, height in pages:
        assert (width, height) == pytest.approx((210 * POINTS_IN_MM, 297 * POINTS_IN_MM), abs=0.1)


def test_page_has_22_lines_of_28_characters(prints: dict[str, Print]) -> None:
    lines = [each for each in prints["lines"].words(2) if "国" in each.text]
    assert [len(each.text) for each in lines] == [28] * 22


def test_lines_fill_the_text_area_from_margin_to_margin(prints: dict[str, Print]) -> None:
    lines = [each for each in prints["lines"].words(2) if "国" in each.text]
    for each in lines:
        assert each.left == pytest.approx(LEFT, abs=0.3)
        assert each.right == pytest.approx(RIGHT, abs=1.5)  # the last letter's own narrow side
    first, last = prints["lines"].ink(2, 30, 264)
    assert 37 < first < 41
    assert 258 < last < 262


def test_lines_stand_28_95_points_apart(prints: dict[str, Print]) -> None:
    tops = [each.top for each in prints["lines"].words(2) if "国" in each.text]
    assert (tops[-1] - tops[0]) / 21 == pytest.approx(28.95, abs=0.01)


def test_letters_have_the_official_sizes(prints: dict[str, Print]) -> None:
    body, title, small, table = 16, 22, 14, 12
    found = prints["bulletin"].sizes(1)
    assert found["建设进展情况的通报"] == title
    assert found["各街道办事处，区政府各部门、各直属单位："] == body
    assert found["—1—"] == small
    found = prints["bulletin"].sizes(2)
    assert found["一、总体情况"] == found["（一）分类进展"] == body
    assert found["隶属"] == table


def test_page_numbers_stand_at_the_outer_edges_7_mm_below_the_text(
    prints: dict[str, Print],
) -> None:
    lines = prints["lines"]
    odd = [each for each in lines.words(1) if each.text == "—"]
    even = [each for each in lines.words(2) if each.text == "—"]
    assert odd[-1].right == pytest.approx(RIGHT - 14, abs=1)
    assert even[0].left == pytest.approx(LEFT + 14, abs=1)
    top, bottom = lines.ink(2, 262.5, 290)
    assert (top + bottom) / 2 - 262 == pytest.approx(7, abs=0.4)


def test_mark_begins_35_mm_below_the_text_area_s_top(prints: dict[str, Print]) -> None:
    for name in ("bulletin", "meeting"):
        top, _ = prints[name].ink(1, 40, 100, red=True)
        assert top - 37 == pytest.approx(35, abs=1)


def test_table_s_headings_stand_on_each_of_its_pages(prints: dict[str, Print]) -> None:
    count = len(prints["bulletin"].pages())
    texts = [prints["bulletin"].text(each) for each in range(1, count + 1)]
    pages = [each for each in texts if "街道3" in each and "各街道办事处" not in each][1:]
    assert len(pages) == 3
    assert "第60街道" in pages[2]
    assert all("隶属" in each and "年投资计划" in each for each in pages)


def test_signature_ends_two_characters_in_and_the_day_begins_two_later(
    prints: dict[str, Print],
) -> None:
    page = next(n for n in range(1, 9) if "2024年10月9日" in prints["bulletin"].text(n))
    words = prints["bulletin"].words(page)
    signer = next(each for each in words if each.text == "示范区重点项目建设指挥部办公室")
    day = next(each for each in words if each.text.startswith("2024"))
    assert signer.right == pytest.approx(RIGHT - 2 * CHARACTER, abs=2)
    assert day.left - signer.left == pytest.approx(2 * CHARACTER, abs=0.5)


def test_imprint_stands_on_the_text_area_s_foot_of_the_last_page(
    prints: dict[str, Print],
) -> None:
    last = len(prints["bulletin"].pages())
    _, bottom = prints["bulletin"].ink(last, 200, 264)
    assert bottom == pytest.approx(262, abs=0.5)


def test_annex_has_its_number_on_line_1_and_its_title_on_line_3(prints: dict[str, Print]) -> None:
    last = len(prints["bulletin"].pages())
    words = prints["bulletin"].words(last)
    number = next(each for each in words if each.text.startswith("附件"))
    title = next(each for each in words if each.text == "亮灯项目清单")
    between = (title.top + title.bottom - number.top - number.bottom) / 2
    assert between == pytest.approx(2 * 28.95, abs=2)


def test_pictures_and_codes_are_vectors(prints: dict[str, Print]) -> None:
    assert prints["bulletin"].bitmaps() == 0
    assert "累计完成投资（亿元）" in "".join(prints["bulletin"].text(each) for each in range(1, 5))
