"""What a year was promised: annual plans with their earlier versions, and the seasonal curve."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from investment.querysets import AnnualPlanQuerySet, SeasonalCurveQuerySet
from investment.rules.rates import DEFAULT_CURVE, HUNDRED, spread
from investment.rules.reporting import last_day
from kuancheng.records.base import amount_field
from projects.models import Project, Recorded

MONTH_FIELDS = tuple(f"month_{number:02}" for number in range(1, 13))


class PlanFigures(models.Model):
    """A year's amount and its twelve months where they were typed: one version of a plan.

    The months are all given or all empty; given ones add up to the amount. `effective_from` is
    the day from which this version holds; without one it holds from the year's beginning.
    """

    amount = models.DecimalField(
        "年度计划投资（万元）",
        max_digits=14,
        decimal_places=2,
        validators=[MinValueValidator(0, "金额不能为负数。")],
    )
    goal = models.CharField("年度形象进度目标", max_length=200, blank=True)
    month_01 = amount_field("1月", "各月须全填或全空；全空时按季节曲线分解。")
    month_02 = amount_field("2月")
    month_03 = amount_field("3月")
    month_04 = amount_field("4月")
    month_05 = amount_field("5月")
    month_06 = amount_field("6月")
    month_07 = amount_field("7月")
    month_08 = amount_field("8月")
    month_09 = amount_field("9月")
    month_10 = amount_field("10月")
    month_11 = amount_field("11月")
    month_12 = amount_field("12月")
    version = models.PositiveIntegerField("版本", default=1, editable=False)
    effective_from = models.DateField(
        "生效日期", null=True, blank=True, help_text="首版不填，自年初生效；调整不填为保存当天。"
    )
    reason = models.CharField(
        "调整原因", max_length=200, blank=True, help_text="首版可不填；年中调整必填，写明依据。"
    )

    class Meta:
        abstract = True

    @property
    def typed_months(self) -> tuple[Decimal | None, ...]:
        """January … December as typed, 万元; twelve None where the plan was not broken down."""
        return tuple(getattr(self, field) for field in MONTH_FIELDS)

    @property
    def is_typed(self) -> bool:
        """Whether the year was broken down by hand."""
        return None not in self.typed_months

    def monthly(self, curve: Sequence[Decimal] = DEFAULT_CURVE) -> tuple[Decimal, ...]:
        """January … December, 万元: as typed, else spread by the year's seasonal curve."""
        typed = tuple(month for month in self.typed_months if month is not None)
        return typed if self.is_typed else spread(self.amount, curve)

    def clean(self) -> None:
        typed = [month for month in self.typed_months if month is not None]
        if not typed:
            return
        if len(typed) < 12:
            missing = [
                f"{index}月" for index, month in enumerate(self.typed_months, 1) if month is None
            ]
            raise ValidationError(
                f"分月计划须 12 个月全填或全空，缺：{'、'.join(missing)}；没有安排的月份请填 0。"
            )
        total = sum(typed, Decimal(0))
        if self.amount is not None and total != self.amount:
            raise ValidationError(
                f"分月合计 {total:,.2f} 万元，与年度计划 {self.amount:,.2f} 万元不等，"
                f"差 {total - self.amount:+,.2f} 万元。"
            )


class AnnualPlan(Recorded, PlanFigures):
    """年度计划投资 of one project for one year: the version in force; earlier ones are `former`."""

    project = models.ForeignKey(
        Project, models.CASCADE, related_name="annual_plans", verbose_name="项目"
    )
    year = models.PositiveSmallIntegerField("年度")

    objects = AnnualPlanQuerySet.as_manager()

    class Meta:
        verbose_name = "年度计划"
        verbose_name_plural = "年度计划"
        ordering = ["project", "-year"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "year"],
                name="annual_plan_once",
                violation_error_message="该项目这一年度已有计划。",
            ),
            models.CheckConstraint(
                condition=models.Q(amount__gte=0),
                name="annual_plan_not_negative",
                violation_error_message="年度计划投资不能为负数。",
            ),
            models.CheckConstraint(
                condition=models.Q(year__range=(2000, 2100)),
                name="annual_plan_year_range",
                violation_error_message="年度应在 2000 到 2100 之间。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project} {self.year} 年度计划"

    def in_force(self, day: date, former: Sequence["FormerPlan"]) -> PlanFigures:
        """The version that held on a day; `former` are this plan's replaced versions.

        A plan as it was known earlier leaves out the versions that were replaced since.
        """
        earlier = [each for each in former if each.version < self.version]
        versions: list[PlanFigures] = [self, *sorted(earlier, key=lambda each: -each.version)]
        for version in versions:
            if version.effective_from is None or version.effective_from <= day:
                return version
        return versions[-1]

    def at_end_of(self, month: date) -> PlanFigures:
        """The version that held at the end of a month. `former` prefetched, no query."""
        return self.in_force(last_day(month), list(self.former.all()))


class FormerPlan(PlanFigures):
    """A version of an annual plan that a later one replaced; never changed."""

    plan = models.ForeignKey(
        AnnualPlan, models.CASCADE, related_name="former", verbose_name="年度计划"
    )
    replaced_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="调整人",
    )
    replaced_at = models.DateTimeField("调整时间")

    class Meta:
        verbose_name = "年度计划旧版"
        verbose_name_plural = "年度计划旧版"
        ordering = ["plan", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "version"], name="former_plan_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.plan} 第 {self.version} 版"


def _share(label: str) -> models.DecimalField:
    return models.DecimalField(
        label,
        max_digits=5,
        decimal_places=2,
        validators=[
            MinValueValidator(0, "占比不能为负数。"),
            MaxValueValidator(100, "占比不能超过 100。"),
        ],
    )


class SeasonalCurve(Recorded):
    """季节曲线: percent of a year's investment made in January … December; sums to 100.

    A year without a curve of its own follows the default of `investment.rules.rates`.
    """

    year = models.PositiveSmallIntegerField(
        "年度",
        unique=True,
        error_messages={"unique": "这一年度已有季节曲线，请打开原来的那条修改。"},
    )
    month_01 = _share("1月（%）")
    month_02 = _share("2月（%）")
    month_03 = _share("3月（%）")
    month_04 = _share("4月（%）")
    month_05 = _share("5月（%）")
    month_06 = _share("6月（%）")
    month_07 = _share("7月（%）")
    month_08 = _share("8月（%）")
    month_09 = _share("9月（%）")
    month_10 = _share("10月（%）")
    month_11 = _share("11月（%）")
    month_12 = _share("12月（%）")
    note = models.CharField("说明", max_length=200, help_text="依据什么，例如近三年分月完成。")

    objects = SeasonalCurveQuerySet.as_manager()

    class Meta:
        verbose_name = "季节曲线"
        verbose_name_plural = "季节曲线"
        ordering = ["-year"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(year__range=(2000, 2100)),
                name="seasonal_curve_year_range",
                violation_error_message="年度应在 2000 到 2100 之间。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.year} 年季节曲线"

    @property
    def shares(self) -> tuple[Decimal, ...]:
        """January … December in percent."""
        return tuple(getattr(self, field) for field in MONTH_FIELDS)

    def clean(self) -> None:
        if None in self.shares:
            return
        total = sum(self.shares, Decimal(0))
        if total != HUNDRED:
            raise ValidationError(
                f"12 个月合计 {total}%，应为 100%，差 {HUNDRED - total:+}。请调整后再保存。"
            )
