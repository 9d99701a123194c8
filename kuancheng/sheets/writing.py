"""Templates and exports: one workbook for both, so that what goes out can come back in."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from tempfile import TemporaryFile
from typing import IO, Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from kuancheng.sheets.kinds import Column, SheetKind
from kuancheng.sheets.marking import MarkedWorkbook, class_of_columns
from kuancheng.sheets.rules.bounds import LISTS, MOST_ROWS
from kuancheng.sheets.rules.cells import Choice, Day, Flag, Month, Number

HELP = "填写说明"
RULES = (
    "第一行是表头：列的顺序可以变，名称不能改；整列不需要可以删去，删去的列不会改动。",
    "灰色列用来认出是哪一条记录或供核对，请不要改。",
    "空着（或填“—”）表示“未报送”，不等于 0；原来有内容的格子清空后导入，预览里会显示为“变更”。",
    "不要用公式、合并单元格；从别处复制请用“选择性粘贴→数值”。",
    "导入只新增和修改，不删除：删去一行不会删除系统里的记录。",
    "上传后先看预览，有一行有误就全部不导入；没有改动的行不写入。",
)


def workbook(kind: SheetKind, columns: Sequence[Column], records: Iterable[Any]) -> IO[bytes]:
    """An open file with the kind's sheet and the records in it, at its beginning.

    Rows are written as they come, so memory does not grow with them. What begins with “=” stays
    text.
    """
    stream = TemporaryFile()  # noqa: SIM115 - the response closes it
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with MarkedWorkbook(stream, options, class_of_columns(columns)) as book:
        sheet = book.add_worksheet(kind.label)
        guide, lists = book.add_worksheet(HELP), book.add_worksheet(LISTS)
        lists.very_hidden()
        _write_rows(book, sheet, columns, records)
        _offer_choices(sheet, columns)
        _write_guide(book, guide, kind, columns)
        _write_lists(lists, kind, columns)
    stream.seek(0)
    return stream


def _write_rows(
    book: xlsxwriter.Workbook, sheet: Worksheet, columns: Sequence[Column], records: Iterable[Any]
) -> None:
    heading = {"bold": True, "text_wrap": True, "border": 1, "valign": "vcenter"}
    blue, red = {"bg_color": "#DCE6F2"}, {"bg_color": "#DCE6F2", "font_color": "#B3261E"}
    grey = {"bg_color": "#D9D9D9"}
    formats = [_format(book, column) for column in columns]
    for at, column in enumerate(columns):
        sheet.set_column(at, at, column.width, formats[at])
    sheet.set_row(0, 34)
    for at, column in enumerate(columns):
        fill = (
            grey if column.key or column.fixed or column.info else red if column.required else blue
        )
        sheet.write_string(0, at, column.heading, book.add_format({**heading, **fill}))
    for line, record in enumerate(records, 1):
        for at, column in enumerate(columns):
            _write(sheet, line, at, column.content(record), formats[at])
    sheet.freeze_panes(1, _frozen(columns))
    sheet.set_landscape()
    sheet.set_paper(8)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _frozen(columns: Sequence[Column]) -> int:
    """How many columns on the left say which record a row is."""
    return 1 + max(at for at, column in enumerate(columns) if column.key or column.fixed)


def _format(book: xlsxwriter.Workbook, column: Column) -> Format:
    cell = column.cell
    form: dict[str, Any] = {"num_format": "@"}
    if isinstance(cell, Number):
        form = {"num_format": "#,##0.######" if cell.places > 2 else "#,##0.00"}
        if not cell.places:
            form = {"num_format": "0"}
    elif isinstance(cell, Day) and not isinstance(cell, Month):
        form = {"num_format": "yyyy-mm-dd"}
    if column.key or column.fixed or column.info:
        form["bg_color"] = "#EDEDED"
    return book.add_format(form)


def _write(sheet: Worksheet, line: int, at: int, value: object, form: Format) -> None:
    if value is None or value == "":
        return
    if isinstance(value, date):
        sheet.write_datetime(line, at, value, form)
    elif isinstance(value, int | Decimal):
        sheet.write_number(line, at, value, form)
    else:
        sheet.write_string(line, at, value, form)


def _offer_choices(sheet: Worksheet, columns: Sequence[Column]) -> None:
    for at, column in enumerate(columns):
        offered = _offered(column)
        if not offered:
            continue
        name = xl_col_to_name(at + 1)
        sheet.data_validation(
            1,
            at,
            MOST_ROWS,
            at,
            {
                "validate": "list",
                "source": f"='{LISTS}'!${name}$1:${name}${len(offered)}",
                "error_title": "请从列表中选择",
                "error_message": f"“{column.heading}”请从下拉列表中选择。",
            },
        )


def _offered(column: Column) -> list[str]:
    if isinstance(column.cell, Choice):
        return list(column.cell.options)
    return ["是", "否"] if isinstance(column.cell, Flag) else []


def _write_lists(sheet: Worksheet, kind: SheetKind, columns: Sequence[Column]) -> None:
    """A1 says which template it is; each list stands one column right of the column it serves."""
    lists = [_offered(column) for column in columns]
    for line in range(max(1, *(len(each) for each in lists))):
        if line == 0:
            sheet.write_string(0, 0, kind.stamp)
        for at, each in enumerate(lists, 1):
            if line < len(each):
                sheet.write_string(line, at, each[line])


def _write_guide(
    book: xlsxwriter.Workbook, sheet: Worksheet, kind: SheetKind, columns: Sequence[Column]
) -> None:
    bold = book.add_format({"bold": True, "bg_color": "#DCE6F2", "border": 1})
    title = book.add_format({"bold": True, "font_size": 14})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    for at, width in enumerate((24, 10, 34, 70)):
        sheet.set_column(at, at, width)
    sheet.write_string(0, 0, f"{kind.label}：填写说明", title)
    line = 1
    for line, sentence in enumerate((*kind.help, *RULES), 1):
        sheet.write_string(line, 0, f"{line}. {sentence}")
    line += 2
    for at, word in enumerate(("列", "必填", "格式", "说明")):
        sheet.write_string(line, at, word, bold)
    for below, column in enumerate(columns, line + 1):
        need = _need(column)
        for at, text in enumerate((column.heading, need, column.cell.wanted, column.help)):
            sheet.write_string(below, at, text, wrap)


def _need(column: Column) -> str:
    if column.key or column.fixed or column.info:
        return "定位" if column.key else "核对" if column.fixed else "参考"
    return "必填" if column.required else ""
