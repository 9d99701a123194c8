"""What the owner of a red light said to it."""

from django.conf import settings
from django.core.validators import MaxLengthValidator, MinLengthValidator
from django.db import models

from kuancheng.records.base import Recorded
from kuancheng.reports.rules.answering import Given
from projects.models import Project

LONGEST = 1_000
"""Characters of a cause or a measure."""

SHORTEST = 4


def _words(label: str, help_text: str) -> models.TextField:
    return models.TextField(
        label,
        validators=[
            MinLengthValidator(SHORTEST, f"请写明{label}，至少 {SHORTEST} 个字。"),
            MaxLengthValidator(LONGEST, f"最多 {LONGEST} 字，请精简。"),
        ],
        help_text=help_text,
    )


class LightAnswer(Recorded):
    """红灯说明: why a project is red, what is done about it, and by which day it shall not be.

    Written once and never changed: a later one replaces it, and both stay on record. `since` is
    the first day of the red that it answers, `day` the site's day on which it was given.
    """

    project = models.ForeignKey(
        Project, models.CASCADE, related_name="light_answers", verbose_name="项目"
    )
    since = models.DateField("红灯起", editable=False)
    cause = _words("原因", "为什么亮红灯，卡在哪里。")
    measure = _words("措施", "正在做什么、由谁做。")
    promised = models.DateField("哪天转好", help_text="承诺到这一天不再是红灯。")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        editable=False,
        related_name="+",
        verbose_name="说明人",
    )
    day = models.DateField("说明日期", editable=False)
    at = models.DateTimeField("说明时间", editable=False)
    silent_changes = ("since", "day", "at")

    class Meta:
        verbose_name = "红灯说明"
        verbose_name_plural = "红灯说明"
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["project", "-at"], name="light_answer_latest")]

    def __str__(self) -> str:
        return f"{self.project}红灯说明（{self.day:%Y-%m-%d}）"

    @property
    def given(self) -> Given:
        """What the rules know of it."""
        return Given(self.day, self.promised)
