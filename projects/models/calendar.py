"""工作日历与冬季停工: what the office adds to the statutory calendar."""

from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from kuancheng.records.base import Recorded, in_day_order, require_order


class CalendarDay(Recorded):
    """A day on which offices work, or do not, against the statutory calendar."""

    date = models.DateField("日期", unique=True)
    works = models.BooleanField("上班", help_text="勾选为上班（调休），不勾选为休息。")
    name = models.CharField("说明", max_length=60, help_text="例如“国庆节调休”。")

    class Meta:
        verbose_name = "日历调整"
        verbose_name_plural = "日历调整"
        ordering = ["-date"]

    def __str__(self) -> str:
        return f"{self.date:%Y-%m-%d} {'上班' if self.works else '休息'}"


class WinterWindow(Recorded):
    """冬季停工: outdoor works stand still from one day to another, in the winter of a year.

    Where a year has none of its own, 1 November to 31 March holds.
    """

    year = models.PositiveSmallIntegerField(
        "冬季起始年",
        unique=True,
        validators=[MinValueValidator(2000), MaxValueValidator(2099)],
        help_text="2024 指 2024 年入冬到 2025 年开春。",
    )
    first = models.DateField("停工首日")
    last = models.DateField("停工末日")

    class Meta:
        verbose_name = "冬季停工期"
        verbose_name_plural = "冬季停工期"
        ordering = ["-year"]
        constraints = [
            models.CheckConstraint(
                condition=in_day_order("first", "last"),
                name="winter_window_in_order",
                violation_error_message="停工末日不能早于首日。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.year} 年冬季 {self.first:%Y-%m-%d} 至 {self.last:%Y-%m-%d}"

    def clean(self) -> None:
        require_order(self, "first", "last")
        if self.year and self.first and not (self.year, 7) <= _month(self.first) <= (self.year, 12):
            raise ValidationError({"first": f"应在 {self.year} 年下半年。"})
        if self.year and self.last and _month(self.last) > (self.year + 1, 6):
            raise ValidationError({"last": f"应在 {self.year + 1} 年 6 月底以前。"})


def _month(day: date) -> tuple[int, int]:
    return day.year, day.month
