"""Reads a worksheet, in the limited process where that is done: the only place that opens workbooks.

Says first what the sheet is, then each of its rows that is not empty, as plain values.
"""

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO, Any

from openpyxl import load_workbook
from openpyxl.worksheet._reader import WorkSheetParser

from kuancheng.files.elements import Census
from kuancheng.files.office import carried
from kuancheng.files.package import ENCRYPTED, OLE, ZIP, Bounds, Package, inspect
from kuancheng.files.refusal import Refused
from kuancheng.sheets.rules.bounds import (
    EMPTY,
    LARGEST_FILE,
    LAST_ROW,
    LISTS,
    MOST_COLUMNS,
    MOST_ROWS,
    STRAY_COLUMNS,
    too_large,
)
from kuancheng.sheets.rules.cells import is_blank
from kuancheng.sheets.rules.days import brief

BOUNDS = Bounds(parts=500, streamed=("xl/worksheets/",))
FORMULA, BROKEN = "formula", "error"

NO_WORKBOOK = "这不是 Excel 工作簿（.xlsx）。请下载本页的模板，填写后用 Excel 或 WPS 保存为“Excel 工作簿（*.xlsx）”再上传。"
UNREADABLE = (
    "文件已损坏，无法读取。请用 Excel 或 WPS 打开后另存为“Excel 工作簿（*.xlsx）”，再上传。"
)
LOCKED_BOOK = "文件设有打开密码，无法读取。请在 Excel 中取消密码（文件→信息→保护工作簿）后再上传。"
OLD = "这是旧格式（.xls）。请用 Excel 或 WPS 打开，选“另存为”，类型选“Excel 工作簿（*.xlsx）”，再上传另存的文件。"
ACTS = "文件带有宏或嵌入的对象，没有打开。请另存为不带宏的“Excel 工作簿（*.xlsx）”，删去嵌入的对象后再上传。"

Line = tuple[int, list[Any], dict[int, str]]
"""The row's number on the sheet, its cells from the left, and what is in place of a value where."""


class _Parser(WorkSheetParser):
    """Does not work formulas out: that one is there is all that matters."""

    def parse_formula(self, element: object) -> str:
        return "="


def read(stream: IO[bytes], title: str) -> Iterator[Any]:
    """What the sheet of that title is, and its rows. Refused when it cannot be read, or has none.

    First a dict: `stamp` names the template (“register/1”), `headings`, `merged` ranges, and about
    how many rows follow (`estimate`). Then a `Line` for each row after the first.
    """
    package = _inspected(stream)
    with _readable(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = load_workbook(stream, read_only=True, keep_links=False)
    sheet = _Sheet(book, title)
    part = package.parts.get(sheet.path, Census())
    yield {
        "stamp": sheet.stamp(),
        "headings": sheet.headings,
        "merged": part.merged,
        "estimate": max(part.counts["row"] - 1, 0),
    }
    yield from sheet.rows()


def _inspected(stream: IO[bytes]) -> Package:
    size = stream.seek(0, 2)
    stream.seek(0)
    if not size:
        raise Refused(EMPTY)
    if size > LARGEST_FILE:
        raise Refused(too_large(size))
    start = stream.read(8)
    if start == OLE:
        raise Refused(LOCKED_BOOK if ENCRYPTED in stream.read() else OLD)
    if not start.startswith(ZIP):
        raise Refused(NO_WORKBOOK)
    package = inspect(stream, BOUNDS, NO_WORKBOOK)
    if "xl/workbook.xml" not in package.names:
        raise Refused(NO_WORKBOOK)
    if carried(package).acts:
        raise Refused(ACTS)
    return package


class _Sheet:
    """One worksheet: its headings, and its rows that are not empty."""

    def __init__(self, book: Any, title: str) -> None:
        if title not in book.sheetnames:
            found = "、".join(f"“{brief(name)}”" for name in book.sheetnames)
            raise Refused(
                f"文件里没有名为“{title}”的工作表（现有：{found}）。"
                f"请使用本页下载的模板，数据填在“{title}”工作表里。"
            )
        self._book, self._worksheet = book, book[title]
        self._formats: dict[int, str] = {}
        self.path = str(getattr(self._worksheet, "_worksheet_path", "")).lstrip("/")
        self.headings = self._headings()

    def stamp(self) -> str:
        """Which template the file was made from; empty when unknown."""
        if LISTS not in self._book.sheetnames:
            return ""
        for _, cells, _ in self._lines(self._book[LISTS], MOST_COLUMNS):
            return str(cells[0] or "") if cells else ""
        return ""

    def rows(self) -> Iterator[Line]:
        """Rows after the first that hold something. Refused when there are too many."""
        count = 0
        width = len(self.headings) + STRAY_COLUMNS
        for number, cells, bad in self._lines(self._worksheet, width):
            if number == 1 or (not bad and all(is_blank(each) for each in cells)):
                continue
            count += 1
            if count > MOST_ROWS:
                raise Refused(f"超过 {MOST_ROWS:,} 行，请分成几个文件导入。")
            yield number, cells, bad

    def _headings(self) -> list[str]:
        for number, cells, _ in self._lines(self._worksheet, MOST_COLUMNS):
            if number != 1:
                break
            texts = ["" if is_blank(each) else str(each) for each in cells]
            while texts and not texts[-1]:
                texts.pop()
            return texts
        return []

    def _lines(self, worksheet: Any, width: int) -> Iterator[Line]:
        """Every row that the sheet holds; the parser itself, since it fills no gaps."""
        book = self._book
        with _readable(), worksheet._get_source() as source:
            parser = _Parser(
                source,
                worksheet._shared_strings,
                epoch=book.epoch,
                date_formats=book._date_formats,
                timedelta_formats=book._timedelta_formats,
            )
            for number, cells in parser.parse():
                if not 0 < number <= LAST_ROW:
                    raise Refused(UNREADABLE)
                yield number, *self._line(cells, width)

    def _line(self, cells: Sequence[Any], width: int) -> tuple[list[Any], dict[int, str]]:
        line: list[Any] = []
        bad: dict[int, str] = {}
        for cell in cells:
            place = cell["column"]
            if not 0 < place <= width or cell["value"] is None:
                continue
            line.extend([None] * (place - len(line)))
            kind = {"f": FORMULA, "e": BROKEN}.get(cell["data_type"])
            if kind:
                bad[place - 1] = kind
            else:
                line[place - 1] = self._value(cell)
        return line, bad

    def _value(self, cell: Any) -> Any:
        value = cell["value"]
        if type(value) in (int, float) and "%" in self._format(cell["style_id"]):
            # Shown as 85%, held as 0.85: what people see is meant.
            return f"{round(value * 100, 8)}%"
        return value

    def _format(self, style: int) -> str:
        if style not in self._formats:
            from_book = self._book._cell_styles[style].numFmtId
            self._formats[style] = _number_format(self._book, from_book)
        return self._formats[style]


def _number_format(book: Any, number: int) -> str:
    from openpyxl.styles.numbers import BUILTIN_FORMATS, BUILTIN_FORMATS_MAX_SIZE

    if number < BUILTIN_FORMATS_MAX_SIZE:
        return BUILTIN_FORMATS.get(number, "General")
    return str(book._number_formats[number - BUILTIN_FORMATS_MAX_SIZE])


@contextmanager
def _readable() -> Iterator[None]:
    """Whatever a broken or a hostile file makes the library stumble over becomes one sentence."""
    try:
        yield
    except (
        KeyError,
        IndexError,
        TypeError,
        AttributeError,
        ValueError,
        SyntaxError,
        OSError,
        EOFError,
    ) as error:
        if isinstance(error, OSError) and "workbook part" in str(error):
            raise Refused(NO_WORKBOOK) from None
        raise Refused(UNREADABLE) from error
