"""流程模板 and 基线: where schedules come from, and what was ever approved."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models

from kuancheng.records.base import Recorded
from kuancheng.records.fields import ClockField
from projects.choices import DurationUnit, PermitKind, Phase, ReplanReason
from projects.models.milestone import Milestone, check_after, numbers_in, tidied
from projects.models.project import Project
from projects.querysets import BaselineQuerySet


class ScheduleTemplate(Recorded):
    """流程模板: the usual steps of a kind of project, with their usual durations."""

    code = models.SlugField("编号", max_length=40, unique=True)
    name = models.CharField("名称", max_length=80, unique=True)
    note = models.TextField("说明", blank=True)

    class Meta:
        verbose_name = "流程模板"
        verbose_name_plural = "流程模板"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class TemplateStep(Recorded):
    """One step of a template; `after` holds numbers of steps of the same template."""

    template = models.ForeignKey(
        ScheduleTemplate, models.CASCADE, related_name="steps", verbose_name="流程模板"
    )
    order = models.PositiveSmallIntegerField("序")
    phase = models.CharField("阶段", max_length=16, choices=Phase)
    name = models.CharField("步骤", max_length=80)
    duration = models.PositiveSmallIntegerField(
        "工期（天）", validators=[MinValueValidator(1, "工期至少 1 天。")]
    )
    unit = models.CharField(
        "工期单位", max_length=16, choices=DurationUnit, default=DurationUnit.WORKING
    )
    after = models.CharField("前置", max_length=60, blank=True, validators=[check_after])
    weight = models.DecimalField("权重", max_digits=5, decimal_places=2, default=1)
    permit = models.CharField("手续种类", max_length=16, choices=PermitKind, blank=True)
    guidance = models.CharField(
        "办理提示", max_length=200, blank=True, help_text="依据、牵头部门、注意事项。"
    )

    class Meta:
        verbose_name = "模板步骤"
        verbose_name_plural = "模板步骤"
        ordering = ["template", "order"]
        constraints = [
            models.UniqueConstraint(
                fields=["template", "order"],
                name="template_step_once",
                violation_error_message="这个模板已有同序号的步骤。",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def predecessors(self) -> tuple[int, ...]:
        """The numbers of the steps that come first."""
        return numbers_in(self.after)

    def clean(self) -> None:
        self.after = tidied(self.after)


class Baseline(models.Model):
    """基线: a plan as it was approved; numbered from 1, never changed, never deleted.

    While `approved_at` is empty it is a proposal without a number, one a project at most.
    """

    project = models.ForeignKey(
        Project, models.CASCADE, related_name="baselines", verbose_name="项目"
    )
    number = models.PositiveSmallIntegerField("编号", null=True)
    reason = models.CharField("原因", max_length=16, choices=ReplanReason)
    note = models.CharField("说明", max_length=200)
    promised_completion = models.DateField("承诺竣工", null=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name="提出人",
    )
    proposed_at = ClockField("提出时间", auto_now_add=True)
    approver = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name="批准人",
    )
    approved_at = models.DateTimeField("批准时间", null=True)

    objects = BaselineQuerySet.as_manager()

    class Meta:
        verbose_name = "基线"
        verbose_name_plural = "基线"
        ordering = ["project", "number"]
        permissions = [("approve_baseline", "可批准计划调整")]
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="baseline_once"),
            models.UniqueConstraint(
                fields=["project"],
                condition=models.Q(number__isnull=True),
                name="baseline_one_proposal",
            ),
            models.CheckConstraint(
                condition=models.Q(number__isnull=True, approved_at__isnull=True)
                | models.Q(number__gte=1, approved_at__isnull=False),
                name="baseline_number_when_approved",
            ),
        ]

    def __str__(self) -> str:
        return f"基线 {self.number}" if self.number else "待批准的计划调整"


class BaselineEntry(models.Model):
    """A milestone's planned days in a baseline; its name is kept even when it is deleted."""

    baseline = models.ForeignKey(
        Baseline, models.CASCADE, related_name="entries", verbose_name="基线"
    )
    milestone = models.ForeignKey(
        Milestone,
        models.SET_NULL,
        null=True,
        related_name="baseline_entries",
        verbose_name="节点",
    )
    order = models.PositiveSmallIntegerField("序")
    name = models.CharField("节点名称", max_length=80)
    planned_start = models.DateField("计划开始", null=True)
    planned_finish = models.DateField("计划完成", null=True)

    class Meta:
        verbose_name = "基线节点"
        verbose_name_plural = "基线节点"
        ordering = ["baseline", "order"]

    def __str__(self) -> str:
        return self.name
