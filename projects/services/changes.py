"""Who changed what of a record, in words, read from its history."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models

from projects.models import Project

UNTOLD = {"version", "updated_at", "created_at", "search_key", "id"}
"""Columns whose changes say nothing to people."""


@dataclass(frozen=True)
class Change:
    """One field of one record, changed by somebody at some time; texts are ready to show."""

    when: datetime
    who: str
    record: str
    field: str
    old: str
    new: str

    def __str__(self) -> str:
        if not self.field:
            return self.record
        return f"{self.record}{self.field}由“{self.old}”改为“{self.new}”"


def changes_since(project: Project, version: int) -> list[Change]:
    """What happened to a project and its parts after that version, newest first."""
    seen = project.history.filter(version__lte=version).order_by("-version").first()
    since = seen.history_date if seen else None
    found = list(record_changes(project, since))
    for part in part_models():
        found.extend(_part_changes(part, project, since))
    return sorted(found, key=lambda change: change.when, reverse=True)


def part_models() -> list[type[models.Model]]:
    """The recorded models that hang on a project by a foreign key named `project`."""
    return [
        relation.related_model
        for relation in Project._meta.related_objects
        if relation.field.name == "project" and hasattr(relation.related_model, "history")
    ]


def record_changes(
    record: Any, since: datetime | None = None, prefix: str = ""
) -> Iterator[Change]:
    """The changes in one record's history after a moment, oldest first."""
    rows = list(
        record.history.select_related("history_user").order_by("history_date", "history_id")
    )
    yield from _told(rows, since, prefix)


def _part_changes(
    part: type[models.Model], project: Project, since: datetime | None
) -> Iterator[Change]:
    manager: Any = part
    rows = manager.history.filter(project_id=project.pk).select_related("history_user")
    by_id: dict[int, list[Any]] = {}
    for row in rows.order_by("history_date", "history_id"):
        by_id.setdefault(row.id, []).append(row)
    for versions in by_id.values():
        yield from _told(versions, since, str(part._meta.verbose_name))


def _told(rows: list[Any], since: datetime | None, kind: str) -> Iterator[Change]:
    before = None
    for row in rows:
        if since is None or row.history_date > since:
            yield from _differences(before, row, kind)
        before = row


def _differences(before: Any, row: Any, kind: str) -> Iterator[Change]:
    who = str(row.history_user) if row.history_user_id else "系统"
    name = str(row.instance)
    label = f"{kind}“{name}”" if kind else ""
    if before is None or row.history_type == "-":
        verb = "删除" if row.history_type == "-" else "新增"
        yield Change(row.history_date, who, f"{verb}{label or f'“{name}”'}", "", "", "")
        return
    for delta in row.diff_against(before, foreign_keys_are_objs=True).changes:
        if delta.field in UNTOLD:
            continue
        field = row.instance_type._meta.get_field(delta.field)
        old, new = _shown(field, delta.old), _shown(field, delta.new)
        yield Change(
            row.history_date, who, f"{label}的" if label else "", str(field.verbose_name), old, new
        )


def _shown(field: Any, value: Any) -> str:
    if value in (None, "", []):
        return "未填"
    if isinstance(value, list):
        return "、".join(map(str, value))
    if getattr(field, "choices", None):
        return str(dict(field.flatchoices).get(value, value))
    return str(value)
