"""The thresholds that lights are judged by, in versions, and lights set by hand."""

import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from simple_history.models import HistoricalRecords

from kuancheng.records.base import Recorded, in_day_order, require_order
from kuancheng.records.dated import DatedRules
from kuancheng.reports.choices import LightChoice, ProRataBasis
from kuancheng.reports.querysets import LightOverrideQuerySet
from kuancheng.reports.rules.lights import Light, Override, Thresholds
from projects.models import Project


def _days(label: str, default: int, help_text: str) -> models.PositiveSmallIntegerField:
    return models.PositiveSmallIntegerField(
        label, default=default, validators=[MaxValueValidator(366)], help_text=help_text
    )


def _points(label: str, default: int, help_text: str) -> models.DecimalField:
    return models.DecimalField(
        label,
        max_digits=5,
        decimal_places=2,
        default=default,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
        help_text=help_text,
    )


class RuleSet(DatedRules):
    """亮灯规则: one version of the thresholds that lights are judged by."""

    milestone_red_days = _days("节点超期红灯（天）", 30, "超期多于这么多天亮红灯，1 天起亮黄灯。")
    due_soon_days = _days("节点临期提醒（天）", 14, "到期前这么多天内亮蓝灯。")
    gap_red = _points("落后序时红灯（百分点）", 30, "落后多于这么多亮红灯。")
    gap_yellow = _points("落后序时黄灯（百分点）", 10, "落后多于这么多亮黄灯，不到的亮蓝灯。")
    start_red_days = _days(
        "未开工红灯（天）", 90, "超过计划开工日多于这么多天亮红灯，1 天起亮黄灯。"
    )
    enrolment_yellow_days = _days("未入统黄灯（天）", 30, "开工后多于这么多天未入统亮黄灯。")
    enrolment_red_days = _days("未入统红灯（天）", 60, "开工后多于这么多天未入统亮红灯。")
    matter_red_level = models.PositiveSmallIntegerField(
        "事项超期红灯（级别）",
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(4)],
        help_text="这一级及以上的事项超期亮红灯。",
    )
    forecast_red_days = _days(
        "预计竣工晚于承诺红灯（天）", 30, "预计竣工比承诺晚多于这么多天亮红灯，1 天起亮黄灯。"
    )
    answer_days = models.PositiveSmallIntegerField(
        "红灯说明期限（工作日）",
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(30)],
        help_text="亮红灯后这么多个工作日内，责任单位说明原因、措施和转好的日子。",
    )
    report_due_workday = models.PositiveSmallIntegerField(
        "月报截止（次月第几个工作日）",
        default=5,
        validators=[MinValueValidator(1), MaxValueValidator(15)],
    )
    basis = models.CharField(
        "序时口径",
        max_length=10,
        choices=ProRataBasis,
        default=ProRataBasis.SEASONAL,
        help_text="亮灯与差距按哪种序时进度计算。",
    )
    history = HistoricalRecords()

    class Meta(DatedRules.Meta):
        verbose_name = "亮灯规则"
        verbose_name_plural = "亮灯规则"

    def clean(self) -> None:
        for yellow, red in (
            ("gap_yellow", "gap_red"),
            ("enrolment_yellow_days", "enrolment_red_days"),
        ):
            lower, upper = getattr(self, yellow), getattr(self, red)
            if lower is not None and upper is not None and lower > upper:
                raise ValidationError({yellow: "黄灯阈值不能大于红灯阈值。"})

    def thresholds(self) -> Thresholds:
        """The numbers that the rules take."""
        return Thresholds(
            milestone_red_days=self.milestone_red_days,
            due_soon_days=self.due_soon_days,
            gap_red=self.gap_red,
            gap_yellow=self.gap_yellow,
            start_red_days=self.start_red_days,
            enrolment_yellow_days=self.enrolment_yellow_days,
            enrolment_red_days=self.enrolment_red_days,
            matter_red_level=self.matter_red_level,
            forecast_red_days=self.forecast_red_days,
        )


class LightOverride(Recorded):
    """人工调灯: a light set by hand, with who, why, and the last day on which it holds.

    The light that the rules give stays on record beside it. Ended early it holds until the day
    before `revoked_on`.
    """

    project = models.ForeignKey(
        Project, models.CASCADE, related_name="light_overrides", verbose_name="项目"
    )
    light = models.CharField("调整为", max_length=6, choices=LightChoice)
    reason = models.CharField("理由", max_length=200, help_text="为什么不按规则亮灯，依据什么。")
    since = models.DateField("起")
    until = models.DateField("止", help_text="最后一天；到期自动恢复按规则亮灯。")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        editable=False,
        related_name="+",
        verbose_name="调整人",
    )
    revoked_on = models.DateField("撤销日期", null=True, blank=True, editable=False)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name="撤销人",
    )
    revoke_note = models.CharField("撤销说明", max_length=200, blank=True, editable=False)

    objects = LightOverrideQuerySet.as_manager()

    class Meta:
        verbose_name = "人工调灯"
        verbose_name_plural = "人工调灯"
        ordering = ["-since", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=in_day_order("since", "until"),
                name="light_override_in_order",
                violation_error_message="止日不能早于起日。",
            )
        ]
        indexes = [models.Index(fields=["project", "since"], name="light_override_project")]

    def __str__(self) -> str:
        return f"{self.project} {self.get_light_display()}（至 {self.until:%Y-%m-%d}）"

    def holds_on(self, day: datetime.date) -> bool:
        """Whether it replaces the light on that day."""
        ended = self.revoked_on is not None and self.revoked_on <= day
        return self.since <= day <= self.until and not ended

    def as_fact(self) -> Override:
        """What the rules are told of it."""
        return Override(Light(self.light), self.reason, str(self.author), self.until, str(self.pk))

    def clean(self) -> None:
        require_order(self, "since", "until")
