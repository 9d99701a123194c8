"""What every record of the register has: times, and a history of who changed what."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from simple_history.models import HistoricalRecords

from kuancheng import clock
from kuancheng.records.fields import ClockField


class SiteHistory:
    """A history whose moments are the site's own, which may be pinned."""

    @property
    def _history_date(self) -> datetime:
        """What simple-history writes down."""
        return clock.now()


class Recorded(SiteHistory, models.Model):
    """Times of creation and change, and the history of every change."""

    created_at = ClockField("登记时间", auto_now_add=True)
    updated_at = ClockField("更新时间", auto_now=True, db_index=True)
    history = HistoricalRecords(inherit=True)

    class Meta:
        abstract = True

    def save_by(self, actor: Any) -> None:
        """Saves, with the author in the history; None leaves it to the request, or to nobody."""
        self._name_author(actor)
        self.save()

    def delete_by(self, actor: Any) -> None:
        """Deletes, with the author in the history."""
        self._name_author(actor)
        self.delete()

    def _name_author(self, actor: Any) -> None:
        if actor is not None:
            self._history_user = actor

    @property
    def _history_date(self) -> datetime:
        """Not before the record's own time, so that its history stands in the order of its saves."""
        return clock.not_before(self.updated_at)


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


def in_order(earlier: str, later: str) -> models.Q:
    """The same, as a database condition; days that are not given do not violate it."""
    return (
        models.Q(**{f"{earlier}__isnull": True})
        | models.Q(**{f"{later}__isnull": True})
        | models.Q(**{f"{later}__gte": models.F(earlier)})
    )


def label_of(record: models.Model | type[models.Model], field: str) -> str:
    """What people call a field."""
    return str(getattr(record._meta.get_field(field), "verbose_name", field))
