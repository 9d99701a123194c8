"""A document as a page."""

import re

import pytest
from django.template.loader import render_to_string

from kuancheng.documents.blocks import Cell, Column, Paragraph, Run, Table
from kuancheng.documents.document import Document
from kuancheng.documents.html import document_page
from tests.documents import example


@pytest.fixture(scope="module")
def page() -> str:
    return render_to_string("documents/document.html", document_page(example.bulletin()))


def test_page_says_the_same_in_the_same_order(page: str) -> None:
    said = re.sub(r"<[^>]+>", "", page)
    parts = (
        "示范区重点项目建设指挥部",
        "示重项通〔2024〕9号",
        "各街道办事处，区政府各部门、各直属单位：",
        "一、总体情况",
        "（一）分类进展",
        "单位：个、亿元",
        "图1 累计完成投资",
        "示范区重点项目建设指挥部办公室",
        "2024年10月9日",
        "附件1",
        "亮灯项目清单",
        "抄送：区委办公室，区人大常委会办公室，区政协办公室，区纪委监委机关。",
    )
    places = [said.rindex(each) if each == "亮灯项目清单" else said.index(each) for each in parts]
    assert places == sorted(places)


def test_page_has_pictures_as_svg_and_no_styles(page: str) -> None:
    assert page.count("<svg ") == 2
    assert f"二维码：{example.ADDRESS}" in page
    assert "style=" not in page


def test_table_s_heads_are_heads_over_rows_and_columns(page: str) -> None:
    assert '<th rowspan="2"><span class="face-body">隶属</span>' in page
    assert '<th colspan="2"><span class="face-body">投资（亿元）</span>' in page
    assert '<col width="27.27%">' in page
    assert '<td class="stands-right"><span class="face-body">12.50</span>' in page


def test_runs_keep_their_look_and_their_lines(page: str) -> None:
    assert '<b class="face-body">滞后3个</b>' in page
    assert '<span class="face-subheading">按类型。</span>' in page
    assert "重点项目<br>建设进展" in page


def test_minutes_say_who_was_there() -> None:
    page = render_to_string("documents/document.html", document_page(example.one_meeting()))
    assert "<dt>请假：</dt><dd>孙强</dd>" in page
    assert "official-signature" not in page


def test_words_are_escaped() -> None:
    sly = Run("<script>alert(1)</script>")
    table = Table((Column(1),), ((Cell((sly,)),),))
    page = render_to_string(
        "documents/document.html",
        document_page(Document("<b>", example.DAY, (Paragraph((sly,)), table))),
    )
    assert "<script>" not in page
    assert "<b>" not in page
