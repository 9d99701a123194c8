"""赛马: what is recorded beside the facts: additions and deductions, published months, objections."""

from urllib.parse import urlencode

from django.core.validators import MinLengthValidator
from django.db import models
from django.urls import reverse

from kuancheng.records.base import Recorded
from kuancheng.records.fields import account_field
from kuancheng.reports.choices import EntryState, MeasureChoice, ObjectionState, PublicationState
from kuancheng.reports.models.league import LeagueGroup, LeagueRules

SHORTEST = 4


def _words(label: str, help_text: str) -> models.CharField:
    shortest = MinLengthValidator(SHORTEST, f"请写明{label}，至少 {SHORTEST} 个字。")
    return models.CharField(label, max_length=400, validators=[shortest], help_text=help_text)


class LeagueEntry(Recorded):
    """加减分和免列: one recorded time of an item, or an exemption from the black list (`item` empty).

    Proposed by one of the office and confirmed by another; only what is confirmed counts.
    """

    group = models.ForeignKey(
        LeagueGroup, models.CASCADE, related_name="entries", verbose_name="分组", editable=False
    )
    month = models.DateField("月份", help_text="计入哪个月，例如 2024-09。")
    entrant = models.CharField("对象", max_length=12)
    item = models.CharField("加减分项", max_length=60, blank=True)
    reason = _words("事由", "发生了什么，为什么加、扣或免列。")
    document = models.CharField(
        "依据", max_length=200, help_text="文号、通报、现场检查记录等，能查得到的。"
    )
    state = models.CharField(
        "状态", max_length=10, choices=EntryState, default=EntryState.PROPOSED, editable=False
    )
    author = account_field("登记人")
    decided_by = account_field("确认人", null=True)
    decided_on = models.DateField("确认日期", null=True, editable=False)
    void_reason = models.CharField("撤销原因", max_length=200, blank=True, editable=False)
    version = models.PositiveIntegerField("版本", default=1, editable=False)
    silent_changes = ("decided_by", "decided_on")

    class Meta:
        verbose_name = "赛马加减分"
        verbose_name_plural = "赛马加减分"
        ordering = ["group", "month", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(month__day=1), name="league_entry_month_is_first_day"
            ),
            models.UniqueConstraint(
                fields=["group", "month", "entrant"],
                condition=models.Q(item="") & ~models.Q(state="void"),
                name="league_one_exemption",
                violation_error_message="这个月已为它登记过免列黑榜。",
            ),
        ]
        indexes = [models.Index(fields=["group", "month"], name="league_entry_month")]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.item or '免列黑榜'}"


class LeaguePublication(Recorded):
    """发布的赛马: a month's tables as they were published, frozen.

    `tables` hold the month's and the year's table with every figure and sum. Drawn up by one of the
    office, published by another. While it is proposed it says what would be published.
    """

    group = models.ForeignKey(
        LeagueGroup,
        models.PROTECT,
        related_name="publications",
        verbose_name="分组",
        editable=False,
    )
    month = models.DateField("月份", editable=False)
    rules = models.ForeignKey(
        LeagueRules, models.PROTECT, related_name="+", verbose_name="规则", editable=False
    )
    tables = models.JSONField("排名表", editable=False)
    state = models.CharField(
        "状态",
        max_length=10,
        choices=PublicationState,
        default=PublicationState.PROPOSED,
        editable=False,
    )
    author = account_field("拟定人")
    drawn_up_on = models.DateField("拟定日期", editable=False)
    published_by = account_field("发布人", null=True)
    published_on = models.DateField("发布日期", null=True, editable=False)
    version = models.PositiveIntegerField("版本", default=1, editable=False)
    silent_changes = ("tables", "author", "drawn_up_on", "published_by", "published_on", "rules")

    class Meta:
        verbose_name = "赛马发布"
        verbose_name_plural = "赛马发布"
        ordering = ["group", "-month"]
        constraints = [
            models.UniqueConstraint(fields=["group", "month"], name="league_month_published_once"),
            models.CheckConstraint(
                condition=models.Q(month__day=1), name="league_publication_first_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group} {self.month:%Y-%m}"

    def get_absolute_url(self) -> str:
        asked = urlencode({"group": self.group_id, "month": f"{self.month:%Y-%m}"})
        return f"{reverse('league')}?{asked}"

    @property
    def is_published(self) -> bool:
        """Whether it stands, and nothing of it changes."""
        return self.state == PublicationState.PUBLISHED


class LeagueObjection(Recorded):
    """异议: what an entrant says against a published figure, and the answer of somebody who did not
    set it.
    """

    publication = models.ForeignKey(
        LeaguePublication,
        models.PROTECT,
        related_name="objections",
        verbose_name="发布",
        editable=False,
    )
    entrant = models.CharField("对象", max_length=12, editable=False)
    measure = models.CharField("对哪项", max_length=20, choices=MeasureChoice, blank=True)
    text = _words("异议内容", "哪个数不对，应该是多少，依据什么。")
    author = account_field("提出人")
    raised_on = models.DateField("提出日期", editable=False)
    state = models.CharField(
        "状态", max_length=10, choices=ObjectionState, default=ObjectionState.OPEN, editable=False
    )
    answer = models.CharField("答复", max_length=400, blank=True)
    answered_by = account_field("答复人", null=True)
    answered_on = models.DateField("答复日期", null=True, editable=False)
    version = models.PositiveIntegerField("版本", default=1, editable=False)
    silent_changes = ("author", "raised_on", "answered_by", "answered_on")

    class Meta:
        verbose_name = "赛马异议"
        verbose_name_plural = "赛马异议"
        ordering = ["-raised_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["publication", "entrant", "measure"],
                condition=models.Q(state="open"),
                name="league_one_open_objection",
                violation_error_message="对这个数已经提出过异议，正在等待答复。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.publication} 异议"

    @property
    def is_open(self) -> bool:
        """Whether it waits for its answer."""
        return self.state == ObjectionState.OPEN
