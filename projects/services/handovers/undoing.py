"""Taking a handover back as one step, while nothing that it wrote has been changed since."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.access.rights import require
from kuancheng.audit import acts
from kuancheng.records.announcing import Announcement, announce, together
from kuancheng.records.versions import revision_changes
from projects.choices import HandoverState
from projects.models import Assignment, Handover, HandoverItem
from projects.rules.matters.steps import OPEN
from projects.services.assignments import revisions
from projects.services.handovers.doing import UNDO, locked, note_revisions, write_items
from projects.services.matters.verifying import change_verifier
from projects.services.register import save_parts


@transaction.atomic
@acts.decision("撤销工作交接", "handover")
def undo_handover(*, handover: Handover, reason: str, seen: int, actor: User) -> Handover:
    """Makes it as if nothing had passed: rows that began are taken away, rows that ended stand again.

    StaleRecord when the handover has moved on since it was shown. ValidationError on `reason`
    without one, and with a sentence for each duty that has been changed since; NotAllowed.
    """
    require(actor, UNDO)
    held, items = locked(handover, seen)
    if not held.stands:
        raise ValidationError("这次交接已经撤销，不用再撤。")
    if not reason.strip():
        raise ValidationError({"reason": "请写明撤销的原因，例如“名单有误”。"})
    wrong = [f"{item}：{said}" for item, said in built_on(held, items)]
    if wrong:
        raise ValidationError([*wrong, "没有撤销任何一项；请先改回上面各项，或另办一次交接。"])
    held.state, held.undone_at = HandoverState.UNDONE, clock.now()
    held.undo_reason = reason.strip()
    held.version += 1
    held.full_clean()
    with together():
        announce(*_take_back(held, items, actor))
        write_items(items)
        announce(held.save_by(actor))
    return held


def built_on(held: Handover, items: Sequence[HandoverItem]) -> Iterator[tuple[HandoverItem, str]]:
    """The items that were changed after the handover, each with what was done. One query, and two
    for each that was."""
    known = revisions(pk for item in items for pk in (item.ended_id, item.begun_id))
    for item in items:
        said = _matter_moved(held, item) if item.matter else _rows_moved(item, known)
        if said:
            yield item, said


def _matter_moved(held: Handover, item: HandoverItem) -> str:
    matter = item.matter
    if matter is None or held.giver.user is None:
        return "移交人已没有登录账号，不能恢复为核查人。"
    if matter.verifier_id != held.receiver.user_id:
        return f"核查人已改为{matter.verifier or '（未定）'}。"
    return "" if matter.standing in OPEN else f"事项已是“{matter.get_state_display()}”。"


def _rows_moved(item: HandoverItem, known: dict[int, int]) -> str:
    pairs = ((item.ended, item.ended_revision), (item.begun, item.begun_revision))
    for row, noted in pairs:
        if row is None:
            return "交接后责任人记录已被删除。"
        if known.get(row.pk, 0) != noted:
            return f"交接后又改过（{_told(row, noted)}）。"
    return ""


def _told(row: Assignment, noted: int) -> str:
    changes = revision_changes(row, noted)
    return "；".join(f"{each.who}：{each}" for each in changes[:2]) or "见变更记录"


def _take_back(held: Handover, items: Sequence[HandoverItem], actor: User) -> list[Announcement]:
    by_project: dict[int, list[HandoverItem]] = defaultdict(list)
    changes = []
    for item in items:
        if item.matter is not None and held.giver.user is not None:
            changes.append(change_verifier(item.matter, held.giver.user, actor))
        elif item.ended is not None:
            by_project[item.ended.project_id].append(item)
    for group in by_project.values():
        ended = [_restored(item) for item in group]
        begun = [item.begun for item in group if item.begun is not None]
        save_parts(project=ended[0].project, saved=ended, deleted=begun, actor=actor)
        for item in group:
            item.begun = None
    note_revisions(items)
    return changes


def _restored(item: HandoverItem) -> Assignment:
    row = item.ended
    if row is None:
        raise ValidationError(f"{item}：责任人记录已被删除。")
    row.until, row.end_reason = item.until, item.end_reason
    return row
