"""事项: what holds a project back, handed to a name with a day, and every step that was taken."""

from datetime import date
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models

from kuancheng.records.base import Recorded
from projects.choices import Factor, MatterKind, MatterLevel, MatterOrigin, Outcome
from projects.fields import SearchKeyField
from projects.models.evidence import Evidence
from projects.models.people import Agency
from projects.querysets import MatterQuerySet
from projects.rules.matters.dues import deciders
from projects.rules.matters.origin import Origin
from projects.rules.matters.steps import STATE_NAMES, STEP_NAMES, Part, State, Step
from projects.rules.matters.story import Rest, Story, Taken, fold

LONGEST = 4_000
"""Characters of what is written at one step."""

STATES = [(each.value, name) for each, name in STATE_NAMES.items()]
"""Codes of where a matter stands, with their words."""


def long_text(label: str, **more: Any) -> models.TextField:
    """Words of people, bounded."""
    longest = MaxLengthValidator(LONGEST, f"最多 {LONGEST} 字，请精简或作为佐证上传。")
    return models.TextField(label, blank=True, validators=[longest], **more)


class Serial(models.Model):
    """The last number that was given of a kind in a year: 〔2024〕N号 has no gaps."""

    kind = models.CharField("种类", max_length=20)
    year = models.PositiveIntegerField("年度")
    last = models.PositiveIntegerField("最后一号", default=0)

    class Meta:
        verbose_name = "编号"
        verbose_name_plural = "编号"
        constraints = [models.UniqueConstraint(fields=["kind", "year"], name="serial_unique")]

    def __str__(self) -> str:
        return f"{self.kind}〔{self.year}〕{self.last}号"


class Matter(Recorded):
    """One thing that must be done, from 草拟 to 销号.

    What its author wrote, and where its steps have brought it: the columns from `state` on are
    the fold of its steps, kept for lists, and written by the service alone. `due_on` is the day
    in force, `rests_from` the first day of a pause that has not ended; `asks_…` say before whom
    something lies that was asked. `separate_reason` is why it is another thing though one like it
    was open (一事一单).
    """

    title = models.CharField("事项", max_length=120)
    kind = models.CharField("类别", max_length=16, choices=MatterKind)
    factor = models.CharField("要素", max_length=16, choices=Factor, default=Factor.OTHER)
    source = models.CharField(
        "来源", max_length=120, blank=True, help_text="例如 10 月 14 日周调度会、某某批示。"
    )
    text = long_text("问题和要求")
    expected = long_text("要达到的结果")
    project = models.ForeignKey(
        "projects.Project",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="matters",
        verbose_name="项目",
    )
    enterprise = models.ForeignKey(
        Agency,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="requests",
        verbose_name="企业",
        help_text="助企诉求可以没有项目，须写明企业。",
    )
    milestone = models.ForeignKey(
        "projects.Milestone",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="matters",
        verbose_name="卡住的节点",
    )
    lead_agency = models.ForeignKey(
        Agency,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="matters",
        verbose_name="牵头单位",
    )
    supporters = models.ManyToManyField(
        Agency, blank=True, related_name="supported_matters", verbose_name="配合单位"
    )
    verifier = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="matters_to_verify",
        verbose_name="核查人",
        help_text="不能是牵头单位的人。",
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        editable=False,
        related_name="matters_raised",
        verbose_name="提出人",
    )
    separate_reason = models.CharField(
        "确属另一件事的理由", max_length=200, blank=True, editable=False
    )
    origin_kind = models.CharField(
        "由何提出", max_length=12, choices=MatterOrigin, blank=True, editable=False
    )
    origin_key = models.CharField("由哪一条提出", max_length=80, blank=True, editable=False)
    is_demo = models.BooleanField("演示数据", default=False, editable=False)
    search_key = SearchKeyField(sources=("title", "number"))
    version = models.PositiveIntegerField("版本", default=1, editable=False)

    number = models.CharField("编号", max_length=24, blank=True, editable=False, db_index=True)
    state = models.CharField(
        "状态",
        max_length=10,
        choices=STATES,
        default=State.DRAFT.value,
        editable=False,
        db_index=True,
    )
    level = models.PositiveSmallIntegerField(
        "级别", choices=MatterLevel, default=MatterLevel.IN_CHARGE, editable=False
    )
    round = models.PositiveSmallIntegerField("轮次", default=1, editable=False)
    issued_on = models.DateField("交办日期", null=True, editable=False)
    due_on = models.DateField("办结时限", null=True, editable=False, db_index=True)
    rests_from = models.DateField("暂停起", null=True, editable=False)
    spoken_on = models.DateField("最近动静", null=True, editable=False)
    answered_on = models.DateField("反馈日期", null=True, editable=False)
    closed_on = models.DateField("销号日期", null=True, editable=False)
    asks_office = models.BooleanField("等督查办公室审批", default=False, editable=False)
    asks_lead_official = models.BooleanField("等包保领导审批", default=False, editable=False)
    asks_review = models.BooleanField("等复核", default=False, editable=False)
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="absorbed",
        verbose_name="并入",
    )

    objects = MatterQuerySet.as_manager()
    silent_changes = (
        *("round", "due_on", "rests_from", "spoken_on", "is_demo", "origin_key"),
        *("asks_office", "asks_lead_official", "asks_review"),
    )

    class Meta:
        verbose_name = "事项"
        verbose_name_plural = "事项"
        ordering = ["-issued_on", "-pk"]
        permissions = [("oversee_matter", "可交办、审批和改派事项")]
        indexes = [
            # Whatever lists sort and count open matters by, so that no row of them is read for it.
            models.Index(
                fields=["state", "due_on", "rests_from", "spoken_on", "issued_on"],
                name="matter_state_due",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["number"],
                condition=~models.Q(number=""),
                name="matter_number_unique",
                violation_error_message="这个编号已经用过。",
            ),
            models.CheckConstraint(
                condition=models.Q(project__isnull=False) | models.Q(enterprise__isnull=False),
                name="matter_of_project_or_enterprise",
                violation_error_message="请选择项目；助企诉求没有项目的，请选择企业。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}".strip()

    def clean(self) -> None:
        if self.milestone and self.milestone.project_id != self.project_id:
            raise ValidationError({"milestone": "这个节点不属于所选的项目，请重新选择。"})
        if self.kind != MatterKind.ENTERPRISE and not self.project_id:
            raise ValidationError({"project": "请选择项目；只有助企诉求可以没有项目。"})
        if not self.project_id and not self.enterprise_id:
            raise ValidationError({"project": "请选择项目；助企诉求没有项目的，请选择企业。"})

    @property
    def standing(self) -> State:
        """Its state, as the rules know it."""
        return State(self.state)

    @property
    def origin(self) -> Origin | None:
        """What it was raised from; None where it was raised from nothing that is on record."""
        return Origin(self.origin_kind, self.origin_key) if self.origin_kind else None

    def story(self) -> Story:
        """What became of it, from all its steps. One query, none when they are prefetched."""
        return fold(each.taken for each in sorted(self.steps.all(), key=lambda step: step.number))

    def last_word(self) -> "MatterStep | None":
        """The latest progress or answer; None before there is one. As costly as `story`."""
        spoken = [each for each in self.steps.all() if each.step in {Step.NOTE, Step.ANSWER}]
        return max(spoken, key=lambda step: step.number, default=None)

    def take_over(self, story: Story, due: date | None) -> None:
        """Writes the fold into the columns that lists ask for."""
        resting: Rest | None = story.resting
        self.state, self.level, self.round = story.state.value, story.level, story.round
        self.issued_on, self.due_on = story.issued, due
        self.rests_from = resting.first if resting else None
        self.answered_on, self.closed_on = story.answered, story.closed
        self.spoken_on = story.spoken
        asked = deciders(story)
        self.asks_office = Part.OFFICE in asked
        self.asks_lead_official = Part.LEAD_OFFICIAL in asked
        self.asks_review = Part.REVIEWER in asked


class MatterStep(models.Model):
    """One step that was taken, never changed and never deleted.

    `day` is the site's day on which it counts, `at` the moment of its writing. `on_behalf` says
    that the office signed or noted for an agency that has no account (代签), `on_behalf_of` whose
    deputy the actor was in it (代理). `called_on`, `called` and `satisfied` are the 回访: when,
    who, and whether he is content.
    """

    matter = models.ForeignKey(
        Matter, models.PROTECT, related_name="steps", verbose_name="事项", editable=False
    )
    number = models.PositiveIntegerField("序号")
    step = models.CharField(
        "操作", max_length=20, choices=[(each.value, STEP_NAMES[each]) for each in Step]
    )
    day = models.DateField("日期")
    at = models.DateTimeField("时间")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="办理人"
    )
    on_behalf = models.BooleanField("代签", default=False)
    on_behalf_of = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="代理何人",
    )
    text = long_text("内容")
    outcome = models.CharField("办理结果", max_length=12, choices=Outcome, blank=True)
    due = models.DateField("时限", null=True, blank=True)
    first = models.DateField("暂停起", null=True, blank=True)
    last = models.DateField("暂停止", null=True, blank=True)
    level = models.PositiveSmallIntegerField("级别", choices=MatterLevel, null=True, blank=True)
    agency = models.ForeignKey(
        Agency, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="单位"
    )
    called_on = models.DateField("回访日期", null=True, blank=True)
    called = models.CharField("回访对象", max_length=80, blank=True)
    satisfied = models.BooleanField("回访满意", null=True, blank=True)

    class Meta:
        verbose_name = "办理记录"
        verbose_name_plural = "办理记录"
        ordering = ["matter", "number"]
        constraints = [
            models.UniqueConstraint(fields=["matter", "number"], name="matter_step_unique")
        ]

    def __str__(self) -> str:
        return f"{self.matter} {self.get_step_display()}"

    @property
    def taken(self) -> Taken:
        """What the rules know of it."""
        return Taken(
            Step(self.step), self.day, self.due, self.first, self.last, self.level, self.agency_id
        )


class MatterEvidence(Evidence):
    """佐证 of a step: what an answer or a pause stands on."""

    step = models.ForeignKey(
        MatterStep, models.PROTECT, related_name="evidence", verbose_name="办理记录"
    )
    matter = models.ForeignKey(Matter, models.PROTECT, related_name="evidence", verbose_name="事项")

    class Meta(Evidence.Meta):
        verbose_name = "事项佐证"
        verbose_name_plural = "事项佐证"
