"""Reads the rows of one worksheet as they come, so that memory does not grow with them."""

import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import IO, Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._reader import WorkSheetParser

from kuancheng.sheets.package import NO_WORKBOOK, Part, Refused, inspect
from kuancheng.sheets.rules.cells import BadCell, is_blank
from kuancheng.sheets.rules.days import brief

MOST_ROWS = 60_000
LAST_ROW = 1_048_576
"""Excel's own."""

MOST_COLUMNS = 100
STRAY_COLUMNS = 20
"""So far to the right of the headings is looked for content that would be lost."""

LISTS = "代码表"
"""The hidden sheet with the lists to choose from; its first cell names the template."""

FORMULA = BadCell(
    "这里是公式。请复制这一格，用“选择性粘贴→数值”粘贴回来（请粘贴为数值）。", "（公式）"
)
BROKEN = BadCell("这里是错误值，请改成数字、文字或日期，或清空。", "（错误值）")
UNREADABLE = (
    "文件已损坏，无法读取。请用 Excel 或 WPS 打开后另存为“Excel 工作簿（*.xlsx）”，再上传。"
)

NumberedCells = tuple[int, list[Any]]
"""The row's number on the sheet, and its cells from the left."""


class _Parser(WorkSheetParser):
    """Does not work formulas out: that one is there is all that matters."""

    def parse_formula(self, element: object) -> str:
        return "="


class Sheet:
    """One worksheet: its headings, and its rows that are not empty."""

    def __init__(self, book: Any, worksheet: Any, merged: Sequence[str], estimate: int) -> None:
        self._book, self._worksheet = book, worksheet
        self.merged = tuple(merged)
        self.estimate = max(estimate - 1, 0)
        """About how many rows follow the headings."""
        self.headings = self._headings()

    @property
    def stamp(self) -> str:
        """Which template the file was made from, e.g. “register/1”; empty when unknown."""
        if LISTS not in self._book.sheetnames:
            return ""
        for _, cells in self._cells(self._book[LISTS], MOST_COLUMNS):
            return str(cells[0] or "") if cells else ""
        return ""

    def rows(self) -> Iterator[NumberedCells]:
        """Rows after the first that hold something. Refused when there are too many."""
        count = 0
        for number, cells in self._cells(self._worksheet, len(self.headings) + STRAY_COLUMNS):
            if number == 1 or all(is_blank(each) for each in cells):
                continue
            count += 1
            if count > MOST_ROWS:
                raise Refused(f"超过 {MOST_ROWS:,} 行，请分成几个文件导入。")
            yield number, cells

    def _headings(self) -> list[str]:
        for number, cells in self._cells(self._worksheet, MOST_COLUMNS):
            if number == 1:
                texts = ["" if is_blank(each) else str(each) for each in cells]
                while texts and not texts[-1]:
                    texts.pop()
                return texts
            break
        return []

    def _cells(self, worksheet: Any, width: int) -> Iterator[NumberedCells]:
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
                line: list[Any] = []
                for cell in cells:
                    place = cell["column"]
                    if 0 < place <= width and cell["value"] is not None:
                        line.extend([None] * (place - len(line)))
                        line[place - 1] = self._value(cell)
                yield number, line

    def _value(self, cell: Any) -> Any:
        if cell["data_type"] == "f":
            return FORMULA
        if cell["data_type"] == "e":
            return BROKEN
        value = cell["value"]
        if type(value) in (int, float) and "%" in self._format(cell["style_id"]):
            # Shown as 85%, held as 0.85: what people see is meant.
            return f"{round(value * 100, 8)}%"
        return value

    def _format(self, style: int) -> str:
        cached: dict[int, str] = self.__dict__.setdefault("_formats", {})
        if style not in cached:
            from_book = self._book._cell_styles[style].numFmtId
            cached[style] = _number_format(self._book, from_book)
        return cached[style]


def _number_format(book: Any, number: int) -> str:
    from openpyxl.styles.numbers import BUILTIN_FORMATS, BUILTIN_FORMATS_MAX_SIZE

    if number < BUILTIN_FORMATS_MAX_SIZE:
        return BUILTIN_FORMATS.get(number, "General")
    return str(book._number_formats[number - BUILTIN_FORMATS_MAX_SIZE])


@contextmanager
def opened(stream: IO[bytes], title: str) -> Iterator[Sheet]:
    """The worksheet of that title. Refused when the file cannot be read, or has none."""
    parts = inspect(stream)
    with _readable(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = load_workbook(stream, read_only=True, keep_links=False)
    try:
        yield _sheet(book, title, parts)
    finally:
        book.close()


def _sheet(book: Any, title: str, parts: Mapping[str, Part]) -> Sheet:
    if title not in book.sheetnames:
        found = "、".join(f"“{brief(name)}”" for name in book.sheetnames)
        raise Refused(
            f"文件里没有名为“{title}”的工作表（现有：{found}）。"
            f"请使用本页下载的模板，数据填在“{title}”工作表里。"
        )
    worksheet = book[title]
    part = parts.get(str(worksheet._worksheet_path).lstrip("/"), Part())
    return Sheet(book, worksheet, part.merged, part.rows)


@contextmanager
def _readable() -> Iterator[None]:
    """Whatever a broken or a hostile file makes the library stumble over becomes one sentence."""
    try:
        yield
    except Refused:
        raise
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


def place(column: int, row: int) -> str:
    """What Excel calls a cell: column 3 of row 12 is C12."""
    return f"{get_column_letter(column)}{row}"
