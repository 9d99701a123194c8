"""Accounts in the admin: what is typed is saved, but roles wait for a second administrator."""

from typing import Any, Unpack

from axes.utils import reset
from django import forms
from django.contrib import admin, messages
from django.contrib.auth import password_validation, update_session_auth_hash
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db.models import ManyToManyField, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from kuancheng.access import auditing
from kuancheng.access.models import User
from kuancheng.access.rights import account
from kuancheng.accounts.services.roles import ALONE, LABEL, deciders, is_mighty, propose_account
from kuancheng.accounts.telling import tell_holder
from kuancheng.audit.choices import Act
from kuancheng.audit.recording import record
from kuancheng.proposals.models import ProposedField
from kuancheng.records.admin import RecordAdmin
from kuancheng.records.base import label_of
from kuancheng.records.changes import Change, record_changes
from kuancheng.records.forms import FormData, FormFiles, FormOptions, VersionedForm
from kuancheng.throttles import services as throttles

PASSWORDS = ("password1", "password2")

OWN = "自己的角色和启用状态由另一位系统管理员办理。"
ASKED = "角色决定可以看什么、改什么。改动须另一位系统管理员审核，通过后生效；系统管理员、复核、审计不能由同一账号担任。"


class UserForm(VersionedForm):
    """An account; a new password is asked for at first, and later only to reset it.

    Roles, a reopening and the password of a mighty account are not saved: they are kept for the
    proposal that puts them to a second administrator.
    """

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

    reason = forms.CharField(
        label="变更理由",
        required=False,
        max_length=200,
        widget=forms.TextInput({"size": 60}),
        help_text="改角色、重新启用、重设复核、审计或管理员的口令时必填，例如“接替王某任项目秘书”。",
    )
    document = forms.CharField(label="依据", required=False, max_length=200)
    editor: User
    wanted: list[str] = []
    reactivates = False
    digest = ""

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
        if "groups" in self.fields:
            self._ask_for_roles()

    def _ask_for_roles(self) -> None:
        self.fields["groups"].help_text = ASKED
        if self.instance.pk == self.editor.pk:
            for name in ("groups", "is_active"):
                self.fields[name].disabled = True
                self.fields[name].help_text = OWN

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

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if cleaned is None or "groups" not in self.cleaned_data:
            return cleaned
        known = User.objects.filter(pk=self.instance.pk).first() if self.instance.pk else None
        held = known.groups.all() if known else Group.objects.none()
        self.wanted = sorted(each.name for each in self.cleaned_data["groups"])
        self.reactivates = bool(
            known and not known.is_active and self.cleaned_data.get("is_active")
        )
        # Who sets the password of a mighty account could come in as its holder.
        another = known is not None and known.pk != self.editor.pk
        resets = bool(another and known and is_mighty(known) and cleaned.get("password1"))
        self.digest = make_password(cleaned["password1"]) if resets else ""
        asks = resets or self.reactivates or self.wanted != sorted(each.name for each in held)
        if asks and len((self.cleaned_data.get("reason") or "").strip()) < 4:
            self.add_error(
                "reason",
                "改角色、重新启用、重设这个账号的口令须写明理由，至少 4 个字；由另一位系统管理员审核。",
            )
        self.cleaned_data["groups"] = held
        if self.reactivates:
            self.cleaned_data["is_active"] = False
        return self.cleaned_data


@admin.register(User)
class UserAdmin(RecordAdmin[User]):
    """An account is kept by one administrator; its roles are granted by two."""

    form = UserForm
    list_display = ("username", "full_name", "roles", "is_active", "is_staff", "last_login")
    list_display_links = ("username", "full_name")
    list_filter = ("groups", "is_active")
    search_fields = ("username", "full_name")
    search_help_text = "登录名或姓名。"
    actions = ("unlock",)
    readonly_fields = ("pending",)
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
        ("角色变更", {"fields": ("pending", "reason", "document")}),
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
            field.label = "角色"
        return field

    def get_form(
        self, request: HttpRequest, obj: User | None = None, change: bool = False, **kwargs: object
    ) -> type[forms.ModelForm]:
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (form,), {"editor": request.user})

    @admin.display(description="待审核")
    def pending(self, user: User) -> str:
        """What waits for a second administrator, and where."""
        waiting = ProposedField.objects.open_on(LABEL, [user.pk]) if user.pk else ()
        lines = [
            format_html(
                '<a href="{}">{}</a>（{}提出）',
                reverse("proposal", args=[each.proposal_id]),
                each,
                each.proposal.author,
            )
            for each in waiting
        ]
        return format_html("；".join(["{}"] * len(lines)), *lines) if lines else "无"

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
        assert isinstance(form, UserForm)  # noqa: S101 - the form of this admin
        password = "" if form.digest else form.cleaned_data["password1"]
        if password:
            obj.set_password(password)
        changed = _changed(obj, form)
        obj._change_reason = "设置了口令" if password else ""
        super().save_model(request, obj, form, change)
        auditing.note_account(obj, is_new=not change, changed=changed)
        if password:
            self._note_password(request, obj, is_new=not change)
        if obj.pk != account(request).pk:
            self._propose(request, obj, form)

    def _note_password(self, request: HttpRequest, user: User, *, is_new: bool) -> None:
        editor = account(request)
        auditing.note_password(user, by=editor)
        if user.pk == editor.pk:
            update_session_auth_hash(request, user)
        elif not is_new:
            moment = f"{timezone.now():%Y%m%d%H%M%S%f}"
            tell_holder(user, by=editor, key=f"password:{moment}", words="口令已被重设")

    def _propose(self, request: HttpRequest, user: User, form: UserForm) -> None:
        """Puts what a second administrator has to grant to him, and says so."""
        editor = account(request)
        made = propose_account(
            account=user,
            roles=form.wanted,
            reactivate=form.reactivates,
            password=form.digest,
            reason=form.cleaned_data["reason"],
            document=form.cleaned_data["document"],
            actor=editor,
        )
        if made is None:
            return
        messages.info(request, f"已提出（{made}），由另一位系统管理员审核后生效。")
        if not deciders(editor):
            messages.warning(request, ALONE)

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
