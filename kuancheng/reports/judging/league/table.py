"""A league's table: one line an entrant, each figure with its sum; kept, shown and sent as it is."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from kuancheng.reports.choices import EntryState
from kuancheng.reports.judging.league.counting import counted, projects_by_entrant, terms_of
from kuancheng.reports.judging.league.scope import Scope, entrants_of, lists_counted
from kuancheng.reports.judging.terms import rows_on
from kuancheng.reports.models import LeagueEntry
from kuancheng.reports.rules.league.adjusting import Adjustment, Entry, adjustments
from kuancheng.reports.rules.league.measures import MEANINGS, Measure
from kuancheng.reports.rules.league.ranking import Listed, Standing, standings
from kuancheng.reports.rules.league.scoring import Group, Score, results
from projects.models import Programme

ZERO = Decimal(0)


@dataclass(frozen=True)
class Cell:
    """One indicator of one entrant. Amounts 万元 or numbers, `rate` unrounded percent.

    `points` is None where the indicator drops out; `said` is the sum, or why there is none.
    """

    measure: str
    label: str
    part: Decimal
    whole: Decimal
    unit: str
    projects: int
    missing: int
    records: int
    rate: Decimal | None
    weight: Decimal
    points: Decimal | None
    said: str


@dataclass(frozen=True)
class Time:
    """One recorded time of an addition or a deduction."""

    id: int
    month: str
    reason: str


@dataclass(frozen=True)
class Added:
    """What one item adds or deducts, and its sum."""

    name: str
    points: Decimal
    said: str
    times: tuple[Time, ...]


@dataclass(frozen=True)
class Line:
    """One entrant. `rank` is None for who is not ranked, `why` says why; `before` the rank of the
    period before.
    """

    entrant: str
    name: str
    rank: int | None
    before: int | None
    projects: int
    cells: tuple[Cell, ...]
    added: tuple[Added, ...]
    basic: Decimal | None
    total: Decimal | None
    said: str
    why: str
    listed: str
    list_said: str

    @property
    def moved(self) -> int | None:
        """Places won (+) or lost (−) since the period before."""
        return None if self.rank is None or self.before is None else self.before - self.rank


@dataclass(frozen=True)
class Table:
    """A group's league of a period. `nobody` projects answer to no entrant; `empty` says in Chinese
    why nobody is ranked.
    """

    group: int
    month: str
    span: str
    rules: int
    rules_said: str
    lines: tuple[Line, ...]
    nobody: int = 0
    empty: str = ""

    @property
    def ranked(self) -> tuple[Line, ...]:
        """Who has a rank, the first first."""
        return tuple(each for each in self.lines if each.rank is not None)

    def ranks(self) -> dict[str, int]:
        """The ranks by entrant."""
        return {each.entrant: each.rank for each in self.lines if each.rank is not None}

    def line(self, entrant: str) -> Line | None:
        """An entrant's line."""
        return next((each for each in self.lines if each.entrant == entrant), None)

    def listed(self, code: Listed) -> tuple[Line, ...]:
        """Who is on a list."""
        return tuple(each for each in self.lines if each.listed == code)

    def to_json(self) -> dict[str, Any]:
        """As it is kept: decimals as strings."""
        return _plain(asdict(self))

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Table":
        """As it was kept."""
        lines = tuple(_line_from(each) for each in kept["lines"])
        return cls(**{**kept, "lines": lines})


def league_table(scope: Scope, before: Mapping[str, int]) -> Table:
    """The league of a month, or of its year up to it. About two queries a measure.

    `before` are the ranks of the period before.
    """
    rules = scope.rules
    projects = projects_by_entrant(scope)
    names = entrants_of(scope, projects)
    entries = _entries(scope)
    raced = Group(
        {key: projects.get(key, 0) for key in names},
        counted(scope, rules.measures, terms_of(scope), projects),
        {key: _adjusted(entries.get(key, ()), scope) for key in names},
    )
    placed = standings(
        results(rules.indicators, raced, rules.eligibility),
        rules.tie,
        rules.lists,
        _exempt(entries, scope.month),
        before,
    )
    lines = tuple(_line(each, names) for each in placed)
    return Table(
        group=scope.group.pk,
        month=f"{scope.month:%Y-%m}",
        span=scope.span.value,
        rules=rules.number,
        rules_said=rules.said,
        lines=lines,
        nobody=projects.get("", 0),
        empty="" if any(each.rank for each in lines) else _why_empty(scope, lines),
    )


def _exempt(entries: Mapping[str, Sequence[LeagueEntry]], month: date) -> dict[str, str]:
    """Who is kept off the black list in the month, and why."""
    return {
        key: each.reason
        for key, own in entries.items()
        for each in own
        if not each.item and each.month == month
    }


def _entries(scope: Scope) -> dict[str, list[LeagueEntry]]:
    """What was confirmed for the year up to the month, by entrant. One query, or two."""
    rows = rows_on(LeagueEntry, scope.known_on).filter(
        group_id=scope.group.pk,
        month__range=(scope.month.replace(month=1), scope.month),
        state=EntryState.CONFIRMED,
    )
    found: dict[str, list[LeagueEntry]] = {}
    for each in rows.order_by("month", "id"):
        found.setdefault(each.entrant, []).append(each)
    return found


def _adjusted(entries: Sequence[LeagueEntry], scope: Scope) -> tuple[Adjustment, ...]:
    times = [Entry(each.id, each.item, each.month, each.reason) for each in entries if each.item]
    return adjustments(scope.rules.items, times, scope.first, scope.last)


def _why_empty(scope: Scope, lines: Sequence[Line]) -> str:
    """Why nobody is ranked, in one sentence; a query where there are no lists."""
    year = scope.month.year
    if not lines:
        if not Programme.objects.filter(lists_counted(year, scope.rules)).exists():
            return f"{year} 年还没有本规则所计的清单，不排名；建好清单或新增一版规则后自动排名。"
        return f"{scope.month:%Y-%m} 月末清单上没有这一组的项目，不排名。"
    unplanned = all(
        not cell.whole for line in lines for cell in line.cells if _is_planned(cell.measure)
    )
    if unplanned and any(_is_planned(cell.measure) for cell in lines[0].cells):
        return (
            f"{year} 年的年度计划还没有登记，要用计划的指标都没有分母，"
            "其余指标不够排名；登记年度计划后自动排名。"
        )
    return "没有一个对象够条件排名，各行写明了原因。"


def _is_planned(measure: str) -> bool:
    return MEANINGS[Measure(measure)].planned


def _line(standing: Standing, names: Mapping[str, str]) -> Line:
    found = standing.result
    return Line(
        entrant=found.entrant,
        name=names[found.entrant],
        rank=standing.rank,
        before=standing.before,
        projects=found.projects,
        cells=tuple(_cell(each) for each in found.scores),
        added=tuple(_added(each) for each in found.adjustments),
        basic=found.basic,
        total=found.total,
        said=found.said,
        why=found.why,
        listed=standing.listed.value,
        list_said=standing.list_said,
    )


def _cell(score: Score) -> Cell:
    indicator, found = score.indicator, score.found
    return Cell(
        measure=indicator.measure.value,
        label=indicator.label,
        part=found.part,
        whole=found.whole,
        unit=MEANINGS[indicator.measure].unit,
        projects=found.projects,
        missing=found.missing,
        records=found.records,
        rate=found.rate,
        weight=indicator.formula.weight,
        points=score.points.value,
        said=score.points.said,
    )


def _added(each: Adjustment) -> Added:
    times = tuple(Time(time.id, f"{time.month:%Y-%m}", time.reason) for time in each.entries)
    return Added(each.item.name, each.points, each.said, times)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value


def _line_from(kept: Mapping[str, Any]) -> Line:
    cells = tuple(Cell(**_decimals(each, CELL_AMOUNTS)) for each in kept["cells"])
    added = tuple(
        Added(
            **{
                **_decimals(each, ("points",)),
                "times": tuple(Time(**time) for time in each["times"]),
            }
        )
        for each in kept["added"]
    )
    return Line(**{**_decimals(kept, ("basic", "total")), "cells": cells, "added": added})


CELL_AMOUNTS = ("part", "whole", "rate", "weight", "points")


def _decimals(kept: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    found = dict(kept)
    for name in names:
        if found[name] is not None:
            found[name] = Decimal(found[name])
    return found
