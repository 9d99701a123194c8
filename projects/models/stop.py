"""停工: days on which a project stands still, from the stop to the resumption."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import models

from kuancheng.records.base import Recorded, in_day_order, require_order
from kuancheng.records.fields import account_field
from projects.choices import StopReason
from projects.fields import SearchKeyField
from projects.querysets import StopQuerySet
from projects.rules.stops import Standstill

TRANSFERRED = "由原状态字段转入，请补填原因"
"""The note of a stop that was made from a standing that somebody had typed."""


class Stop(Recorded):
    """停工: why a project stands still, since when, what was reported, and when work goes on.

    `stopped_on` is the first day without work, `resumed_on` the first with work again: both are
    whole days. Whoever asks to resume does not approve it.
    """

    project = models.ForeignKey(
        "projects.Project", models.CASCADE, related_name="stops", verbose_name="项目"
    )
    reason = models.CharField("停工原因", max_length=16, choices=StopReason)
    note = models.CharField(
        "情况说明", max_length=200, blank=True, help_text="停在哪一步，谁在处理。"
    )
    stopped_on = models.DateField("停工日期", help_text="停工的第一天，不能晚于今天。")
    reported_on = models.DateField(
        "报告日期", null=True, blank=True, help_text="向施工许可证发证机关报告的日期。"
    )
    report_document = models.CharField(
        "报告文号", max_length=80, blank=True, help_text="没有文号的写文件名称。"
    )
    resume_note = models.CharField(
        "复工条件", max_length=200, blank=True, help_text="停工原因怎样消除，人员材料是否到位。"
    )
    resume_asked_on = models.DateField("申请复工日期", null=True, blank=True, editable=False)
    resume_asked_by = account_field("复工申请人", null=True, blank=True)
    return_note = models.CharField("退回原因", max_length=200, blank=True, editable=False)
    recheck_on = models.DateField(
        "施工许可核验日期",
        null=True,
        blank=True,
        help_text="停工满一年的，复工前须经发证机关核验施工许可证。",
    )
    recheck_document = models.CharField("核验文号", max_length=80, blank=True)
    resumed_on = models.DateField("复工日期", null=True, blank=True, help_text="恢复施工的第一天。")
    resume_document = models.CharField("复工文号", max_length=80, blank=True)
    approved_on = models.DateField("同意复工日期", null=True, blank=True, editable=False)
    approved_by = account_field("复工同意人", null=True, blank=True)
    author = account_field("登记人", null=True, blank=True)
    version = models.PositiveIntegerField("版本", default=1, editable=False)
    search_key = SearchKeyField(
        sources=("reason", "note", "report_document", "recheck_document", "resume_document")
    )

    objects = StopQuerySet.as_manager()

    class Meta:
        verbose_name = "停工"
        verbose_name_plural = "停工"
        ordering = ["-stopped_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["project"],
                condition=models.Q(resumed_on__isnull=True),
                name="stop_one_open",
                violation_error_message="项目已在停工，不能再登记一次。",
            ),
            models.CheckConstraint(
                condition=in_day_order("stopped_on", "resumed_on"),
                name="stop_in_order",
                violation_error_message="复工日期不能早于停工日期。",
            ),
            models.CheckConstraint(
                condition=in_day_order("stopped_on", "reported_on"),
                name="stop_report_in_order",
                violation_error_message="报告日期不能早于停工日期。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project} {self.stopped_on:%Y-%m-%d} 停工"

    @property
    def as_fact(self) -> Standstill:
        """What the rules look at."""
        return Standstill(
            self.stopped_on, self.resumed_on, self.reported_on, self.recheck_on, self.approved_on
        )

    @property
    def is_open(self) -> bool:
        """Whether no day of resumption is set."""
        return self.resumed_on is None

    @property
    def is_asked(self) -> bool:
        """Whether somebody waits for the resumption to be approved."""
        return self.resumed_on is None and self.resume_asked_on is not None

    def clean(self) -> None:
        require_order(self, "stopped_on", "reported_on")
        require_order(self, "stopped_on", "recheck_on")
        require_order(self, "stopped_on", "resumed_on")
        self._require_document("reported_on", "report_document")
        self._require_document("recheck_on", "recheck_document")
        if self.reason == StopReason.OTHER and not self.note.strip():
            raise ValidationError({"note": "原因选“其他”时，请写明具体情况。"})

    def _require_document(self, day: str, document: str) -> None:
        given: date | None = getattr(self, day)
        if given and not getattr(self, document).strip():
            raise ValidationError({document: "请填写文号；没有文号的写文件名称。"})
        if getattr(self, document).strip() and not given:
            raise ValidationError({day: "请填写日期，形如 2024-10-25；或清空文号。"})
