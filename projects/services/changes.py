"""Who changed what of a project and of all that hangs on it."""

from datetime import datetime

from django.db.models import Q

from kuancheng.records.base import Recorded
from kuancheng.records.changes import (
    Change,
    History,
    HistoryRow,
    Position,
    changes_in,
    history_rows,
    position,
)
from projects.models import Project


def project_changes(
    project: Project,
    after: Position | None = None,
    *,
    until: datetime | None = None,
    guarded_only: bool = False,
) -> list[Change]:
    """What happened to a project and its parts, newest first; all of it, or what came later.

    `after` is where their histories ended then (`project_position`). Up to `until`, everything is
    told and named as it was by that moment. `guarded_only` leaves out the parts that the project's
    version does not guard, since they have a version of their own: status reports.
    """
    ends = after or {}
    by_then = Q() if until is None else Q(history_date__lte=until)
    own = history_rows(project.history.filter(by_then))
    histories = [History(own, after=ends.get(Project._meta.label_lower, 0))]
    for part in part_models():
        if guarded_only and hasattr(part, "version"):
            continue
        end = ends.get(part._meta.label_lower, 0)
        histories.extend(_part_histories(part, by_then & Q(project_id=project.pk), end))
    return changes_in(histories)


def project_position() -> Position:
    """Where the histories of projects and their parts end now. One query."""
    return position([Project, *part_models()])


def part_models() -> list[type[Recorded]]:
    """The recorded models that hang on a project by a foreign key named `project`.

    Without those whose changes the project's own history tells.
    """
    return [
        relation.related_model
        for relation in Project._meta.related_objects
        if relation.field.name == "project"
        and issubclass(relation.related_model, Recorded)
        and not getattr(relation.related_model, "told_by_project", False)
    ]


def _part_histories(part: type[Recorded], wanted: Q, end: int) -> list[History]:
    by_id: dict[int, list[HistoryRow]] = {}
    for row in history_rows(part.history.filter(wanted)):
        by_id.setdefault(row.id, []).append(row)
    kind = str(part._meta.verbose_name)
    return [History(rows, kind, after=end) for rows in by_id.values()]
