"""Taking a turn of the year back as one step, while nothing that it wrote has been changed since."""

from collections.abc import Iterator, Mapping, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction

from investment.choices import ReportState, TurnState
from investment.models import StatusReport, YearTurn, YearTurnLine
from investment.services.plans import delete_plan
from investment.services.year_turn.terms import LinesRefused
from investment.services.year_turn.turning import RECORDS, UNDO, WRITTEN, locked_turn
from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.access.rights import require
from kuancheng.audit import acts
from kuancheng.records.announcing import announce, together
from kuancheng.records.versions import revision_changes, revisions
from projects.models import Programme, Target
from projects.rules.year_classes import class_in
from projects.services import delete_reference, save_parts
from projects.services.lists.listings import strike
from projects.services.rights import require_approved
from projects.services.year_classes import classings_of, put_class

NAMES = {"listing": "列入清单", "classing": "年度类别", "plan": "年度计划", "opening": "核定数"}


@transaction.atomic
@acts.decision("撤销年度结转", "turn")
def undo_turn(
    *, turn: YearTurn, reason: str, seen: int, actor: User, approved: bool = False
) -> YearTurn:
    """Makes it as if the year had not been turned for these projects: all of them, or none.

    What it wrote is taken away; a list that it made goes too, where nothing else is on it. What was
    added since by other hands, as a plan that was imported, stays. StaleRecord when the turn has moved on since
    it was shown; ValidationError on `reason` without one; LinesRefused for projects that have been
    changed since, or have an approved report of the new year; NotAllowed, as when no second person
    has `approved` it.
    """
    require(actor, UNDO)
    require_approved(actor, approved=approved)
    held, lines = undoable(turn, reason, seen)
    held.state, held.undone_at = TurnState.UNDONE, clock.now()
    held.undo_reason = reason.strip()
    held.version += 1
    held.full_clean()
    with together():
        _take_back(held, lines, actor)
        YearTurnLine.objects.bulk_update(lines, WRITTEN)
        _drop_list(held, actor)
        announce(held.save_by(actor))
    return held


def undoable(turn: YearTurn, reason: str, seen: int) -> tuple[YearTurn, list[YearTurnLine]]:
    """The turn and its lines, locked. Refused where it cannot be undone, as `undo_turn` says."""
    held, lines = locked_turn(turn, seen)
    if not held.stands:
        raise ValidationError("这次结转已经撤销，不用再撤。")
    if not reason.strip():
        raise ValidationError({"reason": "请写明撤销的原因，例如“名单有误”。"})
    wrong = dict(built_on(held, lines))
    if wrong:
        names = {each.project_id: f"{each.project.code} {each.project}" for each in lines}
        raise LinesRefused(wrong, names)
    return held, lines


def built_on(held: YearTurn, lines: Sequence[YearTurnLine]) -> Iterator[tuple[int, list[str]]]:
    """The projects that were changed after the turn, with what was done. Five queries, and two
    for each record that was."""
    known = {
        name: revisions(model, (getattr(line, f"{name}_id") for line in lines))
        for name, model in RECORDS
    }
    approved = StatusReport.objects.filter(
        project__in=[each.project_id for each in lines],
        month__year__gte=held.year,
        state=ReportState.APPROVED,
    )
    reported = set(approved.values_list("project", flat=True))
    for line in lines:
        said = list(_moved(line, known))
        if line.project_id in reported:
            said.append(f"已有 {held.year} 年复核通过的填报。")
        if said:
            yield line.project_id, said


def _moved(line: YearTurnLine, known: Mapping[str, Mapping[int, int]]) -> Iterator[str]:
    for name, _ in RECORDS:
        noted: int = getattr(line, f"{name}_revision")
        record = getattr(line, name)
        if noted and record is None:
            yield f"{NAMES[name]}在转入以后已被删除。"
        elif record is not None and known[name].get(record.pk, 0) != noted:
            changes = revision_changes(record, noted)
            told = "；".join(f"{each.who}：{each}" for each in changes[:2]) or "见变更记录"
            yield f"{NAMES[name]}在转入以后又改过（{told}）。"


def _take_back(held: YearTurn, lines: Sequence[YearTurnLine], actor: User) -> None:
    why = f"撤销{held.year}年度结转：{held.undo_reason}"
    for line in lines:
        if line.listing is not None:
            strike(listing=line.listing, why=why, actor=actor, approved=True)
        if line.plan is not None:
            delete_plan(plan=line.plan, actor=actor)
        if line.opening is not None:
            save_parts(project=line.project, deleted=[line.opening], actor=actor)
        if line.classing is not None:
            row = line.classing
            row._change_reason = why
            if line.class_before is None:
                announce(row.delete_by(actor))
            else:
                row.year_class = line.class_before
                announce(row.save_by(actor))
    _restore_columns(held, lines, actor, why)
    for line in lines:
        for name, _ in RECORDS:
            setattr(line, name, None)
            setattr(line, f"{name}_revision", 0)


def _restore_columns(held: YearTurn, lines: Sequence[YearTurnLine], actor: User, why: str) -> None:
    """The current year's class of each, as its rows say now. Two queries and the writes."""
    year, changed = clock.today().year, [each for each in lines if each.classing is not None]
    known = classings_of(each.project_id for each in changed)
    for line in changed:
        project = line.project
        project.refresh_from_db()
        by_year = {one: row.year_class for one, row in known.get(project.pk, {}).items()}
        code = class_in(year, by_year, project.year_class).code
        if code != project.year_class:
            announce(put_class(project, code, actor, why))


def _drop_list(held: YearTurn, actor: User) -> None:
    """Takes the list away that the turn made, where nobody has done anything with it."""
    programme = held.to_programme
    if programme is None or not held.made_programme or not _untouched(held, programme):
        return
    for target in programme.targets.all():
        delete_reference(record=target, actor=actor)
    held.to_programme = None
    YearTurn.objects.filter(to_programme=programme).update(to_programme=None)
    delete_reference(record=programme, actor=actor)


def _untouched(held: YearTurn, programme: Programme) -> bool:
    figures = Target.history.filter(programme_id=programme.pk)
    return (
        not programme.listings.exists()
        and not YearTurn.objects.filter(from_programme=programme).exists()
        and programme.history.count() == 1
        and figures.count() == held.made_targets == programme.targets.count()
        and not programme.targets.filter(readings__isnull=False).exists()
    )
