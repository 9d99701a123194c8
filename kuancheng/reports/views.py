"""The managers' pages: who may see them, what was asked, and which template answers."""

from uuid import UUID

from django.contrib.auth.mixins import LoginRequiredMixin
from django.db import connection
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views import defaults

from kuancheng.access.views import refusal
from kuancheng.asking.parameters import DAYS, KnownParameters
from kuancheng.drf import problems
from kuancheng.reports.evidence.page import FileParameters, evidence_response, find_evidence
from kuancheng.reports.filing.page import FilingParameters, reporting
from kuancheng.reports.monitoring.page import DailyParameters, daily_page
from kuancheng.reports.overview.page import OverviewParameters, overview
from kuancheng.reports.pages import AskedView, Page
from kuancheng.reports.progress.page import progress_list
from kuancheng.reports.progress.workbook import progress_workbook
from kuancheng.reports.project.page import project_page
from kuancheng.reports.quality.page import FlawParameters, quality_page
from kuancheng.reports.questions import PageFilter, progress_question
from kuancheng.reports.rulebook.page import rules_page
from kuancheng.reports.wall_chart.page import WallChartParameters, wall_chart
from projects.models import Project


class ProgressList(Page):
    """进展清单: what is late, why, and whose it is."""

    parameters = PageFilter

    def get(self, request: HttpRequest) -> HttpResponse:
        question = progress_question(self.asked())
        return render(request, "reports/progress.html", progress_list(question))


class ProgressExport(Page):
    """The same rows as an Excel file."""

    parameters = PageFilter

    def get(self, request: HttpRequest) -> FileResponse:
        question = progress_question(self.asked())
        note = "演示数据，均为虚构" if Project.objects.filter(is_demo=True).exists() else ""
        filename = f"重点项目进展清单-{question.days.as_of:%Y-%m-%d}.xlsx"
        return FileResponse(
            progress_workbook(question, note=note), as_attachment=True, filename=filename
        )


class WallChart(Page):
    """挂图作战: every project's plan and progress, drawn on sheets of A3."""

    parameters = WallChartParameters

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "reports/wall_chart.html", wall_chart(self.asked()))


class Reporting(Page):
    """填报情况: who has filed a month's report, and who is missing."""

    parameters = FilingParameters

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "reports/reporting.html", reporting(self.asked()))


class Daily(Page):
    """日监测: what a day's monitoring found."""

    parameters = DailyParameters

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "reports/daily.html", daily_page(self.asked()))


class Overview(Page):
    """总览: targets, the four rates, the year's curve, and the breakdowns."""

    parameters = OverviewParameters

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "reports/overview.html", overview(self.asked()))


class Rules(Page):
    """亮灯规则 in words."""

    parameters = KnownParameters

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "reports/rules.html", rules_page(self.asked().days))


class Quality(Page):
    """数据质量: what the records leave out or say against each other."""

    parameters = FlawParameters

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "reports/quality.html", quality_page(self.asked()))


class ProjectPage(Page):
    """One project: people, dates, money, milestones, reports, lights and reasons, history."""

    parameters = KnownParameters

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        days = self.asked().days
        project = get_object_or_404(Project.objects.visible_to(request.user), code=code)
        return render(request, "reports/project.html", project_page(project, days))


class EvidenceFile(LoginRequiredMixin, AskedView):
    """A photo or a file, for whoever may see its project; the rest learn nothing of it."""

    parameters = FileParameters

    def get(self, request: HttpRequest, token: UUID) -> HttpResponseBase:
        size = self.asked().form.cleaned_data["size"]
        found = find_evidence(request.user, token)
        response = evidence_response(request, found, size) if found else None
        if response is None:
            raise Http404
        return response


def healthz(request: HttpRequest) -> HttpResponse:
    """Whether the site answers and reaches its database, now; needs no login."""
    if asked := [name for name in DAYS if name in request.GET]:
        said = f"健康检查只回答此刻，不能问 {'、'.join(asked)}。"
        return HttpResponse(said, status=400, content_type="text/plain; charset=utf-8")
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: there is no such page or project."""
    detail = "没有这个页面，或者没有这个编号的项目。请检查网址。"
    return refusal(request, 404, "没有找到", detail)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: a page for people, a problem for systems; neither tells the cause."""
    if request.path.startswith("/api/"):
        return problems.server_error(request)
    return defaults.server_error(request)
