"""Roles, API keys and display tokens in the admin; accounts are kept where roles are granted."""

from datetime import date, datetime, time, timedelta
from typing import Any, TypeVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminDateWidget
from django.contrib.auth.admin import GroupAdmin
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import ValidationError
from django.db.models import ForeignKey, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html_join

from kuancheng.access.keys import issue_key
from kuancheng.access.models import ApiKey, Credential, DisplayToken, User
from kuancheng.access.rights import VERBS, account
from kuancheng.audit.choices import Act
from kuancheng.audit.recording import record
from kuancheng.records.admin import ReadOnlyList, RecordAdmin
from kuancheng.records.forms import (
    RefusableForm,
)

KEY_DAYS = 365
"""So long a new key lasts unless said otherwise."""

admin.site.unregister(Group)


@admin.register(Group)
class RoleAdmin(ReadOnlyList, GroupAdmin):
    """角色: made by migrations, so here they are read."""

    list_display = ("name", "members")
    fields = ("name", "rights", "members")
    readonly_fields = ("name", "rights", "members")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("user_set")

    @admin.display(description="账号")
    def members(self, group: Group) -> str:
        return "、".join(str(user) for user in group.user_set.all()) or "—"

    @admin.display(description="权限")
    def rights(self, group: Group) -> str:
        by_model: dict[str, list[str]] = {}
        for permission in group.permissions.select_related("content_type"):
            model = permission.content_type.model_class()
            if model is not None:
                by_model.setdefault(str(model._meta.verbose_name), []).append(_right(permission))
        return format_html_join(
            "", "<p>{}：{}</p>", [(m, "、".join(r)) for m, r in by_model.items()]
        )


def _right(permission: Permission) -> str:
    model = permission.content_type.model_class()
    own = dict(model._meta.permissions) if model else {}
    action = permission.codename.split("_")[0]
    return str(own.get(permission.codename) or VERBS.get(action, permission.codename))


class CredentialForm(RefusableForm):
    expires_on = forms.DateField(
        label="有效期至",
        widget=AdminDateWidget(),
        help_text="含当天。",
    )

    def clean_expires_on(self) -> date:
        last: date = self.cleaned_data["expires_on"]
        # A secret lives by the real clock, also where the site's day is pinned.
        if not timezone.localdate() <= last <= timezone.localdate() + timedelta(days=3660):
            raise ValidationError("有效期应从今天起，最长 10 年。")
        return last


Secret = TypeVar("Secret", bound=Credential)
"""What lets somebody or something in."""


class CredentialAdmin(RecordAdmin[Secret]):
    """Issues secrets, shows each once, and revokes them; none is ever changed.

    `asked` are the fields of a new one, `issued_title` and `issued_template` the page that shows it.
    """

    form = CredentialForm
    actions = ("revoke",)
    asked: tuple[str, ...] = ()
    issued_title = ""
    issued_template = ""
    times = ("created_at", "expires_at", "revoked_at", "last_used_at", "last_used_ip")

    def issue(self, form: forms.ModelForm, expires_at: datetime) -> tuple[Credential, str]:
        """The record and the secret of a form that was accepted."""
        raise NotImplementedError

    def get_fields(self, request: HttpRequest, obj: Secret | None = None) -> tuple[str, ...]:
        if obj is None:
            return (*self.asked, "expires_on")
        return (*self.asked, "standing", "beginning", *self.times)

    def has_change_permission(self, request: HttpRequest, obj: Secret | None = None) -> bool:
        return obj is None and super().has_change_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Secret | None = None) -> bool:
        """Nobody: a secret that ends is revoked."""
        return False

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"expires_on": timezone.localdate() + timedelta(days=KEY_DAYS)}

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        response = super().changelist_view(request, extra_context)
        if request.method == "GET" and response.status_code == 200:
            words = f"查看{self.opts.verbose_name}清单"
            record(Act.KEY_VIEWED, words=words, detail={"query": request.GET.urlencode()})
        return response

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        response = super().change_view(request, object_id, form_url, extra_context)
        if request.method == "GET" and response.status_code == 200:
            words = f"查看{self.opts.verbose_name}"
            record(Act.KEY_VIEWED, subject=self.get_object(request, object_id), words=words)
        return response

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        one_way = {"show_save_and_add_another": False, "show_save_and_continue": False}
        return super().add_view(request, form_url, {**one_way, **(extra_context or {})})

    @admin.display(description="状态")
    def standing(self, secret: Secret) -> str:
        if secret.revoked_at:
            return "已吊销"
        if secret.expires_at and secret.expires_at <= timezone.now():
            return "已到期"
        if getattr(secret, "waiting", False):
            return "待第二人确认"
        return "有效"

    @admin.display(description="开头")
    def beginning(self, secret: Secret) -> str:
        return f"{secret.prefix}…"

    def save_model(
        self, request: HttpRequest, obj: Secret, form: forms.ModelForm, change: bool
    ) -> None:
        day_after = form.cleaned_data["expires_on"] + timedelta(days=1)
        ends = timezone.make_aware(datetime.combine(day_after, time.min))
        record, secret = self.issue(form, ends)
        obj.pk, obj.prefix, obj.issued = record.pk, record.prefix, secret

    def response_add(
        self, request: HttpRequest, obj: Secret, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Shows the secret here and now: it is stored nowhere, so no later page could."""
        context = {
            **self.admin_site.each_context(request),
            "title": self.issued_title,
            "opts": self.opts,
            "record": obj,
            "shown": self.shown(request, obj.issued),
            "last_day": request.POST["expires_on"],
        }
        return TemplateResponse(request, self.issued_template, context)

    def shown(self, request: HttpRequest, secret: str) -> str:
        """The secret as it is handed over."""
        return secret

    @admin.action(description="吊销所选的", permissions=["change"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[Secret]) -> None:
        live = [each for each in queryset if each.revoked_at is None]
        for each in live:
            each.revoke()
        messages.success(request, f"已吊销 {len(live)} 个{self.opts.verbose_name}，立即失效。")


@admin.register(ApiKey)
class ApiKeyAdmin(CredentialAdmin[ApiKey]):
    """Keys of other systems."""

    list_display = (
        "name",
        "user",
        "scope",
        "reads",
        "standing",
        "beginning",
        "created_at",
        "expires_at",
        "last_used_at",
        "last_used_ip",
    )
    list_filter = ("scope", "reads")
    list_select_related = ("user",)
    search_fields = ("name", "user__username", "user__full_name")
    search_help_text = "密钥名称、登录名或姓名。"
    autocomplete_fields = ("user",)
    asked = ("user", "name", "scope", "reads")
    issued_title = "密钥已签发"
    issued_template = "admin/access/apikey/issued.html"

    def formfield_for_foreignkey(
        self, db_field: ForeignKey, request: HttpRequest, **kwargs: object
    ) -> forms.ModelChoiceField | None:
        kwargs["queryset"] = User.objects.filter(is_active=True)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def issue(self, form: forms.ModelForm, expires_at: datetime) -> tuple[Credential, str]:
        said = {name: form.cleaned_data[name] for name in self.asked}
        issuer: User = form.issuer  # type: ignore[attr-defined]
        return issue_key(issuer=issuer, expires_at=expires_at, **said)

    def save_model(
        self, request: HttpRequest, obj: ApiKey, form: forms.ModelForm, change: bool
    ) -> None:
        form.issuer = account(request)  # type: ignore[attr-defined]
        super().save_model(request, obj, form, change)
        obj.waiting = ApiKey.objects.filter(pk=obj.pk, waiting=True).exists()


@admin.register(DisplayToken)
class DisplayTokenAdmin(CredentialAdmin[DisplayToken]):
    """Addresses of wall displays."""

    list_display = (
        "name",
        "standing",
        "beginning",
        "created_at",
        "expires_at",
        "last_used_at",
        "last_used_ip",
    )
    search_fields = ("name",)
    search_help_text = "名称，例如“值班室”。"
    asked = ("name",)
    issued_title = "大屏地址已签发"
    issued_template = "admin/access/displaytoken/issued.html"

    def issue(self, form: forms.ModelForm, expires_at: datetime) -> tuple[Credential, str]:
        return DisplayToken.issue(name=form.cleaned_data["name"], expires_at=expires_at)

    def shown(self, request: HttpRequest, secret: str) -> str:
        return request.build_absolute_uri(reverse("screen-display", args=[secret]))
