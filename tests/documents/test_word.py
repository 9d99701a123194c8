"""What a Word file says in its XML; what becomes of it on paper is measured beside."""

from dataclasses import replace
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import docx
import pytest
from docx.oxml.ns import qn

from kuancheng.documents.blocks import Align, Paragraph, Run, words
from kuancheng.documents.document import Document, Signature
from kuancheng.documents.word.styles import FALLBACKS, STYLES, style_id
from kuancheng.documents.word.writing import word_file
from tests.documents import example
from tests.documents.example import DAY

TWIPS = 1440 / 25.4


@pytest.fixture(scope="module")
def bulletin() -> bytes:
    """The example's file."""
    return word_file(example.bulletin())


def part(content: bytes, name: str) -> str:
    """A part's XML."""
    with ZipFile(BytesIO(content)) as archive:
        return archive.read(name).decode()


def body(content: bytes) -> Any:
    """The document's body."""
    return docx.Document(BytesIO(content)).element.body


def styled_elements(content: bytes, name: str) -> list[Any]:
    """The paragraphs in a style, as elements."""
    paragraphs: Any = docx.Document(BytesIO(content)).paragraphs
    return [each._element for each in paragraphs if each.style.name == name]


def styled(content: bytes, name: str) -> list[str]:
    """The texts in a style."""
    return [each.text for each in styled_elements(content, name)]


def left_of(paragraph: Any) -> int:
    """Its indent in twips."""
    return int(paragraph.pPr.find(qn("w:ind")).get(qn("w:left")))


def test_same_document_gives_the_same_bytes(bulletin: bytes) -> None:
    assert word_file(example.bulletin()) == bulletin


def test_another_word_gives_other_bytes(bulletin: bytes) -> None:
    assert word_file(replace(example.bulletin(), addressees="各单位")) != bulletin


def test_file_tells_the_document_s_day_and_no_other(bulletin: bytes) -> None:
    about = part(bulletin, "docProps/core.xml")
    assert about.count("2024-10-09T00:00:00Z") == 2
    assert "python-docx" not in about
    with ZipFile(BytesIO(bulletin)) as archive:
        assert {each.date_time[0] for each in archive.infolist()} == {1980}


def test_file_holds_nothing_of_anybody_else_s(bulletin: bytes) -> None:
    with ZipFile(BytesIO(bulletin)) as archive:
        names = archive.namelist()
    assert names[0] == "[Content_Types].xml"
    assert not [each for each in names if "thumbnail" in each or "customXml" in each]
    assert [each for each in names if each.endswith((".ttf", ".odttf"))] == []


def test_page_is_a4_with_the_official_margins(bulletin: bytes) -> None:
    section = docx.Document(BytesIO(bulletin)).sections[0]
    found = [section.top_margin, section.left_margin, section.bottom_margin, section.right_margin]
    assert [each.mm for each in found if each is not None] == pytest.approx(
        [37, 28, 35, 26], abs=0.02
    )
    assert section.page_width is not None
    assert section.page_width.mm == pytest.approx(210, abs=0.05)
    (grid,) = body(bulletin).iter(qn("w:docGrid"))
    assert grid.get(qn("w:linePitch")) == "579"  # 28.95 points


def test_every_style_names_its_font_for_chinese(bulletin: bytes) -> None:
    file = docx.Document(BytesIO(bulletin))
    for style in STYLES:
        found: Any = next(each for each in file.styles if each.style_id == style_id(style))
        assert found.name == style.name
        fonts = found.element.rPr.find(qn("w:rFonts"))
        assert fonts.get(qn("w:eastAsia")) == style.font
        assert found.font.size.pt == style.points


def test_fonts_have_stand_ins(bulletin: bytes) -> None:
    table = part(bulletin, "word/fontTable.xml")
    assert set(FALLBACKS) == {"宋体", "仿宋_GB2312", "黑体", "楷体_GB2312", "方正小标宋简体"}
    assert '<w:font w:name="仿宋_GB2312"><w:altName w:val="仿宋,FangSong' in table
    assert '<w:font w:name="方正小标宋简体"><w:altName' in table


def test_headings_are_in_their_styles(bulletin: bytes) -> None:
    assert styled(bulletin, "公文一级标题") == ["一、总体情况", "二、下步要求"]
    assert styled(bulletin, "公文二级标题") == ["（一）分类进展"]
    assert styled(bulletin, "公文三级标题") == ["1.新建项目"]
    assert styled(bulletin, "公文四级标题") == ["（1）计划开工"]
    assert styled(bulletin, "公文发文字号")[0] == "示重项通〔2024〕9号"
    assert "各街道办事处，区政府各部门、各直属单位：" in styled(bulletin, "公文主送机关")


def test_runs_keep_their_look(bulletin: bytes) -> None:
    file: Any = docx.Document(BytesIO(bulletin))
    said = next(each for each in file.paragraphs if each.text.startswith("按类型"))
    fonts = said.runs[0]._element.rPr.find(qn("w:rFonts"))
    assert [each.text for each in said.runs] == ["按类型。", "产业类22个，", "滞后3个", "。"]
    assert fonts.get(qn("w:eastAsia")) == "楷体_GB2312"
    assert [each.bold for each in said.runs] == [None, None, True, None]


def test_table_repeats_its_header_and_splits_no_row(bulletin: bytes) -> None:
    table = next(body(bulletin).iter(qn("w:tbl")))
    rows = list(table.iter(qn("w:tr")))
    heads = [row.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None for row in rows]
    assert heads == [True, True, False, False, False, False]
    assert all(row.find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") is not None for row in rows)
    widths = [int(each.get(qn("w:w"))) for each in table.iter(qn("w:gridCol"))]
    assert sum(widths) == pytest.approx(156 * TWIPS, abs=2)
    assert widths[0] / widths[1] == pytest.approx(3 / 2, abs=0.01)


def test_picture_is_svg_with_a_metafile_beside_it(bulletin: bytes) -> None:
    written = part(bulletin, "word/document.xml")
    assert written.count("asvg:svgBlip") == 1
    with ZipFile(BytesIO(bulletin)) as archive:
        media = sorted(each for each in archive.namelist() if "media" in each)
        kinds = archive.read("[Content_Types].xml").decode()
    assert [each.rpartition(".")[2] for each in media] == ["emf", "svg", "emf", "svg"]
    assert "image/svg+xml" in kinds
    assert "image/x-emf" in kinds


def test_each_page_has_the_code_that_leads_to_the_record(bulletin: bytes) -> None:
    section = docx.Document(BytesIO(bulletin)).sections[0]
    for header in (section.header, section.even_page_header):
        (about,) = header._element.iter(qn("wp:docPr"))
        assert about.get("descr") == f"二维码：{example.ADDRESS}"


def test_without_an_address_there_is_no_code() -> None:
    with ZipFile(BytesIO(word_file(example.lines_only(1)))) as archive:
        assert not [each for each in archive.namelist() if "media" in each]


def test_page_numbers_stand_right_on_odd_pages_and_left_on_even_ones(bulletin: bytes) -> None:
    section = docx.Document(BytesIO(bulletin)).sections[0]
    for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        (said,) = footer.paragraphs
        assert said._element.pPr.find(qn("w:jc")).get(qn("w:val")) == side
        assert said._element.pPr.find(qn("w:ind")).get(qn(f"w:{side}")) == "280"  # 14 points
        assert "".join(each.text for each in said._element.iter(qn("w:t"))) == "— 1 —"


def test_day_longer_than_the_signer_ends_two_characters_in() -> None:
    signed = Document("通知", DAY, signature=Signature("区政府", DAY))
    signer, day = styled_elements(word_file(signed), "公文署名")[1:]
    # 2024年10月9日 is 6.5 characters wide: from 19.5 of 28; the signer begins two before it.
    assert left_of(day) == pytest.approx(19.5 * 315.9, abs=2)
    assert left_of(signer) == pytest.approx(17.5 * 315.9, abs=2)


def test_day_begins_two_after_a_signer_who_is_longer() -> None:
    signed = Document("通知", DAY, signature=Signature("示范区发展和改革局", DAY))
    signer, day = styled_elements(word_file(signed), "公文署名")[1:]
    assert left_of(signer) == pytest.approx(17 * 315.9, abs=2)  # 9 characters, 2 from the right
    assert left_of(day) == pytest.approx(19 * 315.9, abs=2)


def test_annexes_are_named_after_the_text_and_begin_pages(bulletin: bytes) -> None:
    named = [each for each in styled(bulletin, "公文正文顶格") if "\t" in each]
    assert named == ["附件：1.\t各街道重点项目完成情况表", "2.\t亮灯项目清单"]
    numbers = styled_elements(bulletin, "公文附件序号")
    begin = [each.pPr.find(qn("w:pageBreakBefore")) is not None for each in numbers]
    assert begin == [True, False, True, False]


def test_imprint_names_copies_with_a_full_stop(bulletin: bytes) -> None:
    table = list(body(bulletin).iter(qn("w:tbl")))[-1]
    said = ["".join(each.text for each in row.iter(qn("w:t"))) for row in table.iter(qn("w:tr"))]
    assert said == [
        "抄送：区委办公室，区人大常委会办公室，区政协办公室，区纪委监委机关。",
        "示范区重点项目建设指挥部办公室2024年10月9日印发",
    ]
    place = table.find(f"{qn('w:tblPr')}/{qn('w:tblpPr')}")
    assert place.get(qn("w:tblpYSpec")) == "bottom"


def test_minutes_say_who_was_there_and_carry_no_signature() -> None:
    written = word_file(example.one_meeting())
    present = styled(written, "公文出席人员")
    assert present[0].startswith("出席：王建国（区政府）")
    assert present[1:] == ["请假：孙强", "列席：周敏"]
    assert styled(written, "公文署名") == []
    assert styled(written, "公文发文机关标志")[1] == "示范区重点项目调度会议纪要"


def test_characters_that_no_xml_may_hold_are_left_out() -> None:
    odd = Document("通\x00知\x0b", DAY, (Paragraph(words("第一行\n第二行\x1f")),))
    written = word_file(odd)
    assert styled(written, "公文标题") == ["通知"]
    assert styled(written, "公文正文") == ["第一行\n第二行"]


def test_paragraph_stands_where_it_says() -> None:
    right = Paragraph((Run("右"),), indented=False, align=Align.RIGHT)
    (found,) = styled_elements(word_file(Document("通知", DAY, (right,))), "公文正文顶格")[1:]
    assert found.pPr.find(qn("w:jc")).get(qn("w:val")) == "right"
