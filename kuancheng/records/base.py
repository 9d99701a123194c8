"""What every record of the register has: times, and a history of who changed what."""

from collections.abc import Collection, Iterable
from datetime import datetime
from functools import cache
from typing import Any, Self

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from simple_history.manager import HistoryManager
from simple_history.models import HistoricalRecords

from kuancheng import clock
from kuancheng.records import forward
from kuancheng.records.announcing import Action, Announcement
from kuancheng.records.fields import ClockField

SILENT = frozenset({"version", "updated_at", "created_at", "search_key", "id"})
"""Columns whose changes say nothing to people; a model adds its own in `silent_changes`."""


class SiteHistory:
    """A history whose moments are the site's own, which may be pinned."""

    @property
    def _history_date(self) -> datetime:
        """What simple-history writes down. ClockBehind where history goes on to a later day."""
        forward.require_forward()
        return clock.now()


class MarkedRecords(HistoricalRecords):
    """Histories that say where the day is pinned behind what is kept already."""

    def get_change_reason_for_object(
        self, instance: models.Model, history_type: str, using: str | None
    ) -> str | None:
        """The reason that was given, and the mark behind it; after a file's name it stays in place."""
        given: str | None = super().get_change_reason_for_object(instance, history_type, using)
        said = [each for each in (given, forward.mark()) if each]
        return "；".join(said) or None


class RecordedHistory(HistoryManager):
    """A history whose class is made once: simple-history makes another each time one is asked for."""

    @classmethod
    @cache
    def from_queryset(cls, queryset_class: Any, class_name: str | None = None) -> Any:
        return super().from_queryset(queryset_class, class_name)


class Recorded(SiteHistory, models.Model):
    """Times of creation and change, and the history of every change."""

    created_at = ClockField("登记时间", auto_now_add=True)
    updated_at = ClockField("更新时间", auto_now=True, db_index=True)
    history = MarkedRecords(inherit=True, history_manager=RecordedHistory)

    _change_reason: str | None = None
    _loaded: tuple[Collection[str], Collection[object]] | None = None

    class Meta:
        abstract = True

    @classmethod
    def from_db(
        cls, db: str | None, field_names: Collection[str], values: Collection[object], **more: Any
    ) -> Self:
        record = super().from_db(db, field_names, values, **more)
        record._loaded = (field_names, values)
        return record

    def refresh_from_db(
        self,
        using: str | None = None,
        fields: Iterable[str] | None = None,
        from_queryset: models.QuerySet[Self] | None = None,
    ) -> None:
        super().refresh_from_db(using, fields, from_queryset)
        self._remember()

    def changed_fields(self) -> tuple[str, ...]:
        """The columns that differ from what was read; all that are set of a new record."""
        loaded = dict(zip(*self._loaded, strict=True)) if self._loaded else {}
        return tuple(
            field.name
            for field in self._meta.concrete_fields
            if field.name not in SILENT
            and field.attname in self.__dict__
            and loaded.get(field.attname, field.get_default()) != self.__dict__[field.attname]
        )

    def touched_projects(self) -> frozenset[int]:
        """The projects whose facts change with it: that which it hangs on, if there is one."""
        project: int | None = getattr(self, "project_id", None)
        return frozenset() if project is None else frozenset({project})

    def save_by(self, actor: AbstractUser) -> Announcement:
        """Saves, with the author in the history. What there is to announce of it."""
        fields = self.changed_fields()
        action = Action.CREATED if self._state.adding else Action.CHANGED
        self._history_user = actor
        self.save()
        self._remember()
        return self._announcement(action, fields, actor)

    def delete_by(self, actor: AbstractUser) -> Announcement:
        """Deletes, with the author in the history. What there is to announce of it."""
        found = self._announcement(Action.DELETED, (), actor)
        self._history_user = actor
        self.delete()
        return found

    def _announcement(
        self, action: Action, fields: tuple[str, ...], actor: AbstractUser
    ) -> Announcement:
        return Announcement(
            kind=self._meta.label_lower,
            id=self.pk,
            action=action,
            version=getattr(self, "version", None),
            fields=fields,
            actor=actor.pk,
            projects=self.touched_projects(),
        )

    @property
    def _history_date(self) -> datetime:
        """Not before the record's own time, so that its history stands in the order of its saves."""
        forward.require_forward()
        return clock.not_before(self.updated_at)

    def _remember(self) -> None:
        names = [field.attname for field in self._meta.concrete_fields]
        known = [name for name in names if name in self.__dict__]
        self._loaded = (known, [self.__dict__[name] for name in known])


def amount_field(label: str, help_text: str = "") -> models.DecimalField:
    """An amount in 万元 with two places; NULL is not reported, 0 is a reported zero."""
    return models.DecimalField(
        f"{label}（万元）",
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0, "金额不能为负数。")],
        help_text=help_text or "单位：万元。未报请留空，不要填 0。",
    )


def require_order(record: models.Model, earlier: str, later: str) -> None:
    """ValidationError on `later` when both days are given and in the wrong order."""
    first, last = getattr(record, earlier), getattr(record, later)
    if first and last and last < first:
        name = label_of(record, earlier)
        raise ValidationError({later: f"不能早于{name}（{first:%Y-%m-%d}）。"})


def in_day_order(earlier: str, later: str) -> models.Q:
    """The same, as a database condition; days that are not given do not violate it."""
    return (
        models.Q(**{f"{earlier}__isnull": True})
        | models.Q(**{f"{later}__isnull": True})
        | models.Q(**{f"{later}__gte": models.F(earlier)})
    )


def label_of(record: models.Model | type[models.Model], field: str) -> str:
    """What people call a field."""
    return str(getattr(record._meta.get_field(field), "verbose_name", field))
