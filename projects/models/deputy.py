"""代理: who does somebody's duties in matters while he is away."""

from datetime import date

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models

from kuancheng.records.base import Recorded, in_day_order, require_order
from projects.querysets import DeputyQuerySet


class Deputy(Recorded):
    """From one day to another, both included, somebody's duties in matters are done by another.

    `ended_on` is the first day on which it holds no more, where it was ended early. What the
    office may do is no duty of one person and is not lent; a deputy of a deputy is not followed.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="deputies", verbose_name="由谁委托"
    )
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="deputises", verbose_name="代理人"
    )
    since = models.DateField("起", help_text="从这一天起代理。")
    until = models.DateField("止", help_text="最后一天。")
    reason = models.CharField("事由", max_length=120, help_text="例如外出培训、病假。")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        editable=False,
        related_name="+",
        verbose_name="登记人",
    )
    ended_on = models.DateField("提前结束", null=True, editable=False)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name="结束人",
    )
    is_demo = models.BooleanField("演示数据", default=False, editable=False)

    objects = DeputyQuerySet.as_manager()
    silent_changes = ("is_demo",)

    class Meta:
        verbose_name = "代理"
        verbose_name_plural = "代理"
        ordering = ["-since", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=in_day_order("since", "until"),
                name="deputy_until_after_since",
                violation_error_message="止日不能早于起日。",
            ),
            models.CheckConstraint(
                condition=~models.Q(person=models.F("deputy")),
                name="deputy_is_another",
                violation_error_message="代理人应是另一个人。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.deputy}代理{self.person}"

    def clean(self) -> None:
        require_order(self, "since", "until")
        if self.person_id == self.deputy_id:
            raise ValidationError({"deputy": "代理人应是另一个人。"})

    def holds_on(self, day: date) -> bool:
        """Whether it is in force on that day."""
        lasts = self.ended_on is None or day < self.ended_on
        return self.since <= day <= self.until and lasts
