"""Saving projects, their parts, and the lists they refer to."""

from collections.abc import Iterable, Sequence

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models.functions import Cast, Substr

from kuancheng.access.models import User
from kuancheng.access.rights import require
from kuancheng.audit import acts
from kuancheng.records.announcing import Announcement, announce
from kuancheng.records.versions import require_version
from projects.choices import Phase
from projects.models import (
    Agency,
    Assignment,
    Listing,
    Milestone,
    Official,
    PermitExtension,
    Programme,
    Project,
    Recorded,
    Target,
    TargetReading,
)
from projects.services.assignments import (
    check_assignment,
    check_leaving,
    check_single_roles,
    held_before,
    lock_officials,
)
from projects.services.evidence import remove_all
from projects.services.lists.stays import check_listing, check_programme, lock_programmes
from projects.services.permits.validity import check_granted, check_permits, extensions_of
from projects.services.rights import OVERSEE, require_approved, require_own, require_parts
from projects.services.stops.standing import check_standing, stopped_today
from projects.services.two_person import amount_rule, check_alone
from projects.services.year_classes import note_class

Reference = Agency | Official | Programme | Target | TargetReading


@transaction.atomic
@acts.edit("登记项目", "project")
def save_project(
    *,
    project: Project,
    actor: User,
    seen: int | None = None,
    replanning: bool = False,
    approved: bool = False,
) -> Project:
    """Creates a project or saves its changed fields.

    A new project without a code gets the next free one. `seen` is the version that the author
    saw; StaleRecord when the project has moved on since. NotAllowed for a project that is not
    his. ValidationError for bad fields, when anybody but the office changes the agency in
    charge, when the standing becomes or ceases to be 停工 (`services.stops`), and when the completion that a baseline promises would move (`replanning` is for the
    approval that moves it). ValidationError too for what two people decide (`rules.two_person`), but
    for what a second one has `approved`; whose door people come through calls
    `services.putting`. A project that differs in nothing is not written, so its history
    stays free of noise.
    """
    if project.pk is None:
        require(actor, "projects.add_project")
        check_standing(project, None, stopped=False)
        if not approved:
            check_alone(project, None, actor, held=False, of_amount=amount_rule())
        project.code = project.code or next_code()
        project.full_clean()
        made = project.save_by(actor)
        announce(*note_class(project, None, actor), made)
        return project
    current = Project.objects.select_for_update().get(pk=project.pk)
    require_own(actor, "projects.change_project", [current.pk])
    if seen is not None:
        require_version(current, seen)
    check_agency(project, current, actor)
    if project.standing != current.standing:
        stopped = project.pk in stopped_today([project.pk])
        check_standing(project, current.standing, stopped=stopped)
    if project.code != current.code:
        raise ValidationError({"code": f"编号登记后不能再改，应为“{current.code}”。"})
    moved = project.planned_completion != current.planned_completion
    held = moved and current.baselines.approved().exists()
    if not replanning:
        check_promise(project, current, held=held)
    if not approved:
        check_alone(project, current, actor, held=held, of_amount=amount_rule())
    project.version = current.version
    if not differs(project, current):
        return project
    project.full_clean()
    project.version += 1
    changed = project.save_by(actor)
    announce(*note_class(project, current.year_class, actor), changed)
    return project


def check_agency(project: Project, current: Project, actor: User) -> None:
    """ValidationError when anybody but the office puts another agency in charge.

    The agency in charge decides who may change the project.
    """
    if project.lead_agency_id != current.lead_agency_id and not actor.has_perm(OVERSEE):
        raise ValidationError({"lead_agency": "责任单位只能由项目中心修改，请改回原来的单位。"})


def check_promise(project: Project, current: Project, *, held: bool) -> None:
    """ValidationError when a completion would move that a baseline holds."""
    if held and project.planned_completion != current.planned_completion:
        raise ValidationError(
            {"planned_completion": "承诺的竣工日期已列入基线，不能直接修改，请走“调整计划”。"}
        )


@transaction.atomic
@acts.edit("修改项目内容", "project")
def save_parts(
    *,
    project: Project,
    saved: Sequence[Recorded] = (),
    deleted: Sequence[Recorded] = (),
    actor: User,
    replanning: bool = False,
    approved: bool = False,
) -> None:
    """Saves and deletes what belongs to a project (milestones, people, listings, plans) together.

    The project's version grows by one, so a form opened before is told. NotAllowed for parts
    that the actor may not change, or of a project that is not his. ValidationError for bad parts,
    when two people hold a single role on the same day, when an assignment may not change so
    (`services.assignments`), when a stay on a list may not be (`services.lists.stays`), when a permit may
    not be extended so (`services.permits.validity`), when a milestone finishes late without a reason, when
    planned days that a baseline holds would move (`replanning` is for the approval that moves
    them), or when anybody but the office deletes a milestone so held. NotAllowed for stays on lists
    that no second person has `approved`.
    """
    if not saved and not deleted:
        return
    if any(isinstance(each, Listing) for each in (*saved, *deleted)):
        require_approved(actor, approved=approved)
    lists = lock_programmes((*saved, *deleted))
    current = Project.objects.select_for_update().get(pk=project.pk)
    require_parts(actor, current, saved, deleted)
    _check_deleted(deleted, actor)
    changes = _delete(deleted, actor)
    # Rows that were there come first: ending one tenure makes room for the next.
    ordered = sorted(saved, key=lambda each: each.pk is None)
    before, tenures = _milestones_before(ordered), held_before(ordered)
    officials = lock_officials(ordered)
    held = not replanning and current.baselines.approved().exists()
    for part in ordered:
        # Of a stay on a list `check_listing` says more than the constraint.
        part.full_clean(validate_constraints=not isinstance(part, Listing))
        if isinstance(part, Milestone) and part.pk in before:
            check_milestone(part, before[part.pk], held=held)
        if isinstance(part, Assignment):
            check_assignment(part, tenures.get(part.pk), officials)
        if isinstance(part, Listing):
            check_listing(part, lists[part.programme_id])
        if isinstance(part, PermitExtension):
            check_granted(part)
        changes.append(part.save_by(actor))
    check_single_roles(current)
    check_permits(saved, deleted)
    current.version += 1
    current._change_reason = "、".join(
        sorted({str(part._meta.verbose_name) for part in (*saved, *deleted)})
    )
    changes.append(current.save_by(actor))
    project.version = current.version
    announce(*changes)


def _delete(parts: Iterable[Recorded], actor: User) -> list[Announcement]:
    """Takes parts away, a milestone's files and extensions with it."""
    changes: list[Announcement] = []
    gone = [each for each in parts if isinstance(each, Milestone)]
    named = [each for each in parts if isinstance(each, PermitExtension)]
    for extension in extensions_of(gone):
        if extension not in named:
            changes.append(extension.delete_by(actor))
    for part in sorted(parts, key=lambda each: isinstance(each, Milestone)):
        if isinstance(part, Milestone):
            changes += remove_all(part.evidence.all(), actor)
        changes.append(part.delete_by(actor))
    return changes


@transaction.atomic
@acts.setting("修改基础资料", "record")
def save_reference(*, record: Reference, actor: User) -> None:
    """Saves an agency, an official, a programme or a figure of one.

    ValidationError for bad fields, for an official who leaves with duties and for a list that
    would begin after a project came on it; NotAllowed for whoever may not keep them.
    """
    require(actor, f"projects.{'add' if record.pk is None else 'change'}_{record._meta.model_name}")
    record.full_clean()
    if isinstance(record, Official):
        check_leaving(record)
    if isinstance(record, Programme):
        check_programme(record)
    change = record.save_by(actor)
    named = _projects_that_name(record) if isinstance(record, Agency) else ()
    announce(change.touching(named))


@transaction.atomic
@acts.setting("删除基础资料", "record")
def delete_reference(*, record: Reference, actor: User) -> None:
    """Deletes one that was entered by mistake; its history stays.

    ValidationError for a list with projects: each of them leaves it by two people.
    """
    require(actor, f"projects.delete_{record._meta.model_name}")
    if isinstance(record, Programme) and record.listings.exists():
        raise ValidationError("清单里还有项目，不能删除；误登的列入请先在清单名册里“撤销列入”。")
    announce(record.delete_by(actor))


def _projects_that_name(agency: Agency) -> set[int]:
    led = Project.objects.filter(lead_agency=agency).values_list("pk", flat=True)
    built = Milestone.objects.filter(agency=agency).values_list("project_id", flat=True)
    return {*led, *built}


def next_code() -> str:
    """The next free code of the site's own, e.g. KC-0046."""
    return next_codes(1)[0]


def next_codes(count: int) -> list[str]:
    """So many free codes in a row. One query."""
    number = Cast(Substr("code", 4), models.IntegerField())
    codes = Project.objects.filter(code__regex=r"^KC-[0-9]{4,8}$")
    latest = codes.aggregate(latest=models.Max(number))["latest"] or 0
    return [f"KC-{latest + step:04}" for step in range(1, count + 1)]


def _check_deleted(deleted: Iterable[Recorded], actor: User) -> None:
    """Deleting a milestone and adding it again would get round the days that a baseline holds."""
    if actor.has_perm(OVERSEE):
        return
    ids = [each.pk for each in deleted if isinstance(each, Milestone)]
    held = Milestone.objects.filter(pk__in=ids, baseline_entries__baseline__number__isnull=False)
    if first := held.first():
        raise ValidationError(f"节点“{first.name}”已列入基线，不能删除；确需删除请联系项目中心。")


def _milestones_before(parts: Iterable[Recorded]) -> dict[int, Milestone]:
    return Milestone.objects.in_bulk([each.pk for each in parts if isinstance(each, Milestone)])


def check_milestone(milestone: Milestone, old: Milestone, *, held: bool) -> None:
    """ValidationError for what a milestone may not become; `held` says a baseline holds its days."""
    if held and _moves(milestone, old):
        raise ValidationError(
            f"节点“{milestone.name}”的计划日期已列入基线，不能直接修改，请走“调整计划”。"
        )
    if _finishes_late(milestone, old) and not milestone.late_reason.strip():
        raise ValidationError(
            f"节点“{milestone.name}”晚于计划完成日期 {milestone.planned_finish} 完成，"
            "请填写“逾期原因”。"
        )
    if _lacks_document(milestone, old):
        raise ValidationError(f"完成前期手续“{milestone.name}”须填写批复文件的“文号”。")


def _moves(milestone: Milestone, old: Milestone) -> bool:
    return (milestone.planned_start, milestone.planned_finish) != (
        old.planned_start,
        old.planned_finish,
    )


def _finishes(milestone: Milestone, old: Milestone) -> bool:
    return milestone.actual_finish is not None and milestone.actual_finish != old.actual_finish


def _finishes_late(milestone: Milestone, old: Milestone) -> bool:
    finish, planned = milestone.actual_finish, milestone.planned_finish
    late = finish is not None and planned is not None and finish > planned
    return late and _finishes(milestone, old)


def _lacks_document(milestone: Milestone, old: Milestone) -> bool:
    required = settings.KUANCHENG_FINISH_NEEDS_DOCUMENT and milestone.phase == Phase.PERMIT
    return required and _finishes(milestone, old) and not milestone.document_number.strip()


def differs(record: models.Model, current: models.Model) -> bool:
    """Whether anything that people may change is not as it was."""
    return any(
        getattr(record, field.attname) != getattr(current, field.attname)
        for field in record._meta.concrete_fields
        if field.editable
    )
