"""The managers' pages: who may see them, what was asked, and which template answers."""

from functools import partial
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.views import defaults

from kuancheng import clock
from kuancheng.access.rights import account
from kuancheng.access.views import refusal
from kuancheng.asking.parameters import BadParameters, Days, KnownParameters
from kuancheng.audit.files import exported
from kuancheng.documents.html import page_code
from kuancheng.drf import problems
from kuancheng.reports.choices import ListPage
from kuancheng.reports.columns import EXPORTED
from kuancheng.reports.evidence.page import FileParameters, evidence_response, find_evidence
from kuancheng.reports.filing.page import FilingParameters, reporting
from kuancheng.reports.first_day.page import FirstDayParameters, first_day_page, may_set_up
from kuancheng.reports.help.page import HelpParameters, help_page, terms_page
from kuancheng.reports.listing.saved import default_view
from kuancheng.reports.map.page import MapParameters, map_page
from kuancheng.reports.monitoring.page import DailyParameters, daily_page
from kuancheng.reports.overview.page import OverviewParameters, overview
from kuancheng.reports.pages import AnsweredFirst, AskedView, Page, forbidden, word_response
from kuancheng.reports.printing import keep_as_columns
from kuancheng.reports.progress.page import progress_list
from kuancheng.reports.progress.workbook import progress_workbook
from kuancheng.reports.project.brief import project_brief
from kuancheng.reports.project.page import project_page
from kuancheng.reports.project.word import KIND, brief_document
from kuancheng.reports.quality.page import FlawParameters, quality_page
from kuancheng.reports.questions import ListFilter, progress_question
from kuancheng.reports.rulebook.page import rules_page
from kuancheng.reports.search.page import SearchParameters, refused_search, search_page
from kuancheng.reports.services import (
    note_project,
    note_visit,
)
from kuancheng.reports.wall_chart.page import WallChartParameters, wall_chart
from kuancheng.sheets.marking import class_of_columns, columns_for, marked_name
from projects.models import Project


class ProgressList(Page):
    """进展清单: what is late, why, and whose it is. Who asks nothing starts with his own view."""

    parameters = ListFilter

    def get(self, request: HttpRequest) -> HttpResponse:
        reader = account(request)
        if not request.GET and (view := default_view(ListPage.PROGRESS, reader)):
            return redirect(view)
        question = progress_question(self.asked(), reader)
        keep_as_columns(request, question.asked.columns_shown)
        page = render_to_string(
            "reports/progress.html", progress_list(question, request.GET, reader), request
        )
        return AnsweredFirst(page, partial(note_visit, today=clock.today(), actor=reader))


class ProgressExport(Page):
    """The same rows as an Excel file."""

    parameters = ListFilter

    def get(self, request: HttpRequest) -> FileResponse:
        question = progress_question(self.asked(), account(request))
        note = "演示数据，均为虚构" if Project.objects.filter(is_demo=True).exists() else ""
        columns = columns_for(account(request), EXPORTED)
        filename = f"重点项目进展清单-{question.days.as_of:%Y-%m-%d}.xlsx"
        book = progress_workbook(question, note=note, columns=columns)
        name = marked_name(filename, class_of_columns(columns))
        return exported(request, book, name, rows=question.rows.count())


class WallChart(Page):
    """挂图作战: every project's plan and progress, drawn on sheets of A3."""

    parameters = WallChartParameters

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(
            request, "reports/wall_chart.html", wall_chart(self.asked(), account(request))
        )


class MapPage(Page):
    """地图: where the projects are, by light."""

    parameters = MapParameters

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "reports/map.html", map_page(self.asked()))


class Reporting(Page):
    """填报情况: who has filed a month's report, and who is missing."""

    parameters = FilingParameters

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "reports/reporting.html", reporting(self.asked(), account(request)))


class Daily(Page):
    """日监测: what a day's monitoring found."""

    parameters = DailyParameters

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "reports/daily.html", daily_page(self.asked(), account(request)))


class Overview(Page):
    """总览: targets, the four rates, the year's curve, and the breakdowns."""

    parameters = OverviewParameters

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "reports/overview.html", overview(self.asked(), account(request)))


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
        days, reader = self.asked().days, account(request)
        project = get_object_or_404(Project.objects.visible_to(reader), code=code)
        page = render_to_string(
            "reports/project.html", project_page(project, days, reader), request
        )
        return AnsweredFirst(
            page, partial(note_project, project=project, at=clock.now(), actor=reader)
        )


class ProjectBrief(Page):
    """一项一表: one project on one sheet of A4."""

    parameters = KnownParameters

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        days, reader = self.asked().days, account(request)
        project = get_object_or_404(Project.objects.visible_to(reader), code=code)
        context = project_brief(project, days, reader)
        context["code"] = page_code(_address_then(request, project, days))
        return render(request, "reports/project_brief.html", context)


class BriefWord(Page):
    """The same as a Word file, of the same days, with a code that leads to the project then."""

    parameters = KnownParameters

    def get(self, request: HttpRequest, code: str) -> FileResponse:
        days, reader = self.asked().days, account(request)
        project = get_object_or_404(Project.objects.visible_to(reader), code=code)
        facts = project_brief(project, days, reader)
        document = brief_document(facts, _address_then(request, project, days))
        name = f"一项一表-{project.code}-{days.as_of:%Y-%m-%d}.docx"
        return word_response(request, KIND, document, name, project)


def _address_then(request: HttpRequest, project: Project, days: Days) -> str:
    """A project's page as of the days of a sheet, as known when it was printed.

    What paper says is found again there, whatever is corrected afterwards.
    """
    page = request.build_absolute_uri(reverse("project", args=[project.code]))
    known = Days(days.as_of, days.known_at or clock.today())
    return f"{page}?{urlencode(known.query)}"


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


class Search(Page):
    """搜索: a page of what was found, or the list under the search box."""

    parameters = SearchParameters

    def get(self, request: HttpRequest) -> HttpResponse:
        box = request.GET.get("box") == "true"
        template = "reports/search_box.html" if box else "reports/search.html"
        try:
            context = search_page(self.asked(), account(request))
        except BadParameters as error:
            if set(error.faults) != {"q"}:
                raise
            fault = error.faults["q"][0].sentence
            context = refused_search(request.GET["q"], fault)
        else:
            if "q" in request.GET and not context["words"]:
                context = refused_search("", "请填写要查找的文字。")
        return render(request, template, context, status=400 if context["refused"] else 200)


class Help(LoginRequiredMixin, AskedView):
    """帮助: each role's tasks, for everybody who has an account."""

    parameters = HelpParameters

    def get(self, request: HttpRequest) -> HttpResponse:
        self.asked()
        return render(request, "reports/help.html", help_page(account(request)))


class Terms(LoginRequiredMixin, AskedView):
    """名词: what each means, under the thresholds of a day."""

    parameters = KnownParameters

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "reports/terms.html", terms_page(self.asked().days))


class FirstDay(LoginRequiredMixin, AskedView):
    """开始使用: the steps from an empty site to a list, for those who set it up."""

    parameters = FirstDayParameters

    def get(self, request: HttpRequest) -> HttpResponse:
        self.asked()
        if not may_set_up(request.user):
            return forbidden(request)
        return render(request, "reports/first_day.html", first_day_page(account(request)))


def favicon(request: HttpRequest) -> HttpResponse:
    """Where browsers look for the icon of a page that names none."""
    return redirect(static("kuancheng/icon.svg"))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: there is no such page or project."""
    if request.path.startswith("/admin/"):
        detail = "没有这个页面，或者这条记录已被删除。请检查网址，或者从“我的工作”重新进入。"
        return refusal(
            request, 404, "没有找到", detail, back=(reverse("admin:index"), "回到我的工作")
        )
    detail = "没有这个页面，或者没有这个编号的项目。请检查网址，或者用上面的搜索查找。"
    return refusal(request, 404, "没有找到", detail)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: a page for people, a problem for systems; neither tells the cause."""
    if request.path.startswith("/api/"):
        return problems.server_error(request)
    return defaults.server_error(request)
