"""收官总结: what a finished project taught, and its final figures as they were when confirmed."""

from django.core.validators import MaxLengthValidator, MinLengthValidator
from django.db import models
from django.urls import reverse

from kuancheng.records.base import Recorded
from kuancheng.records.fields import account_field
from projects.choices import CloseOutState
from projects.fields import SearchKeyField
from projects.querysets import CloseOutQuerySet

SHORTEST, LONGEST = 4, 2_000


def _answer(question: str, short: str) -> models.TextField:
    return models.TextField(
        question,
        validators=[
            MinLengthValidator(SHORTEST, f"请写明{short}，至少 {SHORTEST} 个字。"),
            MaxLengthValidator(LONGEST, f"最多 {LONGEST} 字，请精简。"),
        ],
    )


class CloseOut(Recorded):
    """Three answers of whoever built it, confirmed by a second person of the office.

    `figures` are the final figures as they stood when it was confirmed, and never change after.
    """

    project = models.OneToOneField(
        "projects.Project", models.CASCADE, related_name="close_out", verbose_name="项目"
    )
    practices = _answer("哪些做法值得推广？", "值得推广的做法")
    troubles = _answer("遇到的主要问题及原因？", "主要问题及原因")
    advice = _answer("对同类项目有什么建议？", "对同类项目的建议")
    state = models.CharField(
        "状态",
        max_length=10,
        choices=CloseOutState,
        default=CloseOutState.SUBMITTED,
        editable=False,
    )
    author = account_field("填写人")
    written_on = models.DateField("填写日期", editable=False)
    return_note = models.CharField("退回原因", max_length=200, blank=True, editable=False)
    confirmed_by = account_field("确认人", null=True)
    confirmed_on = models.DateField("确认日期", null=True, editable=False)
    figures = models.JSONField("定稿数据", null=True, editable=False)
    version = models.PositiveIntegerField("版本", default=1, editable=False)
    search_key = SearchKeyField(sources=("practices", "troubles", "advice"))

    objects = CloseOutQuerySet.as_manager()
    silent_changes = ("figures", "author", "written_on", "confirmed_on")

    class Meta:
        verbose_name = "收官总结"
        verbose_name_plural = "收官总结"
        ordering = ["-confirmed_on", "-written_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state=CloseOutState.CONFIRMED, figures__isnull=False)
                | (~models.Q(state=CloseOutState.CONFIRMED) & models.Q(figures__isnull=True)),
                name="close_out_frozen_when_confirmed",
            )
        ]

    def __str__(self) -> str:
        return f"{self.project}收官总结"

    def get_absolute_url(self) -> str:
        return reverse("close-out", args=[self.project.code])

    @property
    def is_confirmed(self) -> bool:
        """Whether it stands, and nothing of it changes."""
        return self.state == CloseOutState.CONFIRMED
