"""Matters cut into spans, kept so that SQL counts figures over any number of them."""

from datetime import date

from django.db import models
from django.db.models import Q

from kuancheng.reports.querysets import MatterSpanQuerySet
from projects.models import Agency, Matter
from projects.rules.matters.spans import Close, Phase, Verdict


def _codes(kind: type[Phase] | type[Verdict] | type[Close]) -> list[tuple[str, str]]:
    return [(each.value, each.value) for each in kind]


class MatterSpan(models.Model):
    """One of a matter's spans: columns are those of `rules.matters.spans.Span`.

    Steps stand as the day on which they count and the moment from which they are known: `first`
    and `known_from` of the one that began it, `ended_on` and `ended_at`, `undone_on` and
    `undone_at`. While it lasts `ended_on` is the last day there is, so that one range of an index
    finds what lasted beyond a day. Written by `judging.matters.spans` alone, anew for the whole matter with each of its steps.
    """

    matter = models.ForeignKey(
        Matter, models.CASCADE, related_name="spans", verbose_name="事项", editable=False
    )
    first = models.DateField("起")
    known_from = models.DateTimeField("从何时所知")
    cut = models.DateField("止于这一天之前", null=True)
    ended_on = models.DateField("结束日期", default=date.max)
    ended_at = models.DateTimeField("结束时间", null=True)
    phase = models.CharField("在谁手里", max_length=8, choices=_codes(Phase))
    agency = models.ForeignKey(
        Agency,
        models.CASCADE,
        null=True,
        related_name="+",
        verbose_name="牵头单位",
        # SQLite would read all spans by it, to group a year's.
        db_index=False,
    )
    late_on = models.DateField("超期首日", null=True)
    paused = models.BooleanField("暂停", default=False)
    verdict = models.CharField("核查", max_length=8, choices=_codes(Verdict), blank=True)
    close = models.CharField("办结方式", max_length=8, choices=_codes(Close), blank=True)
    used = models.PositiveIntegerField("单位用时（工作日）", default=0)
    undone_on = models.DateField("重开日期", null=True)
    undone_at = models.DateTimeField("重开时间", null=True)

    objects = MatterSpanQuerySet.as_manager()

    class Meta:
        verbose_name = "事项时段"
        verbose_name_plural = "事项时段"
        default_permissions = ()
        ordering = ["matter", "pk"]
        # With all that is counted of them, so that no row is read for it.
        indexes = [
            models.Index(
                fields=["first", "agency", "verdict", "close", "used", "undone_on"],
                condition=~Q(verdict=""),
                name="matter_span_verdict",
            ),
            models.Index(
                fields=["ended_on", "first", "cut", "late_on", "phase", "paused", "agency"],
                condition=~Q(phase=Phase.CLOSED.value),
                name="matter_span_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.matter_id} {self.first} {self.phase}"
