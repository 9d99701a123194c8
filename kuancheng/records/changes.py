"""Who changed what of a record, in words, read from its history."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.contrib.auth import get_user_model
from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.utils import timezone

from kuancheng.records.base import SILENT, Recorded

IMPORTED = "导入 "
"""What a history's reason begins with when the change came from a file, whose name follows."""


class WithHistory(Protocol):
    """A record whose changes are kept, of whatever kind."""

    @property
    def history(self) -> Any: ...


class Versioned(WithHistory, Protocol):
    """A record that counts its changes."""

    @property
    def version(self) -> int: ...


class HistoryRow(Protocol):
    """A record as it was after one change: what is kept of the change, and the record's columns."""

    history_id: int
    history_date: datetime
    history_type: str
    history_user: object
    history_user_id: int | None
    history_change_reason: str | None
    instance: models.Model
    instance_type: type[models.Model]
    tracked_fields: Sequence[models.Field]

    def __getattr__(self, column: str) -> Any: ...


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


@dataclass(frozen=True)
class History:
    """One record's history rows, oldest first; `kind` names its kind where that is not plain.

    What happened up to the row with the id `after` is known already and not told.
    """

    rows: Sequence[HistoryRow]
    kind: str = ""
    after: int = 0


@dataclass(frozen=True)
class Step:
    """A history row, the one before it (None for the first), and how its record is called."""

    before: HistoryRow | None
    row: HistoryRow
    name: str
    owner: str

    def _silent(self) -> frozenset[str]:
        return SILENT | set(getattr(self.row.instance_type, "silent_changes", ()))

    def deltas(self) -> list[tuple[models.Field, Any, Any]]:
        """(field, old, new) of what the row changed; related records by their keys."""
        if self.before is None or self.row.history_type == "-":
            return []
        values = [
            (field, getattr(self.before, field.attname), getattr(self.row, field.attname))
            for field in self.row.tracked_fields
            if field.name not in self._silent()
        ]
        return [(field, old, new) for field, old, new in values if old != new]


Names = dict[tuple[type[models.Model], Any], str]
"""What related records are called, by model and key."""


Position = dict[str, int]
"""The last history row of each kind of record at some moment, by the model's label."""


def record_changes(record: WithHistory) -> list[Change]:
    """What ever happened to one record, newest first."""
    return changes_in([History(history_rows(record.history.all()))])


def changes_after(record: Versioned, version: int) -> list[Change]:
    """What happened to one record after a version of it, newest first."""
    rows = history_rows(record.history.all())
    seen = [row for row in rows if row.version <= version]
    return changes_in([History(rows, after=seen[-1].history_id if seen else 0)])


def history_rows(queryset: models.QuerySet[Any]) -> list[HistoryRow]:
    """History rows with their authors, oldest first. One query.

    In the order of their writing: a clock that was set back would shuffle their moments.
    """
    return list(queryset.select_related("history_user").order_by("history_id"))


def position(kinds: Sequence[type[Recorded]]) -> Position:
    """Where the histories of these kinds end now. One query."""
    ends = [
        kind.history.order_by()
        .values(label=models.Value(kind._meta.label_lower))
        .annotate(end=models.Max("history_id"))
        for kind in kinds
    ]
    found = ends[0].union(*ends[1:], all=True) if ends else ()
    return {row["label"]: row["end"] or 0 for row in found}


def changes_in(histories: Iterable[History]) -> list[Change]:
    """What the histories say, newest first.

    The number of queries depends on the kinds of records involved, not on the rows.
    """
    # What a migration or a bulk load made has no history.
    late = [each for each in histories if each.rows and each.rows[-1].history_id > each.after]
    steps = [step for each in zip(late, _record_names(late), strict=True) for step in _steps(*each)]
    names = _related_names(steps)
    found = [change for step in steps for change in _changes(step, names)]
    return sorted(found, key=lambda change: change.when, reverse=True)


def _record_names(histories: Sequence[History]) -> list[str]:
    """What each record was last called; what a name refers to is fetched once a kind."""
    instances = [each.rows[-1].instance for each in histories]
    by_model: dict[type[models.Model], list[models.Model]] = {}
    for history, instance in zip(histories, instances, strict=True):
        if history.kind:
            by_model.setdefault(type(instance), []).append(instance)
    for model, some in by_model.items():
        models.prefetch_related_objects(some, *_referred(model))
    return [_name(instance) for instance in instances]


def _referred(model: type[models.Model]) -> list[str]:
    """The foreign keys that a record's name may use: all but those to accounts."""
    keys = [field for field in model._meta.concrete_fields if field.many_to_one]
    return [field.name for field in keys if field.related_model is not get_user_model()]


def _name(instance: models.Model) -> str:
    try:
        return str(instance)
    except ObjectDoesNotExist:
        return f"#{instance.pk}"


def _steps(history: History, name: str) -> Iterator[Step]:
    called = f"{history.kind}“{name}”"
    owner = f"{called}的" if history.kind else ""
    before: HistoryRow | None = None
    for row in history.rows:
        if row.history_id > history.after:
            yield Step(before, row, called, owner)
        before = row


def _related_names(steps: Iterable[Step]) -> Names:
    """The names of all records that changed fields point to. One query a model."""
    wanted: dict[type[models.Model], set[Any]] = {}
    for step in steps:
        for field, old, new in step.deltas():
            if model := _named_model(field):
                wanted.setdefault(model, set()).update({old, new} - {None})
    return {
        (model, pk): str(found)
        for model, keys in wanted.items()
        for pk, found in model._default_manager.in_bulk(keys).items()
    }


def _named_model(field: models.Field) -> type[models.Model] | None:
    """The kind of record that the field names, if it names any."""
    return field.related_model if field.many_to_one else None


def _changes(step: Step, names: Names) -> Iterator[Change]:
    row = step.row
    who = _who(row)
    if step.before is None or row.history_type == "-":
        verb = "删除" if row.history_type == "-" else "新增"
        yield Change(row.history_date, who, f"{verb}{step.name}", "", "", "")
        return
    for field, old, new in step.deltas():
        shown = [_shown(field, value, names) for value in (old, new)]
        yield Change(row.history_date, who, step.owner, str(field.verbose_name), *shown)


def _who(row: HistoryRow) -> str:
    """The author, and the file by which he did it."""
    name = str(row.history_user) if row.history_user_id else "系统"
    reason = row.history_change_reason or ""
    return f"{name}（{reason}）" if reason.startswith(IMPORTED) else name


def _shown(field: models.Field, value: object, names: Names) -> str:
    if value in (None, "", []):
        return "未填"
    if model := _named_model(field):
        return names.get((model, value), "（已删除）")
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
    if isinstance(value, list):
        return "、".join(map(str, value))
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    return str(value)
