"""亮灯历史: the rows kept day by day, as a strip and as a list of changes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from kuancheng.reports.choices import LIGHT_WORDS, Basis, LightChoice
from kuancheng.reports.judging.reasons import added
from kuancheng.reports.models import DailyStatus
from kuancheng.reports.rules.lights import Light
from projects.models import Project

DAYS = 84
"""Twelve weeks are shown."""

CELL, HEIGHT = 11, 26


@dataclass(frozen=True)
class Cell:
    """A day of the strip; `light` is empty where nothing was kept."""

    day: date
    x: int
    light: str
    letter: str
    title: str


@dataclass(frozen=True)
class Turn:
    """A day on which the light was another than on the kept day before."""

    day: date
    before: str
    light: str
    came: tuple[str, ...]
    went: tuple[str, ...]


@dataclass(frozen=True)
class LightHistory:
    """The strip and the turns, latest first; `kept` counts the days on record."""

    cells: tuple[Cell, ...]
    turns: tuple[Turn, ...]
    kept: int
    width: int
    height: int


def light_history(project: Project, as_of: date) -> LightHistory:
    """The twelve weeks up to a day. One query."""
    first = as_of - timedelta(days=DAYS - 1)
    rows = DailyStatus.objects.filter(
        project=project, basis=Basis.DAILY, date__range=(first, as_of)
    ).order_by("date")
    kept = list(rows.only("date", "light", "reasons"))
    by_day = {row.date: row for row in kept}
    days = [first + timedelta(days=place) for place in range(DAYS)]
    cells = tuple(_cell(day, place, by_day.get(day)) for place, day in enumerate(days))
    return LightHistory(cells, tuple(_turns(kept))[::-1], len(kept), DAYS * CELL, HEIGHT)


def _cell(day: date, place: int, row: DailyStatus | None) -> Cell:
    if row is None:
        return Cell(day, place * CELL, "", "", f"{day} 无留存")
    light = LightChoice(row.light)
    why = row.reasons[0]["text"] if row.reasons else "没有触发任何一条亮灯规则"
    title = f"{day} {light.label} {LIGHT_WORDS[Light(row.light)]}：{why}"
    return Cell(day, place * CELL, row.light, light.label[0], title)


def _turns(rows: Sequence[DailyStatus]) -> Iterator[Turn]:
    for before, row in pairwise(rows):
        if before.light != row.light:
            yield Turn(
                row.date,
                before.light,
                row.light,
                tuple(each["text"] for each in added(row.reasons, before.reasons)),
                tuple(each["text"] for each in added(before.reasons, row.reasons)),
            )
