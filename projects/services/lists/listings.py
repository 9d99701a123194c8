"""Joining a list, leaving it, and mending what was typed wrongly: every door calls these.

Lists are locked before projects; whoever comes second waits, and then finds the list as it is.
Two people decide what these write: where no second one has `approved` it, all of them say so.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.access.rights import require
from kuancheng.audit import acts
from kuancheng.records.announcing import together
from kuancheng.records.changes import History, HistoryRow, changes_in, history_rows
from kuancheng.records.versions import StaleRecord, require_revision
from projects.choices import LeaveReason
from projects.models import Listing, Programme, Project
from projects.rules.listings import Stay, obstacle
from projects.services.lists.stays import check_listing, locked
from projects.services.many import check_fields
from projects.services.register import save_parts
from projects.services.rights import require_approved

JOIN = "projects.add_listing"
CHANGE = "projects.change_listing"
STRIKE = "projects.delete_listing"

CORRECTABLE = (
    "number",
    "since",
    "until",
    "reason",
    "note",
    "document",
    "leave_reason",
    "leave_note",
    "leave_document",
)
"""What a correction may put right; another project or list is another stay."""


STILL_ON: Mapping[str, object] = {
    "until": None,
    "leave_reason": "",
    "leave_note": "",
    "leave_document": "",
}
"""What is said of a stay that has no end."""


def leaving(*, until: date, reason: str, document: str, note: str = "") -> dict[str, object]:
    """What is said of a stay that ends."""
    return {
        "until": until,
        "leave_reason": reason,
        "leave_note": note,
        "leave_document": document,
    }


def list_revision(programme: Programme) -> int:
    """The last history row of a list's stays: moves with every joining and leaving. One query."""
    rows = Listing.history.filter(programme_id=programme.pk)
    last: int | None = rows.aggregate(last=Max("history_id"))["last"]
    return last or 0


def join(
    *,
    programme: Programme,
    project: Project,
    since: date,
    reason: str,
    actor: User,
    note: str = "",
    document: str = "",
    number: int | None = None,
    seen: int | None = None,
    approved: bool = False,
) -> Listing:
    """Puts a project on a list from a day on, which may be up to a year ahead.

    `seen` is the list's revision that its reader saw. NotAllowed, as when no second person has
    `approved` it; StaleRecord when the list has
    changed since; ValidationError by field, as for a day on which the project is on it already.
    """
    [made] = join_many(
        programme=programme,
        projects=[project],
        since=since,
        reason=reason,
        document=document,
        actor=actor,
        note=note,
        number=number,
        seen=seen,
        approved=approved,
    )
    return made


@transaction.atomic
@acts.decision("列入清单", "programme")
def join_many(
    *,
    programme: Programme,
    projects: Sequence[Project],
    since: date,
    reason: str,
    document: str,
    actor: User,
    note: str = "",
    number: int | None = None,
    seen: int | None = None,
    approved: bool = False,
) -> list[Listing]:
    """Puts projects on a list from one day on: all of them, or none.

    They are numbered on from the highest number, or from `number`. ValidationError by field for
    what is wrong with the terms, and under `projects` a sentence for each that cannot join.
    """
    require(actor, JOIN)
    require_approved(actor, approved=approved)
    held = locked([programme.pk])[programme.pk]
    require_list(held, seen)
    made = joining(
        programme=held,
        projects=projects,
        since=since,
        reason=reason,
        document=document,
        note=note,
        number=number,
    )
    with together():
        # Projects are locked in one order, whichever list they join.
        for each in sorted(made, key=lambda one: one.project_id):
            save_parts(project=each.project, saved=[each], actor=actor, approved=True)
    return made


def joining(
    *,
    programme: Programme,
    projects: Sequence[Project],
    since: date,
    reason: str,
    document: str,
    note: str = "",
    number: int | None = None,
) -> list[Listing]:
    """The stays that `join_many` would write, checked as it checks them. Three queries."""
    first = number or next_number(programme)
    made = [
        Listing(
            programme=programme,
            project=each,
            number=first + place,
            since=since,
            reason=reason,
            note=note.strip(),
            document=document.strip(),
        )
        for place, each in enumerate(projects)
    ]
    _check_joining(programme, made)
    return made


def changed(listing: Listing, values: Mapping[str, object]) -> Listing:
    """The stay as a change would leave it, checked as the change checks it. Two queries.

    ValidationError by field; the stay itself is as it was.
    """
    found = copy(listing)
    for name, value in values.items():
        setattr(found, name, value.strip() if isinstance(value, str) else value)
    found.full_clean(validate_constraints=False)
    check_listing(found, found.programme)
    return found


def _check_joining(programme: Programme, made: Sequence[Listing]) -> None:
    if not made:
        raise ValidationError({"projects": "请至少选择一个项目。"})
    check_fields(made[0])
    others, today = stays_on(programme, [each.project_id for each in made]), clock.today()
    _require_terms(programme, made[0], today)
    wrong, met = [], set[int]()
    for each in made:
        stays = others.get(each.project_id, [])
        _, sentence = obstacle(Stay(each.since), programme.begins, stays, today)
        if each.project_id in met:
            sentence = "选了两次，请去掉一次。"
        met.add(each.project_id)
        if sentence:
            wrong.append(f"{each.project}：{sentence}")
    if wrong:
        raise ValidationError({"projects": wrong})


def _require_terms(programme: Programme, row: Listing, today: date) -> None:
    """ValidationError for days that are wrong whichever project it is."""
    field, sentence = obstacle(Stay(row.since, row.until), programme.begins, (), today)
    if sentence:
        raise ValidationError({field: sentence})


@transaction.atomic
@acts.decision("移出清单", "listing")
def leave(
    *,
    listing: Listing,
    until: date,
    reason: str,
    document: str,
    actor: User,
    note: str = "",
    by: str = "",
    seen: int | None = None,
    approved: bool = False,
) -> Listing:
    """Takes a project off a list: `until` is its last day on it.

    `seen` is the stay's revision that was shown, `by` what the history says of whose wish it was.
    NotAllowed, StaleRecord, ValidationError by field.
    """
    said = leaving(until=until, reason=reason, document=document, note=note)
    require(actor, CHANGE)
    require_approved(actor, approved=approved)
    held = locked_stay(listing, seen)
    if held.until is not None:
        raise ValidationError(
            f"{held.project}的最后一天已登记为 {held.until}；日期写错了请用“更正”，要撤销请用“撤销调出”。"
        )
    label = dict(LeaveReason.choices).get(reason, reason)
    return _write(held, said, f"调出：{label}{by}", actor)


@transaction.atomic
@acts.decision("撤销移出清单", "listing")
def undo_leave(
    *, listing: Listing, why: str, actor: User, seen: int | None = None, approved: bool = False
) -> Listing:
    """Takes a leaving back, as if it had not been: the project never left.

    ValidationError when it did not leave, or has come back since.
    """
    require(actor, CHANGE)
    require_approved(actor, approved=approved)
    held = locked_stay(listing, seen)
    if held.until is None:
        raise ValidationError(f"{held.project}没有登记调出，不用撤销。")
    return _write(held, STILL_ON, f"撤销调出：{_said(why)}", actor)


@transaction.atomic
@acts.decision("更正入列登记", "listing")
def correct(
    *,
    listing: Listing,
    values: Mapping[str, object],
    why: str,
    actor: User,
    seen: int | None = None,
    approved: bool = False,
) -> Listing:
    """Puts right what was typed wrongly of a stay; `why` is kept in its history.

    The days of a stay are as it is corrected, for past days too; as known before, they stay as
    they were. NotAllowed, StaleRecord, ValidationError by field.
    """
    unknown = set(values) - set(CORRECTABLE)
    if unknown:
        raise ValueError(f"not to be corrected: {sorted(unknown)}")
    require(actor, CHANGE)
    require_approved(actor, approved=approved)
    held = locked_stay(listing, seen)
    return _write(held, values, f"更正：{_said(why)}", actor)


@transaction.atomic
@acts.decision("撤销入列", "listing")
def strike(
    *, listing: Listing, why: str, actor: User, seen: int | None = None, approved: bool = False
) -> None:
    """Takes back a joining that was a mistake; its history stays. NotAllowed, StaleRecord."""
    require(actor, STRIKE)
    require_approved(actor, approved=approved)
    held = locked_stay(listing, seen)
    held._change_reason = f"撤销列入：{_said(why)}"
    save_parts(project=held.project, deleted=[held], actor=actor, approved=True)


def stays_on(programme: Programme, projects: Iterable[int]) -> dict[int, list[Stay]]:
    """The stays of those projects on a list, by project. One query."""
    found: dict[int, list[Stay]] = defaultdict(list)
    rows = Listing.objects.filter(programme=programme, project__in=projects).order_by("since")
    for project, since, until in rows.values_list("project", "since", "until"):
        found[project].append(Stay(since, until))
    return found


def locked_stay(listing: Listing, seen: int | None) -> Listing:
    """The stay as it is, its list locked. StaleRecord when it has moved on, or is gone."""
    locked([listing.programme_id])
    held = Listing.objects.select_related("project", "programme").filter(pk=listing.pk).first()
    if held is None:
        raise StaleRecord(f"{listing.project}的这一段已被撤销")
    if seen is not None:
        require_revision(held, seen)
    return held


def _write(held: Listing, said: Mapping[str, object], why: str, actor: User) -> Listing:
    found = changed(held, said)
    found._change_reason = why
    save_parts(project=found.project, saved=[found], actor=actor, approved=True)
    return found


def _said(why: str) -> str:
    if not why.strip():
        raise ValidationError({"why": "请写明原因，它会留在变更记录里。"})
    return why.strip()


def next_number(programme: Programme) -> int:
    """One after the highest number on a list. One query."""
    highest = programme.listings.aggregate(highest=Max("number"))["highest"]
    return (highest or 0) + 1


def require_list(programme: Programme, seen: int | None) -> None:
    """StaleRecord when somebody joined or left after that revision of the list was shown."""
    if seen is None or list_revision(programme) == seen:
        return
    rows: dict[int, list[HistoryRow]] = defaultdict(list)
    for row in history_rows(Listing.history.filter(programme_id=programme.pk)):
        rows[row.id].append(row)
    raise StaleRecord(
        str(programme), changes_in([History(each, after=seen) for each in rows.values()])
    )
