"""Progress added up by group, for other systems."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kuancheng.drf.rows import Record, reading
from kuancheng.reports.choices import LightChoice
from kuancheng.reports.progress.serializers import SumsSerializer
from kuancheng.reports.querysets import DailyStatusQuerySet
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


GROUPS: dict[str, Grouping] = {
    "lead_agency": Grouping("责任单位", "lead_agency", _records(Agency)),
    "lead_official": Grouping("包保领导", "lead_official", _records(Official)),
    "liaison_officer": Grouping("项目秘书", "liaison_officer", _records(Official)),
    "subdistrict": Grouping("属地", "subdistrict", _records(Agency)),
    "year_class": Grouping("年度类别", "year_class", _choices(YearClass)),
    "industry": Grouping("行业门类", "industry", _choices(Industry)),
    "stage": Grouping("阶段", "stage", _choices(Stage)),
    "light": Grouping("亮灯", "light", _choices(LightChoice)),
    "programme": Grouping("清单/专项", "project__programmes", _records(Programme, "code")),
}


def groups(rows: DailyStatusQuerySet, by: str, basis: str) -> list[Record]:
    """One record a group, the largest annual plan first. At most two queries.

    The rows carry their `industry`. A project on several programmes is counted in each of them.
    """
    grouping = GROUPS[by]
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


def _key(named: tuple[Any, str] | None) -> Record | None:
    """What the group is called; None for projects where it is not registered."""
    return None if named is None else {"id": str(named[0]), "name": named[1]}
