"""Calendars, templates, and plans: proposed by one person, approved by another, kept for good."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.access.rights import require
from kuancheng.audit import acts
from kuancheng.records.announcing import Action, Announcement, announce, together
from kuancheng.records.versions import require_version
from projects.choices import ReplanReason
from projects.models import (
    Baseline,
    BaselineEntry,
    CalendarDay,
    Milestone,
    Project,
    ScheduleTemplate,
    TemplateStep,
    WinterWindow,
)
from projects.planning import Timeline, project_timeline
from projects.rules import plan as plans
from projects.rules.calendars import FIRST_YEAR
from projects.rules.templates import FlowStep, Placed, places, plain
from projects.services.register import save_parts, save_project
from projects.services.rights import require_own

Days = tuple[date | None, date | None]

EARLIEST, LATEST = "earliest", "latest"
OF_THE_APPROVAL = ("number", "approver", "approved_at")


class Refused(Exception):  # noqa: N818 - a step that is not allowed; `str()` says why in Chinese
    """A proposal or an approval that cannot be."""


@dataclass(frozen=True)
class Move:
    """What a new plan would do to one milestone; days are planned days, before and after.

    `days` is how far its finish moves, later positive; None where it had none. `fixed` says why
    it does not move: finished, started or confirmed.
    """

    milestone: Milestone
    old: tuple[date | None, date | None]
    new: tuple[date | None, date | None]
    days: int | None
    fixed: str = ""


def moves(timeline: Timeline, milestones: Sequence[Milestone], by: str) -> list[Move]:
    """The plan that the schedule suggests: everything as late as the promise lets, or as early.

    Finished, started and confirmed milestones stay where they are.
    """
    found = []
    for milestone in milestones:
        dated = timeline.dated(milestone)
        old = (milestone.planned_start, milestone.planned_finish)
        fixed = _fixed(milestone)
        if fixed or dated is None:
            found.append(Move(milestone, old, old, 0, fixed))
            continue
        new = (
            (dated.latest_start, dated.latest_finish)
            if by == LATEST
            else (dated.earliest_start, dated.earliest_finish)
        )
        days = (new[1] - old[1]).days if old[1] else None
        found.append(Move(milestone, old, new, days))
    return found


def _fixed(milestone: Milestone) -> str:
    if milestone.actual_finish:
        return "已完成"
    if milestone.actual_start:
        return "已开始"
    return "日期已定" if milestone.confirmed else ""


@transaction.atomic
@acts.decision("提交计划审批", "project")
def propose_plan(
    *,
    project: Project,
    days: Mapping[int, Days],
    promised_completion: date | None,
    reason: str,
    note: str,
    seen: int,
    actor: User,
) -> Baseline:
    """Puts a plan forward: planned days by milestone id; what is left out keeps its days.

    `seen` is the project's version that the plan was made from. NotAllowed where the project is
    not the actor's, StaleRecord when it has moved on. Refused while another proposal waits, or for
    a first plan with any reason but 首次批准. ValidationError without a note, or for days in the
    wrong order.
    """
    project = Project.objects.select_for_update().get(pk=project.pk)
    require_own(actor, "projects.add_baseline", [project.pk])
    require_version(project, seen)
    if project.baselines.proposed().exists():
        raise Refused(f"{project}：已有一份计划调整待批准，请先批准或撤回。")
    first = not project.baselines.approved().exists()
    if first != (reason == ReplanReason.INITIAL):
        raise Refused("第一份计划的原因应为“首次批准”，以后的调整请选择具体原因。")
    baseline = Baseline(
        project=project,
        reason=reason,
        note=note.strip(),
        promised_completion=promised_completion or project.planned_completion,
        author=actor,
    )
    baseline.full_clean(exclude=OF_THE_APPROVAL)
    baseline.save()
    milestones = list(project.milestones.order_by("order", "pk"))
    BaselineEntry.objects.bulk_create(_entry(baseline, each, days) for each in milestones)
    announce(_said(baseline, Action.CREATED, actor))
    return baseline


def _said(baseline: Baseline, action: Action, actor: User) -> Announcement:
    """What there is to announce of a proposal or a baseline, which counts no versions."""
    kind = baseline._meta.label_lower
    fields = ("number",) if baseline.number else ()
    projects = frozenset({baseline.project_id})
    return Announcement(kind, baseline.pk, action, baseline.number, fields, actor.pk, projects)


def _entry(baseline: Baseline, milestone: Milestone, days: Mapping[int, Days]) -> BaselineEntry:
    start, finish = days.get(milestone.pk, (milestone.planned_start, milestone.planned_finish))
    if start and finish and finish < start:
        raise ValidationError(f"节点“{milestone.name}”的计划完成不能早于计划开始。")
    moved = (start, finish) != (milestone.planned_start, milestone.planned_finish)
    if moved and _fixed(milestone):
        raise ValidationError(f"节点“{milestone.name}”{_fixed(milestone)}，计划日期不能改。")
    return BaselineEntry(
        baseline=baseline,
        milestone=milestone,
        order=milestone.order,
        name=milestone.name,
        planned_start=start,
        planned_finish=finish,
    )


@transaction.atomic
@acts.decision("批准计划", "baseline")
def approve_plan(*, baseline: Baseline, seen: int, actor: User) -> Baseline:
    """Makes a proposal the project's next baseline, and its days the planned days.

    `seen` is the project's version beside which the proposal was shown: StaleRecord when it has
    moved on. NotAllowed where the project is not the actor's. Refused when it is not a proposal
    any more, when the approver wrote it himself, or when a milestone has meanwhile started,
    finished or been confirmed on other days.
    """
    project, current = _locked(baseline)
    require_own(actor, "projects.approve_baseline", [project.pk])
    if current.number is not None:
        raise Refused(f"{project}：这份计划已经批准。")
    if current.author_id == actor.pk:
        raise Refused("提出人不能批准自己的计划调整，请由另一人批准。")
    require_version(project, seen)
    with together():
        current.number = project.baselines.approved().count() + 1
        current.approver, current.approved_at = actor, clock.now()
        current.save()
        announce(_said(current, Action.CHANGED, actor))
        _write_days(project, current, actor)
        project.planned_completion = current.promised_completion
        save_project(project=project, actor=actor, replanning=True)
    return current


def _locked(baseline: Baseline) -> tuple[Project, Baseline]:
    """The project first, as everywhere: two who come from both ends would wait for each other."""
    project = Project.objects.select_for_update().get(pk=baseline.project_id)
    return project, Baseline.objects.select_for_update(of=("self",)).get(pk=baseline.pk)


def _write_days(project: Project, baseline: Baseline, actor: User) -> None:
    moved = []
    for entry in baseline.entries.select_related("milestone"):
        milestone = entry.milestone
        if milestone is None:
            continue
        days = (entry.planned_start, entry.planned_finish)
        if days == (milestone.planned_start, milestone.planned_finish):
            continue
        if _fixed(milestone):
            raise Refused(
                f"节点“{milestone.name}”{_fixed(milestone)}，与提出时不同，请撤回后重新提出。"
            )
        milestone.planned_start, milestone.planned_finish = days
        moved.append(milestone)
    save_parts(project=project, saved=moved, actor=actor, replanning=True)


@transaction.atomic
@acts.decision("撤回计划", "baseline")
def withdraw_plan(*, baseline: Baseline, actor: User) -> None:
    """Drops a proposal; an approved plan stays (Refused)."""
    project, current = _locked(baseline)
    require_own(actor, "projects.delete_baseline", [project.pk])
    if current.number is not None:
        raise Refused(f"{project}：已批准的基线不能删除。")
    said = _said(current, Action.DELETED, actor)
    current.delete()
    announce(said)


def template_milestones(
    project: Project, template: ScheduleTemplate, chosen: Collection[int] | None = None
) -> list[Milestone]:
    """A template's steps (or those with the chosen numbers) as milestones of a project, not saved.

    Numbered after what is there. What follows a step that is left out follows the project's own
    step of that name. Two queries.
    """
    steps = list(template.steps.order_by("order"))
    there = list(project.milestones.order_by("order", "pk").values_list("name", "order"))
    numbers = {plain(name): order for name, order in reversed(there)}
    last = max((order for _, order in there), default=0)
    taken = {step.order for step in steps} if chosen is None else chosen
    flow = [FlowStep(step.order, step.name, step.predecessors) for step in steps]
    placed = places(flow, taken, numbers, last)
    return [_milestone(project, step, placed[step.order]) for step in steps if step.order in placed]


def _milestone(project: Project, step: TemplateStep, placed: Placed) -> Milestone:
    return Milestone(
        project=project,
        order=placed.number,
        phase=step.phase,
        name=step.name,
        duration=step.duration,
        unit=step.unit,
        after=",".join(map(str, placed.after)),
        weight=step.weight,
        permit=step.permit,
        note=step.guidance,
    )


def doubled(project: Project, steps: Iterable[TemplateStep | Milestone]) -> list[str]:
    """The names among these steps that the project has already. One query."""
    there = {plain(name) for name in project.milestones.values_list("name", flat=True)}
    return [each.name for each in steps if plain(each.name) in there]


@transaction.atomic
@acts.edit("套用节点模板", "project")
def apply_template(
    *,
    project: Project,
    milestones: Iterable[Milestone],
    by: str,
    as_of: date,
    actor: User,
    promised_completion: date | None = None,
    again: Collection[str] = (),
) -> Timeline:
    """Adds milestones to a project and gives them the planned days that the schedule suggests.

    Refused, with nothing saved, when the project then cannot be scheduled, when another completion
    is promised than the one that a baseline holds or the register knows (two people change it), or when the project has a step of that name
    already: a second one is added only when it is named in `again`.
    """
    added = list(milestones)
    Project.objects.select_for_update().get(pk=project.pk)
    twice = [name for name in doubled(project, added) if name not in again]
    if twice:
        names = "、".join(f"“{name}”" for name in twice)
        raise Refused(f"项目已有同名节点{names}，没有再加。确需再加一个，请在预览里勾选它。")
    if promised_completion and promised_completion != project.planned_completion:
        if project.baselines.approved().exists():
            raise Refused("承诺竣工已列入基线，不能在这里改，请走“调整计划”。")
        if project.planned_completion is not None and not actor.is_system:
            raise Refused(
                f"承诺竣工已登记为 {project.planned_completion}，改它须第二人审核：请先在项目表单里改"
                "“计划竣工”，审核通过后再套用模板。"
            )
        project.planned_completion = promised_completion
        save_project(project=project, actor=actor)
    save_parts(project=project, saved=added, actor=actor)
    timeline = project_timeline(project, as_of)
    if timeline.schedule is None:
        raise Refused("；".join(timeline.problems))
    for move in moves(timeline, added, by):
        move.milestone.planned_start, move.milestone.planned_finish = move.new
    save_parts(project=project, saved=added, actor=actor, replanning=True)
    return timeline


@transaction.atomic
@acts.setting("设定节点模板", "template")
def save_template(
    *,
    template: ScheduleTemplate,
    saved: Iterable[TemplateStep] = (),
    deleted: Iterable[TemplateStep] = (),
    actor: User,
) -> None:
    """Saves a template with its steps. ValidationError, naming the step, when they make no plan."""
    verb = "add" if template.pk is None else "change"
    require(actor, f"projects.{verb}_scheduletemplate")
    template.full_clean()
    changes = [template.save_by(actor), *(step.delete_by(actor) for step in deleted)]
    for step in saved:
        step.template = template
        step.full_clean()
        changes.append(step.save_by(actor))
    _require_plan(template)
    announce(*changes)


@transaction.atomic
@acts.setting("删除节点模板", "template")
def delete_template(*, template: ScheduleTemplate, actor: User) -> None:
    """Deletes a template; the plans that were made from it stay."""
    require(actor, "projects.delete_scheduletemplate")
    announce(template.delete_by(actor))


def _require_plan(template: ScheduleTemplate) -> None:
    steps = tuple(
        plans.Step(
            str(each.order), each.duration, each.name, each.unit, tuple(map(str, each.predecessors))
        )
        for each in template.steps.all()
    )
    any_day = date(FIRST_YEAR, 1, 1)
    try:
        plans.Plan(any_day, any_day, steps)
    except plans.PlanError as error:
        raise ValidationError([sentence for _, sentence in error.errors]) from None


@transaction.atomic
@acts.setting("设定工作日历", "record")
def save_calendar(*, record: CalendarDay | WinterWindow, actor: User) -> None:
    """Saves a day or a winter; every project's schedule rests on it."""
    require(actor, f"projects.{'add' if record.pk is None else 'change'}_{record._meta.model_name}")
    record.full_clean()
    announce(record.save_by(actor).touching(Project.objects.values_list("pk", flat=True)))


@transaction.atomic
@acts.setting("删除工作日历", "record")
def delete_calendar(*, record: CalendarDay | WinterWindow, actor: User) -> None:
    """Takes a day or a winter back."""
    require(actor, f"projects.delete_{record._meta.model_name}")
    announce(record.delete_by(actor).touching(Project.objects.values_list("pk", flat=True)))
