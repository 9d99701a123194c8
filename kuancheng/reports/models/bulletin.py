"""月通报: a month's bulletin while it is drafted, what was issued for good, and what corrects it."""

from django.core.validators import MinLengthValidator
from django.db import models
from django.urls import reverse

from kuancheng.records.base import Recorded
from kuancheng.records.fields import account_field
from kuancheng.reports.choices import (
    BulletinFileKind,
    BulletinSection,
    BulletinState,
    ErratumState,
    ParagraphKind,
)
from kuancheng.reports.querysets import BulletinQuerySet
from kuancheng.reports.rules.bulletin.figures import Snapshot

SHORTEST = 4


class Bulletin(Recorded):
    """月通报: one a month. While it is drafted its paragraphs are its text; once issued the copy is.

    `code` is 机关代字; number and year are given at issue. `confirmed` are the soft lacks that were
    let pass: code, text, reason and who, as `rules.bulletin.lacks` names them. `digest` repeats that
    of the issued copy: a copy that is gone is missed.
    """

    month = models.DateField("月份", unique=True, editable=False)
    state = models.CharField(
        "状态",
        max_length=10,
        choices=BulletinState,
        default=BulletinState.DRAFT,
        editable=False,
    )
    title = models.CharField("标题", max_length=100)
    code = models.CharField(
        "机关代字",
        max_length=30,
        blank=True,
        help_text="发文字号〔年份〕前面的字，例如“某重点办通报”。",
    )
    addressees = models.CharField("主送", max_length=300, blank=True, help_text="不写末尾的冒号。")
    signer = models.CharField("落款单位", max_length=60, blank=True)
    copied_to = models.CharField(
        "抄送", max_length=300, blank=True, help_text="没有可留空；不写“抄送”二字和末尾的句号。"
    )
    year = models.PositiveSmallIntegerField("发文年份", null=True, editable=False)
    number = models.PositiveIntegerField("发文序号", null=True, editable=False)
    author = account_field("起草人")
    drafted_on = models.DateField("起草日期", editable=False)
    submitter = account_field("送审人", null=True)
    submitted_on = models.DateField("送审日期", null=True, editable=False)
    returned_note = models.CharField("退回意见", max_length=400, blank=True, editable=False)
    approver = account_field("批准人", null=True)
    issued_on = models.DateField("发布日期", null=True, editable=False)
    confirmed = models.JSONField("已确认的缺项", default=list, editable=False)
    digest = models.CharField("摘要", max_length=64, blank=True, editable=False)
    version = models.PositiveIntegerField("版本", default=1, editable=False)
    silent_changes = ("digest", "drafted_on", "submitted_on", "confirmed")

    objects = BulletinQuerySet.as_manager()

    class Meta:
        verbose_name = "月通报"
        verbose_name_plural = "月通报"
        ordering = ["-month"]
        permissions = [("approve_bulletin", "可批准并发布月通报")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(month__day=1), name="bulletin_month_is_first_day"
            ),
            models.UniqueConstraint(
                fields=["year", "number"],
                name="bulletin_number_used_once",
                violation_error_message="这个发文字号已经用过。",
            ),
            models.CheckConstraint(
                condition=models.Q(state="issued", number__isnull=False, year__isnull=False)
                | ~models.Q(state="issued") & models.Q(number__isnull=True, year__isnull=True),
                name="bulletin_number_given_at_issue",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} 月通报"

    def get_absolute_url(self) -> str:
        return reverse("bulletin", args=[f"{self.month:%Y-%m}"])

    @property
    def is_draft(self) -> bool:
        """Whether its text may be changed."""
        return self.state == BulletinState.DRAFT

    @property
    def is_issued(self) -> bool:
        """Whether it stands, and nothing of it changes."""
        return self.state == BulletinState.ISSUED

    @property
    def document_number(self) -> str:
        """发文字号: 机关代字〔2024〕3号; empty before it is issued."""
        return f"{self.code}〔{self.year}〕{self.number}号" if self.number else ""


class BulletinFigures(models.Model):
    """The figures that a draft's text is written from; gathered anew when it is redrafted."""

    bulletin = models.OneToOneField(
        Bulletin, models.CASCADE, related_name="gathered", verbose_name="月通报"
    )
    figures = models.JSONField("数据")
    gathered_at = models.DateTimeField("取数时间")

    class Meta:
        verbose_name = "月通报数据"
        verbose_name_plural = "月通报数据"

    def __str__(self) -> str:
        return f"{self.bulletin_id} {self.gathered_at:%Y-%m-%d %H:%M}"

    @property
    def snapshot(self) -> Snapshot:
        """The figures as values."""
        return Snapshot.from_json(self.figures)


class BulletinParagraph(Recorded):
    """One paragraph, table or chart of a draft, in its order.

    `key` is that of the template, or of the table or chart; empty for a paragraph that somebody
    added. `text` holds figures as tokens, “⟦overall.rate⟧”. `figures` are those of its text as they
    were printed when it was last edited; `typed` the numbers typed by hand that somebody confirmed.
    """

    bulletin = models.ForeignKey(
        Bulletin,
        models.CASCADE,
        related_name="paragraphs",
        verbose_name="月通报",
        editable=False,
    )
    section = models.CharField("部分", max_length=10, choices=BulletinSection)
    order = models.PositiveSmallIntegerField("顺序", editable=False)
    kind = models.CharField(
        "种类", max_length=8, choices=ParagraphKind, default=ParagraphKind.TEXT, editable=False
    )
    key = models.CharField("模板", max_length=80, blank=True, editable=False)
    text = models.TextField("内容", blank=True, max_length=4000)
    edited_by = account_field("修改人", null=True)
    edited_at = models.DateTimeField("修改时间", null=True, editable=False)
    figures = models.JSONField("修改时的数字", default=dict, editable=False)
    typed = models.JSONField("已确认的手工数字", default=list, editable=False)
    typed_by = account_field("确认人", null=True)
    version = models.PositiveIntegerField("版本", default=1, editable=False)
    silent_changes = ("edited_at", "figures", "order")

    class Meta:
        verbose_name = "月通报段落"
        verbose_name_plural = "月通报段落"
        ordering = ["bulletin", "order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["bulletin", "key"],
                condition=~models.Q(key=""),
                name="bulletin_template_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_section_display()} {self.text[:20] or self.key}"

    @property
    def is_edited(self) -> bool:
        """Whether somebody wrote it otherwise than the template."""
        return self.edited_by_id is not None

    @property
    def is_own(self) -> bool:
        """Whether somebody added it."""
        return not self.key


class IssuedBulletin(models.Model):
    """The copy of what was issued: written once, never changed; each is chained to the one before.

    `content` holds heads, figures, text, rule versions, list and document; `known_at` is the moment
    whose records it answers from. `place` counts all that were ever issued.
    """

    bulletin = models.OneToOneField(
        Bulletin, models.PROTECT, related_name="issued", verbose_name="月通报"
    )
    place = models.PositiveIntegerField("序", unique=True)
    known_at = models.DateTimeField("数据截至")
    content = models.JSONField("内容")
    digest = models.CharField("摘要", max_length=64)
    previous_digest = models.CharField("上一期摘要", max_length=64, blank=True)

    class Meta:
        verbose_name = "已发月通报"
        verbose_name_plural = "已发月通报"
        ordering = ["place"]

    def __str__(self) -> str:
        return str(self.content.get("number", self.place))

    @property
    def snapshot(self) -> Snapshot:
        """Its figures as values."""
        return Snapshot.from_json(self.content["figures"])


class BulletinFile(models.Model):
    """A file as it was issued, byte by byte."""

    issued = models.ForeignKey(
        IssuedBulletin, models.PROTECT, related_name="files", verbose_name="月通报"
    )
    kind = models.CharField("种类", max_length=8, choices=BulletinFileKind)
    name = models.CharField("文件名", max_length=120)
    bytes = models.BinaryField("内容")
    digest = models.CharField("摘要", max_length=64)

    class Meta:
        verbose_name = "月通报文件"
        verbose_name_plural = "月通报文件"
        ordering = ["issued", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["issued", "kind"], name="bulletin_file_once")
        ]

    def __str__(self) -> str:
        return self.name


class Erratum(Recorded):
    """更正: a figure of an issued bulletin was wrong. Old and new as they are printed, with the unit.

    Proposed by one, approved by another; printed with the next bulletin. The issued copy stays.
    """

    bulletin = models.ForeignKey(
        Bulletin, models.PROTECT, related_name="errata", verbose_name="月通报", editable=False
    )
    figure = models.CharField("数据项", max_length=80)
    label = models.CharField("名称", max_length=100, editable=False)
    old = models.CharField("原为", max_length=200, editable=False)
    new = models.CharField("更正为", max_length=200, help_text="连同单位，例如 12.34亿元。")
    reason = models.CharField(
        "原因",
        max_length=400,
        validators=[MinLengthValidator(SHORTEST, f"请写明为什么更正，至少 {SHORTEST} 个字。")],
    )
    state = models.CharField(
        "状态",
        max_length=10,
        choices=ErratumState,
        default=ErratumState.PROPOSED,
        editable=False,
    )
    author = account_field("提出人")
    proposed_on = models.DateField("提出日期", editable=False)
    approver = account_field("批准人", null=True)
    decided_on = models.DateField("批准日期", null=True, editable=False)
    refusal = models.CharField("不同意的理由", max_length=400, blank=True, editable=False)
    printed_with = models.ForeignKey(
        Bulletin,
        models.PROTECT,
        null=True,
        related_name="printed_errata",
        verbose_name="随哪期刊出",
        editable=False,
    )
    version = models.PositiveIntegerField("版本", default=1, editable=False)
    silent_changes = ("author", "proposed_on", "decided_on")

    class Meta:
        verbose_name = "月通报更正"
        verbose_name_plural = "月通报更正"
        ordering = ["-proposed_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["bulletin", "figure"],
                condition=models.Q(state="proposed"),
                name="bulletin_one_open_erratum",
                violation_error_message="这个数已经提出过更正，正在等待批准。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.bulletin} 更正：{self.label}"

    @property
    def is_open(self) -> bool:
        """Whether it waits to be approved."""
        return self.state == ErratumState.PROPOSED

    @property
    def said(self) -> str:
        """The correction in one sentence, as it is printed."""
        number = self.bulletin.document_number or str(self.bulletin)
        return f"{number}中“{self.label}”原为{self.old}，更正为{self.new}。"
