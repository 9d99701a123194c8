"""The league as an Excel workbook whose formulas compute the points anew from the counted figures."""

from collections.abc import Sequence
from decimal import Decimal
from tempfile import TemporaryFile
from typing import IO, Any

from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from kuancheng.records.classes import DataClass
from kuancheng.reports.judging.league.table import Line, Table
from kuancheng.reports.rules.league.formulas import Formula, FormulaKind, Slope, Without
from kuancheng.reports.rules.league.measures import MEANINGS
from kuancheng.reports.rules.league.ranking import Listed, TieRule
from kuancheng.reports.rules.league.scoring import Indicator
from kuancheng.reports.rules.league.version import Version
from kuancheng.sheets.marking import MarkedWorkbook

HEAD = 3
"""The row of the headings; the figures begin below it."""

PROJECTS = 2
FIRST_INDICATOR = 3
PER_INDICATOR = 3
"""Columns an indicator: numerator, denominator, points."""
AFTER = 4
"""Columns behind the indicators: additions, total, list, remark."""

LIST_WORDS = {Listed.RED: "红榜", Listed.BLACK: "黑榜", Listed.EXEMPT: "免列黑榜", Listed.NONE: ""}


def league_workbook(
    title: str, table: Table, rules: Version, note: str = "", *, of: DataClass = DataClass.INTERNAL
) -> IO[bytes]:
    """An open file with the workbook, at its beginning: the table, and every sum in words."""
    stream = TemporaryFile()  # noqa: SIM115 - the response closes it
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    with MarkedWorkbook(stream, options, of) as book:
        write_league(book, "赛马", "算式", title, table, rules, note)
    stream.seek(0)
    return stream


def write_league(
    book: Any, name: str, sums: str, title: str, table: Table, rules: Version, note: str = ""
) -> None:
    """The table on a sheet called `name`, and every sum in words on one called `sums`."""
    _Sheet(book, name, table, rules).write(title, note)
    _write_sums(book, sums, table)


class _Sheet:
    """The table; the columns of each indicator stand side by side."""

    def __init__(self, book: Any, name: str, table: Table, rules: Version) -> None:
        self.sheet = book.add_worksheet(name)
        self.lines = table.lines
        self.rules = rules
        self.rules_said = table.rules_said
        self.bold = book.add_format({"bold": True, "text_wrap": True, "border": 1, "valign": "top"})
        self.points = book.add_format({"num_format": "#,##0.00"})
        self.plain = book.add_format({"num_format": "#,##0.##"})
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.after = FIRST_INDICATOR + PER_INDICATOR * len(rules.indicators)
        by_group = (
            FIRST_INDICATOR + PER_INDICATOR * number
            for number, each in enumerate(rules.indicators)
            if each.formula.kind == FormulaKind.COEFFICIENT
        )
        self.rates = {first: self.after + AFTER + place for place, first in enumerate(by_group)}
        """Where the rates of an indicator stand that is scored by the group's lowest and highest."""

    def write(self, title: str, note: str) -> None:
        """Headings, lines, widths."""
        self.sheet.write_string(0, 0, title, self.title)
        self.sheet.write_string(
            1, 0, f"按{self.rules_said}。分数由公式算出，改分子分母即重算。{note}"
        )
        for place, heading in enumerate(self._headings()):
            self.sheet.write_string(HEAD, place, heading, self.bold)
            self.sheet.set_column(place, place, 20 if place == 1 else 11)
        self.sheet.freeze_panes(HEAD + 1, 2)
        for number, line in enumerate(self.lines):
            self._line(HEAD + 1 + number, line)

    def _headings(self) -> list[str]:
        found = ["名次", "对象", "项目"]
        for each in self.rules.indicators:
            meaning = MEANINGS[each.measure]
            found += [
                f"{each.label}：{meaning.part}（{meaning.unit}）",
                f"{each.label}：{meaning.whole}（{meaning.unit}）",
                f"{each.label}得分（{each.formula.weight.normalize():f} 分）",
            ]
        rated = [found[first + 2].partition("得分")[0] for first in self.rates]
        rates = [f"{label}计分比率（%）" for label in rated]
        return [*found, "加减分", "总分", "红黑榜", "说明", *rates]

    def _line(self, row: int, line: Line) -> None:
        sheet, after = self.sheet, self.after
        sheet.write_string(row, 1, line.name)
        sheet.write_number(row, PROJECTS, line.projects)
        for number, (each, cell) in enumerate(zip(self.rules.indicators, line.cells, strict=True)):
            first = FIRST_INDICATOR + PER_INDICATOR * number
            sheet.write_number(row, first, cell.part, self.plain)
            sheet.write_number(row, first + 1, cell.whole, self.plain)
            formula = f"={self._points(each, row, first)}"
            value = "" if cell.points is None else float(cell.points)
            sheet.write_formula(row, first + 2, formula, self.points, value)
        added = sum((each.points for each in line.added), Decimal(0))
        sheet.write_number(row, after, added, self.points)
        total = "" if line.total is None else float(line.total)
        sheet.write_formula(row, after + 1, f"={self._total(row)}", self.points, total)
        if line.rank is None:
            sheet.write_string(row, 0, "不排名")
        else:
            sheet.write_formula(row, 0, f"={self._rank(row)}", None, line.rank)
        sheet.write_string(row, after + 2, LIST_WORDS[Listed(line.listed)])
        sheet.write_string(row, after + 3, "；".join(filter(None, (line.why, line.list_said))))
        for number, (each, cell) in enumerate(zip(self.rules.indicators, line.cells, strict=True)):
            first = FIRST_INDICATOR + PER_INDICATOR * number
            if first in self.rates:
                few = line.projects < self.rules.eligibility.least_projects
                scored = (
                    None
                    if few or cell.rate is None
                    else min(cell.rate, each.formula.cap or cell.rate)
                )
                rate = "" if scored is None else float(scored)
                place = self.rates[first]
                sheet.write_formula(
                    row, place, f"={self._rate(each, row, first)}", self.plain, rate
                )

    def _points(self, indicator: Indicator, row: int, first: int) -> str:
        formula = indicator.formula
        part, whole = (xl_rowcol_to_cell(row, first + each) for each in (0, 1))
        summed = self._sum(formula, part, whole, first)
        fixed = formula.without == Without.FIXED
        without = _figure(formula.fixed_points) if fixed else '""'
        points = f"ROUND(MAX({_figure(formula.floor)},{summed}),2)"
        if formula.kind == FormulaKind.COEFFICIENT:
            low, high = self._extremes(first)
            points = f'IF({low}={high},"",{points})'
        return f"IF({whole}=0,{without},{points})"

    def _sum(self, formula: Formula, part: str, whole: str, first: int) -> str:
        weight = _figure(formula.weight)
        if formula.kind == FormulaKind.EACH:
            return f"{weight}+{_limited(f'{_figure(formula.each)}*{part}', formula.limit)}"
        rate = _capped(f"{part}/{whole}*100", formula.cap)
        if formula.kind == FormulaKind.PROPORTION:
            return f"{weight}*{rate}/100"
        if formula.kind == FormulaKind.LADDER:
            return f"{weight}+{_limited(_ladder(formula, rate), formula.limit)}"
        low, high = self._extremes(first)
        base = _figure(formula.base)
        return f"{weight}*({base}+(100-{base})*({rate}-{low})/({high}-{low}))/100"

    def _rate(self, indicator: Indicator, row: int, first: int) -> str:
        """The rate as it is scored; nothing for who has no denominator or too few projects: he
        sets no mark for the others.
        """
        part, whole, projects = (
            xl_rowcol_to_cell(row, each) for each in (first, first + 1, PROJECTS)
        )
        least = self.rules.eligibility.least_projects
        rate = _capped(f"{part}/{whole}*100", indicator.formula.cap)
        return f'IF(OR({whole}=0,{projects}<{least}),"",{rate})'

    def _extremes(self, first: int) -> tuple[str, str]:
        """The lowest and the highest rate of the group."""
        column = xl_col_to_name(self.rates[first])
        rates = f"${column}${HEAD + 2}:${column}${HEAD + 1 + len(self.lines)}"
        return f"MIN({rates})", f"MAX({rates})"

    def _total(self, row: int) -> str:
        cells = [
            xl_rowcol_to_cell(row, FIRST_INDICATOR + PER_INDICATOR * number + 2)
            for number in range(len(self.rules.indicators))
        ]
        weights = [_figure(each.formula.weight) for each in self.rules.indicators]
        whole = _figure(sum((each.formula.weight for each in self.rules.indicators), Decimal(0)))
        there = "+".join(
            f"IF(ISNUMBER({cell}),{weight},0)" for cell, weight in zip(cells, weights, strict=True)
        )
        points = f"SUM({','.join(cells)})"
        basic = f"IF(({there})=0,{points},ROUND({points}*{whole}/({there}),2))"
        added = xl_rowcol_to_cell(row, self.after)
        return f'IF(COUNT({",".join(cells)})=0,"",ROUND({basic}+{added},2))'

    def _rank(self, row: int) -> str:
        """Among the ranked: they stand first, one below the other."""
        ranked = sum(each.rank is not None for each in self.lines)
        column = xl_col_to_name(self.after + 1)
        totals = f"${column}${HEAD + 2}:${column}${HEAD + 1 + ranked}"
        own = xl_rowcol_to_cell(row, self.after + 1)
        if self.rules.tie == TieRule.DENSE:
            return f"SUMPRODUCT(({totals}>{own})/COUNTIF({totals},{totals}))+1"
        return f'COUNTIF({totals},">"&{own})+1'


def _figure(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _capped(rate: str, cap: Decimal | None) -> str:
    return f"({rate})" if cap is None else f"MIN({rate},{_figure(cap)})"


def _limited(delta: str, limit: Decimal | None) -> str:
    if limit is None:
        return f"({delta})"
    return f"MAX(-{_figure(limit)},MIN({_figure(limit)},{delta}))"


def _ladder(formula: Formula, rate: str) -> str:
    pivot, whole = _figure(formula.pivot), formula.whole_steps
    below = f"-{_slope(f'{pivot}-{rate}', formula.below, whole)}"
    above = _slope(f"{rate}-{pivot}", formula.above, whole)
    if formula.second is not None and formula.second_pivot is not None:
        second = _figure(formula.second_pivot)
        first = _slope(f"{second}-{pivot}", formula.above, whole)
        more = _slope(f"{rate}-{second}", formula.second, whole)
        above = f"IF({rate}<={second},{above},{first}+{more})"
    return f"IF({rate}<{pivot},{below},{above})"


def _slope(distance: str, slope: Slope | None, whole_steps: bool) -> str:
    if slope is None:
        return "0"
    steps = f"({distance})/{_figure(slope.step)}"
    if whole_steps:
        steps = f"ROUNDDOWN(ROUND({steps},9),0)"
    return f"{steps}*{_figure(slope.points)}"


def _write_sums(book: Any, name: str, table: Table) -> None:
    sheet = book.add_worksheet(name)
    bold = book.add_format({"bold": True, "border": 1})
    for place, (heading, width) in enumerate((("对象", 20), ("项", 18), ("算式", 90))):
        sheet.write_string(0, place, heading, bold)
        sheet.set_column(place, place, width)
    for number, (name, what, said) in enumerate(_sums(table.lines), 1):
        for place, text in enumerate((name, what, said)):
            sheet.write_string(number, place, text)


def _sums(lines: Sequence[Line]) -> Any:
    for line in lines:
        for cell in line.cells:
            yield line.name, cell.label, cell.said
        for each in line.added:
            yield line.name, each.name, each.said
        yield line.name, "合计", line.said or line.why
