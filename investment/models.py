"""The records of the money: what a year was promised, and what each month brought."""

from datetime import date
from decimal import Decimal

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from investment.choices import OPEN_STATES, ReportState
from investment.querysets import AnnualPlanQuerySet, StatusReportQuerySet
from investment.rules.rates import DEFAULT_CURVE, spread
from projects.models import Project, Recorded
from projects.models.base import amount_field

MONTH_FIELDS = tuple(f"month_{number:02}" for number in range(1, 13))


class AnnualPlan(Recorded):
    """年度计划投资 of one project for one year, with its twelve months where they were typed.

    The months are all given or all empty; given ones add up to the amount.
    """

    project = models.ForeignKey(
        Project, models.CASCADE, related_name="annual_plans", verbose_name="项目"
    )
    year = models.PositiveSmallIntegerField("年度")
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

    @property
    def typed_months(self) -> tuple[Decimal | None, ...]:
        """January … December as typed, 万元; twelve None where the plan was not broken down."""
        return tuple(getattr(self, field) for field in MONTH_FIELDS)

    @property
    def is_typed(self) -> bool:
        """Whether the year was broken down by hand."""
        return None not in self.typed_months

    def monthly(self) -> tuple[Decimal, ...]:
        """January … December, 万元: as typed, else spread by the seasonal curve."""
        typed = tuple(month for month in self.typed_months if month is not None)
        return typed if self.is_typed else spread(self.amount, DEFAULT_CURVE)

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


class StatusReport(Recorded):
    """进展填报: what one month brought to one project; it counts once it is approved."""

    project = models.ForeignKey(
        Project, models.PROTECT, related_name="status_reports", verbose_name="项目"
    )
    month = models.DateField("月份", help_text="填报的是哪个月的进展，例如 2024-09。")
    completed = amount_field("本月完成投资", "单位：万元。确实没有完成投资填 0。")
    physical_percent = models.DecimalField(
        "形象进度（%）",
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[
            MinValueValidator(0, "形象进度不能小于 0。"),
            MaxValueValidator(100, "形象进度不能超过 100。"),
        ],
        help_text="自开工累计，0 到 100。",
    )
    physical_progress = models.TextField(
        "形象进度描述",
        blank=True,
        max_length=1000,
        help_text="到月底做到了哪里，例如“主体完成 5 层”。",
    )
    problems = models.TextField("存在问题", blank=True, max_length=1000)
    next_step = models.TextField("下步安排", blank=True, max_length=1000)
    over_total_note = models.CharField(
        "超总投资说明",
        max_length=200,
        blank=True,
        help_text="累计完成超过计划总投资时必填：确认无误并说明原因。",
    )
    state = models.CharField(
        "填报状态", max_length=10, choices=ReportState, default=ReportState.DRAFT, editable=False
    )
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name="提交人",
    )
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True, editable=False)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name="复核人",
    )
    approved_at = models.DateTimeField("复核时间", null=True, blank=True, editable=False)
    version = models.PositiveIntegerField("版本", default=1, editable=False)

    objects = StatusReportQuerySet.as_manager()
    # The change of state says who and when.
    untold_changes = ("submitted_by", "submitted_at", "approved_by", "approved_at")

    class Meta:
        verbose_name = "进展填报"
        verbose_name_plural = "进展填报"
        ordering = ["-month", "project__code"]
        permissions = [("approve_statusreport", "可复核进展填报")]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "month"],
                name="status_report_once_a_month",
                violation_error_message="该项目这个月已有填报，请打开原来的那份修改。",
            ),
            models.CheckConstraint(
                condition=models.Q(month__day=1), name="status_report_month_is_first_day"
            ),
            models.CheckConstraint(
                condition=models.Q(completed__isnull=True) | models.Q(completed__gte=0),
                name="status_report_not_negative",
                violation_error_message="本月完成投资不能为负数。",
            ),
            models.CheckConstraint(
                condition=models.Q(physical_percent__isnull=True)
                | models.Q(physical_percent__range=(0, 100)),
                name="status_report_percent_range",
                violation_error_message="形象进度应在 0 到 100 之间。",
            ),
            models.CheckConstraint(
                condition=models.Q(state=ReportState.DRAFT)
                | models.Q(state=ReportState.RETURNED)
                | models.Q(completed__isnull=False),
                name="status_report_submitted_has_figure",
                violation_error_message="提交前请填写本月完成投资；没有完成投资填 0。",
            ),
        ]
        indexes = [models.Index(fields=["month", "state"], name="status_report_month_state")]

    def __str__(self) -> str:
        return f"{self.project} {self.month:%Y-%m}"

    @property
    def is_open(self) -> bool:
        """Whether a clerk may still change it."""
        return self.state in OPEN_STATES

    @property
    def month_text(self) -> str:
        """“2024年9月”."""
        return month_text(self.month)


def month_text(month: date) -> str:
    """A month in words, “2024年9月”."""
    return f"{month.year}年{month.month}月"
