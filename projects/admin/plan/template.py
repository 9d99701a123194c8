"""流程模板 with their steps, and the baselines to be read."""

from django import forms
from django.contrib import admin
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest

from kuancheng.access.rights import account
from kuancheng.records.admin import ReadOnlyList, RecordAdmin
from projects.models import Baseline, BaselineEntry, ScheduleTemplate, TemplateStep
from projects.services.planning import delete_template, save_template


class TemplateStepInline(admin.TabularInline):
    model = TemplateStep
    extra = 0
    fields = ("order", "phase", "name", "duration", "unit", "after", "weight", "permit", "guidance")


@admin.register(ScheduleTemplate)
class ScheduleTemplateAdmin(RecordAdmin):
    """Saved with all its steps in one call, which names the step that cannot be scheduled."""

    list_display = ("name", "note", "updated_at")
    search_fields = ("code", "name")
    fields = (("name", "code"), "note")
    inlines = (TemplateStepInline,)

    def save_model(
        self, request: HttpRequest, obj: ScheduleTemplate, form: forms.ModelForm, change: bool
    ) -> None:
        """Left to `save_related`: a template stands or falls with its steps."""

    def save_related(
        self,
        request: HttpRequest,
        form: forms.ModelForm,
        formsets: list[BaseInlineFormSet],
        change: bool,
    ) -> None:
        saved = [row for formset in formsets for row in formset.save(commit=False)]
        deleted = [row for formset in formsets for row in formset.deleted_objects]
        save_template(template=form.instance, saved=saved, deleted=deleted, actor=account(request))

    def delete_model(self, request: HttpRequest, obj: ScheduleTemplate) -> None:
        delete_template(template=obj, actor=account(request))


class BaselineEntryInline(admin.TabularInline):
    model = BaselineEntry
    extra = 0
    fields = ("order", "name", "planned_start", "planned_finish")

    def has_add_permission(self, request: HttpRequest, obj: Baseline | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Baseline | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Baseline | None = None) -> bool:
        return False


@admin.register(Baseline)
class BaselineAdmin(ReadOnlyList):
    """Plans as they were approved, and proposals: made and withdrawn on the project's page only."""

    list_display = (
        "__str__",
        "project",
        "reason",
        "promised_completion",
        "author",
        "proposed_at",
        "approver",
        "approved_at",
    )
    list_filter = ("reason",)
    list_select_related = ("project", "author", "approver")
    search_fields = ("project__search_key",)
    search_help_text = "项目名称、编号、拼音或拼音首字母。"
    ordering = ("project__code", "number")
    fields = (
        ("project", "number", "reason"),
        "note",
        "promised_completion",
        ("author", "proposed_at"),
        ("approver", "approved_at"),
    )
    inlines = (BaselineEntryInline,)
    empty_value_display = "—"
    list_per_page = 50
    list_max_show_all = 200
    show_facets = admin.ShowFacets.NEVER
