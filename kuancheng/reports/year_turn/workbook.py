"""The preview of a turn as an Excel workbook."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from tempfile import TemporaryFile
from typing import IO

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from kuancheng.records.classes import DataClass
from kuancheng.reports.year_turn.preview import Line, Preview
from kuancheng.sheets.marking import MarkedWorkbook

HEADINGS_ROW = 2
AMOUNT = "#,##0.00"


@dataclass(frozen=True)
class Column:
    """A heading, the cell of a line, its width and number format."""

    heading: str
    cell: Callable[[Line], object]
    width: int = 14
    form: str = "General"


def columns(shown: Preview) -> list[Column]:
    """The columns, named after the years."""
    new, old, month = shown.year, shown.year - 1, shown.closed.month
    return [
        Column("项目编号", lambda line: line.project.code, 12),
        Column("项目名称", lambda line: line.project.name, 32),
        Column("责任单位", lambda line: str(line.project.lead_agency or ""), 20),
        Column("阶段", lambda line: line.project.get_stage_display(), 8),
        Column("状态", lambda line: line.project.get_standing_display(), 8),
        Column(f"{old}年类别", lambda line: line.last_class_label, 10),
        Column(f"{new}年类别（建议）", lambda line: line.proposed_label, 10),
        Column(f"{old}年计划（万元）", lambda line: line.money.annual_plan, form=AMOUNT),
        Column(
            f"{old}年1—{month}月完成（万元）", lambda line: line.money.completed_ytd, form=AMOUNT
        ),
        Column("缺报月数", lambda line: line.money.months_missing, 9),
        Column("计划总投资（万元）", lambda line: line.project.total_investment, form=AMOUNT),
        Column("开工累计完成（万元）", lambda line: line.money.completed_total, form=AMOUNT),
        Column("剩余投资（万元）", lambda line: line.remaining, form=AMOUNT),
        Column(f"{new}年计划（万元）", lambda line: line.plan, form=AMOUNT),
        Column("是否转入（建议）", _whether, 24),
    ]


def _whether(line: Line) -> str:
    if line.stays:
        return f"不转：{line.stays}"
    return "转入" if line.ticked else f"由项目中心定（{line.project.get_standing_display()}）"


def turn_workbook(shown: Preview, *, note: str) -> IO[bytes]:
    """An open file with the workbook, at its beginning: who may roll, then who stays."""
    stream, found = TemporaryFile(), columns(shown)  # noqa: SIM115 - the response closes it
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    with MarkedWorkbook(stream, options, DataClass.INTERNAL) as book:
        sheet = book.add_worksheet("年度结转预览")
        _head(book, sheet, shown, found, note)
        forms = [book.add_format({"num_format": each.form}) for each in found]
        for number, line in enumerate((*shown.lines, *shown.staying), HEADINGS_ROW + 1):
            for place, column in enumerate(found):
                _cell(sheet, number, place, column.cell(line), forms[place])
    stream.seek(0)
    return stream


def _head(
    book: xlsxwriter.Workbook, sheet: Worksheet, shown: Preview, found: list[Column], note: str
) -> None:
    heading = book.add_format(
        {"bold": True, "text_wrap": True, "bg_color": "#DCE6F2", "border": 1, "valign": "vcenter"}
    )
    title = book.add_format({"bold": True, "font_size": 16})
    source = shown.source or "没有上年清单"
    sheet.write_string(0, 0, f"{source} 转入 {shown.year} 年：预览", title)
    sheet.write_string(1, 0, f"空格为未报或还没有，不是零。{note}")
    for place, column in enumerate(found):
        sheet.set_column(place, place, column.width)
        sheet.write_string(HEADINGS_ROW, place, column.heading, heading)
    sheet.set_row(HEADINGS_ROW, 32)
    sheet.freeze_panes(HEADINGS_ROW + 1, 2)
    sheet.set_landscape()
    sheet.set_paper(8)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEADINGS_ROW)


def _cell(
    sheet: Worksheet, line: int, place: int, value: object, form: xlsxwriter.format.Format
) -> None:
    if value is None or value == "":
        sheet.write_blank(line, place, None, form)
    elif isinstance(value, int | Decimal):
        sheet.write_number(line, place, value, form)
    elif isinstance(value, date):
        sheet.write_datetime(line, place, value, form)
    else:
        sheet.write_string(line, place, str(value))
