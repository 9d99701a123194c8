"""Progress added up by group, for other systems."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from kuancheng.asking.parameters import Days
from kuancheng.drf.rows import Record, reading
from kuancheng.reports.choices import LightChoice
from kuancheng.reports.judging.lists import listed_projects, listings_on, unlisted
from kuancheng.reports.progress.serializers import SumsSerializer
from kuancheng.reports.querysets import DailyStatusQuerySet, GroupTotals
from projects.choices import Industry, Stage, YearClass
from projects.models import Agency, Official, Programme

Names = Callable[[set[Any]], dict[Any, tuple[Any, str]]]


@dataclass(frozen=True)
class Grouping:
    """A property to group by: its label, its column, and what its values are called.

    `names` maps the values found to the id or code that travels and the name.
    """

    label: str
    column: str
    names: Names


def _records(model: Any, key: str = "pk") -> Names:
    def names(values: set[Any]) -> dict[Any, tuple[Any, str]]:
        found = model.objects.filter(pk__in=values - {None})
        return {pk: (sent, name) for pk, sent, name in found.values_list("pk", key, "name")}

    return names


def _choices(choices: Any) -> Names:
    return lambda values: {code: (code, str(label)) for code, label in choices.choices}


PROGRAMME = "programme"
UNLISTED = 0
"""The key of the part on no list; no record has it."""

GROUPS: dict[str, Grouping] = {
    "lead_agency": Grouping("责任单位", "lead_agency", _records(Agency)),
    "lead_official": Grouping("包保领导", "lead_official", _records(Official)),
    "liaison_officer": Grouping("项目秘书", "liaison_officer", _records(Official)),
    "subdistrict": Grouping("属地", "subdistrict", _records(Agency)),
    "year_class": Grouping("年度类别", "year_class", _choices(YearClass)),
    "industry": Grouping("行业门类", "industry", _choices(Industry)),
    "stage": Grouping("阶段", "stage", _choices(Stage)),
    "light": Grouping("亮灯", "light", _choices(LightChoice)),
    PROGRAMME: Grouping("清单/专项", "", _records(Programme, "code")),
}


def groups(rows: DailyStatusQuerySet, by: str, basis: str, days: Days) -> list[Record]:
    """One record a group, the largest annual plan first. At most two queries; by list, three.

    The rows carry their `industry`. A project on several programmes is counted in each of them.
    """
    grouping = GROUPS[by]
    if by == PROGRAMME:
        found: dict[Any, GroupTotals] = _by_list(rows, basis, days)
    else:
        found = rows.totals_by(grouping.column, basis=basis)
    names = grouping.names(set(found))
    ranked = sorted(
        found.items(),
        key=lambda pair: (-(pair[1].totals.annual_plan or 0), str(pair[0])),
    )
    row = reading(SumsSerializer).row
    return [
        {"key": _key(names.get(value))} | row(vars(each.totals) | {"lights": each.lights})
        for value, each in ranked
    ]


def _by_list(rows: DailyStatusQuerySet, basis: str, days: Days) -> dict[Any, GroupTotals]:
    """By list as it stood on the day; None for what was on none. Two queries."""
    lists = listings_on(days).order_by().values_list("programme", flat=True).distinct()
    parts = {pk: Q(project__in=listed_projects([pk], days)) for pk in lists}
    found = rows.totals_in(parts | {UNLISTED: unlisted(days)}, basis=basis)
    return {pk or None: totals for pk, totals in found.items()}


def _key(named: tuple[Any, str] | None) -> Record | None:
    """What the group is called; None for projects where it is not registered."""
    return None if named is None else {"id": str(named[0]), "name": named[1]}
