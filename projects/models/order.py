"""交办单, 催办单, 督办单: numbered sheets that say what was asked of whom; and the ladder's record."""

from typing import Any

from django.conf import settings
from django.db import models

from kuancheng.records.base import Recorded
from projects.choices import MatterLevel
from projects.models.matter import Matter
from projects.models.people import Agency, Official
from projects.querysets import OrderQuerySet
from projects.rules.matters.orders import (
    COLOUR_NAMES,
    KIND_NAMES,
    Colour,
    OrderKind,
    digest_of,
    order_name,
)

KINDS = [(each.value, KIND_NAMES[each]) for each in OrderKind]
COLOURS = [(each.value, COLOUR_NAMES[each]) for each in Colour]


class Order(Recorded):
    """One sheet, as it was when it was written: never edited, never deleted.

    `content` is all that it prints, `digest` its SHA-256; the columns beside it are for lists.
    Only its receipt is written later: when, by whom, and whether the office signed for the agency.
    """

    matter = models.ForeignKey(
        Matter, models.PROTECT, related_name="orders", verbose_name="事项", editable=False
    )
    kind = models.CharField("种类", max_length=10, choices=KINDS, editable=False)
    colour = models.CharField("颜色", max_length=6, choices=COLOURS, blank=True, editable=False)
    round = models.PositiveSmallIntegerField("轮次", editable=False)
    number = models.CharField("编号", max_length=24, unique=True, editable=False)
    issued_on = models.DateField("签发日期", db_index=True, editable=False)
    issued_at = models.DateTimeField("签发时间", editable=False)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name="签发人",
        editable=False,
    )
    level = models.PositiveSmallIntegerField("级别", choices=MatterLevel, editable=False)
    agency = models.ForeignKey(
        Agency, models.PROTECT, related_name="orders", verbose_name="责任单位", editable=False
    )
    # Whoever it was stands in the content, though the register forgets him.
    person = models.ForeignKey(
        Official,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="责任人",
        editable=False,
    )
    due_on = models.DateField("时限", editable=False)
    content = models.JSONField("内容", editable=False)
    digest = models.CharField("摘要", max_length=64, editable=False)
    acknowledged_at = models.DateTimeField("签收时间", null=True, blank=True, editable=False)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="签收人",
        editable=False,
    )
    on_behalf = models.BooleanField("代签", default=False, editable=False)

    objects = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = "督办单"
        verbose_name_plural = "督办单"
        ordering = ["-issued_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["matter", "round", "kind", "colour"],
                name="order_once_a_round",
                violation_error_message="这一轮已经发过同样的单，不能再发（一事一单）。",
            ),
            models.CheckConstraint(
                condition=models.Q(kind=OrderKind.SUPERVISE.value) ^ models.Q(colour=""),
                name="order_colour_of_supervision",
                violation_error_message="只有督办单分颜色。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}（{self.get_colour_display()}）" if self.colour else self.number

    @property
    def name(self) -> str:
        """Its kind in words, with its colour where it has one."""
        return order_name(self.kind, self.colour)

    @property
    def is_whole(self) -> bool:
        """Whether the content is what was signed: its digest is the one that was kept."""
        return self.digest == digest_of(self.content)


class Escalation(models.Model):
    """A rung that the ladder reached in a round: written once, never changed and never deleted.

    `called` are the people who stood on it, as [{"key", "name", "post"}]; empty where nobody did.
    """

    matter = models.ForeignKey(
        Matter, models.PROTECT, related_name="escalations", verbose_name="事项", editable=False
    )
    round = models.PositiveSmallIntegerField("轮次")
    level = models.PositiveSmallIntegerField("升到", choices=MatterLevel)
    day = models.DateField("日期", db_index=True)
    at = models.DateTimeField("时间")
    reasons = models.JSONField("原因", default=list, blank=True)
    called = models.JSONField("升级对象", default=list, blank=True)

    class Meta:
        verbose_name = "升级记录"
        verbose_name_plural = "升级记录"
        ordering = ["matter", "at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["matter", "round", "level"], name="escalation_once_a_round"
            )
        ]

    def __str__(self) -> str:
        return f"{self.matter} 升为 {self.level} 级"

    @property
    def names(self) -> list[str]:
        """Who was called, in words."""
        return [_in_words(each) for each in self.called]


def _in_words(person: dict[str, Any]) -> str:
    return f"{person['name']}（{person['post']}）" if person["post"] else str(person["name"])
