"""清单/专项: a year's list of projects and the figures it is held to."""

from django.core.exceptions import ValidationError
from django.db import models

from kuancheng.records.base import Recorded
from projects.choices import Comparator, Measure
from projects.fields import SearchKeyField
from projects.rules.targets import AMOUNT_UNITS


class Programme(Recorded):
    """清单/专项: e.g. 2024年5000万元以上重点项目."""

    code = models.SlugField(
        "编号", max_length=40, unique=True, help_text="例如 kc-2024，用于网址。"
    )
    name = models.CharField("名称", max_length=120, unique=True)
    year = models.PositiveSmallIntegerField("年度")
    projects = models.ManyToManyField(
        "projects.Project", through="Listing", related_name="programmes", verbose_name="项目"
    )
    search_key = SearchKeyField(sources=("code", "name"))

    class Meta:
        verbose_name = "清单/专项"
        verbose_name_plural = "清单/专项"
        ordering = ["-year", "code"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(year__range=(2000, 2100)),
                name="programme_year_range",
                violation_error_message="年度应在 2000 到 2100 之间。",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Listing(Recorded):
    """A project's place on a programme's list."""

    programme = models.ForeignKey(
        Programme, models.CASCADE, related_name="listings", verbose_name="清单/专项"
    )
    project = models.ForeignKey(
        "projects.Project", models.CASCADE, related_name="listings", verbose_name="项目"
    )
    number = models.PositiveSmallIntegerField("序号", null=True, blank=True)

    class Meta:
        verbose_name = "列入清单"
        verbose_name_plural = "列入清单"
        ordering = ["programme", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "project"],
                name="listing_once",
                violation_error_message="该项目已在这份清单内。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.programme} · {self.project}"


class Target(Recorded):
    """A figure that a programme is held to, or whose actual value is followed.

    `value` is NULL where only an actual figure was published. A figure with `measure` other than
    `reading` is computed from the projects listed; the others from dated readings.
    """

    programme = models.ForeignKey(
        Programme, models.CASCADE, related_name="targets", verbose_name="清单/专项"
    )
    name = models.CharField("指标", max_length=80)
    measure = models.CharField(
        "实际值来源", max_length=20, choices=Measure, default=Measure.READING
    )
    comparator = models.CharField(
        "比较", max_length=3, choices=Comparator, default=Comparator.EQUAL
    )
    value = models.DecimalField(
        "目标值",
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="没有目标请留空。",
    )
    unit = models.CharField("单位", max_length=10)
    quote = models.TextField("原文", blank=True, help_text="目标出自文件的哪句话。")
    note = models.TextField("说明", blank=True)
    order = models.PositiveSmallIntegerField("排序", default=0)

    class Meta:
        verbose_name = "目标"
        verbose_name_plural = "目标"
        ordering = ["programme", "order", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "name"],
                name="target_once",
                violation_error_message="这份清单已有同名指标。",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.measure == Measure.TOTAL_INVESTMENT and self.unit not in AMOUNT_UNITS:
            raise ValidationError(
                {"unit": f"自动统计总投资时，单位只能是{'或'.join(AMOUNT_UNITS)}。"}
            )


class TargetReading(Recorded):
    """An actual figure, as published on a day, with its sentence."""

    target = models.ForeignKey(Target, models.CASCADE, related_name="readings", verbose_name="目标")
    date = models.DateField("日期")
    comparator = models.CharField(
        "比较", max_length=3, choices=Comparator, default=Comparator.EQUAL
    )
    value = models.DecimalField("数值", max_digits=14, decimal_places=2)
    quote = models.TextField("原文", blank=True)
    note = models.TextField("说明", blank=True)

    class Meta:
        verbose_name = "目标读数"
        verbose_name_plural = "目标读数"
        ordering = ["target", "date"]
        constraints = [
            models.UniqueConstraint(
                fields=["target", "date"],
                name="target_reading_once_a_day",
                violation_error_message="该指标在这一天已有读数。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.target} {self.date:%Y-%m-%d}"
