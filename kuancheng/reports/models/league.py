"""赛马: the groups, and the versions of their rules."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from simple_history.models import HistoricalRecords

from kuancheng.records.base import Recorded
from kuancheng.records.dated import DatedRules
from kuancheng.reports.choices import (
    FormulaChoice,
    LeagueSubject,
    MeasureChoice,
    TieChoice,
    WithoutChoice,
)
from kuancheng.reports.rules.league.adjusting import Item
from kuancheng.reports.rules.league.formulas import Formula, FormulaKind, Slope, Without, plain
from kuancheng.reports.rules.league.measures import Measure
from kuancheng.reports.rules.league.ranking import ListRule, TieRule
from kuancheng.reports.rules.league.scoring import Eligibility, Indicator
from kuancheng.reports.rules.league.version import Version
from projects.choices import AgencyKind
from projects.models import Programme


def _number(
    label: str, default: str | None, help_text: str = "", *, empty: bool = False, **more: Any
) -> Any:
    """A figure of a rule: points, percent or percentage points; None where it may be left empty,
    which it may be without a default and where `empty` says so.
    """
    return models.DecimalField(
        label,
        max_digits=7,
        decimal_places=2,
        null=default is None or empty,
        blank=default is None or empty,
        default=None if default is None else Decimal(default),
        help_text=help_text,
        **more,
    )


class LeagueGroup(Recorded):
    """赛道: like with like, compared by one rule: agencies of a kind, subdistricts, lead officials
    or industries.
    """

    name = models.CharField("名称", max_length=40, unique=True, help_text="例如“责任单位组”。")
    subject = models.CharField("比什么", max_length=16, choices=LeagueSubject)
    agency_kind = models.CharField(
        "单位类别",
        max_length=16,
        choices=AgencyKind,
        blank=True,
        help_text="比责任单位时必选：只有同一类别的单位放在一组比。",
    )
    order = models.PositiveSmallIntegerField("排序", default=0, help_text="小的在前。")
    closed_on = models.DateField(
        "停用日期", null=True, blank=True, help_text="从这一天所在的月份起不再排名；在用请留空。"
    )
    version = models.PositiveIntegerField("版本", default=1, editable=False)

    class Meta:
        verbose_name = "赛马分组"
        verbose_name_plural = "赛马分组"
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        by_agency = self.subject == LeagueSubject.LEAD_AGENCY
        if by_agency and not self.agency_kind:
            raise ValidationError(
                {"agency_kind": "请选择单位类别：部门、街道、企业不能放在同一组比。"}
            )
        if not by_agency:
            self.agency_kind = ""


WHOLE = ("indicators", "items", "programmes")
"""What a version is made of besides its own columns, to be fetched with it."""


class LeagueRules(DatedRules):
    """赛马规则: one version of a group's rule, from a month on.

    `entrants` are the keys of who takes part (records' ids, sections' letters); empty for all of
    the group's kind who have a project on the lists. `programmes` are the lists whose projects
    count, none for all lists of the year; `sections` narrow to projects of these industries.
    """

    group = models.ForeignKey(
        LeagueGroup, models.CASCADE, related_name="rules", verbose_name="分组", editable=False
    )
    version = models.PositiveIntegerField("版本", editable=False)
    effective_from = models.DateField("生效月份", help_text="从这个月起按本版算，例如 2024-10。")
    note = models.CharField("说明", max_length=200, help_text="为什么这样定，依据什么文件。")
    recorded_on = models.DateField("登记日期", editable=False)
    full_marks = _number("满分", "100", validators=[MinValueValidator(1, "满分至少 1 分。")])
    cap = _number(
        "封顶（%）", "120", "完成率高于它按它计分，显示仍为实际数；不封顶请留空。", empty=True
    )
    tie = models.CharField(
        "并列怎么排", max_length=12, choices=TieChoice, default=TieChoice.COMPETITION
    )
    least_indicators = models.PositiveSmallIntegerField(
        "至少几项指标有数",
        default=2,
        validators=[MinValueValidator(1), MaxValueValidator(20)],
        help_text="少于这么多项有数可算的，只列出，不排名。",
    )
    least_projects = models.PositiveSmallIntegerField(
        "至少几个项目",
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(1000)],
        help_text="期末在清单上的项目少于这么多个的，只列出，不排名。",
    )
    target_measure = models.CharField(
        "红黑榜看哪项指标", max_length=20, choices=MeasureChoice, blank=True
    )
    target = _number("目标（%）", "100", "高于目标且名次靠前列红榜，低于目标且名次靠后列黑榜。")
    red_size = models.PositiveSmallIntegerField(
        "红榜取前几名", default=0, validators=[MaxValueValidator(100)], help_text="0 为不设。"
    )
    black_size = models.PositiveSmallIntegerField(
        "黑榜取后几名", default=0, validators=[MaxValueValidator(100)], help_text="0 为不设。"
    )
    objection_days = models.PositiveSmallIntegerField(
        "异议期（工作日）",
        default=5,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
        help_text="发布后这么多个工作日内可以提出异议。",
    )
    entrants = models.JSONField("参赛对象", default=list, blank=True, editable=False)
    sections = models.JSONField("只计哪些行业的项目", default=list, blank=True, editable=False)
    programmes = models.ManyToManyField(
        Programme,
        blank=True,
        related_name="+",
        verbose_name="清单",
        help_text="只计这些清单上的项目；不选为当年全部清单。",
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = "赛马规则"
        verbose_name_plural = "赛马规则"
        ordering = ["group", "-effective_from"]
        constraints = [
            models.UniqueConstraint(fields=["group", "version"], name="league_rules_version_once"),
            models.UniqueConstraint(
                fields=["group", "effective_from"],
                name="league_rules_one_a_month",
                violation_error_message="这个月已有一版规则，请打开那一版修改，或另选月份。",
            ),
            models.CheckConstraint(
                condition=models.Q(effective_from__day=1), name="league_rules_from_first_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group}第 {self.version} 版（{self.effective_from:%Y-%m} 起）"

    def clean(self) -> None:
        if (self.red_size or self.black_size) and not self.target_measure:
            raise ValidationError({"target_measure": "设红榜或黑榜时，请选择看哪项指标的目标。"})

    def as_version(self) -> Version:
        """What a league is computed by; with WHOLE prefetched no query."""
        return version_from(self, self.indicators.all(), self.items.all(), self.programmes.all())


class LeagueIndicator(models.Model):
    """赛马指标: one measure of a version, with the formula that makes it points."""

    rules = models.ForeignKey(
        LeagueRules, models.CASCADE, related_name="indicators", verbose_name="规则"
    )
    order = models.PositiveSmallIntegerField("排序", default=0)
    measure = models.CharField("指标", max_length=20, choices=MeasureChoice)
    kind = models.CharField(
        "算法", max_length=12, choices=FormulaChoice, default=FormulaChoice.PROPORTION
    )
    weight = _number("分值", "10", "按比例和功效系数的满分，加减分的基准分。")
    floor = _number("最低得分", "0")
    pivot = _number("基准（%）", "100")
    below_step = _number("低于基准每几个百分点", None)
    below_points = _number("扣几分", None)
    above_step = _number("高于基准每几个百分点", None)
    above_points = _number("加几分", None)
    second_pivot = _number("第二档从（%）", None)
    second_step = _number("第二档每几个百分点", None)
    second_points = _number("第二档加几分", None)
    whole_steps = models.BooleanField("满一档才计", default=False)
    limit = _number("加减最多", None, validators=[MinValueValidator(0, "请填正数。")])
    base = _number("功效系数基础分", "60")
    each = _number("每件加减", "0", "扣分填负数，例如 -3。")
    without = models.CharField(
        "没有分母时", max_length=8, choices=WithoutChoice, default=WithoutChoice.REWEIGH
    )
    fixed_points = _number("没有分母时给几分", "0")

    class Meta:
        verbose_name = "赛马指标"
        verbose_name_plural = "赛马指标"
        default_permissions = ()
        ordering = ["rules", "order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["rules", "measure"],
                name="league_measure_once",
                violation_error_message="同一项指标只能用一次。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_measure_display()} {plain(self.weight)} 分"

    def clean(self) -> None:
        wrong = {
            f"{tier}_points": "请填几分，或者把“每几个百分点”也留空。"
            for tier in ("below", "above", "second")
            if getattr(self, f"{tier}_step") is not None and getattr(self, f"{tier}_points") is None
        }
        if wrong:
            raise ValidationError(wrong)

    def as_rule(self, cap: Decimal | None) -> Indicator:
        """What the rules compute with; `cap` is the version's."""
        formula = Formula(
            kind=FormulaKind(self.kind),
            weight=self.weight,
            cap=cap,
            floor=self.floor,
            pivot=self.pivot,
            below=_slope(self.below_step, self.below_points),
            above=_slope(self.above_step, self.above_points),
            second_pivot=self.second_pivot,
            second=_slope(self.second_step, self.second_points),
            whole_steps=self.whole_steps,
            limit=self.limit,
            base=self.base,
            each=self.each,
            without=Without(self.without),
            fixed_points=self.fixed_points,
        )
        return Indicator(Measure(self.measure), formula)


def _slope(step: Decimal | None, points: Decimal | None) -> Slope | None:
    if points is None:
        return None
    return Slope(Decimal(1) if step is None else step, points)


class LeagueItem(models.Model):
    """加减分项: what a version adds or deducts for each recorded time."""

    rules = models.ForeignKey(
        LeagueRules, models.CASCADE, related_name="items", verbose_name="规则"
    )
    order = models.PositiveSmallIntegerField("排序", default=0)
    name = models.CharField("加减分项", max_length=60, help_text="例如“安全生产事故”。")
    points = _number("每次几分", "1", "扣分填负数，例如 -30。")
    most = _number(
        "封顶", None, "一期内最多加或扣这么多；不封顶请留空。",
        validators=[MinValueValidator(0, "封顶请填正数。")],
    )  # fmt: skip
    doubles = models.BooleanField("当年再犯加倍", default=False)
    veto = models.BooleanField("一票否决（不列红榜）", default=False)

    class Meta:
        verbose_name = "赛马加减分项"
        verbose_name_plural = "赛马加减分项"
        default_permissions = ()
        ordering = ["rules", "order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["rules", "name"],
                name="league_item_once",
                violation_error_message="同名的加减分项只能有一个。",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def as_rule(self) -> Item:
        """What the rules compute with. The name is its code: a record of a month finds its item in
        whichever version holds then.
        """
        return Item(self.name, self.name, self.points, self.most, self.doubles, self.veto)


def version_from(
    rules: LeagueRules,
    indicators: Iterable[LeagueIndicator],
    items: Iterable[LeagueItem],
    programmes: Iterable[Programme],
) -> Version:
    """What a league is computed by, also of a version that is not saved."""
    measure = Measure(rules.target_measure) if rules.target_measure else None
    return Version(
        number=rules.version or 0,
        said=f"第 {rules.version} 版（{rules.effective_from:%Y-%m} 起）"
        if rules.version
        else "试算",
        indicators=tuple(each.as_rule(rules.cap) for each in indicators),
        items=tuple(each.as_rule() for each in items),
        programmes=frozenset(each.pk for each in programmes),
        entrants=frozenset(rules.entrants),
        sections=frozenset(rules.sections),
        tie=TieRule(rules.tie),
        lists=ListRule(measure, rules.target, rules.red_size, rules.black_size),
        eligibility=Eligibility(rules.least_indicators, rules.least_projects),
    )
