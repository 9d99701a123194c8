"""更正 of approved reports: proposed on a report's page, decided by a second person."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from investment.admin.report.figures import figures_of
from investment.choices import CorrectionState, ReportState
from investment.models import Correction, StatusReport
from investment.services import WrongState
from investment.services.corrections import (
    approve_correction,
    check_correction,
    propose_correction,
    reject_correction,
)
from kuancheng.access.rights import account
from kuancheng.records.admin import ReadOnlyList, RecordAdmin
from kuancheng.records.forms import object_beside
from kuancheng.records.pages import AdminPage
from kuancheng.records.versions import StaleRecord, seen_version
from projects.admin.columns import Known, amount
from projects.admin.rights import may_edit


class CorrectionForm(forms.ModelForm):
    """The new figures and why; they start from those that count now."""

    class Meta:
        model = Correction
        fields = ("completed", "physical_percent", "reason")
        widgets = {"reason": forms.Textarea(attrs={"rows": 3, "cols": 60})}

    def _post_clean(self) -> None:
        """The service judges the record."""


def may_correct(request: HttpRequest, report: StatusReport | None) -> bool:
    """Whether the user may propose new figures for this report, as far as his role goes."""
    approved = report is not None and report.state == ReportState.APPROVED
    return approved and request.user.has_perm("investment.add_correction")


class CorrectionPage(AdminPage):
    """The page on which new figures for an approved report are proposed."""

    name = "correct"
    gone = "没有这份填报。"
    template_name = "admin/investment/correction/propose.html"

    def get(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The form, beside the figures that count."""
        report = self._report(object_id)
        return self._shown(report, CorrectionForm(initial=_start(report)))

    def post(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Proposes what was posted."""
        report = self._report(object_id)
        form = CorrectionForm(request.POST, initial=_start(report))
        if form.is_valid() and _proposed(request, report, form):
            messages.success(request, f"{report} 的更正已提出，批准后生效；原数字会保留。")
            return redirect("admin:investment_statusreport_change", report.pk)
        return self._shown(report, form)

    def _report(self, object_id: str) -> StatusReport:
        report: StatusReport = self.record(object_id)
        if not may_correct(self.request, report) or not may_edit(self.request, report.project):
            raise PermissionDenied
        return report

    def _shown(self, report: StatusReport, form: CorrectionForm) -> HttpResponse:
        return self.page(
            f"更正：{report}",
            report=report,
            form=form,
            figures=figures_of(report.project, report.month),
            waiting=report.corrections.proposed().first(),
        )


def _start(report: StatusReport) -> dict[str, Any]:
    return {"completed": report.completed, "physical_percent": report.physical_percent}


def _proposed(request: HttpRequest, report: StatusReport, form: CorrectionForm) -> bool:
    typed = form.cleaned_data
    try:
        propose_correction(
            report=report, seen=seen_version(request.POST), actor=account(request), **typed
        )
    except (WrongState, StaleRecord) as error:
        form.add_error(None, str(error))
    except ValidationError as error:
        object_beside(form, error)
    return not form.errors


@admin.register(Correction)
class CorrectionAdmin(ReadOnlyList, RecordAdmin):
    """All corrections; those that wait are decided on their page."""

    list_display = ("report", "number", "old", "new", "state", "author", "authored_at", "approver")
    list_display_links = ("report",)
    list_filter = ("state",)
    list_select_related = ("report__project", "author", "approver")
    search_fields = ("report__project__search_key",)
    search_help_text = "项目名称、编号、拼音或拼音首字母。"
    ordering = ("-authored_at",)
    fields = (
        ("report", "number", "state"),
        ("before_completed", "completed"),
        ("before_percent", "physical_percent"),
        "reason",
        ("author", "authored_at"),
        ("approver", "decided_at", "decision_note"),
    )
    change_form_template = "admin/investment/correction/change_form.html"

    @admin.display(description="原数字（万元）", ordering=Known("before_completed"))
    def old(self, correction: Correction) -> str:
        return amount(correction.before_completed)

    @admin.display(description="更正为（万元）", ordering=Known("completed"))
    def new(self, correction: Correction) -> str:
        return amount(correction.completed)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        correction: Correction | None = self.get_object(request, unquote(object_id))
        may_decide = correction is not None and _may_decide(request, correction)
        if request.method == "POST":
            if correction is None or not may_decide:
                raise PermissionDenied
            _decide(request, correction)
            return redirect(request.path)
        context = {"may_decide": False, "findings": (), **(extra_context or {})}
        if correction is not None and correction.state == CorrectionState.PROPOSED:
            context |= {
                "may_decide": may_decide and correction.author_id != request.user.pk,
                "findings": check_correction(
                    correction.report, correction.completed, correction.physical_percent
                ),
            }
        return super().change_view(request, object_id, form_url, context)


def _may_decide(request: HttpRequest, correction: Correction) -> bool:
    allowed: bool = request.user.has_perm("investment.approve_statusreport")
    return allowed and may_edit(request, correction.report.project)


def _decide(request: HttpRequest, correction: Correction) -> None:
    note, seen, actor = (
        request.POST.get("decision_note", ""),
        seen_version(request.POST),
        account(request),
    )
    try:
        if request.POST.get("_step") == "approve":
            approve_correction(correction=correction, seen=seen, note=note, actor=actor)
            messages.success(request, f"已批准，{correction.report} 按新数字计入统计。")
        else:
            reject_correction(correction=correction, seen=seen, note=note, actor=actor)
            messages.success(request, "没有采纳，数字不变。")
    except (ValidationError, WrongState, StaleRecord) as error:
        reasons = error.messages if isinstance(error, ValidationError) else [str(error)]
        messages.error(request, "；".join(reasons))
