"""Kept copies of answers, and the thresholds they were judged by."""

import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from simple_history.models import HistoricalRecords

from investment.choices import ReportState
from kuancheng.records.base import in_order, require_order
from kuancheng.reports.choices import Basis, LightChoice, ProRataBasis
from kuancheng.reports.querysets import (
    DailyStatusQuerySet,
    LightOverrideQuerySet,
    RuleSetQuerySet,
)
from kuancheng.reports.rules.lights import Light, Override, Thresholds
from projects.choices import Stage, Standing, YearClass
from projects.models import Agency, Official, Project, Recorded


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


class RuleSet(models.Model):
    """亮灯规则: one version of the thresholds, in force from a day until the next version's.

    Change the thresholds by adding a version; one that is in force is not edited, so that a past
    day can always be judged by the rules of that day.
    """

    version = models.PositiveIntegerField("版本", unique=True, editable=False)
    effective_from = models.DateField("生效日期", unique=True, help_text="从这一天起按本版研判。")
    note = models.CharField("说明", max_length=200, help_text="为什么调整，依据什么文件。")
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

    objects = RuleSetQuerySet.as_manager()

    class Meta:
        verbose_name = "亮灯规则"
        verbose_name_plural = "亮灯规则"
        ordering = ["-effective_from"]

    def __str__(self) -> str:
        return f"第 {self.version} 版（{self.effective_from:%Y-%m-%d} 起）"

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
                condition=in_order("since", "until"),
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
        return Override(Light(self.light), self.reason, str(self.author), self.until)

    def clean(self) -> None:
        require_order(self, "since", "until")


def _money(label: str) -> models.DecimalField:
    return models.DecimalField(f"{label}（万元）", max_digits=16, decimal_places=2, null=True)


def _percent(label: str) -> models.DecimalField:
    # Six places: pages show one, the API two, and both round from here, once. Digits enough for
    # the largest amount over the smallest plan: a slip of the pen must not stop an approval.
    return models.DecimalField(f"{label}（%）", max_digits=24, decimal_places=6, null=True)


class DailyStatus(models.Model):
    """日监测: one project's progress row on one day, kept so that SQL can sort and filter it.

    `basis` daily: as it was known on that day, never changed once the day has passed. `basis`
    recalled: a past day computed from the facts known now; a cache that is emptied when facts
    change. `basis` known: a day computed from what was on record at the end of `known_on`. In the
    other two `known_on` repeats the date. Columns are those of `progress.ProgressRow`.
    """

    project = models.ForeignKey(
        Project, models.CASCADE, related_name="daily_statuses", verbose_name="项目"
    )
    date = models.DateField("日期")
    basis = models.CharField("来源", max_length=8, choices=Basis)
    known_on = models.DateField("按哪天所知")
    computed_at = models.DateTimeField("计算时间", auto_now=True)

    lead_official = models.ForeignKey(
        Official, models.PROTECT, null=True, related_name="+", verbose_name="包保领导"
    )
    liaison_officer = models.ForeignKey(
        Official, models.PROTECT, null=True, related_name="+", verbose_name="项目秘书"
    )
    lead_agency = models.ForeignKey(
        Agency, models.PROTECT, null=True, related_name="+", verbose_name="责任单位"
    )
    subdistrict = models.ForeignKey(
        Agency, models.PROTECT, null=True, related_name="+", verbose_name="属地"
    )
    stage = models.CharField("阶段", max_length=16, choices=Stage)
    standing = models.CharField("状态", max_length=16, choices=Standing)
    year_class = models.CharField("年度类别", max_length=16, choices=YearClass, blank=True)
    total_investment = _money("计划总投资")

    light = models.CharField("亮灯", max_length=6, choices=LightChoice)
    computed_light = models.CharField("规则判定", max_length=6, choices=LightChoice)
    severity = models.PositiveSmallIntegerField("轻重")
    reasons = models.JSONField("原因", default=list)
    done = models.BooleanField("已竣工", default=False)

    money_month = models.DateField("统计月份")
    report_state = models.CharField("统计月填报", max_length=10, choices=ReportState, blank=True)
    last_report = models.DateField("最近填报月份", null=True)
    months_missing = models.PositiveSmallIntegerField("本年缺报月数", default=0)
    annual_plan = _money("年度计划投资")
    completed_month = _money("统计月完成投资")
    completed_ytd = _money("本年累计完成投资")
    completed_total = _money("累计完成投资")
    pending_ytd = _money("本年待复核")
    pending_reports = models.PositiveSmallIntegerField("待复核份数", default=0)
    completion_rate = _percent("完成率")
    pro_rata_linear = _percent("平均序时")
    pro_rata_seasonal = _percent("季节序时")
    gap = _percent("差距")

    milestones_done = models.PositiveSmallIntegerField("完成节点", default=0)
    milestones_total = models.PositiveSmallIntegerField("节点总数", default=0)
    overdue_milestones = models.PositiveSmallIntegerField("超期节点", default=0)
    max_overdue_days = models.PositiveIntegerField("最长超期天数", default=0)
    next_milestone = models.CharField("下一节点", max_length=80, blank=True)
    next_milestone_finish = models.DateField("下一节点计划完成", null=True)
    promised_completion = models.DateField("承诺竣工", null=True)
    forecast_completion = models.DateField("预计竣工", null=True)
    forecast_late_days = models.PositiveIntegerField("预计晚于承诺（天）", null=True)

    objects = DailyStatusQuerySet.as_manager()

    class Meta:
        verbose_name = "日监测"
        verbose_name_plural = "日监测"
        ordering = ["-date", "project"]
        constraints = [
            models.UniqueConstraint(
                fields=["basis", "date", "known_on", "project"], name="daily_status_once_a_day"
            )
        ]
        indexes = [
            models.Index(fields=["basis", "date", "severity"], name="daily_status_severity"),
            models.Index(fields=["basis", "date", "gap"], name="daily_status_gap"),
            models.Index(fields=["basis", "date", "completion_rate"], name="daily_status_rate"),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.date:%Y-%m-%d} {self.get_light_display()}"

    @property
    def overridden(self) -> bool:
        """Whether the light was set by hand."""
        return any(reason["rule"] == "override" for reason in self.reasons)


class MonitorRun(models.Model):
    """日监测运行: one day's monitoring, what it wrote, and the summary that was sent.

    `summary` is the JSON form of `monitor.Summary`, as it was when the run finished.
    """

    date = models.DateField("日期", unique=True)
    started_at = models.DateTimeField("开始时间")
    finished_at = models.DateTimeField("完成时间", null=True)
    projects = models.PositiveIntegerField("项目数", default=0)
    written = models.PositiveIntegerField("新写行数", default=0)
    seconds = models.DecimalField("用时（秒）", max_digits=9, decimal_places=1, default=0)
    summary = models.JSONField("摘要", default=dict)

    class Meta:
        verbose_name = "日监测运行"
        verbose_name_plural = "日监测运行"
        ordering = ["-date"]

    def __str__(self) -> str:
        return f"{self.date:%Y-%m-%d} 日监测"


class MonitorMail(models.Model):
    """One person's mail of one day's monitoring; `error` says why it was not sent."""

    run = models.ForeignKey(
        MonitorRun, models.CASCADE, related_name="mails", verbose_name="日监测运行"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="收件人"
    )
    address = models.EmailField("邮箱")
    sent_at = models.DateTimeField("发送时间", null=True)
    error = models.CharField("未发送原因", max_length=200, blank=True)

    class Meta:
        verbose_name = "日监测邮件"
        verbose_name_plural = "日监测邮件"
        ordering = ["run", "user"]
        constraints = [models.UniqueConstraint(fields=["run", "user"], name="monitor_mail_once")]

    def __str__(self) -> str:
        return f"{self.run} {self.address}"


def month_of(value: datetime.date | None) -> str | None:
    """A month as it travels: “2024-09”."""
    return None if value is None else f"{value:%Y-%m}"
