"""周调度: a week's session, its agenda, who attended, and what it decided."""

from datetime import time

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from simple_history.models import HistoricalRecords

from kuancheng.records.base import Recorded
from kuancheng.records.dated import DatedRules
from kuancheng.records.fields import account_field
from projects.choices import (
    OPEN_REVIEWS,
    AgendaKind,
    Factor,
    ItemOutcome,
    MatterLevel,
    Presence,
    ReviewState,
)
from projects.fields import SearchKeyField
from projects.models.matter import Matter, long_text
from projects.models.people import Agency, Official
from projects.querysets import DecisionQuerySet, ReviewQuerySet
from projects.rules.reviews import Cadence

WEEKDAYS = list(enumerate(("周一", "周二", "周三", "周四", "周五", "周六", "周日")))


def _minutes(label: str, default: int, help_text: str = "") -> models.PositiveSmallIntegerField:
    bounds = [
        MinValueValidator(1, "至少 1 分钟。"),
        MaxValueValidator(120, "一项最多 120 分钟。"),
    ]
    return models.PositiveSmallIntegerField(
        label, default=default, validators=bounds, help_text=help_text
    )


class ReviewCadence(DatedRules):
    """周调度安排: one version of when and where reviews are held, and who takes the chair."""

    weekday = models.PositiveSmallIntegerField(
        "每周", choices=WEEKDAYS, default=4, help_text="逢法定节假日顺延到下一个工作日。"
    )
    start = models.TimeField("开始时间", default=time(9))
    place = models.CharField("地点", max_length=80, default="区政府会议室")
    chair = models.ForeignKey(
        Official,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="默认主持人",
    )
    item_minutes = _minutes("每项时间（分钟）", 5, "新议题先给这么多时间，可逐项调整。")
    history = HistoricalRecords()

    class Meta(DatedRules.Meta):
        verbose_name = "周调度安排"
        verbose_name_plural = "周调度安排"

    @property
    def rule(self) -> Cadence:
        """What the rules know of it."""
        return Cadence(self.weekday)


class WeeklyReview(Recorded):
    """周调度: one session, from its preparation to its minutes.

    `drawn_since` is the day against which the agenda was drawn. `pulse` grows with every change
    of the review or anything on it, so that a screen asks for one number. `minutes` is the copy
    that was frozen when they became final; what is changed later does not alter it.
    """

    year = models.PositiveSmallIntegerField("年度", editable=False)
    serial = models.PositiveSmallIntegerField("次", editable=False)
    title = models.CharField("名称", max_length=40, editable=False)
    day = models.DateField("日期")
    start = models.TimeField("开始时间")
    place = models.CharField("地点", max_length=80)
    chair = models.ForeignKey(
        Official, models.PROTECT, related_name="reviews_chaired", verbose_name="主持人"
    )
    clerk = account_field("记录人")
    state = models.CharField(
        "状态",
        max_length=10,
        choices=ReviewState,
        default=ReviewState.PREPARING,
        editable=False,
        db_index=True,
    )
    cancel_reason = models.CharField("取消原因", max_length=200, blank=True, editable=False)
    drawn_since = models.DateField("对照日", null=True, editable=False)
    drawn_on = models.DateField("议程生成日期", null=True, editable=False)
    sent_at = models.DateTimeField("议程发送时间", null=True, editable=False)
    begun_at = models.DateTimeField("开始", null=True, editable=False)
    ended_at = models.DateTimeField("结束", null=True, editable=False)
    final_at = models.DateTimeField("定稿时间", null=True, editable=False)
    final_by = account_field("定稿人", null=True)
    minutes = models.JSONField("纪要定稿", null=True, editable=False)
    pulse = models.PositiveIntegerField("变动次数", default=1, editable=False)
    version = models.PositiveIntegerField("版本", default=1, editable=False)
    is_demo = models.BooleanField("演示数据", default=False, editable=False)
    search_key = SearchKeyField(sources=("title", "place"))

    objects = ReviewQuerySet.as_manager()
    silent_changes = ("pulse", "minutes", "is_demo", "drawn_since")

    class Meta:
        verbose_name = "周调度"
        verbose_name_plural = "周调度"
        ordering = ["-year", "-serial"]
        constraints = [
            models.UniqueConstraint(
                fields=["year", "serial"],
                name="review_number_unique",
                violation_error_message="这一次周调度已经有了。",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=ReviewState.CANCELLED) | ~models.Q(cancel_reason=""),
                name="review_cancelled_with_reason",
                violation_error_message="请写明取消的原因。",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Its page: the agenda, and after the meeting what came of it."""
        return reverse("weekly-review", args=[self.year, self.serial])

    @property
    def number(self) -> str:
        """2024-12, as in its address."""
        return f"{self.year}-{self.serial}"

    @property
    def is_open(self) -> bool:
        """Whether it is neither final nor cancelled."""
        return self.state in OPEN_REVIEWS

    @property
    def takes_decisions(self) -> bool:
        """Whether decisions can be noted and corrected: from the beginning until it is final."""
        return self.state in {ReviewState.RUNNING, ReviewState.DRAFTED}


class OfReview(Recorded):
    """What belongs to a review, each with a version of its own."""

    review: models.ForeignKey[WeeklyReview]
    version = models.PositiveIntegerField("版本", default=1, editable=False)

    class Meta:
        abstract = True

    def touched_projects(self) -> frozenset[int]:
        """None: that something is talked about changes no fact of a project."""
        return frozenset()


class AgendaItem(OfReview):
    """议题: one project, or a matter without one, or a thing named by hand, and why it is talked about.

    `reasons` are [{"kind", "text"}] as they stood when the item was drawn, `light` the code of the
    project's light then. `moved` and `touched` say that people changed its place, or anything of
    it: drawing again leaves that alone. `left_out` is off the agenda, and can be put back.
    """

    review = models.ForeignKey(
        WeeklyReview, models.CASCADE, related_name="items", verbose_name="周调度"
    )
    order = models.PositiveSmallIntegerField("顺序")
    minutes = _minutes("时间（分钟）", 5)
    project = models.ForeignKey(
        "projects.Project",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="agenda_items",
        verbose_name="项目",
    )
    matter = models.ForeignKey(
        Matter,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="agenda_items",
        verbose_name="事项",
    )
    title = models.CharField("议题", max_length=120, blank=True)
    light = models.CharField("当时亮灯", max_length=6, blank=True, editable=False)
    reasons = models.JSONField("上会原因", default=list, editable=False)
    carried_from = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="carried_to",
        verbose_name="由哪一项顺延",
    )
    by_hand = models.BooleanField("手工加入", default=False, editable=False)
    moved = models.BooleanField("手工排序", default=False, editable=False)
    touched = models.BooleanField("手工调整", default=False, editable=False)
    left_out = models.BooleanField("不上会", default=False, editable=False)
    outcome = models.CharField(
        "结果", max_length=10, choices=ItemOutcome, blank=True, editable=False
    )
    note = models.CharField("记录", max_length=500, blank=True)

    silent_changes = ("order", "moved", "touched")

    class Meta:
        verbose_name = "议题"
        verbose_name_plural = "议题"
        ordering = ["review", "order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["review", "project"],
                condition=models.Q(project__isnull=False),
                name="agenda_item_once_a_project",
                violation_error_message="这个项目已在议程里，一个项目只列一项。",
            ),
            models.UniqueConstraint(
                fields=["review", "matter"],
                condition=models.Q(matter__isnull=False),
                name="agenda_item_once_a_matter",
                violation_error_message="这件事项已在议程里。",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """What it is about, in words."""
        if self.title:
            return self.title
        return self.project.name if self.project else str(self.matter or "")

    @property
    def kinds(self) -> list[str]:
        """Why it is on the agenda, in words and once each."""
        return [
            AgendaKind(kind).label for kind in dict.fromkeys(each["kind"] for each in self.reasons)
        ]

    def clean(self) -> None:
        if not (self.project_id or self.matter_id or self.title.strip()):
            raise ValidationError({"title": "请选择项目，或写明议题。"})


class Attendance(OfReview):
    """出席情况: an official who attends or is excused, or somebody of an agency who sits in.

    `substitute` is who came instead of one who is excused.
    """

    review = models.ForeignKey(
        WeeklyReview, models.CASCADE, related_name="attendances", verbose_name="周调度"
    )
    official = models.ForeignKey(
        Official,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="干部",
    )
    agency = models.ForeignKey(
        Agency, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="单位"
    )
    name = models.CharField("姓名", max_length=40, blank=True)
    presence = models.CharField(
        "出席情况", max_length=10, choices=Presence, default=Presence.PRESENT
    )
    reason = models.CharField("请假原因", max_length=100, blank=True)
    substitute = models.CharField("代会人", max_length=40, blank=True)
    by_hand = models.BooleanField("手工加入", default=False, editable=False)

    class Meta:
        verbose_name = "出席情况"
        verbose_name_plural = "出席情况"
        ordering = ["review", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["review", "official"],
                condition=models.Q(official__isnull=False),
                name="attendance_once_an_official",
                violation_error_message="这位同志已在名单里。",
            )
        ]

    def __str__(self) -> str:
        return self.who

    @property
    def who(self) -> str:
        """In words: 王某（局长）, or 水务局 李某, or the agency alone."""
        if self.official:
            post = f"（{self.official.post}）" if self.official.post else ""
            return f"{self.official.name}{post}"
        return " ".join(part for part in (str(self.agency or ""), self.name) if part)

    def clean(self) -> None:
        wrong = {}
        if not (self.official_id or self.agency_id or self.name.strip()):
            wrong["name"] = "请选择干部，或填写单位、姓名。"
        if not self.official_id and self.presence != Presence.SITTING_IN:
            wrong["presence"] = "不在干部名册里的只能列席。"
        if self.presence == Presence.EXCUSED and not self.reason.strip():
            wrong["reason"] = "请写明请假原因。"
        if self.presence != Presence.EXCUSED and (self.reason or self.substitute):
            wrong["presence"] = "写了请假原因或代会人，请选“请假”。"
        if wrong:
            raise ValidationError(wrong)


class Decision(OfReview):
    """议定事项: what was decided on an item, whose it is and by when, and the matter that it became.

    `token` is the client's own name of it: sent twice it is one decision. `withdrawn` says why it
    does not stand any more; its matter is void then.
    """

    review = models.ForeignKey(
        WeeklyReview, models.CASCADE, related_name="decisions", verbose_name="周调度"
    )
    item = models.ForeignKey(
        AgendaItem, models.PROTECT, related_name="decisions", verbose_name="议题"
    )
    number = models.PositiveSmallIntegerField("序号", editable=False)
    text = long_text("议定事项")
    agency = models.ForeignKey(
        Agency, models.PROTECT, related_name="decisions", verbose_name="责任单位"
    )
    person = models.ForeignKey(
        Official,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="责任人",
    )
    due = models.DateField("办结时限")
    level = models.PositiveSmallIntegerField(
        "级别", choices=MatterLevel, default=MatterLevel.IN_CHARGE
    )
    factor = models.CharField("要素", max_length=16, choices=Factor, default=Factor.OTHER)
    verifier = account_field("核查人", editable=True, help_text="不能是责任单位的人。")
    author = account_field("记录人")
    token = models.UUIDField("客户端标识", unique=True, editable=False)
    matter = models.OneToOneField(
        Matter,
        models.PROTECT,
        editable=False,
        related_name="decision",
        verbose_name="事项",
    )
    withdrawn = models.CharField("撤回原因", max_length=200, blank=True, editable=False)
    search_key = SearchKeyField(sources=("text",))

    objects = DecisionQuerySet.as_manager()
    silent_changes = ("token",)

    class Meta:
        verbose_name = "议定事项"
        verbose_name_plural = "议定事项"
        ordering = ["review", "number"]
        constraints = [
            models.UniqueConstraint(fields=["review", "number"], name="decision_number_unique")
        ]

    def __str__(self) -> str:
        return f"{self.review} 议定事项 {self.number}"
