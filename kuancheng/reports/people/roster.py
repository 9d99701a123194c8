"""专班花名册: who stands behind one project on a day, on a sheet of A4."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.http import Http404

from kuancheng.asking.parameters import Days
from kuancheng.reports.judging.known import records
from kuancheng.reports.questions import statuses_on
from projects.choices import Role
from projects.models import Assignment, Project


@dataclass(frozen=True)
class Place:
    """One role with everybody who holds it on the day."""

    role: str
    holders: tuple[Assignment, ...]


def roster(project: Project, days: Days) -> dict[str, Any]:
    """The template's context. Five queries, as known on a day seven. Http404 before it was there."""
    status = statuses_on(days.as_of, days.known_at).for_list().filter(project=project).first()
    if status is None:
        raise Http404
    related = ("official__agency",)
    found = records(Assignment, Q(project=project.pk), days.known_at, related=related)
    held = [each for each in found if each.holds_on(days.as_of)]
    held.sort(key=lambda each: (each.official.order, each.since, each.pk))
    return {
        "project": project,
        "status": status,
        "as_of": days.as_of,
        "known_at": days.known_at,
        "number": len({each.official_id for each in held}),
        "places": [
            Place(str(role.label), tuple(each for each in held if each.role == role))
            for role in Role
        ],
    }
