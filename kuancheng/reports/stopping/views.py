"""停工与复工 on pages: the list, and one screen a step, on a desk or a phone."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from kuancheng import clock
from kuancheng.access.rights import account
from kuancheng.asking.parameters import Parameters
from kuancheng.reports.judging.stops import StopOn
from kuancheng.reports.pages import REFUSALS, Page
from kuancheng.reports.stopping.forms import BEGIN, STEPS, TAKE, StopForm, begin
from kuancheng.reports.stopping.page import stop_list
from kuancheng.reports.stopping.questions import StopFilter
from projects.models import Project, Stop
from projects.services.stops.steps import ADD, CHANGE

LARGEST = 2**63 - 1


class NowParameters(Parameters):
    no_past = "停工和复工只办现在的；过去哪天是否停工，请在停工清单或项目页选截至日期。"


class StopList(Page):
    """停工项目: which stand still, for how long, and what is owed."""

    permission_required = "projects.view_stop"
    parameters = StopFilter

    def get(self, request: HttpRequest) -> HttpResponse:
        """The list as of a day."""
        return render(request, "reports/stops/list.html", stop_list(self.asked(), account(request)))


class Screen(Page):
    """One step's screen: what was refused keeps all that was typed."""

    permission_required = CHANGE
    parameters = NowParameters

    def page(self, request: HttpRequest, form: StopForm) -> HttpResponse:
        """The screen."""
        stop = form.stop
        context: dict[str, Any] = {
            "project": stop.project,
            "form": form,
            "on": StopOn(stop, clock.today()) if stop.pk else None,
        }
        return render(request, "reports/stops/step.html", context)


class BeginStop(Screen):
    """登记停工."""

    permission_required = ADD

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        """The empty form; back to the project where it stands still already."""
        self.asked()
        project = self._project(code)
        if project.stops.filter(resumed_on=None).exists():
            messages.info(request, f"{project.name}已在停工，不用再登记。")
            return redirect("project", project.code)
        return self.page(request, self._form(project))

    def post(self, request: HttpRequest, code: str) -> HttpResponse:
        """Registered, or shown again."""
        project = self._project(code)
        form = self._form(project, request)
        if form.is_valid():
            try:
                begin(form, account(request))
            except REFUSALS as error:
                form.object_to(error)
            else:
                messages.success(request, f"{BEGIN.done}：{project.name}。")
                return redirect("project", project.code)
        return self.page(request, form)

    def _project(self, code: str) -> Project:
        visible = Project.objects.visible_to(account(self.request))
        found: Project = get_object_or_404(visible, code=code)
        return found

    def _form(self, project: Project, request: HttpRequest | None = None) -> StopForm:
        data = request.POST if request else None
        return StopForm(BEGIN, Stop(project=project), project.version, data)


class TakeStep(Screen):
    """登记报告, 申请复工, 同意复工, 退回, 更正, 撤销登记."""

    def get(self, request: HttpRequest, pk: int, step: str) -> HttpResponse:
        """The step's form, filled with what is on record."""
        self.asked()
        stop = self._stop(pk, step)
        return self.page(request, StopForm(STEPS[step], stop, stop.version))

    def post(self, request: HttpRequest, pk: int, step: str) -> HttpResponse:
        """Taken, or shown again."""
        stop = self._stop(pk, step)
        form = StopForm(STEPS[step], stop, stop.version, request.POST)
        if form.is_valid():
            try:
                TAKE[step](stop, form.cleaned_data, form.seen, account(request))
            except REFUSALS as error:
                form.object_to(error)
            else:
                messages.success(request, f"{STEPS[step].done}：{stop.project.name}。")
                return redirect("project", stop.project.code)
        return self.page(request, form)

    def _stop(self, pk: int, step: str) -> Stop:
        if step not in STEPS:
            raise Http404
        visible = Stop.objects.visible_to(account(self.request)).select_related("project")
        found: Stop = get_object_or_404(visible, pk=min(pk, LARGEST))
        return found
