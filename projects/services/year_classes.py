"""The year's class of projects: its rows by year, and the column that holds the current year's.

Every door that changes a class comes through here, so that a class set this year says nothing of
the years before.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.records.announcing import Announcement, announce, together
from projects.models import Project, YearClassing

TURNED = "新年度类别生效"


@dataclass(frozen=True)
class Classed:
    """A project, its class in a year, and the class that counted until then.

    `before` is None where the project was registered within the year: there is no earlier class.
    """

    project: Project
    year_class: str
    before: str | None = None


def classings_of(projects: Iterable[int]) -> dict[int, dict[int, YearClassing]]:
    """The rows of projects, by project and year. One query."""
    found: dict[int, dict[int, YearClassing]] = {}
    for each in YearClassing.objects.filter(project__in=set(projects)).select_related("project"):
        found.setdefault(each.project_id, {})[each.year] = each
    return found


def write_classes(
    wanted: Sequence[Classed], year: int, actor: User, *, why: str = ""
) -> tuple[dict[int, YearClassing], list[Announcement]]:
    """Sets the class of projects for a year; the row of each, by project, and what to announce.

    The first row of a project also writes down the class that counted until then, so that the
    years before keep it. Locks nothing and asks for no right: the
    services that call it have done so. One query and the writes.
    """
    known = classings_of(each.project.pk for each in wanted)
    rows, changes = {}, []
    for each in wanted:
        by_year = known.get(each.project.pk, {})
        if not by_year and each.before is not None:
            before = YearClassing(project=each.project, year=year - 1, year_class=each.before)
            changes.append(_save(before, actor, why))
        row = by_year.get(year) or YearClassing(project=each.project, year=year)
        if row.pk is None or row.year_class != each.year_class:
            row.year_class = each.year_class
            changes.append(_save(row, actor, why))
        rows[each.project.pk] = row
    return rows, changes


def note_class(project: Project, before: str | None, actor: User) -> list[Announcement]:
    """Follows a saved project whose class was `before`, None for a new one."""
    if project.year_class == (before or ""):
        return []
    return write_classes([classed(project, before)], clock.today().year, actor)[1]


def classed(project: Project, before: str | None) -> Classed:
    """A project with its class of this year; `before` counts for the years in which there was one."""
    entered = timezone.localdate(project.created_at).year
    earlier = before if entered < clock.today().year else None
    return Classed(project, project.year_class, earlier)


@transaction.atomic
def settle_classes(*, actor: User) -> int:
    """Brings the column up to the classes that were set for the year that has begun.

    A turn of the year that was prepared in December takes effect on 1 January by this. Returns how
    many projects changed; one query when none does.
    """
    year = clock.today().year
    behind = YearClassing.objects.filter(year=year).exclude(year_class=F("project__year_class"))
    classes = dict(behind.values_list("project", "year_class"))
    if not classes:
        return 0
    with together():
        for project in Project.objects.select_for_update().filter(pk__in=classes).order_by("pk"):
            announce(put_class(project, classes[project.pk], actor, TURNED))
    return len(classes)


def put_class(project: Project, year_class: str, actor: User, why: str) -> Announcement:
    """Writes the column of a project that is locked; its version grows by one."""
    project.year_class = year_class
    project.version += 1
    project._change_reason = why
    return project.save_by(actor)


def _save(row: YearClassing, actor: User, why: str) -> Announcement:
    row.full_clean(exclude=("project",), validate_constraints=False)
    row._change_reason = why or None
    return row.save_by(actor)
