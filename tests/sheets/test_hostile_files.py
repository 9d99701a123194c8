"""Files that are no workbook, or would be trouble: each is refused with what to do."""

import zipfile
from io import BytesIO
from typing import Any

import pytest
import xlsxwriter
from openpyxl import Workbook, load_workbook

from kuancheng.access.models import User
from kuancheng.files.refusal import Refused
from kuancheng.sheets.choices import ImportState
from kuancheng.sheets.models import SheetImport
from kuancheng.sheets.reading import opened
from projects.models import Project
from tests import factories
from tests.sheets.books import counts, edited, exported, faults, made, saved, taken

pytestmark = pytest.mark.django_db

TITLE = "重点项目"
OLE = bytes.fromhex("d0cf11e0a1b11ae1")


def zipped(**parts: bytes) -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    """A workbook with one part replaced."""
    stream = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(content)) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for each in old.namelist():
            new.writestr(each, part if each == name else old.read(each))
    return stream.getvalue()


def refusal(office: User, content: bytes) -> str:
    with pytest.raises(Refused) as refused:
        taken("register", office, content)
    assert not SheetImport.objects.exists()
    return str(refused.value)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "空文件"),
        (OLE + b"\x00" * 600, "选“另存为”"),
        (OLE + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le"), "打开密码"),
        (b"code,name\n1,2\n", "不是 Excel 工作簿"),
        (b"<html><table></table></html>", "不是 Excel 工作簿"),
        (b"PK\x03\x04 and then nothing", "不是 Excel 工作簿"),
        (zipped(**{"photo.jpg": b"123"}), "不是 Excel 工作簿"),
        (zipped(**{"xl/workbook.xml": b"<workbook/>"}), "无法读取"),
        (zipped(**{"word/document.xml": b"<w/>"}), "不是 Excel 工作簿"),
    ],
)
def test_what_is_no_workbook_is_refused_with_what_to_do(
    office: User, content: bytes, said: str
) -> None:
    assert said in refusal(office, content)


def test_file_over_20_megabytes_is_refused(office: User) -> None:
    assert "最大 20 MB" in refusal(office, b"PK\x03\x04" + b"0" * (20 * 2**20))


def test_entity_bomb_is_refused(office: User) -> None:
    book = exported("register", office)
    laughs = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><worksheet>&b;</worksheet>'
    assert "DOCTYPE" in refusal(office, with_part(book, "xl/worksheets/sheet1.xml", laughs))


def test_row_number_out_of_this_world_costs_nothing(office: User) -> None:
    factories.project(code="T-1", name="甲")
    book = made(TITLE, ["项目编号", "项目名称"], [["T-1", "乙"]])
    with zipfile.ZipFile(BytesIO(book)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    far = sheet.replace(b'<row r="2"', b'<row r="99999999999"')
    assert far != sheet
    assert "已损坏" in refusal(office, with_part(book, "xl/worksheets/sheet1.xml", far))


class TestHeadings:
    def test_wrong_sheet_is_named_with_those_that_are_there(self, office: User) -> None:
        said = refusal(office, made("Sheet1", ["项目编号"], []))
        assert "没有名为“重点项目”的工作表" in said
        assert "“Sheet1”" in said

    def test_unknown_missing_and_double_headings_are_told_together(self, office: User) -> None:
        said = refusal(office, made(TITLE, ["项目名称", "项目名称", "总投资"], []))
        for part in ("“总投资”", "计划总投资（万元）", "“项目编号”", "“项目名称”重复（A1、B1）"):
            assert part in said

    def test_headings_may_differ_in_width_and_blanks(self, office: User) -> None:
        factories.project(code="T-1")
        book = made(TITLE, ["项目编号*", "计划总投资 (万元)"], [["T-1", 5]])
        assert counts(taken("register", office, book)) == (0, 1, 0, 0)

    def test_empty_first_row_is_told(self, office: User) -> None:
        assert "没有表头" in refusal(office, made(TITLE, [], []))

    def test_template_of_another_kind_is_told(self, office: User) -> None:
        book = load_workbook(BytesIO(exported("milestones", office)))
        book["节点"].title = TITLE
        assert "不是“重点项目”的模板" in refusal(office, saved(book))

    def test_old_template_is_told(self, office: User) -> None:
        book = edited(exported("register", office), "代码表", {"A1": "register/0"})
        assert "旧版" in refusal(office, book)

    def test_merged_cells_are_named(self, office: User) -> None:
        book = load_workbook(BytesIO(exported("register", office)))
        book[TITLE].merge_cells("B2:B5")
        assert "B2:B5" in refusal(office, saved(book))

    def test_empty_template_has_nothing_to_import(self, office: User) -> None:
        record = taken("register", office, exported("register", office))
        assert record.state == ImportState.WRONG
        assert "没有可以导入的行" in record.message


class TestCells:
    @pytest.fixture
    def project(self) -> Project:
        return factories.project(code="T-1", name="甲")

    def check(self, office: User, *rows: Any) -> dict[int, str]:
        headings = ["项目编号", "项目名称", "计划总投资（万元）"]
        return faults(taken("register", office, made(TITLE, headings, rows)))

    def test_formula_is_not_trusted(self, office: User, project: Project) -> None:
        assert "粘贴为数值" in self.check(office, ["T-1", "甲", "=1+1"])[2]

    def test_error_value_is_told(self, office: User, project: Project) -> None:
        assert "错误值" in self.check(office, ["T-1", "甲", "#N/A"])[2]

    def test_content_without_a_heading_is_told_with_its_cell(
        self, office: User, project: Project
    ) -> None:
        assert "F2" in self.check(office, ["T-1", "甲", 1, None, None, "备注"])[2]

    def test_the_same_project_twice_is_told(self, office: User, project: Project) -> None:
        assert (
            "与第 2 行是同一条"
            in self.check(office, ["T-1", "甲", 1], ["t-1 ".upper(), "甲", 2])[3]
        )

    def test_all_faults_of_all_rows_are_told_at_once(self, office: User, project: Project) -> None:
        told = self.check(
            office, ["T-1", "", "很多"], ["T-9", "乙", 1], ["", "丙", -1], ["T 1/", "丁", 1]
        )
        assert "必填" in told[2]
        assert "不是数字" in told[2]
        assert "没有编号为“T-9”的项目" in told[3]
        assert "不能为负数" in told[4]
        assert "没有编号" in told[5]


def test_cell_shown_as_percent_is_what_people_see(office: User) -> None:
    book = Workbook()
    book.worksheets[0].title = "x"
    book.worksheets[0].append(["a"])
    book.worksheets[0].append([0.855])
    book.worksheets[0]["A2"].number_format = "0.0%"
    with opened(BytesIO(saved(book)), "x") as sheet:
        assert list(sheet.rows()) == [(2, ["85.5%"])]


def lines(count: int) -> BytesIO:
    stream = BytesIO()
    with xlsxwriter.Workbook(stream, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("x")
        for line in range(count):
            sheet.write_string(line, 0, f"T-{line}")
    stream.seek(0)
    return stream


def test_sixty_thousand_rows_are_read_and_one_more_is_refused() -> None:
    with opened(lines(60_001), "x") as read:
        numbers = [number for number, _ in read.rows()]
        assert (numbers[0], numbers[-1], read.estimate) == (2, 60_001, 60_000)
    stream = lines(60_002)
    with pytest.raises(Refused, match="超过 60,000 行"), opened(stream, "x"):
        pass
