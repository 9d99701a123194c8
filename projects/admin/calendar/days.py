"""工作日历 and 冬季停工 in the admin: the year to check, and what a change touches before it is saved."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.access.rights import account
from kuancheng.proposals.admin import ProposedAdmin
from kuancheng.proposals.models import Proposal
from kuancheng.records.forms import VersionedForm
from projects.admin.calendar.year import office_year
from projects.models import CalendarDay, WinterWindow
from projects.planning import site_calendars
from projects.rules.calendars import FIRST_YEAR, LAST_YEAR
from projects.services.calendars import propose_calendar
from projects.services.touched import (
    CalendarRecord,
    Touched,
    calendars_with,
    calendars_without,
    touched_by,
)

CONFIRMED, BACK = "_confirmed", "_back"
"""The buttons of the page that says what a change touches."""

TOKEN = "csrfmiddlewaretoken"  # noqa: S105 - the name of a field


class CalendarForm(VersionedForm):
    """A day or a winter, and why it is to be so."""

    reason = forms.CharField(
        label="变更理由",
        max_length=200,
        help_text="依据什么文件或安排，至少 4 个字，供审核人看。",
    )


class CalendarAdmin(ProposedAdmin[Any]):
    """Every project's schedule rests on these records: a change is shown first, then proposed."""

    form = CalendarForm

    delete_confirmation_template = "admin/projects/calendar_delete.html"

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if BACK in request.POST:
            request.refusal = ValidationError("还没有保存，您填写的内容都在下面。")  # type: ignore[attr-defined]
        elif request.method == "POST" and CONFIRMED not in request.POST:
            record = self._typed(request, object_id)
            changed = calendars_with(record) if record else None
            if changed and changed != site_calendars():
                return self._ask(request, record, touched_by(changed, clock.today()))
        return super().changeform_view(request, object_id, form_url, extra_context)

    def _typed(self, request: HttpRequest, object_id: str | None) -> Any:
        """The record as typed, not saved; None where the form itself must answer."""
        record = self.get_object(request, unquote(object_id)) if object_id else None
        if object_id and (record is None or not self.has_change_permission(request, record)):
            return None
        if not object_id and not self.has_add_permission(request):
            return None
        form_class = self.get_form(request, record, change=bool(object_id))
        form = form_class(request.POST, instance=record)
        return form.instance if form.is_valid() else None

    def _ask(
        self, request: HttpRequest, record: CalendarRecord, touched: list[Touched]
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": "保存前请确认",
            "opts": self.opts,
            "record": record,
            "touched": touched,
            "typed": [each for each in request.POST.items() if each[0] != TOKEN],
        }
        return TemplateResponse(request, "admin/projects/calendar_confirm.html", context)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        record = self.get_object(request, unquote(object_id))
        touched = []
        if record is not None and request.method == "GET":
            touched = touched_by(calendars_without(record), clock.today())
        return super().delete_view(
            request, object_id, {"touched": touched, **(extra_context or {})}
        )

    def propose(self, record: CalendarRecord, form: forms.ModelForm, actor: User) -> Proposal:
        return propose_calendar(record=record, reason=form.cleaned_data["reason"], actor=actor)

    def delete_model(self, request: HttpRequest, obj: CalendarRecord) -> None:
        request.proposal = propose_calendar(  # type: ignore[attr-defined]
            record=obj, reason=f"删除“{obj}”", actor=account(request), delete=True
        )


@admin.register(CalendarDay)
class CalendarDayAdmin(CalendarAdmin):
    list_display = ("date", "works", "name", "updated_at")
    list_filter = ("works",)
    search_fields = ("name",)
    date_hierarchy = "date"
    fields = (("date", "works"), "name", "reason")
    change_list_template = "admin/projects/calendarday/change_list.html"

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(self.year_view)
        own = path("year/<int:year>/", page, name="projects_calendarday_year")
        return [own, *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = {"this_year": clock.today().year, **(extra_context or {})}
        return super().changelist_view(request, context)

    def year_view(self, request: HttpRequest, year: int) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise Http404(f"日历只有 {FIRST_YEAR} 到 {LAST_YEAR} 年。")
        notes = dict(CalendarDay.objects.filter(date__year=year).values_list("date", "name"))
        context = {
            **self.admin_site.each_context(request),
            "title": f"{year} 年工作日历",
            "opts": self.opts,
            "page": office_year(year, notes),
            "today": clock.today(),
            "previous": year - 1 if year > FIRST_YEAR else None,
            "next": year + 1 if year < LAST_YEAR else None,
        }
        return TemplateResponse(request, "admin/projects/calendarday/year.html", context)


@admin.register(WinterWindow)
class WinterWindowAdmin(CalendarAdmin):
    list_display = ("year", "first", "last", "updated_at")
    fields = (("year", "first", "last"), "reason")
