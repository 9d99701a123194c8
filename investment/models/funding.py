"""资金: where a project's money comes from, and how much of it has arrived."""

from django.core.exceptions import ValidationError
from django.db import models

from investment.choices import FundingSource
from investment.querysets import FundingQuerySet
from kuancheng.records.base import amount_field
from projects.models import Project, Recorded


class Funding(Recorded):
    """One source's planned and arrived money of one project, as it stood on a day.

    Both amounts are cumulative, 万元; the latest row on or before a day answers for that day.
    """

    project = models.ForeignKey(
        Project, models.CASCADE, related_name="fundings", verbose_name="项目"
    )
    source = models.CharField("资金来源", max_length=16, choices=FundingSource)
    dated = models.DateField("截至日期", help_text="数字截至哪一天。")
    planned = amount_field("计划资金", "单位：万元，全部建设期。未定请留空，不要填 0。")
    in_place = amount_field("到位资金", "单位：万元，开工以来累计。没有到位填 0，不清楚请留空。")
    note = models.CharField(
        "说明", max_length=200, blank=True, help_text="例如批复或到账凭证文号。"
    )

    objects = FundingQuerySet.as_manager()

    class Meta:
        verbose_name = "资金"
        verbose_name_plural = "资金"
        ordering = ["project", "source", "-dated"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "source", "dated"],
                name="funding_once_a_day",
                violation_error_message="这一来源在这一天已有数字，请修改原来的那行。",
            ),
            models.CheckConstraint(
                condition=models.Q(planned__isnull=True) | models.Q(planned__gte=0),
                name="funding_planned_not_negative",
                violation_error_message="计划资金不能为负数。",
            ),
            models.CheckConstraint(
                condition=models.Q(in_place__isnull=True) | models.Q(in_place__gte=0),
                name="funding_in_place_not_negative",
                violation_error_message="到位资金不能为负数。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project} {self.get_source_display()} {self.dated:%Y-%m-%d}"

    def clean(self) -> None:
        if self.planned is None and self.in_place is None:
            raise ValidationError("计划资金和到位资金至少填一项；没有到位填 0。")
