"""清单的增补、调出和更正, as one person puts them forward for another to let through.

What is put forward is checked as the step itself is, under a lock on the list.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from kuancheng.access.models import User
from kuancheng.access.rights import require
from kuancheng.audit import acts
from kuancheng.proposals.kinds import Change, Subject
from kuancheng.proposals.models import Proposal, ProposedField
from kuancheng.proposals.services import Draft, propose, propose_all
from kuancheng.proposals.values import changes_between, value_of
from projects.choices import LeaveReason
from projects.models import Listing, Programme, Project
from projects.services.lists.listings import (
    CHANGE,
    CORRECTABLE,
    JOIN,
    STILL_ON,
    changed,
    joining,
    leaving,
    locked_stay,
    require_list,
)
from projects.services.lists.stays import locked
from projects.services.many import Edit, EditsRefused
from projects.services.proposing.listing_kinds import (
    CORRECTED,
    JOINING,
    LEFT,
    LIST,
    RETURNED,
    STAY,
    STAYING,
    STRUCK,
    StayKind,
)
from projects.services.proposing.projects import SHORTEST, waits

LEAVING = frozenset({"until", "leave_reason", "leave_note", "leave_document"})
"""What a leaving says of a stay."""


@transaction.atomic
@acts.edit("提出列入清单", "programme")
def propose_joining(
    *,
    programme: Programme,
    projects: Sequence[Project],
    since: date,
    reason: str,
    document: str,
    actor: User,
    note: str = "",
    seen: int | None = None,
) -> Proposal:
    """Asks that projects join a list from one day on: all of them, or none.

    `seen` is the list's revision that was shown. Refused as `join_many` refuses, and where one of
    them is put forward already.
    """
    require(actor, JOIN)
    held = locked([programme.pk])[programme.pk]
    require_list(held, seen)
    terms = {"since": since, "reason": reason, "document": document, "note": note}
    made = joining(programme=held, projects=projects, **terms)  # type: ignore[arg-type]
    for error in waiting_errors([Edit(each) for each in made]):
        if error is not None:
            raise error
    why = f"{made[0].get_reason_display()}{f'，{note.strip()}' if note.strip() else ''}"
    return propose(
        draft=_joining(held, made, f"增补 {len(made)} 个项目：{why}", numbered=False), author=actor
    )


@dataclass(frozen=True)
class Asked:
    """A step on one stay, its new values, and why."""

    kind: StayKind
    values: Mapping[str, object] | None
    why: str
    document: str = ""


def asked_leaving(*, until: date, reason: str, document: str, note: str = "") -> Asked:
    """What is asked of a stay that is to end."""
    label = dict(LeaveReason.choices).get(reason, reason)
    said = leaving(until=until, reason=reason, document=document, note=note)
    return Asked(
        LEFT, said, f"调出：{label}{f'，{note.strip()}' if note.strip() else ''}", document
    )


def asked_correction(values: Mapping[str, object], why: str) -> Asked:
    """What is asked of a stay that was typed wrongly."""
    return Asked(CORRECTED, values, _reason(why))


def asked_return(why: str) -> Asked:
    """What is asked of a stay that ended by mistake."""
    return Asked(RETURNED, STILL_ON, _reason(why))


def asked_striking(why: str) -> Asked:
    """What is asked of a stay that is a mistake."""
    return Asked(STRUCK, None, _reason(why))


@transaction.atomic
@acts.edit("提出清单变更", "listing")
def propose_step(
    *, listing: Listing, asked: Asked, actor: User, seen: int | None = None
) -> Proposal:
    """Asks for a step on one stay. `seen` is the stay's revision that was shown.

    NotAllowed, StaleRecord, and ValidationError by field as the step itself says them; also where
    nothing would change, and where another step on the stay waits: that names it.
    """
    require(actor, asked.kind.decides)
    held = locked_stay(listing, seen)
    _require_step(held, asked)
    _require_free([held])
    if asked.values is None:
        return propose(draft=_striking(held, asked.why), author=actor)
    wanted = changed(held, asked.values)
    return propose(draft=_changing(held, wanted, asked), author=actor)


@acts.edit("提出清单变更")
def listing_drafts(*, edits: Sequence[Edit], actor: User, reason: str) -> list[Draft]:
    """What a file asks of lists, to be put forward with it: what changes stays before who joins.

    NotAllowed; EditsRefused where a stay waits already. The rows were checked, under a lock on the
    lists, by whoever read them.
    """
    for verb in sorted({JOIN if each.old is None else CHANGE for each in edits}):
        require(actor, verb)
    wrong = {place: error for place, error in enumerate(waiting_errors(edits)) if error is not None}
    if wrong:
        raise EditsRefused(wrong)
    ordered = sorted(edits, key=lambda each: each.old is None)
    return [
        _joining(each.record.programme, [each.record], reason, numbered=True)
        if each.old is None
        else _changing(each.old, each.record, _asked_of(each, reason))
        for each in ordered
    ]


def waiting_errors(edits: Sequence[Edit]) -> list[ValidationError | None]:
    """For each edit what is said where its stay waits for a second person already. Two queries."""
    waiting = open_stays(each.old.pk for each in edits if each.old is not None)
    joining_now = _open_joins(each.record.programme_id for each in edits if each.old is None)
    found: list[ValidationError | None] = []
    for edit in edits:
        row: Listing = edit.record
        if edit.old is not None:
            field = waiting.get(row.pk)
        else:
            field = joining_now.get((row.programme_id, row.project_id))
        found.append(ValidationError(_waits(field)) if field is not None else None)
    return found


def _open_joins(programmes: Iterable[int]) -> dict[tuple[int, int], ProposedField]:
    """The joinings that wait, by list and project. One query, or none."""
    ids = set(programmes)
    if not ids:
        return {}
    fields = ProposedField.objects.open_on(LIST, ids).filter(name__startswith="join:")
    return {(field.proposal.subject_id, int(field.name.split(":")[1])): field for field in fields}


def open_stays(stays: Iterable[int]) -> dict[int, ProposedField]:
    """The first field that waits of each of these stays, by stay. One query."""
    found: dict[int, ProposedField] = {}
    for field in ProposedField.objects.open_on(STAY, stays).order_by("proposal", "place"):
        found.setdefault(field.proposal.subject_id, field)
    return found


def propose_listings(
    *, edits: Sequence[Edit], actor: User, reason: str, batch: str
) -> list[Proposal]:
    """The same, put forward as one batch."""
    drafts = listing_drafts(edits=edits, actor=actor, reason=reason)
    return propose_all(drafts=drafts, author=actor, batch=batch)


def _asked_of(edit: Edit, reason: str) -> Asked:
    """The step that a row of a file asks for."""
    names = {name for name in CORRECTABLE if getattr(edit.record, name) != getattr(edit.old, name)}
    ends = edit.old.until is None and edit.record.until is not None
    kind = LEFT if ends and names <= LEAVING else CORRECTED
    return Asked(kind, {}, reason, edit.record.leave_document if kind is LEFT else "")


def _require_step(held: Listing, asked: Asked) -> None:
    if asked.kind is LEFT and held.until is not None:
        raise ValidationError(
            f"{held.project}的最后一天已登记为 {held.until}；日期写错了请用“更正”，要撤销请用“撤销调出”。"
        )
    if asked.kind is RETURNED and held.until is None:
        raise ValidationError(f"{held.project}没有登记调出，不用撤销。")


def _require_free(stays: Iterable[Listing]) -> None:
    for field in open_stays(each.pk for each in stays).values():
        raise ValidationError(_waits(field))


def _waits(field: ProposedField) -> str:
    made = field.proposal
    return f"{made.subject_label}已有待审核的申请（{waits(field)}），请等它审核或撤回后再办。"


def _reason(why: str) -> str:
    if len(why.strip()) < SHORTEST:
        raise ValidationError(
            {"why": f"请写明原因，至少 {SHORTEST} 个字；审核人要看，也留在变更记录里。"}
        )
    return why.strip()


def _joining(
    programme: Programme, made: Sequence[Listing], reason: str, *, numbered: bool
) -> Draft:
    subject = Subject(LIST, programme.pk, programme.name, programme.code)
    changes = [_joins(each, numbered=numbered) for each in made]
    return Draft(JOINING, subject, changes, reason, made[0].document)


def _joins(row: Listing, *, numbered: bool) -> Change:
    project = row.project
    names = [name for name in CORRECTABLE if numbered or name != "number"]
    new = {name: value_of(row, name) for name in names}
    amount = project.total_investment
    said = [f"自 {row.since} 起列入", row.get_reason_display(), row.document, row.note]
    said += [f"最后一天 {row.until}" if row.until else ""]
    said += [f"总投资 {amount:,} 万元" if amount is not None else "总投资未报"]
    return Change(
        name=f"join:{project.pk}:{row.since:%Y%m%d}",
        label=f"{project.code} {project.name}",
        before="不在册",
        after="，".join(filter(None, said)),
        old=None,
        new=new,
    )


def _changing(held: Listing, wanted: Listing, asked: Asked) -> Draft:
    changes = changes_between(held, wanted, CORRECTABLE)
    return Draft(asked.kind, _subject(held), changes, asked.why, asked.document)


def _striking(held: Listing, why: str) -> Draft:
    old = {name: value_of(held, name) for name in CORRECTABLE}
    change = Change(STAYING, "列入", _days(held), "撤销，如同没有列入过", old, None)
    return Draft(STRUCK, _subject(held), [change], why)


def _days(held: Listing) -> str:
    until = f"，最后一天 {held.until}" if held.until else ""
    return f"自 {held.since} 起列入（{held.get_reason_display()}）{until}"


def _subject(held: Listing) -> Subject:
    return Subject(STAY, held.pk, f"{held.project}（{held.programme}）", held.project.code)
