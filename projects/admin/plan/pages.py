"""套用流程模板 and 调整计划 on a project's page: a preview first, saved only when told to."""

from typing import ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect

from kuancheng import clock
from kuancheng.access.rights import account
from kuancheng.records.forms import as_refusal
from kuancheng.records.pages import AdminPage
from kuancheng.records.versions import StaleRecord, seen_version
from projects.admin.plan.forms import (
    ReplanChoice,
    ReplanForm,
    TemplateForm,
    planned,
)
from projects.admin.plan.previews import proposal, replan, template_preview
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


def plan_context(
    request: HttpRequest, project: Project | None, *, may_change: bool
) -> dict[str, object]:
    """What a project's form says of its plan, and which buttons it has."""
    if project is None:
        return dict(NO_PLAN)
    waiting = project.baselines.proposed().select_related("author").first()
    user = request.user
    return {
        "held": project.baselines.approved().exists(),
        "proposal": proposal(waiting) if waiting else None,
        "may_apply": may_change and user.has_perm(TEMPLATE_RIGHT),
        "may_propose": may_change and user.has_perm(PROPOSE_RIGHT),
        "may_approve": may_change and user.has_perm(APPROVE_RIGHT),
        "may_withdraw": may_change and user.has_perm(WITHDRAW_RIGHT),
    }


class PlanPage(AdminPage):
    """A page or a button of one project's plan."""

    gone = "没有这个项目。"
    right: ClassVar[str]

    def project(self, object_id: str) -> Project:
        """The project, for one who may change its plan. PermissionDenied for others."""
        project: Project = self.record(object_id)
        allowed = self.owner.has_change_permission(self.request, project)
        if not allowed or not self.request.user.has_perm(self.right):
            raise PermissionDenied
        return project


class PlanForm(PlanPage):
    """A page with a form, and a preview of what it would do."""

    title: ClassVar[str]

    def answer(self, project: Project, form: forms.Form, preview: object) -> HttpResponse:
        """The page as it stands."""
        return self.page(
            f"{self.title}：{project}",
            page_name=self.title,
            project=project,
            form=form,
            preview=preview,
            as_of=clock.today(),
            chart=self.owner.preview_chart(project, preview) if preview else None,
        )


class TemplatePage(PlanForm):
    """套用流程模板: what it would add, and adding it."""

    name = "template"
    title = "套用流程模板"
    right = TEMPLATE_RIGHT
    template_name = "admin/projects/project/template.html"

    def get(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The empty form."""
        project = self.project(object_id)
        return self.answer(project, TemplateForm(project, None), None)

    def post(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """A preview, or the template applied."""
        project = self.project(object_id)
        form = TemplateForm(project, request.POST)
        preview = None
        if form.is_valid():
            preview = template_preview(form, clock.today())
            if "_save" in request.POST and self._apply(project, form):
                return _back(project)
        return self.answer(project, form, preview)

    def _apply(self, project: Project, form: TemplateForm) -> bool:
        form.require_seen()
        form.require_shown()
        if form.errors:
            return False
        asked, chosen = form.cleaned_data, form.chosen
        numbers = [each.step.order for each in chosen]
        added = template_milestones(project, asked["template"], numbers)
        try:
            apply_template(
                project=project,
                milestones=added,
                by=asked["by"],
                as_of=clock.today(),
                actor=account(self.request),
                promised_completion=asked["promised_completion"],
                again=[each.step.name for each in chosen if each.doubled],
            )
        except REFUSALS as error:
            form.object_to(error)
            return False
        messages.success(self.request, f"已套用“{asked['template']}”，新增 {len(added)} 个节点。")
        return True


class ReplanPage(PlanForm):
    """调整计划: what it would move, and putting it forward."""

    name = "replan"
    title = "调整计划"
    right = PROPOSE_RIGHT
    template_name = "admin/projects/project/replan.html"

    def get(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The suggestion for today's promise."""
        return self.post(request, object_id)

    def post(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """A suggestion for what was typed, or the plan put forward."""
        project = self.project(object_id)
        if project.baselines.proposed().exists():
            messages.warning(request, "已有一份计划调整待批准，请先批准或撤回。")
            return _back(project)
        asked = ReplanChoice(project, request.POST or None).asked
        suggestion = replan(project, *asked, clock.today())
        if "_propose" in request.POST:
            form = ReplanForm(project, suggestion.open_milestones, request.POST)
            if form.is_valid() and self._propose(project, form):
                return _back(project)
        else:
            typed = {name: request.POST.get(name, "") for name in ("reason", "note")}
            chosen = {"promised_completion": asked[0], "by": asked[1]}
            initial = suggestion.initial_days() | typed | chosen
            form = ReplanForm(project, suggestion.open_milestones, initial=initial)
        return self.answer(project, form, suggestion.preview(form))

    def _propose(self, project: Project, form: ReplanForm) -> bool:
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
                actor=account(self.request),
            )
        except REFUSALS as error:
            form.object_to(error)
            return False
        done = f"已提出计划调整（移动 {len(moved)} 个节点），待另一人批准。"
        messages.success(self.request, done)
        return True


class PlanDecision(PlanPage):
    """A button on the form of a project: what becomes of the plan that waits."""

    def get(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Nothing to look at: a button is pressed. PermissionDenied for who may not press it."""
        self.project(object_id)
        return HttpResponseNotAllowed(["POST"])

    def post(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Decided or refused with its reason, then back to the project."""
        project = self.project(object_id)
        number = request.POST.get("baseline", "")
        known = number.isascii() and number.isdecimal() and len(number) < 19
        try:
            baseline = project.baselines.get(pk=number if known else 0)
            messages.success(request, self.decide(baseline))
        except Baseline.DoesNotExist:
            messages.error(request, "这份计划调整已不在，可能已被撤回。")
        except REFUSALS as error:
            refusal = as_refusal(error)
            messages.error(request, "".join(refusal.messages) if refusal else str(error))
        return _back(project)

    def decide(self, baseline: Baseline) -> str:
        """Does it, and says what was done."""
        raise NotImplementedError


class ApprovePage(PlanDecision):
    name = "approve"
    right = APPROVE_RIGHT

    def decide(self, baseline: Baseline) -> str:
        """The plan becomes the next baseline."""
        seen = seen_version(self.request.POST)
        approved = approve_plan(baseline=baseline, seen=seen, actor=account(self.request))
        return f"已批准，成为{approved}。"


class WithdrawPage(PlanDecision):
    name = "withdraw"
    right = WITHDRAW_RIGHT

    def decide(self, baseline: Baseline) -> str:
        """The plan that waits is gone; what is approved stays."""
        withdraw_plan(baseline=baseline, actor=account(self.request))
        return "已撤回计划调整，计划没有变化。"


PAGES = (TemplatePage, ReplanPage, ApprovePage, WithdrawPage)


def _back(project: Project) -> HttpResponse:
    return redirect("admin:projects_project_change", project.pk)
