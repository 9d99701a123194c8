"""Who of a project is told of its plan: what waits for approval, and what became of it."""

from collections.abc import Sequence

from django.urls import reverse

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.access.rights import holders
from kuancheng.notices.kinds import NoticeKind
from kuancheng.notices.models import Notice
from kuancheng.notices.services import notify, settle
from kuancheng.records.announcing import Action, Announcement
from projects.choices import Role
from projects.models import Baseline, Project
from projects.notices.people import NEWS, accounts_of
from projects.services.rights import OVERSEE

APPROVE = "projects.approve_baseline"
CHANGE = "projects.change_project"
GROUP = "项目计划"

PLAN_WAITING = NoticeKind(
    "plan_waiting", "计划调整待批准", duty=True, permission=APPROVE, group=GROUP
)
PLAN_APPROVED = NoticeKind("plan_approved", "计划调整已批准", permission=CHANGE, group=GROUP)
PLAN_WITHDRAWN = NoticeKind("plan_withdrawn", "计划调整已撤回", permission=CHANGE, group=GROUP)

KINDS = (PLAN_WAITING, PLAN_APPROVED, PLAN_WITHDRAWN)


def heed(changes: Sequence[Announcement]) -> None:
    """Tells of plans that were put forward, approved or withdrawn."""
    of_plans = [each for each in changes if each.kind == Baseline._meta.label_lower]
    if not of_plans:
        return
    plans = Baseline.objects.select_related("project", "author").in_bulk(
        [each.id for each in of_plans]
    )
    for each in of_plans:
        plan = plans.get(each.id)
        if plan is None:
            if each.action == Action.DELETED:
                _tell_withdrawn(each)
        elif plan.number is None:
            _tell_waiting(plan, each.actor)
        elif plan.approved_at and clock.now() - plan.approved_at <= NEWS:
            _tell_approved(plan, each.actor)


def _tell_waiting(plan: Baseline, actor: int) -> None:
    approvers = holders(APPROVE, OVERSEE).filter(is_staff=True)
    notify(
        to=[each for each in approvers if each.pk != plan.author_id],
        kind=PLAN_WAITING,
        title=f"计划调整待批准：{plan.project.name}",
        text=f"{plan.author or '（已注销）'} 提出，原因：{plan.get_reason_display()}。{plan.note}",
        link=reverse("admin:projects_baseline_change", args=[plan.pk]),
        about=(Baseline._meta.label_lower, plan.pk),
        key=str(plan.pk),
        by=actor,
    )


def _tell_approved(plan: Baseline, actor: int) -> None:
    settle(
        about=Baseline._meta.label_lower,
        outcomes={plan.pk: f"{plan.approver} 已批准，列为基线 {plan.number}。"},
        kinds=[PLAN_WAITING],
    )
    liaison = accounts_of([plan.project_id], clock.today(), Role.LIAISON_OFFICER)
    authors = [plan.author] if plan.author else []
    notify(
        to=[*authors, *liaison.get(plan.project_id, ())],
        kind=PLAN_APPROVED,
        title=f"计划调整已批准：{plan.project.name}",
        text=f"列为基线 {plan.number}，计划日期已按它更新。{plan.note}",
        link=reverse("project", args=[plan.project.code]),
        about=(Baseline._meta.label_lower, plan.pk),
        key=str(plan.pk),
        by=actor,
    )


def _tell_withdrawn(change: Announcement) -> None:
    """Whoever was asked to approve it need not, and the liaison officer knows."""
    settle(
        about=change.kind, outcomes={change.id: "提出人已撤回，不用批准。"}, kinds=[PLAN_WAITING]
    )
    asked = Notice.objects.about(change.kind, change.id).values("recipient")
    project = Project.objects.get(pk__in=change.projects)
    liaison = accounts_of([project.pk], clock.today(), Role.LIAISON_OFFICER)
    notify(
        to=[*User.objects.filter(pk__in=asked), *liaison.get(project.pk, ())],
        kind=PLAN_WITHDRAWN,
        title=f"计划调整已撤回：{project.name}",
        text="提出的计划调整已撤回，不用再批准；计划日期不变。",
        link=reverse("project", args=[project.code]),
        about=(change.kind, change.id),
        key=str(change.id),
        by=change.actor,
    )
