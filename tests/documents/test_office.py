"""The office's own template: what is taken, what is refused and in which words, how it is filled."""

from dataclasses import replace
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import docx
import pytest
from docx.oxml.ns import qn

from kuancheng.documents.office import reading
from kuancheng.documents.office.filling import filled
from kuancheng.documents.office.reading import check
from kuancheng.documents.office.sample import sample
from kuancheng.documents.word.writing import word_file
from kuancheng.files.refusal import Refused
from tests.documents import example
from tests.documents.templates import LINES, relation, saved, template, with_parts


def refused(content: bytes) -> str:
    """What is said against a file."""
    with pytest.raises(Refused) as caught:
        check(content)
    return str(caught.value)


def texts(content: bytes) -> list[str]:
    """A file's paragraphs."""
    return [each.text for each in docx.Document(BytesIO(content)).paragraphs]


def test_template_is_taken_with_its_fields() -> None:
    taken = check(template())
    assert taken.fields[:4] == ("发文机关标志", "发文字号", "标题", "主送机关")
    assert len(taken.fields) == len(LINES)


def test_each_unknown_field_is_named() -> None:
    said = refused(template([*LINES, "{{领导}}", "{{经办人}}和{{领导}}"]))
    assert "没有“领导”这个字段" in said
    assert "没有“经办人”这个字段" in said
    assert said.count("没有“领导”") == 1


@pytest.mark.parametrize(
    "line", ["{{标题", "标题}}", "{{标题}", "{% for x in y %}", "{{ {{标题}} }}", "{# 注 #}"]
)
def test_broken_tags_are_named_with_their_line(line: str) -> None:
    said = refused(template([*LINES, line]))
    assert "这一行的字段没有写完整" in said
    assert line in said


def test_text_and_title_are_required() -> None:
    said = refused(template(["{{署名}}"]))
    assert "缺少字段“标题”“正文”" in said


def test_parts_stand_on_lines_of_their_own_in_the_text_and_once() -> None:
    assert "“正文”要单独成行" in refused(template(["{{标题}}", "如下：{{正文}}"]))
    assert "一行不能有几个字段" in refused(template(["{{标题}}", "{{正文}}{{标题}}"]))
    assert "不能放在页眉或页脚里" in refused(template(LINES, header="{{附件}}"))
    assert "“正文”只能出现一次" in refused(template([*LINES, "{{正文}}"]))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "空文件"),
        (b"%PDF-1.7", "这不是 Word 文档"),
        (reading.OLE + bytes(600), "旧格式（.doc）"),
        (b"PK\x03\x04broken", "这不是 Word 文档"),
        (bytes(reading.LARGEST_FILE + 1), "文件超过 5 MB"),
    ],
    ids=["empty", "pdf", "doc", "broken", "large"],
)
def test_what_is_no_word_file_is_refused(content: bytes, said: str) -> None:
    assert said in refused(content)


def test_workbook_is_refused() -> None:
    stream = BytesIO()
    with ZipFile(stream, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
    assert "这不是 Word 文档" in refused(stream.getvalue())


@pytest.mark.parametrize(
    ("more", "change", "said"),
    [
        ({"word/vbaProject.bin": b"x"}, {}, "带有宏"),
        (
            {},
            {
                "[Content_Types].xml": (
                    b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
                    b"application/vnd.ms-word.document.macroEnabled.main+xml",
                )
            },
            "带有宏",
        ),
        ({"word/embeddings/oleObject1.bin": b"x"}, {}, "嵌有其他程序的对象"),
        ({"word/activeX/activeX1.xml": b"<x/>"}, {}, "嵌有其他程序的对象"),
        ({}, relation("attachedTemplate", "http://10.0.0.1/t.dotm"), "引用了外部的模板"),
        ({}, relation("image", "http://10.0.0.1/pixel.png"), "引用了外部的模板"),
        (
            {},
            {"word/document.xml": (b"<w:body>", b'<w:body><w:p><w:fldSimple w:instr=" DDEAUTO cmd "/></w:p>')},
            "（DDEAUTO）",
        ),
        (
            {},
            {
                "word/document.xml": (
                    b"<w:body>",
                    b'<w:body><w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> INCLUDE</w:instrText></w:r><w:r><w:instrText>PICTURE x</w:instrText></w:r></w:p>',
                )
            },
            "（INCLUDEPICTURE）",
        ),
        ({}, {"word/document.xml": (b"<w:body>", b"<w:body><w:p><w:r><w:object/></w:r></w:p>")}, "嵌有其他程序"),
        ({"word/extra.xml": b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'}, {}, "已损坏"),
        ({}, {"word/document.xml": (b"</w:body>", b"")}, "已损坏"),
    ],
    ids=[
        "vba", "docm", "ole", "activex", "remote template", "remote image", "dde", "field in pieces",
        "object", "entity", "broken xml",
    ],
)  # fmt: skip
def test_what_a_template_may_not_carry(more: Any, change: Any, said: str) -> None:
    assert said in refused(with_parts(template(), more, change))


def test_links_to_click_on_may_stay() -> None:
    assert check(
        with_parts(template(), {}, relation("hyperlink", "https://example.gov.cn/"))
    ).fields


def test_bomb_is_refused_before_it_is_read() -> None:
    stream = BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", b" " * (8 * 2**20))
    assert "解压后过大" in refused(stream.getvalue())


def test_too_much_xml_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_XML", 100)
    assert "解压后过大" in refused(template())


def test_parts_by_the_thousand_are_refused() -> None:
    more = {f"word/media/{n}.txt": b"" for n in range(1001)}
    assert "解压后过大" in refused(with_parts(template(), more))


def test_filled_says_the_document_s_words() -> None:
    said = texts(filled(template(), example.bulletin()))
    assert said[:4] == [
        "示范区重点项目建设指挥部文件",
        "示重项通〔2024〕9号",
        "关于2024年9月全区重点项目建设进展情况的通报",
        "各街道办事处，区政府各部门、各直属单位：",
    ]
    assert said.count("一、总体情况") == said.count("亮灯项目清单") == 1
    assert said.index("附件：1.\t各街道重点项目完成情况表") < said.index("2024年10月9日")
    assert not [each for each in said if "{{" in each]


def test_field_cut_into_runs_is_filled_in_the_look_of_its_first_letter() -> None:
    word: Any = docx.Document()
    line = word.add_paragraph()
    for piece, bold in (("前{", False), ("{标", True), ("题}", False), ("}后", False)):
        line.add_run(piece).bold = bold
    word.add_paragraph("{{正文}}")
    content = saved(word)
    assert check(content).fields == ("标题", "正文")
    made = docx.Document(BytesIO(filled(content, example.one_meeting())))
    assert made.paragraphs[0].text == "前重点项目周调度会议纪要后"


def test_words_with_braces_are_not_filled_again() -> None:
    sly = replace(example.one_meeting(), title="{{正文}}<w:b/>&")
    assert texts(filled(template(), sly))[2] == "{{正文}}<w:b/>&"


def test_what_has_no_field_stands_behind_the_last_line() -> None:
    said = texts(filled(template(["{{标题}}", "{{正文}}", "完"]), example.bulletin()))
    assert said.index("完") < said.index("附件1") < said.index("亮灯项目清单")


def test_line_whose_fields_say_nothing_is_not_printed() -> None:
    bare = replace(example.one_meeting(), addressees="", leads_to="")
    content = template(
        ["{{标题}}", "{{主送机关}}：", "{{二维码}}", "{{署名}}于{{成文日期}}", "{{正文}}"]
    )
    assert texts(filled(content, bare))[:2] == ["重点项目周调度会议纪要", "于2024年10月9日"]


def test_row_of_nothing_else_goes_with_its_line() -> None:
    word: Any = docx.Document(BytesIO(template(["{{标题}}", "{{正文}}"])))
    table = word.add_table(2, 1)
    table.cell(0, 0).text, table.cell(1, 0).text = "主送：{{主送机关}}", "抄送：{{抄送}}"
    word.add_table(1, 1).cell(0, 0).text = "{{主送机关}}"
    made: Any = docx.Document(BytesIO(filled(saved(word), example.one_meeting())))
    (left,) = made.tables
    assert [row.cells[0].text for row in left.rows] == ["抄送：各参会单位"]


def test_header_and_cells_are_filled_and_a_cell_keeps_a_paragraph() -> None:
    content = template(["{{标题}}"], header="{{发文字号}}", cell="{{正文}}")
    made: Any = docx.Document(BytesIO(filled(content, example.one_meeting())))
    assert made.sections[0].header.paragraphs[0].text == "〔2024〕3号"
    cell = made.tables[0].cell(0, 0)
    assert "一、关于征地拆迁" in [each.text for each in cell.paragraphs]
    assert cell._tc[-1].tag == qn("w:p")


def test_code_is_drawn_where_its_field_stands() -> None:
    made = filled(template([*LINES, "{{二维码}}"], header="{{二维码}}"), example.bulletin())
    word: Any = docx.Document(BytesIO(made))
    for element in (word.element.body, word.sections[0].header._element):
        codes = [each.get("descr") for each in element.iter(qn("wp:docPr"))]
        assert f"二维码：{example.ADDRESS}" in codes


def test_pictures_of_a_template_stay_beside_ours() -> None:
    own = sample(example.DAY, "https://example.gov.cn/own/")
    word: Any = docx.Document(BytesIO(word_file(own)))
    for each in ("{{标题}}", "{{正文}}"):
        word.add_paragraph(each)
    made = filled(saved(word), example.bulletin())
    with ZipFile(BytesIO(made)) as archive:
        names = archive.namelist()
        drawn = [archive.read(each).decode() for each in names if each.endswith(".svg")]
    titles = [each.partition("<title>")[2].partition("</title>")[0] for each in drawn]
    assert sorted(titles) == [
        "6至9月累计完成投资",
        "二维码：https://example.gov.cn/own/",
        "各类项目完成率",
    ]
    body: Any = docx.Document(BytesIO(made)).element.body
    ids = [each.get("id") for each in body.iter(qn("wp:docPr"))]
    assert len(ids) == len(set(ids)) == 2


def test_our_styles_come_along_and_the_office_s_own_stay() -> None:
    word: Any = docx.Document(BytesIO(word_file(sample(example.DAY))))
    (own,) = [each for each in word.styles if each.name == "公文一级标题"]
    own.element.set(qn("w:styleId"), "a7")  # as WPS numbers them anew
    own.font.bold = True
    for child in list(word.element.body)[:-1]:
        word.element.body.remove(child)
    for each in ("{{标题}}", "{{正文}}"):
        word.add_paragraph(each)
    made: Any = docx.Document(BytesIO(filled(saved(word), example.bulletin())))
    (heading,) = [each for each in made.paragraphs if each.text == "一、总体情况"]
    assert heading.style.style_id == "a7"
    assert heading.style.font.bold is True
    names = [each.name for each in made.styles]
    assert len(names) == len(set(names))


def test_same_template_and_document_give_the_same_bytes() -> None:
    kept = template()
    assert filled(kept, example.bulletin()) == filled(kept, example.bulletin())
