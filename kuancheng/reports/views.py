"""The managers' pages: who may see them, what was asked, and which template answers."""

from typing import Any
from uuid import UUID

from django.contrib.auth.mixins import LoginRequiredMixin, PermissionRequiredMixin
from django.db import connection
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views import View, defaults

from kuancheng import clock
from kuancheng.access.views import refusal
from kuancheng.drf import problems
from kuancheng.reports.evidence.page import evidence_response, find_evidence
from kuancheng.reports.filing.page import reporting
from kuancheng.reports.monitoring.page import daily_page
from kuancheng.reports.overview.page import overview
from kuancheng.reports.progress.page import progress_list
from kuancheng.reports.progress.workbook import progress_workbook
from kuancheng.reports.project.page import project_page
from kuancheng.reports.quality.page import quality_page
from kuancheng.reports.questions import BadParameters, ask, day_asked, when_asked
from kuancheng.reports.rulebook.page import rules_page
from kuancheng.reports.wall_chart.page import wall_chart
from projects.models import Project


class Page(LoginRequiredMixin, PermissionRequiredMixin, View):
    """A page for whoever may view the portfolio; bad parameters are told, not swallowed."""

    permission_required = "projects.view_project"
    raise_exception = False

    def handle_no_permission(self) -> Any:
        if self.request.user.is_authenticated:
            return forbidden(self.request)
        return super().handle_no_permission()

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return super().dispatch(request, *args, **kwargs)
        except BadParameters as error:
            return bad_request(request, error)


class ProgressList(Page):
    """进展清单: what is late, why, and whose it is."""

    def get(self, request: HttpRequest) -> HttpResponse:
        question = ask(request.GET, besides=("page",))
        context = progress_list(question, request.GET.get("page", "1"))
        return render(request, "reports/progress.html", context)


class ProgressExport(Page):
    """The same rows as an Excel file."""

    def get(self, request: HttpRequest) -> FileResponse:
        question = ask(request.GET, besides=("page",))
        note = "演示数据，均为虚构" if Project.objects.filter(is_demo=True).exists() else ""
        filename = f"重点项目进展清单-{question.as_of:%Y-%m-%d}.xlsx"
        return FileResponse(
            progress_workbook(question, note=note), as_attachment=True, filename=filename
        )


class WallChart(Page):
    """挂图作战: every project's plan and progress, drawn on sheets of A3."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "reports/wall_chart.html", wall_chart(request.GET))


class Reporting(Page):
    """填报情况: who has filed a month's report, and who is missing."""

    def get(self, request: HttpRequest) -> HttpResponse:
        context = reporting(request.GET, clock.today())
        return render(request, "reports/reporting.html", context)


class Daily(Page):
    """日监测: what a day's monitoring found."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "reports/daily.html", daily_page(request.GET, clock.today()))


class Overview(Page):
    """总览: targets, the four rates, the year's curve, and the breakdowns."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "reports/overview.html", overview(request.GET))


class Rules(Page):
    """亮灯规则 in words."""

    def get(self, request: HttpRequest) -> HttpResponse:
        as_of = day_asked(request.GET)
        return render(request, "reports/rules.html", rules_page(as_of))


class Quality(Page):
    """数据质量: what the records leave out or say against each other."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "reports/quality.html", quality_page(request.GET, clock.today()))


class ProjectPage(Page):
    """One project: people, dates, money, milestones, reports, lights and reasons, history."""

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        when = when_asked(request.GET)
        project = get_object_or_404(Project.objects.visible_to(request.user), code=code)
        return render(request, "reports/project.html", project_page(project, when))


class EvidenceFile(LoginRequiredMixin, View):
    """A photo or a file, for whoever may see its project; the rest learn nothing of it."""

    def get(self, request: HttpRequest, token: UUID) -> HttpResponseBase:
        found = find_evidence(request.user, token)
        size = request.GET.get("size", "")
        response = evidence_response(request, found, size) if found else None
        if response is None:
            raise Http404
        return response


def healthz(request: HttpRequest) -> HttpResponse:
    """Whether the site answers and reaches its database; needs no login."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: names what was wrong with the address."""
    errors = exception.errors if isinstance(exception, BadParameters) else []
    back = (request.path, "去掉条件重新查看")
    return refusal(request, 400, "网址中的条件有误", "没有按这些条件查询：", errors, back)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: who to ask."""
    detail = "您的账号没有查看这一页的权限，请联系系统管理员分配角色。"
    return refusal(request, 403, "没有权限", detail)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: there is no such page or project."""
    detail = "没有这个页面，或者没有这个编号的项目。请检查网址。"
    return refusal(request, 404, "没有找到", detail)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: a page for people, a problem for systems; neither tells the cause."""
    if request.path.startswith("/api/"):
        return problems.server_error(request)
    return defaults.server_error(request)
