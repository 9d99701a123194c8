"""填报窗口: when a month's reports may be filed, where it is not as usual."""

from django.core.exceptions import ValidationError
from django.db import models

from investment.querysets import ReportingWindowQuerySet
from investment.rules.reporting import LONGEST, Window
from kuancheng.records.base import in_day_order, require_order
from projects.models import Recorded

REMINDERS = ("reminds_on", "reminds_again_on")


class ReportingWindow(Recorded):
    """A month whose window the office has set; other months follow `rules.reporting`."""

    month = models.DateField(
        "月份", unique=True, error_messages={"unique": "这个月已有填报窗口，请打开原来的那条修改。"}
    )
    opens_on = models.DateField("开放日期", help_text="从这一天起可以填报，通常为当月 25 日。")
    due_on = models.DateField(
        "截止日期", help_text="这一天及以前提交为按时，通常为次月第 5 个工作日。"
    )
    reminds_on = models.DateField(
        "提醒日期", null=True, blank=True, help_text="这一天提醒还没有报的；不填为截止前 3 天。"
    )
    reminds_again_on = models.DateField("再次提醒日期", null=True, blank=True)
    note = models.CharField("说明", max_length=200, help_text="为什么与平常不同，依据什么通知。")

    objects = ReportingWindowQuerySet.as_manager()

    class Meta:
        verbose_name = "填报窗口"
        verbose_name_plural = "填报窗口"
        ordering = ["-month"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(month__day=1), name="reporting_window_month_is_first_day"
            ),
            models.CheckConstraint(
                condition=in_day_order("opens_on", "due_on"),
                name="reporting_window_in_order",
                violation_error_message="截止日期不能早于开放日期。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} 填报窗口"

    @property
    def window(self) -> Window:
        """What the rules are told of it."""
        return Window.of(self.opens_on, self.due_on, self.reminds_on, self.reminds_again_on)

    def clean(self) -> None:
        require_order(self, "month", "opens_on")
        require_order(self, "opens_on", "due_on")
        if self.month and self.due_on and self.due_on - self.month > LONGEST:
            raise ValidationError({"due_on": "截止日期离填报的月份太远，请核对年份。"})
        for name in REMINDERS:
            require_order(self, "opens_on", name)
            reminder = getattr(self, name)
            if reminder and self.due_on and reminder > self.due_on:
                said = f"不能晚于截止日期（{self.due_on:%Y-%m-%d}）。"
                raise ValidationError({name: said})
