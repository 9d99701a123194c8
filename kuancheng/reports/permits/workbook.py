"""The list of permits as an Excel workbook."""

from collections.abc import Callable, Iterable
from datetime import date
from tempfile import TemporaryFile
from typing import IO

from kuancheng.asking.parameters import Days
from kuancheng.records.classes import DataClass
from kuancheng.reports.judging.permits import Permit
from kuancheng.sheets.marking import MarkedWorkbook

COLUMNS: tuple[tuple[str, int, Callable[[Permit], object]], ...] = (
    ("项目编号", 12, lambda each: each.project.code),
    ("项目名称", 30, lambda each: each.project.name),
    ("手续", 26, lambda each: each.milestone.name),
    ("手续种类", 14, lambda each: each.kind),
    ("文号", 24, lambda each: each.milestone.document_number),
    ("责任单位", 24, lambda each: each.agency and each.agency.name),
    ("取得日期", 12, lambda each: each.held.obtained),
    ("有效期至", 12, lambda each: each.reading.until),
    ("状态", 16, lambda each: each.state_name),
    ("剩余工作日", 11, lambda each: each.reading.left),
    ("失效天数", 10, lambda each: each.reading.lapsed or None),
    ("延期最晚申请", 13, lambda each: each.ask_by),
    ("已延期次数", 11, lambda each: len(each.extensions)),
    ("延期文号", 30, lambda each: "；".join(row.document for row in each.extensions)),
    ("依据", 34, lambda each: each.held.term.source),
)
HEADINGS_ROW = 2


def permit_workbook(permits: Iterable[Permit], days: Days, *, note: str) -> IO[bytes]:
    """An open file with the workbook, at its beginning; a row a permit, in their order."""
    stream = TemporaryFile()  # noqa: SIM115 - the response closes it
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with MarkedWorkbook(stream, options, DataClass.INTERNAL) as book:
        sheet = book.add_worksheet("手续有效期")
        known = f"，按 {days.known_at:%Y-%m-%d} 的记录" if days.known_at else ""
        title = book.add_format({"bold": True, "font_size": 16})
        heading = book.add_format({"bold": True, "bg_color": "#DCE6F2", "border": 1})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for place, (_, width, _) in enumerate(COLUMNS):
            sheet.set_column(place, place, width)
        sheet.write_string(0, 0, f"手续有效期（截至 {days.as_of:%Y-%m-%d}{known}）", title)
        sheet.write_string(1, 0, note)
        for place, (name, _, _) in enumerate(COLUMNS):
            sheet.write_string(HEADINGS_ROW, place, name, heading)
        for line, each in enumerate(permits, HEADINGS_ROW + 1):
            for place, (_, _, read) in enumerate(COLUMNS):
                value = read(each)
                if isinstance(value, date):
                    sheet.write_datetime(line, place, value, day)
                elif isinstance(value, int):
                    sheet.write_number(line, place, value)
                else:
                    sheet.write_string(line, place, str(value or "—"))
        sheet.freeze_panes(HEADINGS_ROW + 1, 2)
        sheet.set_landscape()
        sheet.set_paper(8)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(HEADINGS_ROW)
    stream.seek(0)
    return stream
