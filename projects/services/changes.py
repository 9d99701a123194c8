"""Who changed what of a project and of all that hangs on it."""

from typing import Any

from django.db import models

from kuancheng.records.changes import Change, History, changes_in, history_rows
from projects.models import Project


def changes_since(project: Project, version: int, *, guarded_only: bool = False) -> list[Change]:
    """What happened to a project and its parts after that version, newest first.

    `guarded_only` leaves out the parts that the project's version does not guard, since they have
    a version of their own: status reports.
    """
    seen = project.history.filter(version__lte=version).order_by("-version").first()
    histories = [History(history_rows(project.history.all()))]
    for part in part_models():
        if guarded_only and hasattr(part, "version"):
            continue
        histories.extend(_part_histories(part, project))
    return changes_in(histories, seen.history_date if seen else None)


def part_models() -> list[type[models.Model]]:
    """The recorded models that hang on a project by a foreign key named `project`."""
    return [
        relation.related_model
        for relation in Project._meta.related_objects
        if relation.field.name == "project" and hasattr(relation.related_model, "history")
    ]


def _part_histories(part: type[models.Model], project: Project) -> list[History]:
    manager: Any = part
    by_id: dict[int, list[Any]] = {}
    for row in history_rows(manager.history.filter(project_id=project.pk)):
        by_id.setdefault(row.id, []).append(row)
    return [History(rows, str(part._meta.verbose_name)) for rows in by_id.values()]
