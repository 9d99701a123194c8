"""A month's figures, gathered: from the same rows, sums and counts as the pages show."""

from datetime import date, datetime

from kuancheng.reports.choices import LightChoice
from kuancheng.reports.judging.bulletin.money import money
from kuancheng.reports.judging.bulletin.racing import Racing, league_figures, league_list, racing
from kuancheng.reports.judging.bulletin.scope import Scope, closing_rows
from kuancheng.reports.judging.bulletin.standing import (
    coming,
    lights,
    matter_list,
    matters,
    month_list,
    statuses,
)
from kuancheng.reports.rules.bulletin.figures import Snapshot, Sum, by_key

LIGHTS = Sum("亮灯", "overall.projects", tuple(f"light.{each}" for each in LightChoice.values))


def gather(month: date, day: date, known_at: datetime | None = None) -> Snapshot:
    """The figures of a month as of its last day, as known now, or at a moment.

    `day` is the day of the bulletin: the league counts that was published by then. About fifty
    queries for up to 500 projects, twenty more for each 500 beyond.
    """
    scope = Scope(month, day, known_at)
    league = racing(scope)
    with closing_rows(scope) as rows:
        found = money(scope, rows)
        listed = statuses(rows)
        late, held, due = lights(scope, listed), matters(scope, rows), coming(scope, rows)
        figures = by_key([*found.figures, *league_figures(league), *late, *held, *due])
    annexes = month_list(listed), league_list(league), matter_list(scope)
    return Snapshot(
        month=f"{month:%Y-%m}",
        figures=figures,
        tables=(*found.tables, *annexes),
        sums=(*found.sums, LIGHTS),
        ratios=found.ratios,
        rules=_rules(scope, league),
        projects=tuple(scope.projects.values()),
        publications=tuple(each.pk for each in league.publications),
    )


def _rules(scope: Scope, league: Racing) -> dict[str, str]:
    """Which versions judged the lights and made the ranks."""
    return {"亮灯规则": str(scope.rules)} | {
        f"赛马 {each.group}": str(each.rules) for each in league.publications
    }
