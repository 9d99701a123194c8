"""人工调灯: set, seen, and ended early."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from kuancheng import clock
from kuancheng.access.rights import account
from kuancheng.records.admin import RecordAdmin
from kuancheng.records.forms import RefusableForm
from kuancheng.records.versions import StaleRecord, revision, seen_version
from kuancheng.reports.judging.progress import progress_rows
from kuancheng.reports.models import LightOverride
from kuancheng.reports.rules.lights import LABELS
from kuancheng.reports.services import revoke_override, set_override
from projects.admin.filters import PickFilter
from projects.models import Project

USUAL = timedelta(days=14)


class StandingFilter(PickFilter):
    title = "情况"
    parameter_name = "standing"

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]
    ) -> list[tuple[str, str]]:
        return [("1", "生效中")]

    def pick(self, request: HttpRequest, queryset: Any, value: str) -> QuerySet[Any]:
        found: QuerySet[Any] = queryset.in_force(clock.today())
        return found


class OverrideForm(RefusableForm):
    """Shows the light that is about to be replaced before it is."""

    seen_light = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        project = self.cleaned_data.get("project")
        if project is not None and self.instance.pk is None and not self.errors:
            self._compare(project)
        return cleaned

    def _compare(self, project: Project) -> None:
        """Objects once, with the light and its reasons, where the page did not show them yet."""
        row = progress_rows([project.pk], clock.today())[0]
        shown = f"{project.pk}:{row.light}"
        if self.cleaned_data.get("seen_light") == shown:
            self.cleaned_data["seen_light"] = row.light
            return
        posted: Any = self.data
        self.data = newest = posted.copy()
        newest[self.add_prefix("seen_light")] = shown
        why = "；".join(reason.text for reason in row.reasons) or "没有触发任何一条亮灯规则"
        question = f"{project} 现在亮{LABELS[row.light]}：{why}。确要调整请再点一次保存。"
        self.add_error(None, ValidationError(question, code="unseen"))


@admin.register(LightOverride)
class LightOverrideAdmin(RecordAdmin):
    """An override is never edited: it is ended, and another is set."""

    form = OverrideForm
    list_display = ("project", "light", "since", "until", "standing", "author", "reason")
    list_filter = (StandingFilter, "light")
    list_select_related = ("project", "author")
    search_fields = ("project__search_key",)
    search_help_text = "项目名称、编号、拼音或拼音首字母。"
    autocomplete_fields = ("project",)
    fields = ("project", ("light", "since", "until"), "reason")
    change_form_template = "admin/reports/lightoverride/change_form.html"

    @admin.display(description="情况")
    def standing(self, override: LightOverride) -> str:
        if override.revoked_on:
            return f"{override.revoked_on:%Y-%m-%d} 撤销"
        if override.holds_on(clock.today()):
            return "生效中"
        return "尚未生效" if override.since > clock.today() else "已到期"

    def has_change_permission(self, request: HttpRequest, obj: LightOverride | None = None) -> bool:
        return obj is None and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: LightOverride | None = None) -> bool:
        return False

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        today = clock.today()
        given = super().get_changeform_initial_data(request)
        return {"since": today, "until": today + USUAL, **given}

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        override = self.get_object(request, unquote(object_id))
        may_revoke = (
            override is not None
            and super().has_change_permission(request)
            and override.revoked_on is None
            and override.until >= clock.today()
        )
        if request.method == "POST":
            if override is None or not may_revoke:
                raise PermissionDenied
            self._revoke(request, override)
            return redirect(request.path)
        shown = revision(override) if override else 0
        context = {"may_revoke": may_revoke, "revision": shown, **(extra_context or {})}
        return super().change_view(request, object_id, form_url, context)

    def _revoke(self, request: HttpRequest, override: LightOverride) -> None:
        note, today = request.POST.get("revoke_note", ""), clock.today()
        seen = seen_version(request.POST)
        try:
            revoke_override(
                override=override, note=note, seen=seen, today=today, actor=account(request)
            )
        except ValidationError as error:
            messages.error(request, "；".join(error.messages))
        except StaleRecord as error:
            messages.error(request, str(error))
        else:
            messages.success(request, f"已撤销，{override.project} 恢复按规则亮灯。")

    def save_model(
        self, request: HttpRequest, obj: LightOverride, form: forms.ModelForm, change: bool
    ) -> None:
        seen = form.cleaned_data["seen_light"]
        set_override(override=obj, seen_light=seen, today=clock.today(), actor=account(request))
