"""填报窗口: when a month's reports may be filed, where it is not as usual."""

from django.db import models

from investment.querysets import ReportingWindowQuerySet
from kuancheng.records.base import in_day_order, require_order
from projects.models import Recorded


class ReportingWindow(Recorded):
    """A month whose window the office has set; other months follow `rules.reporting`."""

    month = models.DateField(
        "月份", unique=True, error_messages={"unique": "这个月已有填报窗口，请打开原来的那条修改。"}
    )
    opens_on = models.DateField("开放日期", help_text="从这一天起可以填报，通常为当月 25 日。")
    due_on = models.DateField(
        "截止日期", help_text="这一天及以前提交为按时，通常为次月第 5 个工作日。"
    )
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

    def clean(self) -> None:
        require_order(self, "month", "opens_on")
        require_order(self, "opens_on", "due_on")
