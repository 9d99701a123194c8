"""全部提交: all open reports of a clerk at once."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from investment.models import ReportingWindow, StatusReport
from investment.services.reports import submit_reports
from kuancheng import clock
from kuancheng.access.rights import account
from kuancheng.records.pages import AdminPage


class SubmitAllPage(AdminPage):
    """The door for all that a clerk has begun."""

    name = "submit_all"

    def post(self, request: HttpRequest) -> HttpResponse:
        """Submits the user's open reports of the months that may be filed, and says which not."""
        today = clock.today()
        months = ReportingWindow.objects.calendar().reportable(today)
        mine = StatusReport.objects.editable_by(account(request)).filter(month__in=months)
        reports = list(mine.select_related("project").order_by("project__code", "month"))
        outcomes = submit_reports(reports, today, account(request))
        failed = [
            (report, outcome)
            for report, outcome in zip(reports, outcomes, strict=True)
            if isinstance(outcome, Exception)
        ]
        if len(failed) < len(reports):
            messages.success(request, f"已提交 {len(reports) - len(failed)} 份，待复核。")
        if failed:
            messages.warning(request, _failures(failed))
        if not reports:
            messages.info(request, "没有可以提交的草稿。")
        return redirect("admin:index")


def _failures(failed: list[tuple[StatusReport, Any]]) -> str:
    """Which were not submitted, each with a link to it and the reason."""
    lines = format_html_join(
        "；",
        '<a href="{}">{}</a>：{}',
        (
            (
                reverse("admin:investment_statusreport_change", args=[report.pk]),
                str(report),
                _why(outcome),
            )
            for report, outcome in failed
        ),
    )
    return format_html("有 {} 份没有提交，请打开核对后再提交：{}", len(failed), lines)


def _why(outcome: Exception) -> str:
    if isinstance(outcome, ValidationError):
        return " ".join(outcome.messages)
    return str(outcome) or "已被删除。"
