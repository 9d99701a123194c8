"""进展填报 in the admin: the form, with the figures beside it."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import URLPattern

from investment.admin.report.correction import CorrectionPage, may_correct
from investment.admin.report.evidence import (
    ADD_RIGHT,
    ReportEvidencePage,
    doors_of,
    may_supplement,
)
from investment.admin.report.figures import TEXTS, Figures, figures_of
from investment.admin.report.form import ReportForm, missing_month
from investment.admin.report.list import ReportList
from investment.admin.report.review import ReviewPage
from investment.admin.report.steps import STEPS, Step, take_step
from investment.admin.report.submit_all import SubmitAllPage
from investment.choices import ReportState
from investment.models import StatusReport
from investment.rules.reporting import parse_month
from investment.services import (
    WrongState,
    check_report,
    delete_report,
    return_report,
    save_report,
    submit_report,
)
from investment.services.undo import seconds_left
from kuancheng import clock
from kuancheng.access.rights import account
from kuancheng.records.base import label_of
from kuancheng.records.pages import AdminPage
from kuancheng.records.versions import seen_version
from projects.admin.evidence import place_of, save_posted, set_aside, shown
from projects.admin.rights import may_edit
from projects.models import Project
from projects.services import StaleRecord
from projects.services.evidence import files_undone


@admin.register(StatusReport)
class StatusReportAdmin(ReportList):
    form = ReportForm
    refusals = (ValidationError, IntegrityError, StaleRecord, WrongState, StatusReport.DoesNotExist)
    read_as = {"month": "month_column"}
    autocomplete_fields = ("project",)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("project", "month"),
                    ("completed", "physical_percent"),
                    "physical_progress",
                    "problems",
                    "next_step",
                    "explanation",
                )
            },
        ),
    )

    class Media:
        js = ("kuancheng/report_form.js", "kuancheng/undo.js")

    def get_urls(self) -> list[URLPattern]:
        return [
            FiguresPanel.at("figures/", self),
            ReviewPage.at("review/", self),
            SubmitAllPage.at("submit-all/", self),
            CorrectionPage.at("<path:object_id>/correct/", self),
            ReportEvidencePage.at("<path:object_id>/evidence/", self),
            *super().get_urls(),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("project")

    def has_change_permission(self, request: HttpRequest, obj: StatusReport | None = None) -> bool:
        """Open reports on one's own projects.

        A form sent back is let in by its project alone: when the report was submitted in the
        meantime the service refuses, and its author keeps what he typed.
        """
        if obj is not None and request.method == "POST":
            return super().has_change_permission(request) and may_edit(request, obj.project)
        return super().has_change_permission(request, obj)

    def get_form(
        self,
        request: HttpRequest,
        obj: StatusReport | None = None,
        change: bool = False,
        **kwargs: object,
    ) -> type[forms.ModelForm]:
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (form,), {"copying": "_copy" in request.POST})

    def get_readonly_fields(
        self, request: HttpRequest, obj: StatusReport | None = None
    ) -> tuple[str, ...]:
        return ("project",) if obj else ()

    def formfield_for_foreignkey(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> forms.ModelChoiceField | None:
        if db_field.name == "project":
            kwargs["queryset"] = Project.objects.editable_by(request.user)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        project = _project(request, request.GET.get("project"))
        month = _month(request.GET.get("month")) or missing_month(project, clock.today())
        return {"project": project.pk if project else None, "month": month}

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if "_copy" in request.POST:
            _take_over(request, _project(request, request.POST.get("project")))
        project = _project(request, request.GET.get("project"))
        month = _month(request.GET.get("month"))
        if request.method == "GET" and project and month:
            filed = StatusReport.objects.filter(project=project, month=month).first()
            if filed:
                messages.info(request, f"{filed} 已有填报，已为您打开。")
                return redirect("admin:investment_statusreport_change", filed.pk)
        return super().add_view(request, form_url, extra_context)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if request.POST.get("_step") == "return":
            return self._return(request, object_id)
        step = STEPS.get(request.POST.get("_step", ""))
        if step is None:
            if "_copy" in request.POST:
                report = self.get_object(request, unquote(object_id))
                _take_over(request, report.project if report else None)
            return super().change_view(request, object_id, form_url, extra_context)
        report = self.get_object(request, unquote(object_id))
        if report is None or not request.user.has_perm(step.permission):
            raise PermissionDenied
        take_step(request, step, [(report, seen_version(request.POST))])
        return HttpResponseRedirect(request.get_full_path())

    def form_context(
        self, request: HttpRequest, original: StatusReport | None, form: forms.ModelForm
    ) -> dict[str, object]:
        report = original
        if isinstance(form, ReportForm):
            form.point()
        own = report is None or may_edit(request, report.project)
        project = report.project if report else _project(request, form["project"].value())
        editable = report is None or self.has_change_permission(request, report)
        month = report.month if report and not editable else _month(form["month"].value())
        held = report.evidence.select_related("uploaded_by") if report else ()
        place = place_of(request, StatusReport, report)
        lost = set_aside(request, place, ADD_RIGHT) if editable else []
        return {
            "figures": _figures(project, month),
            "editable": editable,
            "own": own,
            "steps": _steps(request, report) if report and own else {},
            "undo_seconds": seconds_left(report, account(request), clock.now()) if report else 0,
            "shown": shown(request, held, place, may_add=editable, may_change=editable, lost=lost),
            "corrections": _corrections(report),
            "may_supplement": report and not editable and may_supplement(request, report),
            "may_correct": own and may_correct(request, report),
        }

    def save_model(
        self, request: HttpRequest, obj: StatusReport, form: forms.ModelForm, change: bool
    ) -> None:
        today, actor = clock.today(), account(request)
        seen = form.cleaned_data.get("seen_version")
        # A submission that is refused takes the draft and its files back with it.
        with files_undone():
            save_report(report=obj, today=today, actor=actor, seen=seen)
            place = place_of(request, StatusReport, obj if change else None)
            save_posted(request, obj.evidence.all(), place, doors_of(obj))
            if "_submit" in request.POST:
                self._submit(request, obj)

    def _submit(self, request: HttpRequest, obj: StatusReport) -> None:
        today, actor = clock.today(), account(request)
        ticked = set(request.POST.getlist("confirmed"))
        confirmed = {each.rule for each in check_report(obj) if each.mark in ticked}
        submit_report(
            report=obj, today=today, actor=actor, confirmed=confirmed | set(obj.confirmed)
        )

    def response_add(
        self, request: HttpRequest, obj: StatusReport, post_url_continue: str | None = None
    ) -> HttpResponse:
        return self._saved(request, obj)

    def response_change(self, request: HttpRequest, obj: StatusReport) -> HttpResponse:
        return self._saved(request, obj)

    def _saved(self, request: HttpRequest, report: StatusReport) -> HttpResponse:
        """Back to "my work", where the next missing month stands."""
        done = "已提交，等待复核" if "_submit" in request.POST else "已存为草稿，还没有提交"
        messages.success(request, f"{report} {done}。")
        if report.is_open and "_submit" not in request.POST:
            for finding in check_report(report):
                messages.warning(request, finding.text)
        return redirect("admin:index")

    def _return(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """退回 with a note, from the report's page."""
        report = self.get_object(request, unquote(object_id))
        if report is None:
            raise PermissionDenied
        note, seen = request.POST.get("return_note", ""), seen_version(request.POST)
        try:
            return_report(report=report, seen=seen, note=note, actor=account(request))
        except (ValidationError, WrongState, StaleRecord) as error:
            reasons = error.messages if isinstance(error, ValidationError) else [str(error)]
            messages.error(request, "；".join(reasons))
        else:
            messages.success(request, f"{report} 已退回。")
        return HttpResponseRedirect(request.get_full_path())

    def delete_model(self, request: HttpRequest, obj: StatusReport) -> None:
        delete_report(report=obj, actor=account(request))

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        try:
            return super().delete_view(request, object_id, extra_context)
        except (WrongState, StatusReport.DoesNotExist) as error:
            text = str(error) if isinstance(error, WrongState) else "这份填报已被删除。"
            messages.error(request, text)
            return redirect("admin:investment_statusreport_changelist")


class FiguresPanel(AdminPage):
    """The panel beside the form, asked for when another project or month is picked."""

    name = "figures"

    def get(self, request: HttpRequest) -> HttpResponse:
        """The figures of the project and month asked for."""
        if not self.owner.has_view_permission(request):
            raise PermissionDenied
        project = _project(request, request.GET.get("project"))
        figures = _figures(project, _month(request.GET.get("month")))
        return render(request, "admin/investment/statusreport/figures.html", {"figures": figures})


def _take_over(request: HttpRequest, project: Project | None) -> None:
    """Fills the texts that are empty with the last report's, in what was posted."""
    month = _month(request.POST.get("month"))
    figures = _figures(project, month)
    last = figures.last if figures else None
    if last is None:
        messages.warning(request, "没有上月填报，没有可带入的文字。")
        return
    posted = request.POST.copy()
    taken, kept = [], []
    for name in TEXTS:
        label = label_of(StatusReport, name)
        if not getattr(last, name):
            continue
        if posted.get(name, "").strip():
            kept.append(label)
            continue
        posted[name] = getattr(last, name)
        taken.append(label)
    request.POST = posted  # type: ignore[assignment]
    done = (
        f"已带入{last.month_text}的{'、'.join(taken)}，还没有保存，请改成本月情况。"
        if taken
        else ""
    )
    messages.info(request, done + (f"已有内容、没有改动：{'、'.join(kept)}。" if kept else ""))


def _corrections(report: StatusReport | None) -> list[Any]:
    """All of a report's corrections, first to last. One query."""
    if report is None:
        return []
    return list(report.corrections.select_related("author", "approver"))


def _steps(request: HttpRequest, report: StatusReport) -> dict[str, Step]:
    if report.state != ReportState.SUBMITTED:
        return {}
    offered = {name: STEPS[name] for name in ("withdraw", "approve")}
    return {name: step for name, step in offered.items() if request.user.has_perm(step.permission)}


def _project(request: HttpRequest, value: object) -> Project | None:
    """One of the user's own projects by its id, None for anything else."""
    text = str(value or "")
    if not (text.isascii() and text.isdecimal()) or len(text) > 18:
        return None
    project: Project | None = Project.objects.editable_by(request.user).filter(pk=text).first()
    return project


def _month(value: object) -> date | None:
    if isinstance(value, date):
        return value
    try:
        month = parse_month(str(value or ""))
    except ValueError:
        return None
    return month if 2000 <= month.year <= 2100 else None


def _figures(project: Project | None, month: date | None) -> Figures | None:
    return figures_of(project, month) if project and month else None
