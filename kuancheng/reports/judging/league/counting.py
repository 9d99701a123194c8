"""What was counted of each measure, by entrant; and of one entrant by project."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, QuerySet

from investment.rules.rates import round_half_up
from kuancheng.reports.judging.league.planned import Planned, planned_by
from kuancheng.reports.judging.league.scope import Scope
from kuancheng.reports.judging.league.sources import Source, Terms, sources_of
from kuancheng.reports.judging.terms import reporting_calendar, rules_on
from kuancheng.reports.rules.league.measures import MEANINGS, NOTHING, Counted, Measure

Found = dict[str, dict[Measure, Counted]]
"""What was counted, by entrant's key and measure."""


def terms_of(scope: Scope) -> Terms:
    """What the counts go by. Two queries, or four as known on a day."""
    thresholds = rules_on(scope.last, scope.known_on)
    calendar = reporting_calendar(thresholds, scope.known_on)
    return Terms(calendar, thresholds.enrolment_yellow_days)


def projects_by_entrant(scope: Scope) -> dict[str, int]:
    """How many projects each has; under "" those that nobody answers for. One query."""
    rows = scope.by_entrant(scope.projects(), "id").order_by().values("entrant")
    found: dict[str, int] = defaultdict(int)
    for row in rows.annotate(number=Count("id")):
        found[_key(row["entrant"])] += row["number"]
    return dict(found)


def counted(
    scope: Scope, measures: Iterable[Measure], terms: Terms, projects: Mapping[str, int]
) -> Found:
    """Each measure by entrant. One query a source, and five more for planned amounts.

    `projects` are how many each entrant has: those without a plan are said to be missing.
    """
    found: Found = defaultdict(dict)
    wanted = list(measures)
    for measure in wanted:
        for source in sources_of(measure, scope, terms):
            for key, each in _summed(source, scope).items():
                found[key][measure] = found[key].get(measure, NOTHING) + each
    money = [each for each in wanted if MEANINGS[each].planned]
    amounts = planned_by(scope, _by_entrant(scope)) if money else {}
    amounts = {_key(key): held for key, held in amounts.items()}
    for key, number in projects.items():
        held = amounts.get(key, Planned())
        for measure in money:
            each = _of_plans(measure, held, missing=number - held.plans)
            found[key][measure] = found[key].get(measure, NOTHING) + each
    return found


def by_project(scope: Scope, measure: Measure, entrant: str, terms: Terms) -> dict[int, Counted]:
    """The projects that make up one figure of one entrant, by id: as many queries as its sources."""
    found: dict[int, Counted] = {}
    for source in sources_of(measure, scope, terms):
        rows = _attributed(source, scope).filter(entrant=entrant)
        for row in rows.values(source.project).annotate(**_named(source.sums)):
            pk = row[source.project]
            found[pk] = found.get(pk, NOTHING) + _read(row, source, int(bool(row.get("sum_whole"))))
    if MEANINGS[measure].planned:
        for pk, held in planned_by(scope, _by_project_of(scope, entrant)).items():
            found[pk] = found.get(pk, NOTHING) + _of_plans(measure, held)
    return found


def _key(value: object) -> str:
    return "" if value is None else str(value)


def _by_entrant(scope: Scope) -> Any:
    def keyed(plans: QuerySet[Any]) -> QuerySet[Any]:
        return scope.by_entrant(plans, "project_id").annotate(key=F("entrant"))

    return keyed


def _by_project_of(scope: Scope, entrant: str) -> Any:
    def keyed(plans: QuerySet[Any]) -> QuerySet[Any]:
        ours = scope.by_entrant(plans, "project_id").filter(entrant=entrant)
        return ours.annotate(key=F("project_id"))

    return keyed


def _of_plans(measure: Measure, held: Planned, missing: int = 0) -> Counted:
    whole = held.year if measure == Measure.YEAR_PLAN else held.period
    return Counted(whole=round_half_up(whole), projects=held.plans, missing=missing)


def _summed(source: Source, scope: Scope) -> dict[str, Counted]:
    rows = _attributed(source, scope).values("entrant")
    its_projects = Count(source.project, distinct=True, filter=source.shared)
    sums = _named(source.sums) | {"its_projects": its_projects}
    found: dict[str, Counted] = {}
    for row in rows.annotate(**sums):
        key = _key(row["entrant"])
        found[key] = found.get(key, NOTHING) + _read(row, source, row["its_projects"])
    return found


def _attributed(source: Source, scope: Scope) -> QuerySet[Any]:
    rows = source.rows.order_by()
    if source.entrant:
        return rows.annotate(entrant=F(source.entrant))
    return scope.by_entrant(rows, source.project)


def _named(sums: Mapping[str, Any]) -> dict[str, Any]:
    """Sums by names that hide no column."""
    return {f"sum_{name}": value for name, value in sums.items()}


def _read(row: Mapping[str, Any], source: Source, projects: int) -> Counted:
    part, whole, number = (
        Decimal(row.get(f"sum_{name}") or 0) for name in ("part", "whole", "records")
    )
    if source.money:
        # SQLite sums floats.
        part, whole = round_half_up(part), round_half_up(whole)
    counted_projects = projects if "whole" in source.sums else 0
    return Counted(part=part, whole=whole, projects=counted_projects, records=int(number))
