"""Extensions of permits: every door records, corrects and withdraws them by these rules.

An extension is granted by the authority outside; whoever keeps the milestone records it with its
document. What the law allows `validity` asks of all rows of a milestone together.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from kuancheng.access.models import User
from kuancheng.audit import acts
from kuancheng.records.announcing import announce
from kuancheng.records.versions import require_version
from projects.models import Milestone, PermitExtension, Project
from projects.planning import site_calendars
from projects.services.many import Edit, EditsRefused, Errors, check_fields
from projects.services.permits.validity import check_granted, refused
from projects.services.register import save_parts
from projects.services.rights import require_own


@dataclass(frozen=True)
class Grant:
    """What the authority's document says of an extension."""

    document: str
    asked_on: date
    granted_on: date
    until: date
    note: str = ""


@transaction.atomic
@acts.decision("登记手续延期", "milestone")
def extend(*, milestone: Milestone, grant: Grant, seen: int, actor: User) -> PermitExtension:
    """Records an extension of the permit that a milestone obtained.

    `seen` is the project's version that was shown. NotAllowed for a project that is not his,
    StaleRecord when it has moved on, ValidationError for what the law does not allow.
    """
    project = _locked(milestone.project_id, "add", seen, actor)
    row = PermitExtension(project=project, milestone=milestone, **vars(grant))
    _save(project, row, actor, f"延期：{milestone}")
    return row


@transaction.atomic
@acts.decision("更正手续延期", "extension")
def correct(
    *, extension: PermitExtension, grant: Grant, reason: str, seen: int, actor: User
) -> PermitExtension:
    """Corrects what was recorded of an extension; `reason` is kept in its history."""
    project = _locked(extension.project_id, "change", seen, actor)
    why = _reason(reason, "更正")
    row = PermitExtension.objects.get(pk=extension.pk)
    for name, value in vars(grant).items():
        setattr(row, name, value)
    _save(project, row, actor, why)
    return row


@transaction.atomic
@acts.decision("撤销手续延期", "extension")
def withdraw(*, extension: PermitExtension, reason: str, seen: int, actor: User) -> None:
    """Takes away an extension that never was; its history stays, with the reason."""
    project = _locked(extension.project_id, "delete", seen, actor)
    why = _reason(reason, "撤销")
    row = PermitExtension.objects.get(pk=extension.pk)
    row._change_reason = why
    save_parts(project=project, deleted=[row], actor=actor)


def _locked(project_id: int, verb: str, seen: int, actor: User) -> Project:
    project = Project.objects.select_for_update().get(pk=project_id)
    require_own(actor, f"projects.{verb}_permitextension", [project.pk])
    require_version(project, seen)
    return project


def _save(project: Project, row: PermitExtension, actor: User, reason: str) -> None:
    row._change_reason = reason[:100]
    save_parts(project=project, saved=[row], actor=actor)


def _reason(reason: str, verb: str) -> str:
    text = reason.strip()
    if not text:
        raise ValidationError({"reason": f"请写明为什么{verb}。"})
    return text


# Many at once, for imports


def extension_errors(edits: Sequence[Edit]) -> Errors:
    """What `extend` or `correct` would say against each, all together, or None. Three queries."""
    found: Errors = [_field_error(each.record) for each in edits]
    rows: dict[int, list[PermitExtension]] = defaultdict(list)
    for edit, error in zip(edits, found, strict=True):
        if error is None:
            rows[edit.record.milestone_id].append(edit.record)
    edited = [each.record.pk for each in edits if each.record.pk]
    others = PermitExtension.objects.filter(milestone__in=rows).exclude(pk__in=edited)
    for row in others:
        rows[row.milestone_id].append(row)
    calendars = site_calendars()
    milestones = {each.record.milestone_id: each.record.milestone for each in edits}
    wrong = {key: refused(milestones[key], some, calendars) for key, some in rows.items()}
    # The sentence names the extension: it is told at each row of its milestone.
    told = {key: about[1] for key, about in wrong.items() if about}
    return [
        error or told.get(edit.record.milestone_id)
        for edit, error in zip(edits, found, strict=True)
    ]


@transaction.atomic
@acts.decision("批量登记手续延期", "edits")
def save_extensions(*, edits: Sequence[Edit], actor: User, reason: str) -> None:
    """Saves new and corrected extensions of many projects; each project's version grows by one.

    NotAllowed or EditsRefused, with nothing written, when one is not the actor's or is wrong.
    """
    ids = {each.record.project_id for each in edits}
    for verb in {"add" if each.old is None else "change" for each in edits}:
        require_own(actor, f"projects.{verb}_permitextension", ids)
    projects = list(Project.objects.select_for_update().filter(pk__in=ids).order_by("pk"))
    errors = extension_errors(edits)
    wrong = {place: error for place, error in enumerate(errors) if error is not None}
    if wrong:
        raise EditsRefused(wrong)
    changes = []
    for record in (*(each.record for each in edits), *projects):
        record._change_reason = reason
        if isinstance(record, Project):
            record.version += 1
        changes.append(record.save_by(actor))
    announce(*changes)


def _field_error(row: PermitExtension) -> ValidationError | None:
    try:
        check_fields(row)
        check_granted(row)
    except ValidationError as error:
        return error
    return None
