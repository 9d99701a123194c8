"""The figures of a month's bulletin: each with its kind, how it is printed, and where it comes from."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any

WAN_IN_YI = Decimal(10_000)
"""万元 in one 亿元."""

UNKNOWN = "—"
"""What stands for a figure that nobody reported."""


class Kind(StrEnum):
    """What a figure counts; what is words counts nothing."""

    YI = "yi"
    WAN = "wan"
    COUNT = "count"
    ITEMS = "items"
    PERCENT = "percent"
    CHANGE = "change"
    POINTS = "points"
    SCORE = "score"
    WORD = "word"
    NAME = "name"
    TEXT = "text"


UNITS = {
    Kind.YI: "亿元",
    Kind.WAN: "万元",
    Kind.COUNT: "个",
    Kind.ITEMS: "件",
    Kind.PERCENT: "%",
    Kind.CHANGE: "%",
    Kind.POINTS: "个百分点",
    Kind.SCORE: "分",
}
"""What has to stand behind a figure."""

PLACES = {
    Kind.YI: 2,
    Kind.WAN: 2,
    Kind.COUNT: 0,
    Kind.ITEMS: 0,
    Kind.PERCENT: 1,
    Kind.CHANGE: 1,
    Kind.POINTS: 1,
    Kind.SCORE: 2,
}
DIRECTED = (Kind.CHANGE, Kind.POINTS)
"""Printed without a sign: a word beside them says which way."""


@dataclass(frozen=True)
class Figure:
    """A figure, or computed words, by its key.

    `value` is 万元 for amounts, else in the kind's unit, not rounded to what is printed; None where
    nobody reported it. `words` are those of kinds that count nothing: a WORD compares, a NAME is as
    the register has it now, a TEXT is what was computed. `source` says in Chinese what the figure is
    made of, `path` leads to the page that shows it.
    """

    key: str
    label: str
    kind: Kind
    value: Decimal | None = None
    words: str = ""
    source: str = ""
    path: str = ""

    @property
    def is_number(self) -> bool:
        """Whether it counts something."""
        return self.kind in PLACES

    @property
    def is_known(self) -> bool:
        """Whether there is anything to print."""
        return self.value is not None if self.is_number else bool(self.words)

    @property
    def unit(self) -> str:
        """What has to stand behind it; empty for words."""
        return UNITS.get(self.kind, "")

    @property
    def exact(self) -> Decimal | None:
        """The number in the unit that is printed behind it, unrounded."""
        return in_unit(self.value, self.kind)

    @property
    def printed(self) -> str:
        """The figure as it stands in the text, without its unit."""
        return printed(self.value, self.kind) if self.is_number else self.words or UNKNOWN

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Figure":
        """As it was kept."""
        value = None if kept["value"] is None else Decimal(kept["value"])
        return cls(**{**kept, "kind": Kind(kept["kind"]), "value": value})


def in_unit(value: Decimal | None, kind: Kind) -> Decimal | None:
    """A value in the unit that is printed behind it: 6,290,000 万元 are 629 亿元."""
    if value is None:
        return None
    return value / WAN_IN_YI if kind == Kind.YI else value


def printed(value: Decimal | None, kind: Kind) -> str:
    """A number as it is printed, 5 rounded away from zero; “—” where there is none."""
    exact = in_unit(value, kind)
    if exact is None:
        return UNKNOWN
    exact = abs(exact) if kind in DIRECTED else exact
    rounded = exact.quantize(Decimal(1).scaleb(-PLACES[kind]), rounding=ROUND_HALF_UP)
    return f"{rounded:,}" if kind == Kind.WAN else f"{rounded}"


@dataclass(frozen=True)
class Sum:
    """A total and its parts, by their keys: they have to add up."""

    label: str
    total: str
    parts: tuple[str, ...]


@dataclass(frozen=True)
class Ratio:
    """A rate and what it is made of, by their keys."""

    part: str
    whole: str
    rate: str


@dataclass(frozen=True)
class Column:
    """A column of a table: what it is called, and of what kind its cells are."""

    label: str
    kind: Kind


@dataclass(frozen=True)
class Table:
    """A table: cells are numbers as text in the value's own unit (万元), or words; None is unknown.

    `unit` is the line over it (“单位：个、亿元”). `total` is the last line where there is one. `part`,
    `whole` and `rate` are the places of columns of which the third is the first over the second.
    `annex` says that it stands behind the text.
    """

    key: str
    title: str
    unit: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str | None, ...], ...]
    total: tuple[str | None, ...] = ()
    ratio: tuple[int, int, int] | None = None
    annex: bool = False

    @property
    def lines(self) -> tuple[tuple[str | None, ...], ...]:
        """The rows, and the total below them."""
        return (*self.rows, self.total) if self.total else self.rows

    @property
    def printed(self) -> tuple[tuple[str, ...], ...]:
        """The lines as they are printed."""
        return tuple(
            tuple(_cell(cell, column.kind) for cell, column in zip(line, self.columns, strict=True))
            for line in self.lines
        )

    def value(self, line: int, column: int) -> Decimal | None:
        """A cell's number, in its value's own unit."""
        cell = self.lines[line][column]
        return None if cell is None else Decimal(cell)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Table":
        """As it was kept."""
        return cls(
            **{
                **kept,
                "columns": tuple(
                    Column(each["label"], Kind(each["kind"])) for each in kept["columns"]
                ),
                "rows": tuple(tuple(each) for each in kept["rows"]),
                "total": tuple(kept["total"]),
                "ratio": tuple(kept["ratio"]) if kept["ratio"] else None,
            }
        )


def _cell(cell: str | None, kind: Kind) -> str:
    if kind not in PLACES:
        return cell or UNKNOWN
    if cell is None:
        return UNKNOWN
    # A table has no word beside a gap: it keeps its sign.
    sign = "-" if kind in DIRECTED and Decimal(cell) < 0 else ""
    return f"{sign}{printed(Decimal(cell), kind)}"


@dataclass(frozen=True)
class Snapshot:
    """All figures of a month, as of its last day and as known on a day.

    `month` is “2024-09”; `figures` by key, in the order of the text; `rules` says which versions
    judged and ranked; `projects` are the codes on the list; `publications` the ids of the league
    publications used.
    """

    month: str
    figures: dict[str, Figure]
    tables: tuple[Table, ...] = ()
    sums: tuple[Sum, ...] = ()
    ratios: tuple[Ratio, ...] = ()
    rules: dict[str, str] = field(default_factory=dict)
    projects: tuple[str, ...] = ()
    publications: tuple[int, ...] = ()

    def table(self, key: str) -> Table | None:
        """A table by its key."""
        return next((each for each in self.tables if each.key == key), None)

    def keys(self, prefix: str) -> list[str]:
        """The members of a group by what follows the prefix: of “class.new_start.rate” the second."""
        found: dict[str, None] = {}
        for key in self.figures:
            if key.startswith(prefix):
                found[key.removeprefix(prefix).partition(".")[0]] = None
        return list(found)

    def to_json(self) -> dict[str, Any]:
        """As it is kept: decimals as text."""
        kept: dict[str, Any] = _plain(asdict(self))
        kept["figures"] = list(kept["figures"].values())
        return kept

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Snapshot":
        """As it was kept."""
        return cls(
            **{
                **kept,
                "figures": by_key(Figure.from_json(each) for each in kept["figures"]),
                "tables": tuple(Table.from_json(each) for each in kept["tables"]),
                "sums": tuple(
                    Sum(each["label"], each["total"], tuple(each["parts"])) for each in kept["sums"]
                ),
                "ratios": tuple(Ratio(**each) for each in kept["ratios"]),
                "projects": tuple(kept["projects"]),
                "publications": tuple(kept["publications"]),
            }
        )


def by_key(figures: Iterable[Figure]) -> dict[str, Figure]:
    """Figures by their keys, in their order. ValueError where a key is there twice."""
    found: dict[str, Figure] = {}
    for each in figures:
        if each.key in found:
            raise ValueError(f"two figures are called {each.key}")
        found[each.key] = each
    return found


@dataclass(frozen=True)
class Difference:
    """A figure that is another than it was; texts are as printed, with the unit."""

    key: str
    label: str
    old: str
    new: str


def differences(old: Snapshot, new: Snapshot) -> list[Difference]:
    """Which figures and lines of tables differ. Names may be given anew, and are not compared."""
    found = [
        Difference(key, _label(key, old, new), _said(old, key), _said(new, key))
        for key in {**old.figures, **new.figures}
        if _compared(old, key) != _compared(new, key)
    ]
    for key in {each.key: None for each in (*old.tables, *new.tables)}:
        found += _table_differences(old.table(key), new.table(key))
    return found


def _label(key: str, *snapshots: Snapshot) -> str:
    return next(each.figures[key].label for each in snapshots if key in each.figures)


def _said(snapshot: Snapshot, key: str) -> str:
    figure = snapshot.figures.get(key)
    if figure is None:
        return "（没有）"
    return f"{figure.printed}{figure.unit}" if figure.is_known else UNKNOWN


def _compared(snapshot: Snapshot, key: str) -> tuple[Any, ...] | None:
    figure = snapshot.figures.get(key)
    if figure is None:
        return None
    return figure.kind, figure.value, "" if figure.kind == Kind.NAME else figure.words


def _table_differences(old: Table | None, new: Table | None) -> list[Difference]:
    held = old or new
    if held is None:
        return []
    before, after = _numbers(old), _numbers(new)
    if before == after:
        return []
    for number in range(max(len(before), len(after))):
        was = before[number] if number < len(before) else ()
        now = after[number] if number < len(after) else ()
        if was != now:
            return [
                Difference(
                    f"table:{held.key}",
                    f"{held.title}第{number + 1}行",
                    _line(was),
                    _line(now),
                )
            ]
    return []


def _numbers(table: Table | None) -> list[tuple[str | None, ...]]:
    if table is None:
        return []
    compared = [place for place, each in enumerate(table.columns) if each.kind != Kind.NAME]
    return [tuple(line[place] for place in compared) for line in table.lines]


def _line(cells: tuple[str | None, ...]) -> str:
    return "、".join(cell or UNKNOWN for cell in cells) or "（没有）"


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value
