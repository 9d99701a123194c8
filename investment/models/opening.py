"""期初完成: what a project had completed by the end of a month, as it was verified."""

from django.core.validators import MinValueValidator
from django.db import models

from investment.rules.totals import Opening
from projects.models import Project, Recorded


class OpeningFigure(Recorded):
    """Investment completed from the start of works to the end of a month, 万元.

    Months up to and including it are not summed again; reports of later months add to it. A
    project has one from before its months were reported here, and another where a year's end was
    verified: a month is counted from the latest that is not after it.
    """

    project = models.ForeignKey(
        Project, models.CASCADE, related_name="opening_figures", verbose_name="项目"
    )
    month = models.DateField("截至月份", help_text="数字截至哪个月底，例如 2023-12。")
    completed = models.DecimalField(
        "开工以来累计完成（万元）",
        max_digits=14,
        decimal_places=2,
        validators=[MinValueValidator(0, "金额不能为负数。")],
        help_text="单位：万元。开工以来到月底完成的投资，按统计口径核定。",
    )
    note = models.CharField("依据", max_length=200, help_text="例如统计部门核定表及日期。")

    class Meta:
        verbose_name = "期初完成"
        verbose_name_plural = "期初完成"
        ordering = ["project", "month"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "month"],
                name="opening_figure_once_a_month",
                violation_error_message="该项目这个月已有期初完成，请修改原来的那一行。",
            ),
            models.CheckConstraint(
                condition=models.Q(month__day=1), name="opening_figure_month_is_first_day"
            ),
            models.CheckConstraint(
                condition=models.Q(completed__gte=0),
                name="opening_figure_not_negative",
                violation_error_message="期初完成投资不能为负数。",
            ),
        ]

    @property
    def as_fact(self) -> Opening:
        """What the rules are told of it."""
        return Opening(self.month, self.completed)

    def __str__(self) -> str:
        return f"{self.project} 截至 {self.month:%Y-%m} 期初完成"
