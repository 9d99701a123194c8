"""发送记录 and 群机器人 in the admin, for those who look after the machine."""

from datetime import datetime
from typing import Any, Unpack

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet, Value
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html

from kuancheng.access.rights import account
from kuancheng.notices import services
from kuancheng.notices.channels.bots import VENDORS
from kuancheng.notices.kinds import group_labels, label_of, labels
from kuancheng.notices.models import Bot, Delivery
from kuancheng.notices.rules.masking import masked
from kuancheng.notices.services.bots import TRY
from kuancheng.notices.services.deliveries import RESEND
from kuancheng.records.admin import ReadOnlyList, RecordAdmin
from kuancheng.records.forms import FormData, FormFiles, FormOptions, VersionedForm

SEES_ADDRESSES = "access.view_user"
"""Who sees the accounts sees their addresses there anyway."""


class KindFilter(admin.SimpleListFilter):
    """By kind of notice."""

    title = "通知类别"
    parameter_name = "kind"

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]
    ) -> list[tuple[str, str]]:
        return labels()

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(notice__kind=self.value()) if self.value() else queryset


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyList):
    """What went out, to whom, and what did not; that can be sent again."""

    list_display = (
        "notice_column",
        "kind_column",
        "channel",
        "recipient_column",
        "address_column",
        "state_column",
        "attempts",
        "due_column",
        "tried_at",
        "error_column",
    )
    list_display_links = None
    list_select_related = ("notice__recipient", "bot")
    list_filter = ("state", "channel", KindFilter)
    search_fields = ("address", "notice__title", "notice__recipient__full_name")
    search_help_text = "邮箱、群机器人、标题或收件人。"
    ordering = ("-pk",)
    list_per_page = 50
    show_facets = admin.ShowFacets.NEVER
    show_full_result_count = False
    empty_value_display = "—"
    actions = ("send_again",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Says on each row whether its reader may see addresses: columns are not told who asks."""
        found = super().get_queryset(request)
        return found.annotate(shows_address=Value(request.user.has_perm(SEES_ADDRESSES)))

    def get_search_fields(self, request: HttpRequest) -> tuple[str, ...]:
        """Who does not see an address cannot find out about it by searching either."""
        seen = request.user.has_perm(SEES_ADDRESSES)
        return self.search_fields if seen else self.search_fields[1:]

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions = super().get_actions(request)
        return actions if request.user.has_perm(RESEND) else {}

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        services.recover()
        return super().changelist_view(request, extra_context)

    @admin.action(description="再发一次（“不明”的，对方可能收到两次）")
    def send_again(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> None:
        for delivery in queryset:
            try:
                services.send_again(delivery=delivery, actor=account(request))
            except services.NotNow as refusal:
                messages.error(request, f"{delivery}：{refusal}")
            else:
                self.log_change(request, delivery, "再发一次")
                messages.success(request, f"{delivery}：已重新排队。")

    @admin.display(description="通知")
    def notice_column(self, delivery: Delivery) -> str:
        return delivery.notice.title

    @admin.display(description="类别")
    def kind_column(self, delivery: Delivery) -> str:
        return delivery.notice.kind_label

    @admin.display(description="收件人")
    def recipient_column(self, delivery: Delivery) -> str:
        return str(delivery.notice.recipient) if delivery.bot is None else "—"

    @admin.display(description="发往", ordering="address")
    def address_column(self, delivery: Any) -> str:
        return delivery.address if delivery.shows_address else masked(delivery.address)

    @admin.display(description="情况")
    def error_column(self, delivery: Any) -> str:
        # What a mail server says often names whom it would not take the mail for.
        return delivery.error if delivery.shows_address else masked(delivery.error)

    @admin.display(description="状态", ordering="state")
    def state_column(self, delivery: Delivery) -> str:
        return format_html(
            '<span class="state state-{}">{}</span>', delivery.state, delivery.get_state_display()
        )

    @admin.display(description="最早发送时间", ordering="due_at")
    def due_column(self, delivery: Delivery) -> datetime | None:
        return delivery.due_at if delivery.state == "waiting" else None


class BotForm(VersionedForm):
    """A bot; its address and secret go in and never come out."""

    webhook = forms.CharField(
        label="接口地址",
        required=False,
        max_length=500,
        strip=True,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "size": 60}),
    )
    new_secret = forms.CharField(
        label="加签密钥",
        required=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "size": 60}),
        help_text="钉钉、飞书机器人的安全设置选了“加签”（签名校验）才填。",
    )
    kinds = forms.MultipleChoiceField(
        label="发送哪些通知",
        choices=group_labels,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请至少勾选一类通知。"},
    )

    def __init__(
        self, data: FormData = None, files: FormFiles = None, **options: Unpack[FormOptions]
    ) -> None:
        super().__init__(data, files, **options)
        samples = "；".join(f"{each.label}：{VENDORS[each].sample}……" for each in VENDORS)
        again = "已保存，不再显示；不改请留空。" if self.instance.pk else ""
        for name in ("webhook", "new_secret"):
            if name in self.fields:
                self.fields[name].help_text += again
        if "webhook" in self.fields:
            self.fields["webhook"].help_text += f"把机器人页面上的地址整个粘贴进来。{samples}"


@admin.register(Bot)
class BotAdmin(RecordAdmin[Bot]):
    """Keeps bots, without ever showing what they are opened with, and tries them."""

    form = BotForm
    list_display = ("name", "channel", "address", "kinds_column", "active")
    list_filter = ("channel", "active")
    actions = ("try_it",)
    readable = ("name", "channel", "address", "keyword", "kinds_column", "active")

    def get_fields(self, request: HttpRequest, obj: Bot | None = None) -> tuple[str, ...]:
        if obj is not None and not self.has_change_permission(request, obj):
            return self.readable
        return ("name", "channel", "webhook", "new_secret", "keyword", "kinds", "active")

    def get_readonly_fields(self, request: HttpRequest, obj: Bot | None = None) -> tuple[str, ...]:
        return ("address", "kinds_column")

    def has_delete_permission(self, request: HttpRequest, obj: Bot | None = None) -> bool:
        """Nobody: a bot that ends is no longer active, and what it sent stays on record."""
        return False

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions = super().get_actions(request)
        return actions if request.user.has_perm(TRY) else {}

    def save_model(
        self, request: HttpRequest, obj: Bot, form: forms.ModelForm, change: bool
    ) -> None:
        if not form.has_changed() and change:
            return
        said = form.cleaned_data
        services.save_bot(
            bot=obj, webhook=said["webhook"], secret=said["new_secret"], actor=account(request)
        )

    @admin.action(description="发一条测试消息")
    def try_it(self, request: HttpRequest, queryset: QuerySet[Bot]) -> None:
        for bot in queryset:
            services.try_bot(bot=bot, actor=account(request))
            messages.success(request, f"{bot}：测试消息已排队，结果见“发送记录”。")

    @admin.display(description="发送哪些通知")
    def kinds_column(self, bot: Bot) -> str:
        return "、".join(label_of(code) for code in bot.kinds) or "—"
