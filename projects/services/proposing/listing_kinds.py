"""What two people decide of lists: projects that join, and the steps on one stay."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.urls import reverse

from kuancheng.access.models import User
from kuancheng.proposals.kinds import Moved, ProposalKind, Proposed, Value
from kuancheng.proposals.values import value_of, write
from projects.models import Listing, Programme, Project
from projects.services.lists.edits import listing_errors, save_listings
from projects.services.lists.listings import (
    CHANGE,
    CORRECTABLE,
    JOIN,
    STRIKE,
    correct,
    leave,
    next_number,
    strike,
    undo_leave,
)
from projects.services.lists.stays import locked
from projects.services.many import Edit, EditsRefused
from projects.services.proposing.projects import words_of_approval

LIST, STAY = Programme._meta.label_lower, Listing._meta.label_lower
STAYING = "stay"
"""The field of a striking: the whole stay."""


class Joining(ProposalKind):
    """Projects join a list: a field a project and first day."""

    code = "listing_join"
    label = "增补项目"
    sees = "projects.view_listing"
    decides = JOIN

    def current(self, proposal: Proposed, *, lock: bool = False) -> Mapping[str, Value]:
        """Nothing, as when it was proposed; Moved where one of them can join no more."""
        rows = _rows(proposal, lock=lock)
        errors = listing_errors(
            [Edit(each) for each in rows], {rows[0].programme_id: rows[0].programme}
        )
        if said := _said(rows, errors):
            raise Moved(said)
        return dict.fromkeys(proposal.values)

    def apply(self, proposal: Proposed, *, actor: User) -> None:
        rows = _rows(proposal, lock=True)
        numberless = [
            row for row, value in zip(rows, _terms(proposal), strict=True) if "number" not in value
        ]
        for number, row in enumerate(numberless, next_number(rows[0].programme)):
            row.number = number
        try:
            save_listings(
                edits=[Edit(each) for each in rows],
                actor=actor,
                reason=words_of_approval(proposal),
                approved=True,
            )
        except EditsRefused as error:
            errors = [error.errors.get(place) for place in range(len(rows))]
            raise ValidationError(_said(rows, errors)) from None

    def link(self, proposal: Proposed) -> str:
        programme = Programme.objects.filter(pk=proposal.subject_id or 0).first()
        return reverse("programme", args=[programme.code]) if programme else ""

    def impact(self, proposal: Proposed) -> Sequence[str]:
        amounts = [each.project.total_investment for each in _rows(proposal)]
        known = [each for each in amounts if each is not None]
        blank = len(amounts) - len(known)
        more = f"（{blank} 个未报，未计入）" if blank else ""
        return (f"列入 {len(amounts)} 个项目，计划总投资合计 {sum(known):,} 万元{more}。",)


class StayKind(ProposalKind):
    """What is done to one stay: the columns that it changes."""

    sees = "projects.view_listing"
    decides: ClassVar[str] = CHANGE

    def current(self, proposal: Proposed, *, lock: bool = False) -> Mapping[str, Value]:
        stay = _stay(proposal, lock=lock)
        return {name: value_of(stay, name) for name in CORRECTABLE}

    def link(self, proposal: Proposed) -> str:
        stay = (
            Listing.objects.select_related("programme").filter(pk=proposal.subject_id or 0).first()
        )
        return reverse("programme", args=[stay.programme.code]) if stay else ""

    def impact(self, proposal: Proposed) -> Sequence[str]:
        project = _stay(proposal).project
        amount = project.total_investment
        said = "未报" if amount is None else f"{amount:,} 万元"
        return (f"{project}的计划总投资 {said}，清单的个数、合计和比率随之变动。",)


class Leaving(StayKind):
    """A project leaves a list."""

    code = "listing_leave"
    label = "调出项目"

    def apply(self, proposal: Proposed, *, actor: User) -> None:
        stay = _stay(proposal, lock=True)
        for name, value in proposal.values.items():
            write(stay, name, value)
        if stay.until is None:
            raise ValidationError("这份申请没有写最后一天，请退回。")
        leave(
            listing=stay,
            until=stay.until,
            reason=stay.leave_reason,
            document=stay.leave_document,
            note=stay.leave_note,
            by=f"（{words_of_approval(proposal)}）",
            actor=actor,
            approved=True,
        )


class Correcting(StayKind):
    """What was typed wrongly of a stay is put right."""

    code = "listing_correct"
    label = "更正列入"

    def apply(self, proposal: Proposed, *, actor: User) -> None:
        stay, values = _stay(proposal, lock=True), proposal.values
        for name, value in values.items():
            write(stay, name, value)
        said = {name: getattr(stay, name) for name in values}
        correct(listing=stay, values=said, why=_why(proposal), actor=actor, approved=True)


class Returning(StayKind):
    """A leaving is taken back."""

    code = "listing_undo_leave"
    label = "撤销调出"

    def apply(self, proposal: Proposed, *, actor: User) -> None:
        undo_leave(
            listing=_stay(proposal, lock=True), why=_why(proposal), actor=actor, approved=True
        )


class Striking(StayKind):
    """A joining that was a mistake is taken back."""

    code = "listing_strike"
    label = "撤销列入"
    decides = STRIKE

    def current(self, proposal: Proposed, *, lock: bool = False) -> Mapping[str, Value]:
        return {STAYING: dict(super().current(proposal, lock=lock))}

    def apply(self, proposal: Proposed, *, actor: User) -> None:
        strike(listing=_stay(proposal, lock=True), why=_why(proposal), actor=actor, approved=True)


JOINING, LEFT, CORRECTED = Joining(), Leaving(), Correcting()
RETURNED, STRUCK = Returning(), Striking()
KINDS = (JOINING, LEFT, CORRECTED, RETURNED, STRUCK)


def _why(proposal: Proposed) -> str:
    return f"{proposal.reason}（{words_of_approval(proposal)}）"


def _stay(proposal: Proposed, *, lock: bool = False) -> Listing:
    found = Listing.objects.select_related("project", "programme")
    stay: Listing | None = found.filter(pk=proposal.subject_id or 0).first()
    if stay is None:
        raise Moved("这一段列入已被撤销。")
    if lock:
        locked([stay.programme_id])
        stay.refresh_from_db(fields=CORRECTABLE)
    return stay


def _terms(proposal: Proposed) -> list[dict[str, Any]]:
    return [value for value in proposal.values.values() if isinstance(value, dict)]


def _rows(proposal: Proposed, *, lock: bool = False) -> list[Listing]:
    """The stays that a proposal would make, their list locked where asked. Two queries or three."""
    programme = Programme.objects.filter(pk=proposal.subject_id or 0).first()
    if programme is None:
        raise Moved("这份清单已被删除。")
    if lock:
        locked([programme.pk])
    values = proposal.values
    keys = [int(name.split(":")[1]) for name in values]
    projects = Project.objects.in_bulk(keys)
    rows = []
    for key, terms in zip(keys, _terms(proposal), strict=True):
        if key not in projects:
            raise Moved("其中一个项目已不在登记里。")
        rows.append(Listing(programme=programme, project=projects[key]))
        for name, value in terms.items():
            write(rows[-1], name, value)
    return rows


def _said(rows: Sequence[Listing], errors: Sequence[ValidationError | None]) -> str:
    """What stands against them, with the project it is about."""
    told = []
    for row, error in zip(rows, errors, strict=True):
        for sentence in error.messages if error is not None else ():
            told.append(sentence if str(row.project) in sentence else f"{row.project}：{sentence}")
    return "；".join(told)
