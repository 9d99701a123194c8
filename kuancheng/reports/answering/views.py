"""A red light is answered on a page of its own: on a desk or a phone, by staff or not."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from kuancheng import clock
from kuancheng.access.rights import NotAllowed, account
from kuancheng.asking.parameters import Days, Parameters
from kuancheng.records.versions import StaleRecord
from kuancheng.reports.answering.forms import AnswerForm, latest_seen
from kuancheng.reports.judging.answers import answers_on
from kuancheng.reports.models import DailyStatus, LightAnswer
from kuancheng.reports.pages import Page
from kuancheng.reports.questions import statuses_on
from kuancheng.reports.rules.lights import Light
from kuancheng.reports.services import answer_red
from projects.models import Project


class AnswerRed(Page):
    """红灯说明: why it is red, what is done, and until when."""

    permission_required = "reports.add_lightanswer"
    parameters = Parameters

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        """The screen; back to the project where its light is not red."""
        self.asked()
        project = self._project(code)
        status = _status(project)
        if status is None or status.light != Light.RED:
            messages.info(request, f"{project.name}现在不是红灯，不用说明。")
            return redirect("project", project.code)
        form = AnswerForm(initial={"seen": latest_seen(project)}, label_suffix="")
        return self._page(request, project, status, form)

    def post(self, request: HttpRequest, code: str) -> HttpResponse:
        """Recorded, or shown again with all that was typed."""
        project = self._project(code)
        form = AnswerForm(request.POST, instance=LightAnswer(project=project), label_suffix="")
        if form.is_valid():
            try:
                answer_red(
                    answer=form.save(commit=False),
                    seen=form.cleaned_data["seen"] or 0,
                    today=clock.today(),
                    actor=account(request),
                )
            except (ValidationError, StaleRecord, NotAllowed) as error:
                form.object_to(error)
            else:
                messages.success(request, f"已说明：{project.name}。")
                return redirect("project", project.code)
        return self._page(request, project, _status(project), form)

    def _project(self, code: str) -> Project:
        visible = Project.objects.visible_to(account(self.request))
        found: Project = get_object_or_404(visible, code=code)
        return found

    def _page(
        self, request: HttpRequest, project: Project, status: DailyStatus | None, form: AnswerForm
    ) -> HttpResponse:
        days = Days(clock.today(), None)
        red = status is not None and status.light == Light.RED
        found = answers_on([project.pk] if red else [], days).get(project.pk)
        context: dict[str, Any] = {"project": project, "status": status, "form": form}
        return render(request, "reports/answer_red.html", context | {"found": found})


def _status(project: Project) -> DailyStatus | None:
    found: DailyStatus | None = statuses_on(clock.today()).filter(project=project).first()
    return found
