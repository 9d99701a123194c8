"""What a reader keeps of the lists: the projects that he follows, and his views."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from kuancheng.access.rights import NotAllowed, account
from kuancheng.asking.fields import DIGITS
from kuancheng.records.versions import StaleRecord, seen_version
from kuancheng.reports.choices import ListPage
from kuancheng.reports.listing.saved import PagedParameters, sent_form, views_page
from kuancheng.reports.models import SavedView
from kuancheng.reports.pages import Page
from kuancheng.reports.services import delete_view, follow_project, save_view, set_default
from kuancheng.reports.services.lists import list_of
from kuancheng.reports.services.views import opened
from projects.models import Project

REFUSALS = (ValidationError, StaleRecord, NotAllowed)
"""What a service says against a step."""


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
        reader, page = account(request), _page_of(request)
        query = request.POST.get("query", "")
        view = SavedView(page=page, query=query)
        refused = sent_form(request.POST, view, reader)
        if refused is None:
            if request.POST.get("default"):
                set_default(page=page, view=view, actor=reader)
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
        return redirect(f"{reverse(list_of(view.page).route)}?{found.query}")

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
            save_view(view=view, seen=seen_version(request.POST), actor=reader)
        except REFUSALS as error:
            messages.error(request, sentence_of(error))
        else:
            messages.success(request, f"已用现在的条件更新视图“{view}”。")
        asked["view"] = str(pk)
        return redirect(f"{reverse(list_of(view.page).route)}?{asked.urlencode()}")


class ViewDelete(ViewStep):
    """Deletes a view."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        reader = account(request)
        view = get_object_or_404(SavedView.objects.visible_to(reader), pk=pk)
        name = str(view)
        try:
            delete_view(view=view, seen=seen_version(request.POST), actor=reader)
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
        viewed = list_of(view.page if view else _page_of(request))
        set_default(page=viewed.page, view=view, actor=reader)
        first = f"先看视图“{view}”" if view else f"看{viewed.everything}"
        said = f"打开{viewed.page.label}时{first}。"
        messages.success(request, said)
        return redirect("views")


def _page_of(request: HttpRequest) -> str:
    """The list that a form is about, the progress list where it does not say. Http404 for none."""
    page = request.POST.get("list", ListPage.PROGRESS.value)
    if page not in ListPage.values:
        raise Http404
    return page


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
