"""年度结转: unfinished projects roll into next year's list, done and undone as one step."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models

from investment.choices import TurnState
from investment.models.opening import OpeningFigure
from investment.models.plan import AnnualPlan
from kuancheng.records.base import Recorded
from projects.choices import YearClass
from projects.models import Listing, Programme, Project, YearClassing

LONGEST_REASON = 100


class YearTurn(Recorded):
    """One step by which projects of a list roll into the list of `year`.

    `to_programme` is None while it is undone and the list that it made is gone with it; `to_code` and
    `to_name` say what it is called. `made_programme` says that the turn made it, with
    `made_targets` figures.
    """

    year = models.PositiveSmallIntegerField("年度")
    from_programme = models.ForeignKey(
        Programme, models.PROTECT, related_name="turns_from", verbose_name="上年清单"
    )
    to_programme = models.ForeignKey(
        Programme,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="turns_to",
        verbose_name="新年度清单",
    )
    to_code = models.SlugField("新清单编号", max_length=40)
    to_name = models.CharField("新清单名称", max_length=120)
    made_programme = models.BooleanField("同时建立清单", default=False, editable=False)
    made_targets = models.PositiveSmallIntegerField("同时建立的指标", default=0, editable=False)
    document = models.CharField("文号", max_length=80, blank=True)
    state = models.CharField(
        "状态", max_length=8, choices=TurnState, default=TurnState.DONE, editable=False
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        editable=False,
        related_name="+",
        verbose_name="办理人",
    )
    at = models.DateTimeField("办理时间", editable=False)
    undone_at = models.DateTimeField("撤销时间", null=True, editable=False)
    undo_reason = models.CharField("撤销原因", max_length=LONGEST_REASON, blank=True)
    version = models.PositiveIntegerField("版本", default=1, editable=False)

    silent_changes = ("at", "undone_at", "author", "made_programme", "made_targets")

    class Meta:
        verbose_name = "年度结转"
        verbose_name_plural = "年度结转"
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(year__range=(2001, 2100)),
                name="year_turn_year_range",
                violation_error_message="年度应在 2001 到 2100 之间。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.from_programme} 转入 {self.to_name}"

    @property
    def stands(self) -> bool:
        """Whether it is in force, or will be on 1 January."""
        return self.state == TurnState.DONE


class YearTurnLine(models.Model):
    """One project that rolled, with what was typed for it and what was written.

    `plan_amount` and `opening_amount` are None where nothing was typed. The records and their
    revisions are what the turn itself wrote: later changes are known by them. `class_before` is
    what the year's class was, None where the year had none; without `classing` the turn did not
    change it.
    """

    turn = models.ForeignKey(
        YearTurn, models.PROTECT, related_name="lines", verbose_name="年度结转", editable=False
    )
    project = models.ForeignKey(Project, models.PROTECT, related_name="+", verbose_name="项目")
    year_class = models.CharField("年度类别", max_length=16, choices=YearClass)
    plan_amount = models.DecimalField(
        "年度计划投资（万元）",
        max_digits=14,
        decimal_places=2,
        null=True,
        validators=[MinValueValidator(0, "金额不能为负数。")],
    )
    opening_amount = models.DecimalField(
        "截至上年底累计完成（万元）",
        max_digits=14,
        decimal_places=2,
        null=True,
        validators=[MinValueValidator(0, "金额不能为负数。")],
    )
    listing = models.ForeignKey(Listing, models.SET_NULL, null=True, related_name="+")
    listing_revision = models.PositiveBigIntegerField(default=0)
    classing = models.ForeignKey(YearClassing, models.SET_NULL, null=True, related_name="+")
    classing_revision = models.PositiveBigIntegerField(default=0)
    class_before = models.CharField("原类别", max_length=16, null=True)  # noqa: DJ001 - None is no row
    plan = models.ForeignKey(AnnualPlan, models.SET_NULL, null=True, related_name="+")
    plan_revision = models.PositiveBigIntegerField(default=0)
    opening = models.ForeignKey(OpeningFigure, models.SET_NULL, null=True, related_name="+")
    opening_revision = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = "结转的项目"
        verbose_name_plural = "结转的项目"
        ordering = ["turn", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["turn", "project"], name="year_turn_line_once")
        ]

    def __str__(self) -> str:
        return f"{self.project.code} {self.project}"
