"""A worksheet as it was read in the limited process: its headings and rows, line by line from a file."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from xlsxwriter.utility import xl_col_to_name

from kuancheng.files.isolated import Limits, read_apart, values
from kuancheng.sheets.rules.cells import BadCell

TASK = "kuancheng.sheets.workbook:read"
LIMITS = Limits(memory=768 * 2**20, cpu=60, wall=300.0)
"""What 60,000 rows of our widest template need, three times over."""

BAD = {
    "formula": BadCell(
        "这里是公式。请复制这一格，用“选择性粘贴→数值”粘贴回来（请粘贴为数值）。", "（公式）"
    ),
    "error": BadCell("这里是错误值，请改成数字、文字或日期，或清空。", "（错误值）"),
}

NumberedCells = tuple[int, list[Any]]
"""The row's number on the sheet, and its cells from the left."""


class Sheet:
    """One worksheet: its headings, and its rows that are not empty. `lines` is the whole as read."""

    def __init__(self, lines: IO[bytes]) -> None:
        self.lines = lines
        lines.seek(0)
        head = next(values(lines))
        self.headings: list[str] = head["headings"]
        self.stamp: str = head["stamp"]
        """Which template the file was made from, e.g. “register/1”; empty when unknown."""
        self.merged: tuple[str, ...] = tuple(head["merged"])
        self.estimate: int = head["estimate"]
        """About how many rows follow the headings."""

    def rows(self) -> Iterator[NumberedCells]:
        """Rows after the first that hold something, however often they are asked for."""
        self.lines.seek(0)
        found = values(self.lines)
        next(found)
        for number, cells, bad in found:
            for place, kind in bad.items():
                cells[int(place)] = BAD[kind]
            yield number, cells


@contextmanager
def opened(stream: IO[bytes], title: str) -> Iterator[Sheet]:
    """The worksheet of that title, read once. Refused when the file cannot be read, or has none."""
    with read_apart(TASK, stream, LIMITS, title=title) as lines:
        yield Sheet(lines)


def place(column: int, row: int) -> str:
    """What Excel calls a cell: column 3 of row 12 is C12."""
    return f"{xl_col_to_name(column - 1)}{row}"
