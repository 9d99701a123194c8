"""The limits that matters are held to, and who stands on each rung of the ladder, in versions."""

from dataclasses import fields
from itertools import pairwise

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from simple_history.models import HistoricalRecords

from kuancheng.records.dated import DatedRules
from projects.models.people import Official
from projects.rules.matters.clock import DEFAULTS, Limits
from projects.rules.matters.rungs import words_of

LIMITS = tuple(each.name for each in fields(Limits))
"""The columns that are the rules' numbers."""


def _days(
    name: str, label: str, help_text: str, least: int = 0
) -> models.PositiveSmallIntegerField:
    return models.PositiveSmallIntegerField(
        label,
        default=getattr(DEFAULTS, name),
        validators=[MinValueValidator(least), MaxValueValidator(366)],
        help_text=help_text,
    )


class MatterRules(DatedRules):
    """办理规则: one version of the limits that matters are held to, and of the ladder's rungs."""

    sign = _days("sign", "签收（工作日）", "交办后这么多个工作日内签收，逾期催办。")
    verify = _days("verify", "核查（工作日）", "反馈后这么多个工作日内核查，不计单位用时。")
    objection = _days("objection", "提出异议（工作日）", "交办后这么多个工作日内可以提出异议。")
    extension_before = _days(
        "extension_before", "申请延期提前（工作日）", "到期前至少这么多个工作日申请延期。"
    )
    most_extensions = _days(
        "most_extensions", "最多延期（次）", "第一次由督查办公室审批，以后由包保领导审批。"
    )
    pause_back = _days("pause_back", "暂停可追溯（工作日）", "暂停的起日最多在这么多个工作日以前。")
    silence = _days("silence", "久无动静（工作日）", "这么多个工作日没有进展就催办。", 1)
    soon = _days("soon", "蓝色督办（剩余工作日）", "距时限不多于这么多个工作日，发蓝色督办单。")
    red_after_yellow = _days(
        "red_after_yellow",
        "红色督办（黄色后工作日）",
        "超期或被退回即发黄色督办单，再过这么多个工作日发红色督办单。",
        1,
    )
    heads = _days("heads", "升到单位主要领导（超期工作日）", "超期这么多个工作日升为 2 级。", 1)
    lead_official = _days(
        "lead_official", "升到包保领导（超期工作日）", "超期这么多个工作日升为 3 级。", 1
    )
    district = _days(
        "district",
        "升到区主要领导（超期工作日）",
        "超期这么多个工作日，或第二次被退回，升为 4 级。",
        1,
    )
    appeal_days = _days("appeal_days", "申诉（天）", "结论作出后这么多天内可以申诉，按日历日。", 1)
    review_days = _days(
        "review_days", "复核（天）", "申诉提出后这么多天内作出复核决定，按日历日。", 1
    )
    in_charge_posts = models.CharField(
        "分管领导的职务",
        max_length=100,
        blank=True,
        default="分管",
        help_text="牵头单位里职务含这些字的是分管领导（1 级），多个用顿号分隔；都不含时取单位排在最前的人。",
    )
    head_posts = models.CharField(
        "主要领导的职务",
        max_length=100,
        blank=True,
        default="主要负责人、主要领导、局长、主任、书记、镇长",
        help_text="牵头单位里职务含这些字、不含“副”的是主要领导（2 级）；都不含时取单位排在最前的人。",
    )
    in_charge = models.ManyToManyField(
        Official,
        blank=True,
        related_name="+",
        verbose_name="指定的分管领导",
        help_text="某单位的分管领导不能按职务认出时，在这里指定（1 级）。",
    )
    leaders = models.ManyToManyField(
        Official,
        blank=True,
        related_name="+",
        verbose_name="区主要领导",
        help_text="升到 4 级时通知谁。",
    )
    history = HistoricalRecords(m2m_fields=[in_charge, leaders])

    class Meta(DatedRules.Meta):
        verbose_name = "办理规则"
        verbose_name_plural = "办理规则"

    def clean(self) -> None:
        steps = ("heads", "lead_official", "district")
        for lower, upper in pairwise(steps):
            low, high = getattr(self, lower), getattr(self, upper)
            if low is not None and high is not None and low > high:
                label = self._meta.get_field(lower).verbose_name  # type: ignore[union-attr]
                raise ValidationError({upper: f"不能小于“{label}”的 {low}：升级应一级比一级晚。"})
        for name in ("in_charge_posts", "head_posts"):
            setattr(self, name, "、".join(words_of(getattr(self, name))))

    def limits(self) -> Limits:
        """The numbers that the rules take."""
        return Limits(**{name: getattr(self, name) for name in LIMITS})
