"""Rules in versions: each in force from a day until the next one's, and never edited once it is.

So a past day can always be judged by the rules of that day.
"""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from kuancheng.records.base import SiteHistory


class DatedRulesQuerySet(models.QuerySet[Any]):
    """Versions of rules."""

    def in_force(self, day: date) -> Any:
        """The version in force on that day; the first one for any day before it. One query."""
        started = self.filter(effective_from__lte=day).order_by("-effective_from").first()
        return started or self.order_by("effective_from")[0]


class DatedRules(SiteHistory, models.Model):
    """One version of some rules: its number, from when, and why.

    Change rules by adding a version.
    """

    version = models.PositiveIntegerField("版本", unique=True, editable=False)
    effective_from = models.DateField("生效日期", unique=True, help_text="从这一天起按本版研判。")
    note = models.CharField("说明", max_length=200, help_text="为什么调整，依据什么文件。")

    objects = DatedRulesQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["-effective_from"]

    def __str__(self) -> str:
        return f"第 {self.version} 版（{self.effective_from:%Y-%m-%d} 起）"


def number_next(rules: DatedRules, today: date, among: models.QuerySet[Any] | None = None) -> bool:
    """Numbers a version that is about to be added; whether it is new. Within a transaction.

    `among` are the versions that it stands in a row with, all of its kind where none is given.
    ValidationError for a version that is in force already, and for a day before today. One query.
    """
    # One at a time: the next number is taken from those that are there.
    others = type(rules).objects.all() if among is None else among
    known = {each.pk: each for each in others.select_for_update()}
    before = known.get(rules.pk)
    if before is not None and before.effective_from <= today:
        raise ValidationError("这一版已经生效，不能再改；请新增一版。")
    if rules.effective_from is not None and rules.effective_from < today:
        raise ValidationError({"effective_from": "生效日期不能早于今天：过去的研判不改。"})
    if before is None:
        rules.version = max((each.version for each in known.values()), default=0) + 1
    return before is None
