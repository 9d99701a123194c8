"""What a rule's form starts from: a version as it would be typed, or our default set of indicators."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Model

from investment.rules.reporting import next_month
from kuancheng.reports.league_rules.changes import HEAD
from kuancheng.reports.league_rules.rows import ITEM, written
from kuancheng.reports.models import LeagueGroup, LeagueRules
from kuancheng.reports.rules.league.measures import Measure

USUAL = {
    Measure.PLAN_TO_DATE: "30",
    Measure.STARTS: "15",
    Measure.ENROLMENTS: "15",
    Measure.COMPLETIONS: "10",
    Measure.PERMITS: "10",
    Measure.MATTERS: "10",
    Measure.REPORTS: "5",
    Measure.EVIDENCE: "5",
}
"""Weights that a first rule starts from, 100 together; our default, by proportion."""


def as_typed(rules: LeagueRules) -> dict[str, Any]:
    """A version's values by the names of the form's fields. Three queries, fewer with WHOLE fetched."""
    found: dict[str, Any] = {name: _written(rules, name) for name in HEAD}
    found |= {
        "effective_from": f"{rules.effective_from:%Y-%m}",
        "note": rules.note,
        "programmes": [each.pk for each in rules.programmes.all()],
        "sections": rules.sections,
        "entrants": rules.entrants,
    }
    for indicator in rules.indicators.all():
        names = _columns(indicator) - {"id", "rules", "order", "measure"}
        found |= {f"{indicator.measure}_{name}": _written(indicator, name) for name in names}
    for number, item in enumerate(rules.items.all(), 1):
        found |= {f"item{number}_{name}": _written(item, name) for name in ITEM}
    return found


def _columns(record: Model) -> set[str]:
    return {each.name for each in record._meta.concrete_fields}


def _written(record: Model, name: str) -> Any:
    value = getattr(record, name)
    return written(value) if isinstance(value, Decimal) else value


def new_version(group: LeagueGroup, source: LeagueRules | None, today: date) -> dict[str, Any]:
    """What a new version of a group starts from: the source's values, or the usual indicators.

    Who takes part is taken over within the group only. One query besides the source's.
    """
    found: dict[str, Any] = {f"{each}_weight": weight for each, weight in USUAL.items()}
    if source is not None:
        found = as_typed(source)
        if source.group_id != group.pk:
            found["entrants"] = []
    return found | {"effective_from": f"{_first_free(group, today):%Y-%m}", "note": ""}


def _first_free(group: LeagueGroup, today: date) -> date:
    """The first month from this one on that no version of the group begins in."""
    month = today.replace(day=1)
    taken = set(
        group.rules.filter(effective_from__gte=month).values_list("effective_from", flat=True)
    )
    while month in taken:
        month = next_month(month)
    return month
