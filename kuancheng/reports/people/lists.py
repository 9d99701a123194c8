"""The lists of officials and of agencies, each with its projects by light."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from kuancheng.asking.paging import page_of
from kuancheng.asking.parameters import Days
from kuancheng.reports.judging.terms import rows_on
from kuancheng.reports.people.portfolio import PAGE_SIZE, lights_in_order
from kuancheng.reports.people.questions import AgencyFilter, OfficialFilter, holding
from kuancheng.reports.questions import statuses_on
from projects.choices import AgencyKind, Role
from projects.models import Official


@dataclass(frozen=True)
class Answering:
    """A person or an agency, with its projects by light, red first; `roles` are those of a person."""

    record: Any
    lights: list[tuple[str, int]]
    total: int
    roles: str = ""
    left: bool = False


def officials_list(asked: OfficialFilter) -> dict[str, Any]:
    """The template's context. Seven queries. NoSuchPage past the end."""
    said, days = asked.form.cleaned_data, asked.days
    shown = page_of(asked.narrowed(), said["page"], PAGE_SIZE)
    found = _held([each.pk for each in shown], days)
    return {
        "as_of": days.as_of,
        "known_at": days.known_at,
        "form": asked.form,
        "role": said["role"],
        "roles": Role.choices,
        "page": shown,
        "rows": [_official(each, found) for each in shown],
        "narrowed": bool(said["search"] or said["agency"] or said["role"]),
    }


@dataclass(frozen=True)
class _Held:
    """By official: his projects with his role in each; the light of each project; who has left."""

    roles: dict[int, list[tuple[int, str]]]
    lights: dict[int, str]
    left: frozenset[int]


def _held(officials: Iterable[int], days: Days) -> _Held:
    """Three queries."""
    ids = list(officials)
    roles: dict[int, list[tuple[int, str]]] = defaultdict(list)
    tenures = holding(days).filter(official__in=ids).order_by()
    for official, project, role in tenures.values_list("official", "project", "role"):
        roles[official].append((project, role))
    projects = {project for held in roles.values() for project, _ in held}
    rows = statuses_on(days.as_of, days.known_at).filter(project__in=projects).order_by()
    gone = rows_on(Official, days.known_at).filter(id__in=ids, left_on__lte=days.as_of)
    left = frozenset(gone.values_list("id", flat=True))
    return _Held(roles, dict(rows.values_list("project", "light")), left)


def _official(official: Official, held: _Held) -> Answering:
    mine = held.roles[official.pk]
    projects = {project for project, _ in mine if project in held.lights}
    lights = Counter(held.lights[project] for project in projects)
    roles = Counter(role for _, role in mine)
    return Answering(
        official,
        lights_in_order(lights),
        len(projects),
        "、".join(f"{each.label} {roles[each]}" for each in Role if roles[each]),
        official.pk in held.left,
    )


def agencies_list(asked: AgencyFilter) -> dict[str, Any]:
    """The template's context. Four queries. NoSuchPage past the end."""
    said, days = asked.form.cleaned_data, asked.days
    shown = page_of(asked.narrowed(), said["page"], PAGE_SIZE)
    rows = statuses_on(days.as_of, days.known_at).filter(
        lead_agency__in=[each.pk for each in shown]
    )
    lights: dict[int, dict[str, int]] = defaultdict(dict)
    counted = rows.order_by().values_list("lead_agency", "light").annotate(Count("pk"))
    for agency, light, number in counted:
        lights[agency][light] = number
    return {
        "as_of": days.as_of,
        "known_at": days.known_at,
        "form": asked.form,
        "kinds": AgencyKind.choices,
        "page": shown,
        "rows": [
            Answering(each, lights_in_order(lights[each.pk]), sum(lights[each.pk].values()))
            for each in shown
        ],
        "narrowed": bool(said["search"] or said["kind"]),
    }
