"""节点: the steps of a project, permits included."""

import re

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from kuancheng.records.base import Recorded, in_day_order, require_order
from projects.choices import DurationUnit, PauseReason, PermitKind, Phase
from projects.fields import SearchKeyField
from projects.querysets import MilestoneQuerySet

SEPARATORS = re.compile(r"[,，、;；\s]+")


def check_after(value: str) -> None:
    """Numbers of other milestones, separated by commas."""
    if not all(part.isascii() and part.isdigit() for part in SEPARATORS.split(value.strip())):
        raise ValidationError("前置应为节点的序号，多个用逗号分隔，例如 1,3。")


def numbers_in(after: str) -> tuple[int, ...]:
    """The numbers in a text like “1,3”."""
    return tuple(int(part) for part in SEPARATORS.split(after.strip()) if part)


def tidied(after: str) -> str:
    """“1、 2” as “1,2”; what is no number stays, for `check_after` to refuse."""
    parts = [part for part in SEPARATORS.split(after.strip()) if part]
    return ",".join(str(int(part)) if part.isascii() and part.isdigit() else part for part in parts)


class Milestone(Recorded):
    """节点: planned and actual days of one step, and the agency that answers for it.

    `after` holds the numbers (`order`) of the milestones that must be finished first, as the
    office writes them: “1,3”. A milestone without a duration takes as long as its planned days.
    `confirmed` days are promised to others and do not move when the rest is scheduled anew.
    """

    project = models.ForeignKey(
        "projects.Project", models.CASCADE, related_name="milestones", verbose_name="项目"
    )
    order = models.PositiveSmallIntegerField("序", default=0)
    phase = models.CharField("阶段", max_length=16, choices=Phase)
    name = models.CharField("节点", max_length=80)
    agency = models.ForeignKey(
        "projects.Agency",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="milestones",
        verbose_name="责任单位",
    )
    weight = models.DecimalField(
        "权重",
        max_digits=5,
        decimal_places=2,
        default=1,
        validators=[
            MinValueValidator(0, "权重不能为负数。"),
            MaxValueValidator(100, "权重不能超过 100。"),
        ],
    )
    duration = models.PositiveSmallIntegerField(
        "工期（天）",
        null=True,
        blank=True,
        validators=[MinValueValidator(1, "工期至少 1 天。")],
        help_text="按“工期单位”计的天数；不填按计划起止推算。",
    )
    unit = models.CharField(
        "工期单位", max_length=16, choices=DurationUnit, default=DurationUnit.WORKING
    )
    after = models.CharField(
        "前置",
        max_length=60,
        blank=True,
        validators=[check_after],
        help_text="先要完成的节点的序号，多个用逗号分隔，例如 1,3。",
    )
    confirmed = models.BooleanField(
        "日期已定", default=False, help_text="已对外承诺的日期，重排时不动。"
    )
    planned_start = models.DateField("计划开始", null=True, blank=True)
    planned_finish = models.DateField("计划完成", null=True, blank=True)
    actual_start = models.DateField("实际开始", null=True, blank=True)
    actual_finish = models.DateField("实际完成", null=True, blank=True)
    document_number = models.CharField("文号", max_length=80, blank=True)
    permit = models.CharField(
        "手续种类",
        max_length=16,
        choices=PermitKind,
        blank=True,
        help_text="取得后会失效的手续请选种类，系统按法定期限计算有效期；其他节点留空。",
    )
    valid_until = models.DateField(
        "有效期至",
        null=True,
        blank=True,
        help_text="批文载明的最后一天；不填按法定期限计算。",
    )
    late_reason = models.CharField(
        "逾期原因", max_length=200, blank=True, help_text="超期完成时必填。"
    )
    note = models.CharField("说明", max_length=200, blank=True)
    search_key = SearchKeyField(sources=("name", "document_number"))

    objects = MilestoneQuerySet.as_manager()

    class Meta:
        verbose_name = "节点"
        verbose_name_plural = "节点"
        ordering = ["project", "order", "id"]
        constraints = [
            models.CheckConstraint(
                condition=in_day_order("planned_start", "planned_finish"),
                name="milestone_plan_in_order",
                violation_error_message="计划完成不能早于计划开始。",
            ),
            models.CheckConstraint(
                condition=in_day_order("actual_start", "actual_finish"),
                name="milestone_actual_in_order",
                violation_error_message="实际完成不能早于实际开始。",
            ),
            models.CheckConstraint(
                condition=in_day_order("actual_finish", "valid_until"),
                name="milestone_valid_in_order",
                violation_error_message="有效期至不能早于实际完成（取得日期）。",
            ),
        ]
        indexes = [
            models.Index(
                fields=["project", "planned_finish"],
                condition=models.Q(actual_finish__isnull=True),
                name="milestone_unfinished",
            ),
            models.Index(
                fields=["project"], condition=~models.Q(permit=""), name="milestone_permit"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def predecessors(self) -> tuple[int, ...]:
        """The numbers of the milestones that come first."""
        return numbers_in(self.after)

    def clean(self) -> None:
        self.after = tidied(self.after)
        if self.confirmed and not (self.planned_start and self.planned_finish):
            raise ValidationError({"confirmed": "日期已定的节点须填写计划开始和计划完成。"})
        require_order(self, "planned_start", "planned_finish")
        require_order(self, "actual_start", "actual_finish")
        self._check_validity()

    def _check_validity(self) -> None:
        if self.valid_until is None:
            return
        if not self.permit:
            raise ValidationError(
                {"permit": "填写了“有效期至”，请选择手续种类，或清空“有效期至”。"}
            )
        if self.actual_finish is None:
            raise ValidationError(
                {"valid_until": "手续还没有取得：请填写“实际完成”，或清空“有效期至”。"}
            )
        require_order(self, "actual_finish", "valid_until")


class Pause(Recorded):
    """暂停: days on which a milestone's clock stands still, by right."""

    project = models.ForeignKey(
        "projects.Project", models.CASCADE, related_name="pauses", verbose_name="项目"
    )
    milestone = models.ForeignKey(
        Milestone, models.CASCADE, related_name="pauses", verbose_name="节点"
    )
    reason = models.CharField("原因", max_length=16, choices=PauseReason)
    first = models.DateField("起")
    last = models.DateField("止", null=True, blank=True, help_text="最后一天；还在暂停请留空。")
    note = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        verbose_name = "暂停"
        verbose_name_plural = "暂停"
        ordering = ["milestone", "first"]
        constraints = [
            models.CheckConstraint(
                condition=in_day_order("first", "last"),
                name="pause_in_order",
                violation_error_message="暂停止日不能早于起日。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.milestone} {self.get_reason_display()}"

    def clean(self) -> None:
        require_order(self, "first", "last")
        if self.milestone_id and self.project_id and self.milestone.project_id != self.project_id:
            raise ValidationError({"milestone": "请选择本项目的节点。"})
