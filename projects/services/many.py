"""Many projects or milestones at once, by the checks of saving one: for imports.

What is asked of the database to check a batch does not grow with the batch.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.access.rights import require
from kuancheng.audit import acts
from kuancheng.records.announcing import Announcement, announce
from kuancheng.records.versions import StaleRecord
from projects.models import Project, Recorded
from projects.services.permits.validity import permit_errors
from projects.services.register import (
    check_agency,
    check_milestone,
    check_promise,
    next_codes,
)
from projects.services.rights import require_own
from projects.services.stops.standing import check_standing, stopped_today
from projects.services.two_person import amount_rule, check_alone, held_among
from projects.services.year_classes import classed, write_classes

Errors = list[ValidationError | None]


@dataclass(frozen=True)
class Edit:
    """A record with its new values, and as it was before; `old` is None for a new one."""

    record: Any
    old: Any = None


class EditsRefused(Exception):  # noqa: N818 - carries what is wrong with which edit
    """Some edits are wrong, so none is written; `errors` by their places, counted from 0."""

    def __init__(self, errors: Mapping[int, ValidationError]) -> None:
        super().__init__(errors)
        self.errors = errors


def check_fields(record: models.Model, *, without: Sequence[str] = ()) -> None:
    """What `full_clean` says, but for some fields, without asking the database.

    That a related record exists, and that a value is unique, whoever prepares the batch knows.
    """
    related = [field.name for field in record._meta.concrete_fields if field.remote_field]
    unchecked = {*related, *without}
    errors: dict[str, Any] = {}
    for check in (lambda: record.clean_fields(exclude=unchecked), record.clean):
        try:
            check()
        except ValidationError as error:
            errors = error.update_error_dict(errors)
    if errors:
        raise ValidationError(errors)


def project_errors(edits: Sequence[Edit], actor: User) -> Errors:
    """What `save_project` would say against each edit, or None. Three queries at most."""
    known = {each.record.pk for each in edits if each.old is not None}
    held, stopped = held_among(known), stopped_today(known)
    taken = _national_codes(each.record.national_code for each in edits)

    def check(edit: Edit) -> None:
        project = edit.record
        # A new project gets its code when it is saved.
        check_fields(project, without=() if project.code else ("code",))
        if edit.old is not None:
            check_promise(project, edit.old, held=project.pk in held)
            check_agency(project, edit.old, actor)
        before = edit.old.standing if edit.old is not None else None
        check_standing(project, before, stopped=project.pk in stopped)
        code = project.national_code
        if code and taken.setdefault(code, project.pk) != project.pk:
            raise ValidationError(
                {"national_code": "这个国家项目代码已登记在另一个项目上，请核对。"}
            )

    return _each(edits, check)


def milestone_errors(edits: Sequence[Edit]) -> Errors:
    """What `save_parts` would say against each milestone, or None. Two queries, or four."""
    known = [each.record for each in edits if each.old is not None]
    held, permits = held_among({each.project_id for each in known}), permit_errors(known)

    def check(edit: Edit) -> None:
        check_fields(edit.record)
        if edit.old is not None:
            check_milestone(edit.record, edit.old, held=edit.record.project_id in held)
            if edit.record.pk in permits:
                raise permits[edit.record.pk]

    return _each(edits, check)


@transaction.atomic
@acts.edit("批量修改项目", "edits")
def save_projects(
    *, edits: Sequence[Edit], actor: User, reason: str, approved: bool = False
) -> None:
    """Saves new and changed projects; `reason` is kept in their histories.

    NotAllowed, StaleRecord or EditsRefused, with nothing written, when one is not the actor's,
    has moved on or is wrong, or when one person alone would change what two decide and no second
    one has `approved` it. New ones without a code get the next free ones, in their order.
    """
    if any(each.old is None for each in edits):
        require(actor, "projects.add_project")
    require_own(actor, "projects.change_project", (each.old.pk for each in edits if each.old))
    versions = _locked({each.old.pk for each in edits if each.old is not None})
    for each in edits:
        if each.old and versions.get(each.old.pk) != each.old.version:
            raise StaleRecord(str(each.old))
    nameless = [each.record for each in edits if each.old is None and not each.record.code]
    for project, code in zip(nameless, next_codes(len(nameless)), strict=True):
        project.code = code
    _refuse(project_errors(edits, actor))
    if not approved:
        _refuse(_alone_errors(edits, actor))
    changes = []
    for edit in edits:
        edit.record.version += edit.old is not None
        changes.append(_save(edit.record, actor, reason))
    announce(*_classes(edits, actor, reason), *changes)


def _alone_errors(edits: Sequence[Edit], actor: User) -> Errors:
    """What one person alone may not do. Two queries at most."""
    of_amount, held = amount_rule(), held_among(each.old.pk for each in edits if each.old)
    return _each(
        edits,
        lambda edit: check_alone(
            edit.record, edit.old, actor, held=edit.record.pk in held, of_amount=of_amount
        ),
    )


def _classes(edits: Sequence[Edit], actor: User, reason: str) -> list[Announcement]:
    """Follows the classes that changed. One query, or none, and the writes."""
    pairs = [(each.record, each.old.year_class if each.old else "") for each in edits]
    wanted = [classed(one, old) for one, old in pairs if one.year_class != old]
    return write_classes(wanted, clock.today().year, actor, why=reason)[1] if wanted else []


@transaction.atomic
@acts.edit("批量修改节点", "edits")
def save_milestones(*, edits: Sequence[Edit], actor: User, reason: str) -> None:
    """Saves new and changed milestones of many projects; each project's version grows by one.

    NotAllowed or EditsRefused, with nothing written, when one is not the actor's or is wrong.
    """
    ids = {each.record.project_id for each in edits}
    for verb in {"add" if each.old is None else "change" for each in edits}:
        require_own(actor, f"projects.{verb}_milestone", ids)
    _locked(ids)
    _refuse(milestone_errors(edits))
    changes = [_save(edit.record, actor, reason) for edit in edits]
    for project in Project.objects.filter(pk__in=ids).order_by("pk"):
        project.version += 1
        changes.append(_save(project, actor, reason))
    announce(*changes)


def _save(record: Recorded, actor: User, reason: str) -> Announcement:
    record._change_reason = reason
    return record.save_by(actor)


def _locked(ids: Iterable[int]) -> dict[int, int]:
    """Locks projects, always in the same order; their versions."""
    rows = Project.objects.select_for_update().filter(pk__in=ids).order_by("pk")
    return dict(rows.values_list("pk", "version"))


def _national_codes(codes: Iterable[str | None]) -> dict[str, int | None]:
    wanted = {code for code in codes if code}
    found = Project.objects.filter(national_code__in=wanted)
    return {str(code): pk for code, pk in found.values_list("national_code", "pk")}


def _each(edits: Sequence[Edit], check: Any) -> Errors:
    found: Errors = []
    for edit in edits:
        try:
            check(edit)
        except ValidationError as error:
            found.append(error)
        else:
            found.append(None)
    return found


def _refuse(errors: Errors) -> None:
    wrong = {place: error for place, error in enumerate(errors) if error is not None}
    if wrong:
        raise EditsRefused(wrong)
