"""The bulletin as an official document, from the issued copy alone."""

from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.test import TestCase

from kuancheng.documents.blocks import Heading, Paragraph, Picture, Table
from kuancheng.documents.document import Document
from kuancheng.reports.bulletin.document import bulletin_document, curve, word_of
from kuancheng.reports.models import Bulletin, BulletinFile
from kuancheng.reports.rules.bulletin.figures import Column, Kind
from kuancheng.reports.rules.bulletin.figures import Table as Figures
from tests.reports.bulletin.office import issued, office, portfolio


@pytest.mark.django_db
class Issued(TestCase):
    """September as it was issued."""

    bulletin: Bulletin
    content: dict[str, Any]
    document: Document

    @classmethod
    def setUpTestData(cls) -> None:
        portfolio()
        first, second, _ = office()
        cls.bulletin = issued(first, second)
        cls.content = cls.bulletin.issued.content
        cls.document = bulletin_document(cls.content)

    def test_its_heads_are_those_that_were_issued(self) -> None:
        made = self.document
        assert made.number == "示例办通报〔2024〕1号"
        assert made.addressees == "各有关单位"
        assert made.signature is not None
        assert (made.signature.signer, f"{made.signature.day}") == ("示例办公室", "2024-10-15")
        assert [each.title for each in made.annexes] == ["重点项目进展情况月清单"]

    def test_its_parts_are_counted_in_order(self) -> None:
        headings = [each.text for each in self.document.blocks if isinstance(each, Heading)]
        assert headings == [
            "一、总体情况",
            "二、分类进展",
            "三、赛马排名",
            "四、亮灯及滞后项目",
            "五、问题及要素保障",
            "六、下步要求",
        ]

    def test_its_text_is_that_of_the_copy(self) -> None:
        texts = [
            "".join(run.text for run in each.runs)
            for each in self.document.blocks
            if isinstance(each, Paragraph)
        ]
        kept = [each["printed"] for each in self.content["paragraphs"] if each["printed"]]
        assert texts == kept

    def test_a_table_prints_its_figures_with_the_unit_above(self) -> None:
        tables = [each for each in self.document.blocks if isinstance(each, Table)]
        area = tables[2]
        assert area.unit == "单位：个、亿元"
        last = ["".join(run.text for run in cell.runs) for cell in area.rows[-1]]
        assert last == ["合计", "3", "15.00", "8.00", "53.3"]

    def test_the_curve_is_a_picture(self) -> None:
        (picture,) = (each for each in self.document.blocks if isinstance(each, Picture))
        # Season's share of 15亿元 to the end of September: 82%.
        assert picture.drawing.title.endswith("到9月计划累计 12.30 亿元，完成累计 8.20 亿元。")

    def test_the_same_copy_gives_the_same_bytes_as_were_kept(self) -> None:
        kept = BulletinFile.objects.get(kind="docx")
        assert word_of(self.content) == bytes(kept.bytes)
        with ZipFile(BytesIO(bytes(kept.bytes))) as package:
            assert "占年度计划的53.3%" in package.read("word/document.xml").decode()


@pytest.mark.parametrize(
    "rows", [(), (("1月", "0", None),), (("1月", "0", "0"), ("2月", "5", None))]
)
def test_a_curve_of_little_or_nothing_can_be_drawn(
    rows: tuple[tuple[str | None, ...], ...],
) -> None:
    columns = (Column("月份", Kind.TEXT), Column("计划", Kind.YI), Column("完成", Kind.YI))
    assert curve(Figures("curve", "投资", "单位：亿元", columns, rows)).shapes
