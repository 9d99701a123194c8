"""通知: what one person was told, how it went out, and how he wants to be told."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from simple_history.models import HistoricalRecords

from kuancheng.notices.choices import BOT_CHANNELS, Channel, DeliveryState, Mode
from kuancheng.notices.kinds import label_of
from kuancheng.notices.querysets import BotQuerySet, DeliveryQuerySet, NoticeQuerySet
from kuancheng.notices.rules.timing import QuietSpan
from kuancheng.records.base import SiteHistory
from kuancheng.records.fields import ClockField


class Notice(models.Model):
    """通知: one thing that one person is told, once (`key`).

    `link` is a path of the site. `about_kind` and `about_id` name a record as announcements do.
    `outcome` says what became of it, once nobody has to do anything about it any more.
    """

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices", verbose_name="收件人"
    )
    kind = models.CharField("类别", max_length=40)
    title = models.CharField("标题", max_length=200)
    text = models.TextField("内容", blank=True)
    link = models.CharField("链接", max_length=300, blank=True)
    about_kind = models.CharField("对象类别", max_length=60, blank=True)
    about_id = models.BigIntegerField("对象", null=True)
    key = models.CharField("唯一键", max_length=120)
    created_at = ClockField("时间", auto_now_add=True)
    read_at = models.DateTimeField("阅读时间", null=True)
    outcome = models.CharField("了结", max_length=200, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = "通知"
        verbose_name_plural = "通知"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["recipient", "key"], name="notice_told_once")
        ]
        indexes = [
            models.Index(fields=["recipient", "-created_at"], name="notice_inbox"),
            models.Index(
                fields=["recipient"], condition=models.Q(read_at=None), name="notice_unread"
            ),
            models.Index(fields=["about_kind", "about_id"], name="notice_about"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def kind_label(self) -> str:
        """What people call its kind."""
        return label_of(self.kind)


class Bot(SiteHistory, models.Model):
    """群机器人: where a group of a messenger is told of some kinds of notice.

    `address` is the webhook's without its token; `token` and `secret` are never shown again.
    `shut_until`: the vendor takes no message before, by the computer's clock.
    """

    name = models.CharField(
        "名称", max_length=60, unique=True, help_text="哪个群，例如“重点项目调度群”。"
    )
    channel = models.CharField("类别", max_length=10, choices=BOT_CHANNELS)
    address = models.CharField("接口地址", max_length=300, editable=False)
    token = models.CharField("令牌", max_length=200, editable=False)
    secret = models.CharField("加签密钥", max_length=200, blank=True, editable=False)
    keyword = models.CharField(
        "关键词",
        max_length=20,
        blank=True,
        help_text="机器人设置了“自定义关键词”才填，与设置的一致。",
    )
    kinds = models.JSONField("发送哪些通知", default=list)
    active = models.BooleanField("启用", default=True)
    shut_until = models.DateTimeField("暂停到", null=True, editable=False)
    history = HistoricalRecords(excluded_fields=["token", "secret", "shut_until"])

    _change_reason: str | None = None

    objects = BotQuerySet.as_manager()

    class Meta:
        verbose_name = "群机器人"
        verbose_name_plural = "群机器人"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Delivery(models.Model):
    """发送记录: one notice on its way out by one channel.

    A bot gets what many people are told once, by its key. Times are the computer's own, also where
    the site's day is pinned. `job` is who sends it, `message` what it went out in, alone or with
    others.
    """

    notice = models.ForeignKey(
        Notice, models.CASCADE, related_name="deliveries", verbose_name="通知"
    )
    channel = models.CharField("方式", max_length=10, choices=Channel)
    bot = models.ForeignKey(
        Bot, models.PROTECT, null=True, related_name="deliveries", verbose_name="群机器人"
    )
    key = models.CharField("唯一键", max_length=120)
    address = models.CharField("发往", max_length=254, blank=True)
    state = models.CharField(
        "状态", max_length=10, choices=DeliveryState, default=DeliveryState.WAITING
    )
    attempts = models.PositiveSmallIntegerField("次数", default=0)
    due_at = models.DateTimeField("最早发送时间")
    tried_at = models.DateTimeField("最近发送时间", null=True)
    error = models.CharField("情况", max_length=200, blank=True)
    job = models.UUIDField("后台任务", null=True)
    message = models.UUIDField("同一条消息", null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = "发送记录"
        verbose_name_plural = "发送记录"
        ordering = ["-pk"]
        permissions = [("resend_delivery", "可再次发送通知")]
        constraints = [
            models.UniqueConstraint(
                fields=["notice", "channel"],
                condition=models.Q(bot=None),
                name="delivery_once_a_channel",
            ),
            models.UniqueConstraint(
                fields=["bot", "key"],
                condition=models.Q(bot__isnull=False),
                name="delivery_once_a_bot",
            ),
            models.CheckConstraint(
                condition=models.Q(channel=Channel.MAIL, bot=None)
                | ~models.Q(channel=Channel.MAIL) & models.Q(bot__isnull=False),
                name="delivery_bot_where_one_sends",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=models.Q(state=DeliveryState.WAITING),
                name="delivery_waiting",
            ),
            models.Index(
                fields=["job"],
                condition=models.Q(state=DeliveryState.SENDING),
                name="delivery_sending",
            ),
            models.Index(fields=["bot", "tried_at"], name="delivery_of_bot"),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()}：{self.notice}"


class Preference(models.Model):
    """通知设置: how one person wants to be told of one kind."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="账号"
    )
    kind = models.CharField("类别", max_length=40)
    mode = models.CharField("方式", max_length=10, choices=Mode)

    class Meta:
        verbose_name = "通知设置"
        verbose_name_plural = "通知设置"
        ordering = ["person", "kind"]
        constraints = [
            models.UniqueConstraint(fields=["person", "kind"], name="preference_one_a_kind")
        ]

    def __str__(self) -> str:
        return f"{self.person} {label_of(self.kind)}：{self.get_mode_display()}"


class QuietHours(models.Model):
    """免打扰时段: when one person gets no mail; what falls in it waits for its end."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="账号"
    )
    since = models.TimeField("起")
    until = models.TimeField("止")

    class Meta:
        verbose_name = "免打扰时段"
        verbose_name_plural = "免打扰时段"
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(since=models.F("until")), name="quiet_hours_have_length"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.since:%H:%M}–{self.until:%H:%M}"

    @property
    def span(self) -> QuietSpan:
        """As the rules take it."""
        return QuietSpan(self.since, self.until)

    def clean(self) -> None:
        if self.since == self.until:
            raise ValidationError({"until": "免打扰的起止时间不能相同。"})
