"""变更申请, its fields, and from which amount on it takes one."""

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from simple_history.models import HistoricalRecords

from kuancheng.proposals import kinds
from kuancheng.proposals.choices import ProposalState
from kuancheng.proposals.kinds import ProposalKind, Subject, Value
from kuancheng.proposals.querysets import (
    AmountRulesQuerySet,
    ProposalQuerySet,
    ProposedFieldQuerySet,
)
from kuancheng.proposals.rules.amounts import Limits
from kuancheng.records.base import Recorded
from kuancheng.records.dated import DatedRules
from kuancheng.records.fields import account_field

LONGEST_REASON = 500


class Proposal(Recorded):
    """变更申请: fields of one record, from what to what, why, and what a second person said.

    `addressee` may decide beside those who hold the kind's right: whose account it is about.
    `batch` names what it was made with, an import, so that many can be decided at once.
    """

    kind = models.CharField("类别", max_length=60)
    subject_kind = models.CharField("对象类别", max_length=60)
    subject_id: Any = models.BigIntegerField("对象", null=True, blank=True)
    subject_key = models.CharField("对象键", max_length=200)
    subject_label = models.CharField("对象名称", max_length=200)
    subject_code = models.CharField("对象编号", max_length=60, blank=True)
    reason = models.CharField("理由", max_length=LONGEST_REASON)
    document = models.CharField("依据", max_length=200, blank=True)
    batch = models.CharField("批次", max_length=80, blank=True, db_index=True)
    state = models.CharField(
        "状态", max_length=10, choices=ProposalState, default=ProposalState.PENDING
    )
    author = account_field("提出人")
    proposed_at = models.DateTimeField("提出时间")
    addressee = account_field("也可由其审核", null=True, blank=True)
    decided_by = account_field("审核人", null=True, blank=True)
    decided_at = models.DateTimeField("审核时间", null=True, blank=True)
    words = models.CharField("审核意见", max_length=LONGEST_REASON, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    objects = ProposalQuerySet.as_manager()
    silent_changes = ("subject_key", "decided_at", "proposed_at")

    class Meta:
        verbose_name = "变更申请"
        verbose_name_plural = "变更申请"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(decided_by=None)
                | ~models.Q(decided_by=models.F("author"))
                | models.Q(state=ProposalState.WITHDRAWN),
                name="proposal_decided_by_another",
            ),
            models.CheckConstraint(
                condition=models.Q(state=ProposalState.PENDING, decided_at=None)
                | (~models.Q(state=ProposalState.PENDING) & models.Q(decided_at__isnull=False)),
                name="proposal_decided_when_not_pending",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "kind"], name="proposal_waiting"),
            models.Index(fields=["subject_kind", "subject_id"], name="proposal_subject"),
        ]

    def __str__(self) -> str:
        return f"变更申请{self.pk}号"

    def get_absolute_url(self) -> str:
        return reverse("proposal", args=[self.pk])

    @property
    def subject(self) -> Subject:
        """What is to be changed."""
        place = self.subject_key.partition(":")[2]
        return Subject(
            self.subject_kind, self.subject_id, self.subject_label, self.subject_code, place
        )

    @property
    def of_kind(self) -> ProposalKind | None:
        """Its kind; None where the program no longer has it."""
        return kinds.kind_named(self.kind)

    @property
    def kind_label(self) -> str:
        """What people call its kind."""
        found = self.of_kind
        return found.label if found else self.kind

    @property
    def is_pending(self) -> bool:
        """Whether somebody still has to decide."""
        return self.state == ProposalState.PENDING

    @property
    def values(self) -> dict[str, Value]:
        """What the fields are to hold, by name. One query where they were not fetched."""
        return {each.name: each.new for each in self.fields.all()}

    def settled(self) -> str:
        """“已由 李四 于 2024-10-15 09:30 通过”: what became of it, for whoever comes too late."""
        return f"{self.get_state_display()}（{self.decided_by or '系统'}）"


class ProposedField(models.Model):
    """One field of a proposal. While it is open nobody proposes the same field of the same record."""

    proposal = models.ForeignKey(
        Proposal, models.CASCADE, related_name="fields", verbose_name="变更申请"
    )
    place = models.PositiveSmallIntegerField("次序")
    name = models.CharField("字段", max_length=60)
    label = models.CharField("字段名称", max_length=60)
    before = models.TextField("原值", blank=True)
    after = models.TextField("新值", blank=True)
    old: Any = models.JSONField("原值（数据）", null=True)
    new: Any = models.JSONField("新值（数据）", null=True)
    subject_key = models.CharField("对象键", max_length=200)
    is_open = models.BooleanField("待审核", default=True)

    objects = ProposedFieldQuerySet.as_manager()

    class Meta:
        verbose_name = "变更内容"
        verbose_name_plural = "变更内容"
        ordering = ["proposal", "place"]
        constraints = [
            models.UniqueConstraint(
                fields=["subject_key", "name"],
                condition=models.Q(is_open=True),
                name="proposal_one_open_per_field",
            ),
            models.UniqueConstraint(fields=["proposal", "name"], name="proposal_field_once"),
        ]

    def __str__(self) -> str:
        return f"{self.label}：{self.before or '未填'} → {self.after or '未填'}"


class AmountRules(DatedRules):
    """双人审核金额: from which change of total investment on a second person decides."""

    amount = models.DecimalField(
        "变动达到（万元）",
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        default=Decimal(0),
        validators=[MinValueValidator(0, "金额不能为负数。")],
        help_text="变动金额达到这个数须第二人审核；0 为每次变动都审核，留空为不按金额。",
    )
    percent = models.DecimalField(
        "变动达到原值的（%）",
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[
            MinValueValidator(Decimal("0.01"), "应大于 0。"),
            MaxValueValidator(100, "最多 100%。"),
        ],
        help_text="变动达到原值的这个百分比须第二人审核；留空为不按比例。",
    )
    history = HistoricalRecords()

    objects = AmountRulesQuerySet.as_manager()  # type: ignore[misc]

    class Meta(DatedRules.Meta):
        verbose_name = "双人审核金额"
        verbose_name_plural = "双人审核金额"

    def clean(self) -> None:
        if self.amount is None and self.percent is None:
            raise ValidationError("金额和比例至少填一项；每次变动都要审核，金额填 0。")

    def limits(self) -> Limits:
        """What the rule takes."""
        return Limits(self.amount, self.percent)
