"""Accounts, roles, API keys and display tokens in the admin."""

from datetime import date, datetime, time, timedelta
from typing import Any, TypeVar, Unpack

from axes.utils import reset
from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminDateWidget
from django.contrib.auth import password_validation, update_session_auth_hash
from django.contrib.auth.admin import GroupAdmin
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import ValidationError
from django.db.models import ForeignKey, ManyToManyField, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html_join

from kuancheng.access import auditing
from kuancheng.access.keys import issue_key
from kuancheng.access.models import ApiKey, Credential, DisplayToken, User
from kuancheng.access.rights import VERBS, account
from kuancheng.audit.choices import Act
from kuancheng.audit.recording import record
from kuancheng.records.admin import ReadOnlyList, RecordAdmin
from kuancheng.records.base import label_of
from kuancheng.records.changes import Change, record_changes
from kuancheng.records.forms import (
    FormData,
    FormFiles,
    FormOptions,
    RefusableForm,
    VersionedForm,
)
from kuancheng.throttles import services as throttles

PASSWORDS = ("password1", "password2")

KEY_DAYS = 365
"""So long a new key lasts unless said otherwise."""

admin.site.unregister(Group)


class UserForm(VersionedForm):
    """An account; a new password is asked for at first, and later only to reset it."""

    password1 = forms.CharField(
        label="口令",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="至少 8 个字符，包含小写字母、大写字母、数字、符号中的至少三类。",
    )
    password2 = forms.CharField(
        label="再输一次",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(
        self, data: FormData = None, files: FormFiles = None, **options: Unpack[FormOptions]
    ) -> None:
        super().__init__(data, files, **options)
        for name in PASSWORDS:
            self.fields[name].required = self.instance.pk is None
        if self.instance.pk:
            self.fields["password1"].label = "重设口令"
            self.fields["password1"].help_text += "不改请留空。"
        if "is_staff" in self.fields:
            self.fields["is_staff"].label = "可进填报后台"
            self.fields["is_staff"].help_text = "只看进展清单的领导不必勾选。"

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        first, second = (self.cleaned_data.get(name) for name in PASSWORDS)
        if first != second and (first or second):
            self.add_error("password2", "两次输入的口令不一样。")
        elif first:
            # After the rest, so that a password like the user's own name is seen.
            try:
                password_validation.validate_password(first, self.instance)
            except ValidationError as error:
                self.add_error("password1", error)


@admin.register(User)
class UserAdmin(RecordAdmin[User]):
    form = UserForm
    list_display = ("username", "full_name", "roles", "is_active", "is_staff", "last_login")
    list_display_links = ("username", "full_name")
    list_filter = ("groups", "is_active")
    search_fields = ("username", "full_name")
    search_help_text = "登录名或姓名。"
    actions = ("unlock",)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("username", "full_name"),
                    "email",
                    ("is_active", "is_staff"),
                    "groups",
                )
            },
        ),
        ("口令", {"fields": (("password1", "password2"),)}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("groups")

    def formfield_for_manytomany(
        self, db_field: ManyToManyField, request: HttpRequest, **kwargs: object
    ) -> forms.ModelMultipleChoiceField | None:
        kwargs["widget"] = forms.CheckboxSelectMultiple
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        if field is not None:
            field.label, field.help_text = "角色", "角色决定可以看什么、改什么。"
        return field

    @admin.display(description="角色")
    def roles(self, user: User) -> str:
        return "、".join(group.name for group in user.groups.all()) or "—"

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """A superuser's account is changed by superusers only, the system's own by nobody."""
        allowed = super().has_change_permission(request, obj)
        if obj is not None and obj.is_system:
            return False
        return allowed and (obj is None or not obj.is_superuser or request.user.is_superuser)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Nobody, the superuser included: an account that ends is no longer active."""
        return False

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        if obj and not self.has_change_permission(request, obj):
            return self.fieldsets[:1]
        return self.fieldsets

    def save_model(
        self, request: HttpRequest, obj: User, form: forms.ModelForm, change: bool
    ) -> None:
        password = form.cleaned_data["password1"]
        if password:
            obj.set_password(password)
        changed = _changed(obj, form)
        obj._change_reason = "设置了口令" if password else ""
        super().save_model(request, obj, form, change)
        auditing.note_account(obj, is_new=not change, changed=changed)
        if password:
            auditing.note_password(obj, by=account(request))
        if password and obj.pk == request.user.pk:
            update_session_auth_hash(request, obj)

    def changes_of(self, obj: User) -> list[Change]:
        """Roles and passwords are no columns of the account: its history keeps them as reasons."""
        rows = obj.history.exclude(history_change_reason=None).select_related("history_user")
        reasons = [
            Change(
                row.history_date,
                str(row.history_user or "系统"),
                row.history_change_reason,
                *3 * ("",),
            )
            for row in rows.exclude(history_change_reason="")
        ]
        found = [*reasons, *record_changes(obj)]
        return sorted(found, key=lambda change: change.when, reverse=True)

    @admin.action(description="解除登录锁定", permissions=["change"])
    def unlock(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        for user in queryset:
            reset(username=user.username)
            record(Act.UNLOCKED, subject=user, words="解除登录锁定")
            throttles.forget(name=user.username)
        messages.success(request, f"已解除 {len(queryset)} 个账号的登录锁定。")


def _changed(user: User, form: forms.ModelForm) -> dict[str, tuple[object, object]]:
    """Each column that an account's form changes, by its label: before and after."""
    former = User.objects.get(pk=user.pk) if user.pk else User()
    columns = {field.name for field in user._meta.concrete_fields} & {*form.changed_data}
    pairs = {each: (getattr(former, each), getattr(user, each)) for each in sorted(columns)}
    return {label_of(user, each): pair for each, pair in pairs.items() if pair[0] != pair[1]}


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
