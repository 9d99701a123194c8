"""Excel annexes of a bulletin: its tables as they were kept, with formulas beside that compute them anew."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from investment.rules.rates import completion_rate, round_half_up
from kuancheng.reports.rules.bulletin.figures import (
    PLACES,
    UNITS,
    UNKNOWN,
    Column,
    Kind,
    Table,
    in_unit,
)

HEAD = 3
"""The row of the headings; the figures begin below it."""

ADDED = (Kind.YI, Kind.WAN, Kind.COUNT, Kind.ITEMS)
"""Kinds whose columns add up to the last line."""

OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
SAME, OTHER = "相符", "不符"
CENTS = 6
"""亿元 to six places are whole 分."""


@dataclass(frozen=True)
class Heads:
    """What stands over an annex: its bulletin, its number, and when it was made; the same heads give the same bytes."""

    title: str
    number: str
    made: datetime
    is_demo: bool

    @property
    def note(self) -> str:
        """What has to be said of invented figures."""
        return "演示数据，均为虚构。" if self.is_demo else ""

    @property
    def said(self) -> str:
        """The line below the title."""
        number = f"{self.number}。" if self.number else ""
        return f"{self.title}。{number}“重算”由公式算出，改前面的数即重算。{self.note}"


def tables_workbook(tables: Sequence[Table], heads: Heads) -> bytes:
    """A workbook with a sheet a table: the figures kept, rates and totals computed anew beside them."""
    stream = BytesIO()
    with xlsxwriter.Workbook(stream, OPTIONS) as book:
        book.set_properties({"title": heads.title, "created": heads.made})
        for number, table in enumerate(tables, 1):
            _Sheet(book, table, f"{number}").write(heads)
    return stream.getvalue()


@dataclass(frozen=True)
class Counted:
    """How many matters of a factor the bulletin tells of, open and overdue; all of them without a name."""

    name: str
    open: int
    overdue: int


@dataclass(frozen=True)
class Places:
    """Columns of the list of matters: the factor, the state, the days overdue."""

    factor: int
    state: int
    late: int


def matters_workbook(
    table: Table, counted: Sequence[Counted], places: Places, answered: str, heads: Heads
) -> bytes:
    """The list of matters, and beside what the text tells of them counts of the list's lines.

    `answered` is the state in which a matter is with its verifier, and no longer overdue.
    """
    stream = BytesIO()
    with xlsxwriter.Workbook(stream, OPTIONS) as book:
        book.set_properties({"title": heads.title, "created": heads.made})
        listed = _Sheet(book, table, "1")
        listed.write(heads)
        _Counts(book, listed, places, answered).write(counted)
    return stream.getvalue()


class _Counts:
    """A line a factor, all of them last: the figures of the text, and formulas that count the list."""

    def __init__(self, book: Any, listed: "_Sheet", places: Places, answered: str) -> None:
        self.sheet = book.add_worksheet("2 按要素")
        self.bold = book.add_format({"bold": True, "text_wrap": True, "border": 1})
        self.rows, self.places, self.answered = listed.table.rows, places, answered
        self.factors, self.states, self.late = (
            listed.cells(each) for each in (places.factor, places.state, places.late)
        )

    def write(self, counted: Sequence[Counted]) -> None:
        """Headings, lines, and what the counts leave out."""
        headings = ("要素", "未销号（件）", "重算", "与所列", "超期（件）", "重算", "与所列")
        for place, heading in enumerate(headings):
            self.sheet.write_string(0, place, heading, self.bold)
            self.sheet.set_column(place, place, 13)
        for row, each in enumerate(counted, 1):
            self._line(row, each)
        said = f"超期不含{self.answered}和暂停的；清单里看不出暂停，重算的超期可以多于所列。"
        self.sheet.write_string(len(counted) + 2, 0, said)

    def _line(self, row: int, each: Counted) -> None:
        self.sheet.write_string(row, 0, each.name or "合计")
        one = f"{self.factors},$A{row + 1}," if each.name else ""
        every = f"COUNTIF({one.rstrip(',')})" if each.name else f"COUNTA({self.factors})"
        overdue = f'COUNTIFS({one}{self.late},">0",{self.states},"<>{self.answered}")'
        ours = [line for line in self.rows if each.name in ("", line[self.places.factor])]
        late = sum(self._is_late(line) for line in ours)
        self._compared(row, 1, each.open, f"={every}", len(ours), "=")
        self._compared(row, 4, each.overdue, f"={overdue}", late, ">=")

    def _is_late(self, line: Sequence[str | None]) -> bool:
        days = Decimal(line[self.places.late] or 0)
        return days > 0 and line[self.places.state] != self.answered

    def _compared(
        self, row: int, place: int, number: int, formula: str, anew: int, sign: str
    ) -> None:
        self.sheet.write_number(row, place, number)
        self.sheet.write_formula(row, place + 1, formula, None, anew)
        given, counted = (xl_rowcol_to_cell(row, place + more) for more in (0, 1))
        agrees = anew == number if sign == "=" else anew >= number
        same = f'=IF({counted}{sign}{given},"{SAME}","{OTHER}")'
        self.sheet.write_formula(row, place + 2, same, None, SAME if agrees else OTHER)


class _Sheet:
    """One table. Behind its columns stand the rate computed anew and whether both agree."""

    def __init__(self, book: Any, table: Table, number: str) -> None:
        self.table = table
        self.sheet = book.add_worksheet(sheet_name(table.title, number))
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.bold = book.add_format({"bold": True, "text_wrap": True, "border": 1, "valign": "top"})
        self.words = book.add_format({"text_wrap": True, "valign": "top"})
        self.places = {
            places: book.add_format({"num_format": _shown(places), "valign": "top"})
            for places in set(PLACES.values())
        }
        self.behind = len(table.columns)
        self.last = HEAD + len(table.rows)

    def write(self, heads: Heads) -> None:
        """Headings, lines, and what is computed anew."""
        self.sheet.write_string(0, 0, self.table.title, self.title)
        self.sheet.write_string(1, 0, heads.said)
        self.sheet.write_string(2, 0, self.table.unit)
        for place, column in enumerate(self.table.columns):
            self.sheet.write_string(HEAD, place, _heading(column), self.bold)
            self.sheet.set_column(place, place, 13 if column.kind in PLACES else 24)
        self.sheet.freeze_panes(HEAD + 1, 1)
        for number, line in enumerate(self.table.lines):
            self._line(HEAD + 1 + number, line)
        if self.table.ratio:
            self._rates(self.table.ratio)
        if self.table.total and self.table.rows:
            self._totals()

    def cells(self, place: int) -> str:
        """A column's lines, for a formula on another sheet."""
        name = xl_col_to_name(place)
        return f"'{self.sheet.get_name()}'!${name}${HEAD + 2}:${name}${self.last + 1}"

    def _line(self, row: int, line: Sequence[str | None]) -> None:
        for place, column in enumerate(self.table.columns):
            shown = self._shown(row - HEAD - 1, place)
            if shown is None:
                self.sheet.write_string(row, place, line[place] or "—", self.words)
            else:
                self.sheet.write_number(row, place, shown, self._format(column))

    def _shown(self, line: int, place: int) -> Decimal | None:
        """A cell's number: amounts in full, rates as printed; None for words and where none is known."""
        kind = self.table.columns[place].kind
        if kind not in PLACES:
            return None
        value = in_unit(self.table.value(line, place), kind)
        if value is None or kind in ADDED:
            return value
        return round_half_up(value, PLACES[kind])

    def _format(self, column: Column) -> Any:
        return self.places[PLACES[column.kind]]

    def _rates(self, ratio: tuple[int, int, int]) -> None:
        part, whole, rate = ratio
        column = self.table.columns[rate]
        for place, heading in enumerate((f"{column.label}重算", "与所列")):
            self.sheet.write_string(HEAD, self.behind + place, heading, self.bold)
            self.sheet.set_column(self.behind + place, self.behind + place, 13)
        for number in range(len(self.table.lines)):
            row = HEAD + 1 + number
            above, below, given = (xl_rowcol_to_cell(row, each) for each in (part, whole, rate))
            anew = xl_rowcol_to_cell(row, self.behind)
            known = f"AND(ISNUMBER({above}),ISNUMBER({below}),N({below})<>0)"
            divided = f"ROUND({above}/{below}*100,{PLACES[column.kind]})"
            right = completion_rate(self._shown(number, part), self._shown(number, whole))
            found = UNKNOWN if right is None else round_half_up(right, PLACES[column.kind])
            same = found == (self._shown(number, rate) or UNKNOWN)
            self.sheet.write_formula(
                row, self.behind, f'=IF({known},{divided},"{UNKNOWN}")', self._format(column), found
            )
            self._compare(row, self.behind + 1, f"{anew}={given}", same)

    def _totals(self) -> None:
        """The columns added up, below the last line."""
        total, row = self.last + 1, self.last + 2
        self.sheet.write_string(row, 0, "合计重算", self.bold)
        self.sheet.write_string(row + 1, 0, "与所列", self.bold)
        for place, column in enumerate(self.table.columns):
            given = self._shown(len(self.table.rows), place)
            if column.kind not in ADDED or given is None:
                continue
            known = (self._shown(number, place) for number in range(len(self.table.rows)))
            added = sum((each for each in known if each is not None), Decimal(0))
            name = xl_col_to_name(place)
            cells = f"{name}{HEAD + 2}:{name}{self.last + 1}"
            self.sheet.write_formula(row, place, f"=SUM({cells})", self._format(column), added)
            anew, kept = (xl_rowcol_to_cell(each, place) for each in (row, total))
            # Sums of binary fractions differ from their total in the last places.
            same = f"ROUND({anew}-{kept},{CENTS})=0"
            self._compare(row + 1, place, same, added == given)

    def _compare(self, row: int, place: int, condition: str, same: bool) -> None:
        formula = f'=IF({condition},"{SAME}","{OTHER}")'
        self.sheet.write_formula(row, place, formula, self.words, SAME if same else OTHER)


def _heading(column: Column) -> str:
    unit = UNITS.get(column.kind, "")
    return f"{column.label}（{unit}）" if unit else column.label


def _shown(places: int) -> str:
    return f"#,##0.{'0' * places}" if places else "#,##0"


def sheet_name(title: str, number: str) -> str:
    """At most 31 characters, none that Excel forbids; numbered, since two may begin alike."""
    plain = "".join(each for each in title if each not in "[]:*?/\\'")
    return f"{number} {plain}"[:31]
