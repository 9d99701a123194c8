"""What every record's admin shares: services write, refusals keep what was typed, history is read."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Generic, TypeVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import ERROR_FLAG, PAGE_VAR, SEARCH_VAR
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import PermissionDenied, SuspiciousOperation, ValidationError
from django.core.paginator import Paginator
from django.db import IntegrityError, models
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from kuancheng.records.changes import Change, WithHistory, record_changes
from kuancheng.records.forms import VersionedForm, as_refusal
from kuancheng.records.links import OpenLinks, opener

TOO_LARGE = re.compile(r"[0-9]{19,}")
"""A number larger than any key: no database can be asked for it."""

Record = TypeVar("Record", bound=WithHistory)
"""What an admin keeps."""


class PlainPickers(BaseModelAdmin):
    """Pickers of related records without the pop-up icons beside them, which only take room."""

    def formfield_for_dbfield(
        self, db_field: models.Field, request: HttpRequest, **kwargs: object
    ) -> forms.Field | None:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field


class CheckedList(admin.ModelAdmin):
    """A list that says in Chinese what it could not read in its address."""

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        for name, value in request.GET.items():
            if "\x00" in value or (name != SEARCH_VAR and TOO_LARGE.fullmatch(str(value))):
                raise SuspiciousOperation(f"{name} cannot be asked of a database")
        if ERROR_FLAG in request.GET:
            messages.warning(request, "网址里的筛选条件或页码无法识别，已改为显示全部。")
        title = str(self.opts.verbose_name_plural)
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        shown = self.form_context(request, context["original"], context["adminform"].form)
        context |= shown
        may_open = opener(self.admin_site, request)
        context["adminform"] = OpenLinks(context["adminform"], may_open)
        context["inline_admin_formsets"] = [
            OpenLinks(each, may_open) for each in context["inline_admin_formsets"]
        ]
        return super().render_change_form(request, context, *args, **kwargs)

    def form_context(
        self, request: HttpRequest, original: Any, form: forms.ModelForm
    ) -> dict[str, object]:
        """What the page of a form shows beside it; `original` is None for a new record."""
        return {}


class ReadOnlyList(CheckedList):
    """Records that are read in the admin and written elsewhere."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


class RecordAdmin(PlainPickers, CheckedList, Generic[Record]):
    """Saves through a service and shows who changed what.

    A save that a service refuses, by one of the exceptions in `refusals`, is rolled back whole,
    and the form comes back with everything typed, inline rows too. Nothing is deleted by the dozen.
    `read_as` names the columns that stand for fields where the form may only be read.
    """

    read_as: Mapping[str, str] = {}
    refusals: tuple[type[Exception], ...] = (ValidationError, IntegrityError)
    form: type[forms.ModelForm] = VersionedForm
    show_facets = admin.ShowFacets.NEVER
    empty_value_display = "—"
    list_per_page = 50
    list_max_show_all = 200
    history_per_page = 100
    object_history_template = "admin/record_history.html"

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def get_form(
        self,
        request: HttpRequest,
        obj: Record | None = None,
        change: bool = False,
        **kwargs: object,
    ) -> type[forms.ModelForm]:
        form = super().get_form(request, obj, change=change, **kwargs)
        refusal = getattr(request, "refusal", None)
        return type(form.__name__, (form,), {"refusal": refusal}) if refusal else form

    def get_fieldsets(self, request: HttpRequest, obj: Record | None = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or not self.read_as or self.has_change_permission(request, obj):
            return fieldsets
        return [
            (title, {**options, "fields": self._to_read(options["fields"])})
            for title, options in fieldsets
        ]

    def _to_read(self, fields: Sequence[str | Sequence[str]]) -> list[Any]:
        return [
            self.read_as.get(field, field) if isinstance(field, str) else self._to_read(field)
            for field in fields
        ]

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except self.refusals as error:
            request.refusal = as_refusal(error)  # type: ignore[attr-defined]
        # Now the form itself objects, so this run shows it again and saves nothing.
        return super().changeform_view(request, object_id, form_url, extra_context)

    def delete_model(self, request: HttpRequest, obj: Record) -> None:
        """By a service; whose records no service deletes says so in `has_delete_permission`."""
        raise NotImplementedError

    def changes_of(self, obj: Record) -> list[Change]:
        """The history page's rows, newest first."""
        return record_changes(obj)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        obj = self.get_object(request, unquote(object_id))
        if obj is None:
            raise Http404("没有这条记录，可能已被删除。")
        if not self.has_view_permission(request, obj):
            raise PermissionDenied
        pages = Paginator(self.changes_of(obj), self.history_per_page)
        page = pages.get_page(request.GET.get(PAGE_VAR))
        context = {
            **self.admin_site.each_context(request),
            "title": f"变更记录：{obj}",
            "module_name": str(self.opts.verbose_name_plural),
            "object": obj,
            "opts": self.opts,
            "page": page,
            "page_range": pages.get_elided_page_range(page.number),
            "page_var": PAGE_VAR,
            **(extra_context or {}),
        }
        return TemplateResponse(request, self.object_history_template, context)
