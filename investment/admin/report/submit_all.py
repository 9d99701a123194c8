"""全部提交: all open reports of a clerk at once."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.views.decorators.http import require_POST

from investment.admin.report.review import ReviewList
from investment.models import ReportingWindow, StatusReport
from investment.services.reports import submit_reports
from kuancheng import clock


class SubmitAllList(ReviewList):
    """The list of reports, with the door for all that a clerk has begun."""

    def get_urls(self) -> list[URLPattern]:
        submit = self.admin_site.admin_view(require_POST(self.submit_all_view))
        own = path("submit-all/", submit, name="investment_statusreport_submit_all")
        return [own, *super().get_urls()]

    def submit_all_view(self, request: HttpRequest) -> HttpResponse:
        """Submits the user's open reports of the months that may be filed, and says which not."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        today = clock.today()
        months = ReportingWindow.objects.calendar().reportable(today)
        mine = StatusReport.objects.editable_by(request.user).filter(month__in=months)
        reports = list(mine.select_related("project").order_by("project__code", "month"))
        outcomes = submit_reports(reports, today, request.user)
        failed = [
            (report, outcome)
            for report, outcome in zip(reports, outcomes, strict=True)
            if isinstance(outcome, Exception)
        ]
        if len(failed) < len(reports):
            messages.success(request, f"已提交 {len(reports) - len(failed)} 份，待复核。")
        if failed:
            messages.warning(request, _told(failed))
        if not reports:
            messages.info(request, "没有可以提交的草稿。")
        return redirect("admin:index")


def _told(failed: list[tuple[StatusReport, Any]]) -> str:
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
