"""进展填报: what each month brought, and how an approved figure is corrected."""

from datetime import date

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from investment.choices import OPEN_STATES, CorrectionState, ReportState
from investment.querysets import CorrectionQuerySet, StatusReportQuerySet
from kuancheng.records.base import amount_field
from kuancheng.records.fields import account_field
from projects.models import Project, Recorded


class StatusReport(Recorded):
    """进展填报: what one month brought to one project; it counts once it is approved.

    After approval the figures change only by a `Correction`, which keeps the old ones. `confirmed`
    lists the ids of the checks that the author confirmed, `explanation` says why. `completed_by` and
    `percent_by` are who wrote the figures that stand: none of them approves the report.
    """

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
    explanation = models.CharField(
        "异常说明",
        max_length=400,
        blank=True,
        help_text="系统提示需要确认时填写：确认无误，并说明原因。",
    )
    confirmed = models.JSONField("已确认的提示", default=list, blank=True, editable=False)
    state = models.CharField(
        "填报状态", max_length=10, choices=ReportState, default=ReportState.DRAFT, editable=False
    )
    completed_by = account_field("完成投资填写人", on_delete=models.SET_NULL, null=True, blank=True)
    percent_by = account_field("形象进度填写人", on_delete=models.SET_NULL, null=True, blank=True)
    submitted_by = account_field("提交人", on_delete=models.SET_NULL, null=True, blank=True)
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True, editable=False)
    approved_by = account_field("复核人", on_delete=models.SET_NULL, null=True, blank=True)
    approved_at = models.DateTimeField("复核时间", null=True, blank=True, editable=False)
    returned_by = account_field("退回人", on_delete=models.SET_NULL, null=True, blank=True)
    returned_at = models.DateTimeField("退回时间", null=True, blank=True, editable=False)
    return_note = models.CharField("退回意见", max_length=400, blank=True, editable=False)
    version = models.PositiveIntegerField("版本", default=1, editable=False)

    objects = StatusReportQuerySet.as_manager()
    # The change of state says who and when.
    silent_changes = (
        "completed_by",
        "percent_by",
        "submitted_by",
        "submitted_at",
        "approved_by",
        "approved_at",
        "returned_by",
        "returned_at",
        "confirmed",
    )

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


class Correction(Recorded):
    """更正: a new figure for an approved report, proposed by one person and approved by another.

    `before_*` are the figures that it replaces and stay for good. While `state` is proposed
    nothing has changed yet.
    """

    report = models.ForeignKey(
        StatusReport, models.PROTECT, related_name="corrections", verbose_name="进展填报"
    )
    number = models.PositiveSmallIntegerField("第几次", editable=False)
    before_completed = models.DecimalField(
        "原本月完成投资（万元）", max_digits=14, decimal_places=2, editable=False
    )
    before_percent = models.DecimalField(
        "原形象进度（%）", max_digits=5, decimal_places=2, null=True, editable=False
    )
    completed = models.DecimalField(
        "更正为本月完成投资（万元）",
        max_digits=14,
        decimal_places=2,
        validators=[MinValueValidator(0, "金额不能为负数。")],
    )
    physical_percent = models.DecimalField(
        "更正为形象进度（%）",
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[
            MinValueValidator(0, "形象进度不能小于 0。"),
            MaxValueValidator(100, "形象进度不能超过 100。"),
        ],
    )
    reason = models.CharField("更正原因", max_length=400, help_text="为什么更正，依据什么。")
    state = models.CharField(
        "状态",
        max_length=10,
        choices=CorrectionState,
        default=CorrectionState.PROPOSED,
        editable=False,
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name="提出人",
    )
    authored_at = models.DateTimeField("提出时间", editable=False)
    approver = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name="批准人",
    )
    decided_at = models.DateTimeField("批准时间", null=True, editable=False)
    decision_note = models.CharField("批准意见", max_length=400, blank=True, editable=False)

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        verbose_name = "更正"
        verbose_name_plural = "更正"
        ordering = ["report", "number"]
        constraints = [
            models.UniqueConstraint(fields=["report", "number"], name="correction_number_once"),
            models.UniqueConstraint(
                fields=["report"],
                condition=models.Q(state=CorrectionState.PROPOSED),
                name="correction_one_at_a_time",
                violation_error_message="这份填报已有一次更正在等待批准。",
            ),
            models.CheckConstraint(
                condition=models.Q(completed__gte=0),
                name="correction_not_negative",
                violation_error_message="更正后的本月完成投资不能为负数。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report} 第 {self.number} 次更正"


def month_text(month: date) -> str:
    """A month in words, “2024年9月”."""
    return f"{month.year}年{month.month}月"
