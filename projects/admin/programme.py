"""清单/专项 with their targets, and the dated readings of a target."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html

from kuancheng.access.rights import account
from kuancheng.records.admin import RecordAdmin
from projects.admin.people import PINYIN_HELP
from projects.models import Programme, Target, TargetReading
from projects.services import delete_reference, save_reference


class FigureAdmin(RecordAdmin):
    """A record of the programmes, saved with its rows."""

    def save_model(
        self, request: HttpRequest, obj: Programme | Target, form: forms.ModelForm, change: bool
    ) -> None:
        save_reference(record=obj, actor=account(request))

    def delete_model(self, request: HttpRequest, obj: Programme | Target) -> None:
        delete_reference(record=obj, actor=account(request))

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Deleted, or told on its page why it is not."""
        try:
            return super().delete_view(request, object_id, extra_context)
        except ValidationError as error:
            messages.error(request, "；".join(error.messages))
            return redirect(
                reverse(f"admin:projects_{self.opts.model_name}_change", args=[object_id])
            )

    def save_formset(
        self, request: HttpRequest, form: forms.ModelForm, formset: BaseInlineFormSet, change: bool
    ) -> None:
        for row in formset.save(commit=False):
            save_reference(record=row, actor=account(request))
        for row in formset.deleted_objects:
            delete_reference(record=row, actor=account(request))


class TargetInline(admin.TabularInline):
    model = Target
    extra = 0
    show_change_link = True
    fields = ("order", "name", "measure", "comparator", "value", "unit")


class TargetReadingInline(admin.TabularInline):
    model = TargetReading
    extra = 0
    fields = ("date", "comparator", "value", "quote", "note")


@admin.register(Programme)
class ProgrammeAdmin(FigureAdmin):
    list_display = ("code", "name", "year", "updated_at")
    list_filter = ("year",)
    search_fields = ("search_key",)
    search_help_text = PINYIN_HELP
    fields = ("code", "name", "year", "begins", "list_page")
    readonly_fields = ("list_page",)
    inlines = (TargetInline,)

    @admin.display(description="清单名册")
    def list_page(self, programme: Programme) -> str:
        """To the page on which its projects are added and taken off."""
        if programme.pk is None:
            return "保存后可在清单名册里增补项目"
        address = reverse("programme", args=[programme.code])
        return format_html('<a href="{}">在册项目、增补和调出</a>', address)


@admin.register(Target)
class TargetAdmin(FigureAdmin):
    list_display = ("name", "programme", "comparator", "value", "unit", "measure")
    list_filter = ("programme", "measure")
    list_select_related = ("programme",)
    search_fields = ("name", "quote")
    fields = (
        "programme",
        "name",
        "order",
        "measure",
        "comparator",
        "value",
        "unit",
        "quote",
        "note",
    )
    inlines = (TargetReadingInline,)
