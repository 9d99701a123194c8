"""Close-outs as an Excel workbook: frozen figures and the three answers, a row each."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from tempfile import TemporaryFile
from typing import IO, Any

from kuancheng.records.classes import DataClass
from kuancheng.reports.closing.page import figures_of
from kuancheng.reports.judging.close_outs import FinalFigures
from kuancheng.sheets.marking import MarkedWorkbook
from projects.models import CloseOut

Value = str | int | Decimal | date | None
Reader = Callable[[CloseOut, FinalFigures | None], Value]


def _figure(read: Callable[[FinalFigures], Value]) -> Reader:
    return lambda kept, figures: read(figures) if figures else None


COLUMNS: tuple[tuple[str, int, Reader], ...] = (
    ("项目编号", 12, lambda kept, _: kept.project.code),
    ("项目名称", 28, lambda kept, _: kept.project.name),
    ("行业门类", 20, lambda kept, _: kept.project.get_industry_display()),
    ("建设性质", 14, lambda kept, _: kept.project.get_nature_display()),
    ("管理类型", 10, lambda kept, _: kept.project.get_management_type_display()),
    ("计划总投资（万元）", 14, _figure(lambda found: found.total_investment)),
    ("累计完成（万元）", 14, _figure(lambda found: found.completed_total)),
    ("缺报月数", 10, _figure(lambda found: found.months_missing)),
    ("首次承诺竣工", 12, _figure(lambda found: found.completion.promised)),
    ("实际竣工", 12, _figure(lambda found: found.completion.actual)),
    ("竣工晚（天）", 10, _figure(lambda found: found.completion.days)),
    ("晚于承诺的节点", 10, _figure(lambda found: len(found.late))),
    ("停工（天）", 10, _figure(lambda found: found.stopped_days)),
    ("事项（件）", 10, _figure(lambda found: found.matters)),
    ("值得推广的做法", 50, lambda kept, _: kept.practices),
    ("主要问题及原因", 50, lambda kept, _: kept.troubles),
    ("对同类项目的建议", 50, lambda kept, _: kept.advice),
    ("状态", 10, lambda kept, _: kept.get_state_display()),
    ("确认日期", 12, lambda kept, _: kept.confirmed_on),
)
"""Heading, width, and what stands in the cell."""


def close_out_workbook(found: Any) -> IO[bytes]:
    """An open file with the workbook, at its beginning. Rows are read 200 at a time."""
    stream = TemporaryFile()  # noqa: SIM115 - the response closes it
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with MarkedWorkbook(stream, options, DataClass.INTERNAL) as book:
        sheet = book.add_worksheet("收官总结")
        bold = book.add_format({"bold": True, "text_wrap": True, "border": 1})
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        days = book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"})
        for place, (heading, width, _) in enumerate(COLUMNS):
            sheet.set_column(place, place, width)
            sheet.write_string(0, place, heading, bold)
        sheet.freeze_panes(1, 2)
        for line, kept in enumerate(found.iterator(chunk_size=200), 1):
            figures = figures_of(kept)
            for place, (_, _, read) in enumerate(COLUMNS):
                value = read(kept, figures)
                if value is None or value == "":
                    sheet.write_string(line, place, "—", wrap)
                elif isinstance(value, date):
                    sheet.write_datetime(line, place, value, days)
                elif isinstance(value, int | Decimal):
                    sheet.write_number(line, place, value, wrap)
                else:
                    sheet.write_string(line, place, str(value), wrap)
    stream.seek(0)
    return stream
