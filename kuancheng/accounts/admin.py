"""Accounts in the admin: what is typed is saved, but roles wait for a second administrator."""

from typing import Any, ClassVar, Unpack

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from kuancheng.access.admin import UserAdmin, UserForm
from kuancheng.access.models import User
from kuancheng.access.rights import account
from kuancheng.accounts.services.roles import ALONE, LABEL, deciders, is_mighty, propose_account
from kuancheng.accounts.telling import tell_holder
from kuancheng.proposals.models import Proposal, ProposedField
from kuancheng.records.forms import FormData, FormFiles, FormOptions

OWN = "自己的角色和启用状态由另一位系统管理员办理。"
ASKED = "角色决定可以看什么、改什么。改动须另一位系统管理员审核，通过后生效；系统管理员、复核、审计不能由同一账号担任。"


class TwoPeopleUserForm(UserForm):
    """Takes roles and a reopening out of what is saved, and keeps them for the proposal."""

    reason = forms.CharField(
        label="变更理由",
        required=False,
        max_length=200,
        widget=forms.TextInput({"size": 60}),
        help_text="改角色、重新启用、重设复核、审计或管理员的口令时必填，例如“接替王某任项目秘书”。",
    )
    document = forms.CharField(label="依据", required=False, max_length=200)
    editor: User

    def __init__(
        self, data: FormData = None, files: FormFiles = None, **options: Unpack[FormOptions]
    ) -> None:
        super().__init__(data, files, **options)
        if "groups" not in self.fields:
            return
        self.fields["groups"].help_text = ASKED
        if self.instance.pk == self.editor.pk:
            for name in ("groups", "is_active"):
                self.fields[name].disabled = True
                self.fields[name].help_text = OWN
        self.wanted: list[str] = []
        self.reactivates = False
        self.digest = ""

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


admin.site.unregister(User)


@admin.register(User)
class TwoPeopleUserAdmin(UserAdmin):
    """An account is kept by one administrator; its roles are granted by two."""

    form = TwoPeopleUserForm
    fieldsets: ClassVar[Any] = (
        *UserAdmin.fieldsets[:1],
        ("角色变更", {"fields": ("pending", "reason", "document")}),
        *UserAdmin.fieldsets[1:],
    )
    readonly_fields = ("pending",)

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

    def save_model(
        self, request: HttpRequest, obj: User, form: forms.ModelForm, change: bool
    ) -> None:
        if getattr(form, "digest", ""):
            form.cleaned_data["password1"] = ""
        super().save_model(request, obj, form, change)
        assert isinstance(form, TwoPeopleUserForm)  # noqa: S101 - the form of this admin
        editor = account(request)
        if obj.pk == editor.pk:
            return
        if change and form.cleaned_data["password1"]:
            moment = f"{timezone.now():%Y%m%d%H%M%S%f}"
            tell_holder(obj, by=editor, key=f"password:{moment}", words="口令已被重设")
        made = propose_account(
            account=obj,
            roles=form.wanted,
            reactivate=form.reactivates,
            password=form.digest,
            reason=form.cleaned_data["reason"],
            document=form.cleaned_data["document"],
            actor=editor,
        )
        if made is not None:
            self._say(request, made, editor)

    def _say(self, request: HttpRequest, made: Proposal, editor: User) -> None:
        messages.info(request, f"已提出（{made}），由另一位系统管理员审核后生效。")
        if not deciders(editor):
            messages.warning(request, ALONE)
