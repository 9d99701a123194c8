"""A bulletin's chart, drawn of its kept table: planned and completed by the end of each month."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from kuancheng.reports.drawing.s_curve import SCurve, s_curve
from kuancheng.reports.judging.year import Month, Year
from kuancheng.reports.rules.bulletin.figures import Table

ZERO = Decimal(0)
PLANNED, COMPLETED = 1, 2
"""Columns of the table."""


@dataclass(frozen=True)
class Chart:
    """The curve, and whether there is a plan to draw."""

    title: str
    unit: str
    curve: SCurve
    has_plan: bool


def chart_of(table: Table, month: str) -> Chart:
    """The curve of twelve cumulated amounts a line, 万元; `month` is the bulletin's, “2024-09”."""
    numbers = range(len(table.rows))
    planned = [table.value(number, PLANNED) or ZERO for number in numbers]
    completed = [table.value(number, COMPLETED) for number in numbers]
    known = [each for each in completed if each is not None]
    done = _steps(known)
    months = tuple(
        Month(
            number=number + 1,
            planned=each,
            completed=done[number] if number < len(done) else None,
            pending=None,
            reports=0,
        )
        for number, each in enumerate(_steps(planned))
    )
    drawn = s_curve(Year(int(month[:4]), len(known), months, None))
    return Chart(table.title, table.unit, drawn, bool(planned[-1]))


def _steps(sums: Sequence[Decimal]) -> list[Decimal]:
    """What each month adds."""
    return [after - before for before, after in pairwise([ZERO, *sums])]
