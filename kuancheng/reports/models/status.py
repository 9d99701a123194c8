"""Each day's progress row of each project, kept."""

from django.db import models

from investment.choices import ReportState
from kuancheng.records.fields import ClockField
from kuancheng.reports.choices import Basis, LightChoice, shown_state
from kuancheng.reports.querysets import DailyStatusQuerySet
from kuancheng.reports.rules.owing import owes_report
from projects.choices import Stage, Standing, YearClass
from projects.models import Agency, Official, Project


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
    change. `basis` known: a day computed from what was on record at the end of `known_on`. `basis`
    closing: a closed month with its own money, there only while its bulletin is gathered. In all
    but the third `known_on` repeats the date. Columns are those of `progress.ProgressRow` and its Money.
    """

    project = models.ForeignKey(
        Project, models.CASCADE, related_name="daily_statuses", verbose_name="项目"
    )
    date = models.DateField("日期")
    basis = models.CharField("来源", max_length=8, choices=Basis)
    known_on = models.DateField("按哪天所知")
    computed_at = ClockField("计算时间", auto_now=True)

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
    fired_rules = models.CharField("触发的规则", max_length=200, blank=True)
    done = models.BooleanField("已竣工", default=False)

    money_month = models.DateField("统计月份")
    stood_still = models.BooleanField("统计月全月停工", default=False)
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
            models.Index(fields=["project", "basis", "date"], name="daily_status_history"),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.date:%Y-%m-%d} {self.get_light_display()}"

    @property
    def report_owed(self) -> bool:
        """Whether the money month's report is owed."""
        return owes_report(self.stage, self.standing, done=self.done, stood_still=self.stood_still)

    @property
    def report_word(self) -> str:
        """The state of the money month's report, or why there is none, in a word."""
        return str(shown_state(self.report_state, owed=self.report_owed).label)

    @property
    def behind(self) -> bool:
        """Whether a gap of its money counts against it: not while it is not judged, nor when done."""
        return any(reason["rule"] == "gap" for reason in self.reasons)

    @property
    def overridden(self) -> bool:
        """Whether the light was set by hand."""
        return any(reason["rule"] == "override" for reason in self.reasons)
