"""The progress list as an Excel workbook: every row of the question, in its order."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from tempfile import TemporaryFile
from typing import IO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from kuancheng.records.classes import DataClass
from kuancheng.reports.columns import EXPORTED, Column
from kuancheng.reports.questions import ProgressQuestion
from kuancheng.sheets.marking import MarkedWorkbook, class_of_columns

HEADINGS_ROW = 2


def progress_workbook(
    question: ProgressQuestion, *, note: str, columns: Sequence[Column] = EXPORTED
) -> IO[bytes]:
    """An open file with the workbook, at its beginning. Amounts 万元, rates percent.

    `columns` are those that the reader may take home; the file bears the highest of their classes.

    Rows are read 500 at a time and written as they come, so memory does not grow with them.
    """
    stream = TemporaryFile()  # noqa: SIM115 - the response closes it
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    of = class_of_columns(columns)
    with MarkedWorkbook(stream, options, of) as book:
        sheet = book.add_worksheet("进展清单")
        _head(book, sheet, _title(question), _note(of, note), columns)
        forms = [book.add_format({"num_format": column.form}) for column in columns]
        rows = question.rows.for_list().iterator(chunk_size=500)
        for line, row in enumerate(rows, HEADINGS_ROW + 1):
            for place, column in enumerate(columns):
                _cell(sheet, line, place, column.cell(row), forms[place])
        sheet.autofilter(HEADINGS_ROW, 0, HEADINGS_ROW + question.rows.count(), len(columns) - 1)
    stream.seek(0)
    return stream


def _head(
    book: xlsxwriter.Workbook,
    sheet: Worksheet,
    said: str,
    note: str,
    columns: Sequence[Column],
) -> None:
    title = book.add_format({"bold": True, "font_size": 16})
    heading = book.add_format(
        {"bold": True, "text_wrap": True, "bg_color": "#DCE6F2", "border": 1, "valign": "vcenter"}
    )
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width)
    sheet.set_row(HEADINGS_ROW, 32)
    sheet.write_string(0, 0, said, title)
    sheet.write_string(1, 0, note)
    for place, column in enumerate(columns):
        sheet.write_string(HEADINGS_ROW, place, column.heading, heading)
    sheet.freeze_panes(HEADINGS_ROW + 1, 2)
    sheet.set_landscape()
    sheet.set_paper(8)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEADINGS_ROW)


def _note(of: DataClass, note: str) -> str:
    return f"{of.mark}。{note}" if note else of.mark


def _title(question: ProgressQuestion) -> str:
    days = question.days
    known = f"，按 {days.known_at:%Y-%m-%d} 的记录" if days.known_at else ""
    return f"重点项目进展清单（截至 {days.as_of:%Y-%m-%d}{known}）"


def _cell(sheet: Worksheet, line: int, place: int, value: object, form: Format) -> None:
    if value is None or value == "":
        sheet.write_string(line, place, "—")
    elif isinstance(value, date):
        sheet.write_datetime(line, place, value, form)
    elif isinstance(value, int | Decimal):
        sheet.write_number(line, place, value, form)
    else:
        sheet.write_string(line, place, str(value))
