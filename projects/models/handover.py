"""交接: duties that one official hands to another from a day on, done and undone as one step."""

from django.conf import settings
from django.db import models

from kuancheng.records.base import Recorded
from projects.choices import HandoverState, Role
from projects.models.evidence import Evidence
from projects.models.matter import Matter
from projects.models.people import Assignment, Official

LONGEST_REASON = 100


class Handover(Recorded):
    """One step by which duties pass from `giver` to `receiver`.

    `day` is the receiver's first day, `at` the moment at which the office did it.
    """

    giver = models.ForeignKey(
        Official, models.PROTECT, related_name="handovers_given", verbose_name="移交人"
    )
    receiver = models.ForeignKey(
        Official, models.PROTECT, related_name="handovers_taken", verbose_name="接任人"
    )
    day = models.DateField("生效日期")
    reason = models.CharField("原因", max_length=LONGEST_REASON)
    state = models.CharField(
        "状态", max_length=8, choices=HandoverState, default=HandoverState.DONE, editable=False
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
    is_demo = models.BooleanField("演示数据", default=False, editable=False)
    version = models.PositiveIntegerField("版本", default=1, editable=False)

    silent_changes = ("is_demo", "at", "undone_at", "author")

    class Meta:
        verbose_name = "交接"
        verbose_name_plural = "交接"
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(giver=models.F("receiver")),
                name="handover_between_two",
                violation_error_message="不能交接给本人，请换一人。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.giver} 交接给 {self.receiver}（{self.day:%Y-%m-%d} 起）"

    @property
    def stands(self) -> bool:
        """Whether it is in force, or will be: neither undone nor waiting to be done again."""
        return self.state == HandoverState.DONE


class HandoverItem(models.Model):
    """One duty that passed: an assignment that ended and the one that began, or a matter.

    `until` and `end_reason` are what the ended row said before; the two revisions are the last
    history rows that the handover itself wrote, by which later changes are known.
    """

    handover = models.ForeignKey(
        Handover, models.PROTECT, related_name="items", verbose_name="交接", editable=False
    )
    project = models.ForeignKey(
        "projects.Project", models.PROTECT, null=True, related_name="+", verbose_name="项目"
    )
    role = models.CharField("角色", max_length=20, choices=Role, blank=True)
    ended = models.ForeignKey(
        Assignment, models.SET_NULL, null=True, related_name="+", verbose_name="移交的职责"
    )
    begun = models.ForeignKey(
        Assignment, models.SET_NULL, null=True, related_name="+", verbose_name="接任的职责"
    )
    until = models.DateField("原止日", null=True)
    end_reason = models.CharField("原止任原因", max_length=200, blank=True)
    ended_revision = models.PositiveBigIntegerField("移交行修订号", default=0)
    begun_revision = models.PositiveBigIntegerField("接任行修订号", default=0)
    matter = models.ForeignKey(
        Matter, models.PROTECT, null=True, related_name="+", verbose_name="事项"
    )

    class Meta:
        verbose_name = "交接的职责"
        verbose_name_plural = "交接的职责"
        ordering = ["handover", "pk"]

    def __str__(self) -> str:
        if self.matter:
            return f"{self.matter} 核查人"
        return f"{self.project} {self.get_role_display()}"


class HandoverEvidence(Evidence):
    """What a handover stands on: the document that moves somebody, the list that both signed."""

    handover = models.ForeignKey(
        Handover, models.PROTECT, related_name="evidence", verbose_name="交接"
    )

    class Meta(Evidence.Meta):
        verbose_name = "交接佐证"
        verbose_name_plural = "交接佐证"
