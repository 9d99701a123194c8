"""The managers' pages: who may see them, what was asked, and which template answers."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any, ClassVar
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin, PermissionRequiredMixin
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views import View, defaults

from kuancheng import clock
from kuancheng.access.models import DisplayToken
from kuancheng.access.rights import NotAllowed, account
from kuancheng.access.sessions import unattended
from kuancheng.access.views import refusal
from kuancheng.asking.fields import DIGITS
from kuancheng.asking.paging import NoSuchPage
from kuancheng.asking.parameters import DAYS, BadParameters, KnownParameters, Parameters
from kuancheng.drf import problems
from kuancheng.records.versions import StaleRecord
from kuancheng.reports.evidence.page import FileParameters, evidence_response, find_evidence
from kuancheng.reports.filing.page import FilingParameters, reporting
from kuancheng.reports.first_day.page import FirstDayParameters, first_day_page, may_set_up
from kuancheng.reports.help.page import HelpParameters, help_page, terms_page
from kuancheng.reports.map.page import MapParameters, map_page
from kuancheng.reports.models import SavedView
from kuancheng.reports.monitoring.page import DailyParameters, daily_page
from kuancheng.reports.overview.page import OverviewParameters, overview
from kuancheng.reports.progress.page import progress_list
from kuancheng.reports.progress.saved import PagedParameters, default_view, sent_form, views_page
from kuancheng.reports.progress.workbook import progress_workbook
from kuancheng.reports.project.brief import project_brief
from kuancheng.reports.project.page import project_page
from kuancheng.reports.quality.page import FlawParameters, quality_page
from kuancheng.reports.questions import ListFilter, asked_of, progress_question
from kuancheng.reports.rulebook.page import rules_page
from kuancheng.reports.screen.page import (
    PresentParameters,
    ScreenParameters,
    present,
    screen_page,
)
from kuancheng.reports.search.page import SearchParameters, refused_search, search_page
from kuancheng.reports.services import (
    delete_view,
    follow_project,
    note_project,
    note_visit,
    save_view,
    set_default,
)
from kuancheng.reports.services.views import opened
from kuancheng.reports.wall_chart.page import WallChartParameters, wall_chart
from projects.models import Project

REFUSALS = (ValidationError, StaleRecord, NotAllowed)
"""What a service says against a step."""


class AskedView(View):
    """Answers from declared parameters; what cannot be answered is told, not swallowed."""

    parameters: ClassVar[type[Parameters]] = Parameters

    def asked(self) -> Any:
        """What the address asks for. BadParameters when it cannot be understood."""
        return asked_of(self.parameters, self.request.GET)

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        try:
            return super().dispatch(request, *args, **kwargs)
        except BadParameters as error:
            return bad_request(request, error, self.parameters)
        except NoSuchPage as error:
            return no_such_page(request, error)


class Page(LoginRequiredMixin, PermissionRequiredMixin, AskedView):
    """A page for whoever may view the portfolio."""

    permission_required = "projects.view_project"
    raise_exception = False

    def handle_no_permission(self) -> Any:
        if self.request.user.is_authenticated:
            return forbidden(self.request)
        return super().handle_no_permission()


class AnsweredFirst(HttpResponse):
    """A page that does something more when it is out; what fails then is no fault of the page."""

    def __init__(self, page: str, afterwards: Callable[[], None]) -> None:
        super().__init__(page)
        self.afterwards = afterwards

    def close(self) -> None:
        with suppress(DatabaseError):
            self.afterwards()
        super().close()


class ProgressList(Page):
    """进展清单: what is late, why, and whose it is. Who asks nothing starts with his own view."""

    parameters = ListFilter

    def get(self, request: HttpRequest) -> HttpResponse:
        reader = account(request)
        if not request.GET and (view := default_view(reader)):
            return redirect(view)
        question = progress_question(self.asked(), reader)
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
        filename = f"重点项目进展清单-{question.days.as_of:%Y-%m-%d}.xlsx"
        return FileResponse(
            progress_workbook(question, note=note), as_attachment=True, filename=filename
        )


class WallChart(Page):
    """挂图作战: every project's plan and progress, drawn on sheets of A3."""

    parameters = WallChartParameters

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "reports/wall_chart.html", wall_chart(self.asked()))


class MapPage(Page):
    """地图: where the projects are, by light."""

    parameters = MapParameters

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "reports/map.html", map_page(self.asked()))


class Unkept(AskedView):
    """An answer that nobody keeps, and from which no address is told to anybody."""

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        response = super().dispatch(request, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        response["Referrer-Policy"] = "no-referrer"
        return response


class Screen(Unkept, Page):
    """大屏, for whoever is logged in: all panels, one after the other."""

    parameters = ScreenParameters

    def get(self, request: HttpRequest) -> HttpResponse:
        turn = self.asked().form.cleaned_data["turn"]
        if turn is not None:
            unattended(request)
        return render(request, "reports/screen.html", screen_page(turn or 1, clock.today()))


class ScreenNow(Unkept, Page):
    """What the screen of a session fetches by itself; 403 once the session has ended."""

    parameters = PresentParameters

    def handle_no_permission(self) -> Any:
        return screen_closed(self.request)

    def get(self, request: HttpRequest) -> HttpResponse:
        self.asked()
        unattended(request)
        return render(request, "reports/screen_now.html", present(clock.today()))


class Display(Unkept):
    """The same, opened by a display token instead of a session."""

    parameters = ScreenParameters

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        unattended(request)
        if not DisplayToken.opened_by(token, request.META.get("REMOTE_ADDR")):
            return screen_closed(request)
        turn = self.asked().form.cleaned_data["turn"] or 1
        return render(request, "reports/screen.html", screen_page(turn, clock.today()))


class DisplayNow(Unkept):
    """What the screen of a token fetches by itself; 403 once the token is revoked or expired."""

    parameters = PresentParameters

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        unattended(request)
        if not DisplayToken.opened_by(token, request.META.get("REMOTE_ADDR")):
            return screen_closed(request)
        self.asked()
        return render(request, "reports/screen_now.html", present(clock.today()))


class Reporting(Page):
    """填报情况: who has filed a month's report, and who is missing."""

    parameters = FilingParameters

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "reports/reporting.html", reporting(self.asked()))


class Daily(Page):
    """日监测: what a day's monitoring found."""

    parameters = DailyParameters

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "reports/daily.html", daily_page(self.asked(), request.user))


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
        days, reader = self.asked().days, account(request)
        project = get_object_or_404(Project.objects.visible_to(reader), code=code)
        page = render_to_string("reports/project.html", project_page(project, days), request)
        return AnsweredFirst(
            page, partial(note_project, project=project, at=clock.now(), actor=reader)
        )


class FollowProject(Page):
    """Follows a project, or not any more; answers with the star, or with the page it stands on."""

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        """Whoever had to log in first is brought here, and taken to the project."""
        self.asked()
        return redirect("project", code=code)

    def post(self, request: HttpRequest, code: str) -> HttpResponse:
        reader = account(request)
        project = get_object_or_404(Project.objects.visible_to(reader), code=code)
        wanted = request.POST.get("follow") == "on"
        try:
            follow_project(project=project, wanted=wanted, actor=reader)
        except ValidationError as error:
            messages.error(request, error.messages[0])
            return back_to(request, "next", project.get_absolute_url())
        if request.headers.get("HX-Request"):
            star = {"project": project, "following": wanted, "next": request.POST.get("next", "")}
            return render(request, "reports/follow.html", star)
        return back_to(request, "next", project.get_absolute_url())


class Views(Page):
    """视图: the saved views that the reader may use, and a new one."""

    parameters = PagedParameters

    def get(self, request: HttpRequest) -> HttpResponse:
        number = self.asked().form.cleaned_data["page"]
        return render(request, "reports/views.html", views_page(account(request), number))

    def post(self, request: HttpRequest) -> HttpResponse:
        reader, query = account(request), request.POST.get("query", "")
        view = SavedView(query=query)
        refused = sent_form(request.POST, view, reader)
        if refused is None:
            if request.POST.get("default"):
                set_default(view=view, actor=reader)
            messages.success(request, f"已保存视图“{view}”。")
            return redirect(view)
        context = views_page(reader, None, refused=refused, query=query)
        return render(request, "reports/views.html", context)


class OneView(Page):
    """One saved view: opened, or its name and audience changed."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.asked()
        view = get_object_or_404(SavedView.objects.visible_to(account(request)), pk=pk)
        found = opened(view)
        if found.left_out:
            names = "、".join(f"“{name}”" for name in found.left_out)
            messages.warning(
                request, f"视图“{view}”的条件{names}所指的内容已不存在，没有按它筛选。"
            )
        return redirect(f"{reverse('progress')}?{found.query}")

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        reader = account(request)
        view = get_object_or_404(SavedView.objects.visible_to(reader), pk=pk)
        refused = sent_form(request.POST, view, reader)
        if refused is not None:
            context = views_page(reader, None, refused=refused)
            return render(request, "reports/views.html", context)
        messages.success(request, f"已保存视图“{view}”。")
        return redirect("views")


class ViewStep(Page):
    """A step on a view; whoever had to log in first is taken to the page of views."""

    def get(self, request: HttpRequest, pk: int = 0) -> HttpResponse:
        self.asked()
        return redirect("views")


class ViewQuery(ViewStep):
    """Writes what the list is asked now into a view."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        reader, asked = account(request), QueryDict(request.POST.get("query", ""), mutable=True)
        view = get_object_or_404(SavedView.objects.visible_to(reader), pk=pk)
        view.query = asked.urlencode()
        try:
            save_view(view=view, seen=seen_version(request), actor=reader)
        except REFUSALS as error:
            messages.error(request, sentence_of(error))
        else:
            messages.success(request, f"已用现在的条件更新视图“{view}”。")
        asked["view"] = str(pk)
        return redirect(f"{reverse('progress')}?{asked.urlencode()}")


class ViewDelete(ViewStep):
    """Deletes a view."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        reader = account(request)
        view = get_object_or_404(SavedView.objects.visible_to(reader), pk=pk)
        name = str(view)
        try:
            delete_view(view=view, seen=seen_version(request), actor=reader)
        except REFUSALS as error:
            messages.error(request, sentence_of(error))
        else:
            messages.success(request, f"已删除视图“{name}”。")
        return redirect("views")


class DefaultView(ViewStep):
    """Makes a view the one that the reader starts with, or none."""

    def post(self, request: HttpRequest) -> HttpResponse:
        reader, pk = account(request), request.POST.get("view", "")
        visible = SavedView.objects.visible_to(reader)
        if pk and not DIGITS.fullmatch(pk):
            raise Http404
        view = get_object_or_404(visible, pk=pk) if pk else None
        set_default(view=view, actor=reader)
        said = f"打开进展清单时先看视图“{view}”。" if view else "打开进展清单时看全部项目。"
        messages.success(request, said)
        return redirect("views")


def seen_version(request: HttpRequest) -> int:
    """The version that a form was opened at; 0, which none is, where it does not say."""
    sent = request.POST.get("seen_version", "")
    return int(sent) if DIGITS.fullmatch(sent) else 0


def sentence_of(error: Exception) -> str:
    """What a refusal says, in one line."""
    return "；".join(error.messages) if isinstance(error, ValidationError) else str(error)


def back_to(request: HttpRequest, name: str, otherwise: str) -> HttpResponse:
    """Back to the page that a form names, if it is one of ours."""
    address = request.POST.get(name, "")
    own = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return redirect(address if own else otherwise)


class ProjectBrief(Page):
    """一项一表: one project on one sheet of A4."""

    parameters = KnownParameters

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        days = self.asked().days
        project = get_object_or_404(Project.objects.visible_to(request.user), code=code)
        return render(request, "reports/project_brief.html", project_brief(project, days))


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


def healthz(request: HttpRequest) -> HttpResponse:
    """Whether the site answers and reaches its database, now; needs no login."""
    if asked := [name for name in DAYS if name in request.GET]:
        said = f"健康检查只回答此刻，不能问 {'、'.join(asked)}。"
        return HttpResponse(said, status=400, content_type="text/plain; charset=utf-8")
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")


def bad_request(
    request: HttpRequest,
    exception: Exception | None = None,
    asked: type[Parameters] = Parameters,
) -> HttpResponse:
    """400: names what was wrong with the address, in the words of the parameters `asked` for."""
    errors = exception.in_words(asked) if isinstance(exception, BadParameters) else []
    back = (request.path, "去掉条件重新查看")
    return refusal(request, 400, "网址中的条件有误", "没有按这些条件查询：", errors, back)


def screen_closed(request: HttpRequest) -> HttpResponse:
    """403 of a screen: a page that asks for nothing more and leads nowhere."""
    return render(request, "reports/screen_closed.html", status=403)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: who to ask."""
    detail = "您的账号没有查看这一页的权限，请联系系统管理员分配角色。"
    return refusal(request, 403, "没有权限", detail)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: there is no such page or project."""
    if request.path.startswith("/admin/"):
        detail = "没有这个页面，或者这条记录已被删除。请检查网址，或者从“我的工作”重新进入。"
        return refusal(
            request, 404, "没有找到", detail, back=(reverse("admin:index"), "回到我的工作")
        )
    detail = "没有这个页面，或者没有这个编号的项目。请检查网址，或者用上面的搜索查找。"
    return refusal(request, 404, "没有找到", detail)


def no_such_page(request: HttpRequest, exception: NoSuchPage) -> HttpResponse:
    """404 past the last page of a list: which page, and how many there are."""
    params = request.GET.copy()
    params.pop("page", None)
    first = f"{request.path}?{params.urlencode()}" if params else request.path
    back = (first, "回到第 1 页")
    return refusal(request, 404, "没有这一页", str(exception), back=back)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: a page for people, a problem for systems; neither tells the cause."""
    if request.path.startswith("/api/"):
        return problems.server_error(request)
    return defaults.server_error(request)
