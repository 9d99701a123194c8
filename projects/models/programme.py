"""清单/专项: a year's list of projects and the figures it is held to."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import models

from kuancheng.records.base import Recorded, in_day_order, require_order
from projects.choices import Comparator, JoinReason, LeaveReason, Measure
from projects.fields import SearchKeyField
from projects.querysets import ListingQuerySet
from projects.rules.targets import AMOUNT_UNITS


class Programme(Recorded):
    """清单/专项: e.g. 2024年5000万元以上重点项目."""

    code = models.SlugField(
        "编号", max_length=40, unique=True, help_text="例如 kc-2024，用于网址。"
    )
    name = models.CharField("名称", max_length=120, unique=True)
    year = models.PositiveSmallIntegerField("年度")
    begins = models.DateField(
        "清单起始日",
        blank=True,
        help_text="清单从这一天起才有，项目不能更早列入；不填为本年度 1 月 1 日。",
    )
    projects = models.ManyToManyField(
        "projects.Project", through="Listing", related_name="programmes", verbose_name="项目"
    )
    search_key = SearchKeyField(sources=("code", "name"))

    class Meta:
        verbose_name = "清单/专项"
        verbose_name_plural = "清单/专项"
        ordering = ["-year", "code"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(year__range=(2000, 2100)),
                name="programme_year_range",
                violation_error_message="年度应在 2000 到 2100 之间。",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if not self.year:
            return
        if self.begins is None:
            self.begins = date(self.year, 1, 1)
        if self.begins.year not in (self.year - 1, self.year):
            raise ValidationError(
                {"begins": f"清单起始日应在 {self.year - 1} 或 {self.year} 年内，请核对年份。"}
            )


class Listing(Recorded):
    """A project's stay on a programme's list, from a day on and until a day.

    Whoever leaves and comes back has two rows. Every count, sum and rate is of the rows that hold
    on the day asked.
    """

    programme = models.ForeignKey(
        Programme, models.CASCADE, related_name="listings", verbose_name="清单/专项"
    )
    project = models.ForeignKey(
        "projects.Project", models.CASCADE, related_name="listings", verbose_name="项目"
    )
    number = models.PositiveSmallIntegerField("序号", null=True, blank=True)
    since = models.DateField("列入日期", help_text="从这一天起计入清单。")
    until = models.DateField(
        "最后一天", null=True, blank=True, help_text="在清单上的最后一天；仍在清单上请留空。"
    )
    reason = models.CharField(
        "列入原因", max_length=12, choices=JoinReason, default=JoinReason.INITIAL
    )
    note = models.CharField("列入说明", max_length=200, blank=True)
    document = models.CharField("列入文号", max_length=80, blank=True)
    leave_reason = models.CharField("调出原因", max_length=12, choices=LeaveReason, blank=True)
    leave_note = models.CharField("调出说明", max_length=200, blank=True)
    leave_document = models.CharField("调出文号", max_length=80, blank=True)
    search_key = SearchKeyField(sources=("document", "leave_document", "note", "leave_note"))

    objects = ListingQuerySet.as_manager()

    class Meta:
        verbose_name = "列入清单"
        verbose_name_plural = "列入清单"
        ordering = ["programme", "number", "since"]
        constraints = [
            models.CheckConstraint(
                condition=in_day_order("since", "until"),
                name="listing_until_after_since",
                violation_error_message="最后一天不能早于列入日期。",
            ),
            models.CheckConstraint(
                condition=models.Q(until__isnull=True, leave_reason="")
                | models.Q(until__isnull=False) & ~models.Q(leave_reason=""),
                name="listing_left_with_reason",
                violation_error_message="最后一天和调出原因要同时填写，或同时留空。",
            ),
            models.UniqueConstraint(
                fields=["programme", "project"],
                condition=models.Q(until__isnull=True),
                name="listing_one_open",
                violation_error_message="该项目已在这份清单上，请先办理调出。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme} · {self.project}"

    def holds_on(self, day: date) -> bool:
        """Whether the project is on the list on that day."""
        return self.since <= day and (self.until is None or self.until >= day)

    def clean(self) -> None:
        require_order(self, "since", "until")
        wrong: dict[str, str] = {}
        if self.reason == JoinReason.ADDED and not self.document.strip():
            wrong["document"] = "增补须写明依据的文号或会议纪要。"
        if self.until is None:
            if self.leave_reason or self.leave_note.strip() or self.leave_document.strip():
                wrong["until"] = (
                    "写了调出的原因、说明或文号，请同时填写最后一天；仍在清单上请清空。"
                )
        else:
            wrong |= self._lacking_of_leaving()
        if wrong:
            raise ValidationError(wrong)

    def _lacking_of_leaving(self) -> dict[str, str]:
        wrong: dict[str, str] = {}
        if not self.leave_reason:
            wrong["leave_reason"] = "填了最后一天，请同时选择调出原因。"
        if self.leave_reason == LeaveReason.MERGED and not self.leave_note.strip():
            wrong["leave_note"] = "请写明并入哪个项目。"
        if not self.leave_document.strip():
            wrong["leave_document"] = "调出须写明依据的文号或会议纪要。"
        return wrong


class Target(Recorded):
    """A figure that a programme is held to, or whose actual value is followed.

    `value` is NULL where only an actual figure was published. A figure with `measure` other than
    `reading` is computed from the projects listed; the others from dated readings.
    """

    programme = models.ForeignKey(
        Programme, models.CASCADE, related_name="targets", verbose_name="清单/专项"
    )
    name = models.CharField("指标", max_length=80)
    measure = models.CharField(
        "实际值来源", max_length=20, choices=Measure, default=Measure.READING
    )
    comparator = models.CharField(
        "比较", max_length=3, choices=Comparator, default=Comparator.EQUAL
    )
    value = models.DecimalField(
        "目标值",
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="没有目标请留空。",
    )
    unit = models.CharField("单位", max_length=10)
    quote = models.TextField("原文", blank=True, help_text="目标出自文件的哪句话。")
    note = models.TextField("说明", blank=True)
    order = models.PositiveSmallIntegerField("排序", default=0)

    class Meta:
        verbose_name = "目标"
        verbose_name_plural = "目标"
        ordering = ["programme", "order", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "name"],
                name="target_once",
                violation_error_message="这份清单已有同名指标。",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.measure == Measure.TOTAL_INVESTMENT and self.unit not in AMOUNT_UNITS:
            raise ValidationError(
                {"unit": f"自动统计总投资时，单位只能是{'或'.join(AMOUNT_UNITS)}。"}
            )


class TargetReading(Recorded):
    """An actual figure, as published on a day, with its sentence."""

    target = models.ForeignKey(Target, models.CASCADE, related_name="readings", verbose_name="目标")
    date = models.DateField("日期")
    comparator = models.CharField(
        "比较", max_length=3, choices=Comparator, default=Comparator.EQUAL
    )
    value = models.DecimalField("数值", max_digits=14, decimal_places=2)
    quote = models.TextField("原文", blank=True)
    note = models.TextField("说明", blank=True)

    class Meta:
        verbose_name = "目标读数"
        verbose_name_plural = "目标读数"
        ordering = ["target", "date"]
        constraints = [
            models.UniqueConstraint(
                fields=["target", "date"],
                name="target_reading_once_a_day",
                violation_error_message="该指标在这一天已有读数。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.target} {self.date:%Y-%m-%d}"
