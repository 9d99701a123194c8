"""套用流程模板 and 调整计划 on a project's page: a preview first, saved only when told to."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from kuancheng import clock
from kuancheng.access.rights import account
from kuancheng.records.forms import as_refusal
from kuancheng.records.versions import StaleRecord
from projects.admin.plan.forms import (
    PromiseForm,
    ReplanChoice,
    ReplanForm,
    TemplateForm,
    planned,
)
from projects.admin.plan.previews import proposal, replan, template_preview
from projects.admin.rights import RowRights
from projects.models import Baseline, Project
from projects.services.planning import (
    Refused,
    apply_template,
    approve_plan,
    propose_plan,
    template_milestones,
    withdraw_plan,
)

TEMPLATE_RIGHT = "projects.add_milestone"
PROPOSE_RIGHT = "projects.add_baseline"
APPROVE_RIGHT = "projects.approve_baseline"
WITHDRAW_RIGHT = "projects.delete_baseline"

NO_PLAN = {
    "held": False,
    "proposal": None,
    "may_apply": False,
    "may_propose": False,
    "may_approve": False,
    "may_withdraw": False,
}
"""What the page of a project that is only being added says of its plan."""

REFUSALS = (Refused, ValidationError, IntegrityError, StaleRecord)


class PlanPages(RowRights):
    """The pages and buttons by which a project's plan is made, put forward and approved."""

    def get_urls(self) -> list[URLPattern]:
        pages: dict[str, Callable[..., HttpResponse]] = {
            "template": self.template_view,
            "replan": self.replan_view,
            "approve": self.approve_view,
            "withdraw": self.withdraw_view,
        }
        own = [
            path(
                f"<path:object_id>/{name}/",
                self.admin_site.admin_view(view),
                name=f"projects_project_{name}",
            )
            for name, view in pages.items()
        ]
        return [*own, *super().get_urls()]

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        context.update(self._plan_context(request, kwargs.get("obj")))
        return super().render_change_form(request, context, *args, **kwargs)

    def _plan_context(self, request: HttpRequest, project: Project | None) -> dict[str, Any]:
        if project is None:
            return NO_PLAN
        may = self.has_change_permission(request, project)
        waiting = project.baselines.proposed().select_related("author").first()
        user = request.user
        return {
            "held": project.baselines.approved().exists(),
            "proposal": proposal(waiting) if waiting else None,
            "may_apply": may and user.has_perm(TEMPLATE_RIGHT),
            "may_propose": may and user.has_perm(PROPOSE_RIGHT),
            "may_approve": may and user.has_perm(APPROVE_RIGHT),
            "may_withdraw": may and user.has_perm(WITHDRAW_RIGHT),
        }

    def template_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        project = self._project(request, object_id, TEMPLATE_RIGHT)
        form = TemplateForm(project, request.POST or None)
        preview = None
        if request.method == "POST" and form.is_valid():
            preview = template_preview(form, clock.today())
            done = self._apply(request, project, form) if "_save" in request.POST else None
            if done:
                return done
        return self._page(request, project, "template", form, preview, "套用流程模板")

    def _apply(
        self, request: HttpRequest, project: Project, form: TemplateForm
    ) -> HttpResponse | None:
        form.require_seen()
        form.require_shown()
        if form.errors:
            return None
        asked, chosen = form.cleaned_data, form.chosen
        numbers = [each.step.order for each in chosen]
        added = template_milestones(project, asked["template"], numbers)
        try:
            apply_template(
                project=project,
                milestones=added,
                by=asked["by"],
                as_of=clock.today(),
                actor=account(request),
                promised_completion=asked["promised_completion"],
                again=[each.step.name for each in chosen if each.doubled],
            )
        except REFUSALS as error:
            _refuse(form, error)
            return None
        messages.success(request, f"已套用“{asked['template']}”，新增 {len(added)} 个节点。")
        return _back(project)

    def replan_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        project = self._project(request, object_id, PROPOSE_RIGHT)
        if project.baselines.proposed().exists():
            messages.warning(request, "已有一份计划调整待批准，请先批准或撤回。")
            return _back(project)
        asked = ReplanChoice(project, request.POST or None).asked
        suggestion = replan(project, *asked, clock.today())
        form = ReplanForm(project, suggestion.open_milestones, request.POST or None)
        if "_propose" in request.POST:
            if form.is_valid() and self._propose(request, project, form):
                return _back(project)
        else:
            typed = {name: request.POST.get(name, "") for name in ("reason", "note")}
            chosen = {"promised_completion": asked[0], "by": asked[1]}
            initial = suggestion.initial_days() | typed | chosen
            form = ReplanForm(project, suggestion.open_milestones, initial=initial)
        preview = suggestion.preview(form)
        return self._page(request, project, "replan", form, preview, "调整计划")

    def _propose(self, request: HttpRequest, project: Project, form: ReplanForm) -> bool:
        form.require_seen()
        if form.errors:
            return False
        days = {each.pk: form.days(each) for each in form.open_milestones}
        moved = {each.pk for each in form.open_milestones if days[each.pk] != planned(each)}
        try:
            propose_plan(
                project=project,
                days={pk: days[pk] for pk in moved},
                promised_completion=form.cleaned_data["promised_completion"],
                reason=form.cleaned_data["reason"],
                note=form.cleaned_data["note"],
                seen=project.version,
                actor=account(request),
            )
        except REFUSALS as error:
            _refuse(form, error)
            return False
        messages.success(request, f"已提出计划调整（移动 {len(moved)} 个节点），待另一人批准。")
        return True

    def approve_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        def approve(baseline: Baseline) -> str:
            seen = request.POST.get("seen_version", "")
            shown = int(seen) if seen.isdecimal() and len(seen) < 10 else 0
            approved = approve_plan(baseline=baseline, seen=shown, actor=account(request))
            return f"已批准，成为{approved}。"

        return self._decide(request, object_id, APPROVE_RIGHT, approve)

    def withdraw_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        def withdraw(baseline: Baseline) -> str:
            withdraw_plan(baseline=baseline, actor=account(request))
            return "已撤回计划调整，计划没有变化。"

        return self._decide(request, object_id, WITHDRAW_RIGHT, withdraw)

    def _decide(
        self,
        request: HttpRequest,
        object_id: str,
        right: str,
        decide: Callable[[Baseline], str],
    ) -> HttpResponse:
        project = self._project(request, object_id, right)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        number = request.POST.get("baseline", "")
        known = number.isascii() and number.isdecimal() and len(number) < 19
        try:
            messages.success(request, decide(project.baselines.get(pk=number if known else 0)))
        except Baseline.DoesNotExist:
            messages.error(request, "这份计划调整已不在，可能已被撤回。")
        except REFUSALS as error:
            refusal = as_refusal(error)
            messages.error(request, "".join(refusal.messages) if refusal else str(error))
        return _back(project)

    def _project(self, request: HttpRequest, object_id: str, right: str) -> Project:
        project: Project | None = self.get_object(request, unquote(object_id))
        if project is None:
            raise Http404("没有这个项目。")
        if not self.has_change_permission(request, project) or not request.user.has_perm(right):
            raise PermissionDenied
        return project

    def preview_chart(self, project: Project, preview: Any) -> Any:
        """The chart under a preview's table; the app that draws charts puts it here."""
        return None

    def _page(
        self,
        request: HttpRequest,
        project: Project,
        name: str,
        form: forms.Form,
        preview: Any,
        title: str,
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": f"{title}：{project}",
            "page_name": title,
            "opts": self.opts,
            "project": project,
            "form": form,
            "preview": preview,
            "as_of": clock.today(),
            "chart": self.preview_chart(project, preview) if preview else None,
        }
        return TemplateResponse(request, f"admin/projects/project/{name}.html", context)


def _refuse(form: PromiseForm, error: Exception) -> None:
    refusal = as_refusal(error)
    if refusal:
        form.refuse(refusal)


def _back(project: Project) -> HttpResponse:
    return redirect("admin:projects_project_change", project.pk)
