"""Handing duties over, and doing it again after it was undone: one step, one transaction."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.access.rights import require
from kuancheng.audit import acts
from kuancheng.records.announcing import Announcement, announce, together
from kuancheng.records.versions import require_version
from projects.choices import HandoverState
from projects.evidence import Clean
from projects.models import (
    Assignment,
    Handover,
    HandoverEvidence,
    HandoverItem,
    Matter,
    Official,
    Project,
)
from projects.services.assignments import revisions
from projects.services.evidence import Upload, files_undone, keep
from projects.services.handovers.duties import (
    Line,
    Picks,
    moved,
    others_in,
    preview,
    row_obstacle,
)
from projects.services.matters.verifying import change_verifier, verifying_obstacles
from projects.services.register import save_parts

HAND_OVER = "projects.add_handover"
UNDO = "projects.change_handover"


@transaction.atomic
@acts.decision("办理工作交接")
def hand_over(
    *,
    giver: Official,
    receiver: Official,
    day: date,
    reason: str,
    picks: Picks,
    actor: User,
    files: Sequence[Upload | Clean] = (),
    caption: str = "",
    is_demo: bool = False,
) -> Handover:
    """Passes the chosen duties to `receiver` from `day` on: all of them, or none.

    NotAllowed for whoever is not of the office. ValidationError by field (`to`, `day`, `reason`,
    `duties`, `evidence`); of duties, one sentence for each that cannot pass, as for one that
    somebody else has just taken.
    """
    require(actor, HAND_OVER)
    check_terms(giver, receiver, day, reason)
    _lock(picks)
    lines = preview(giver=giver, receiver=receiver, day=day, picks=picks)
    wrong = [f"{line.duty}：{line.obstacle}" for line in lines if line.obstacle]
    if wrong:
        raise ValidationError({"duties": wrong})
    made = Handover(
        giver=giver,
        receiver=receiver,
        day=day,
        reason=reason.strip(),
        author=actor,
        at=clock.now(),
        is_demo=is_demo,
    )
    made.full_clean()
    with files_undone(), together():
        change = made.save_by(actor)
        items = [_item(made, line) for line in lines]
        announce(*_pass_on(made, items, actor))
        HandoverItem.objects.bulk_create(items)
        rows = [HandoverEvidence(handover=made, caption=caption) for _ in files]
        announce(*keep(rows, files, (), actor), change)
    return made


def check_terms(giver: Official, receiver: Official, day: date, reason: str) -> None:
    """ValidationError by field for terms under which nothing can pass."""
    wrong: dict[str, str] = {}
    today = clock.today()
    if giver.pk == receiver.pk:
        wrong["to"] = "不能交接给本人，请换一人。"
    elif receiver.has_left(max(day, today)):
        wrong["to"] = f"{receiver}已于 {receiver.left_on} 离任，请换一人，或先更正离任日期。"
    if day < today:
        wrong["day"] = f"生效日期不能早于今天（{today}）；补记过去的变动请在项目表单里填写起止。"
    if not reason.strip():
        wrong["reason"] = "请写明交接的原因，例如“分工调整”“调任”。"
    if wrong:
        raise ValidationError(wrong)


@transaction.atomic
@acts.decision("重新办理工作交接", "handover")
def do_again(*, handover: Handover, seen: int, actor: User) -> Handover:
    """Does an undone handover once more, from its own day on.

    StaleRecord when it has moved on since it was shown; ValidationError with a sentence for each
    duty that cannot pass any more; NotAllowed.
    """
    require(actor, HAND_OVER)
    held, items = locked(handover, seen)
    if held.stands:
        raise ValidationError("这次交接正在生效，不用再办；要改请先撤销。")
    if held.receiver.has_left(held.day):
        raise ValidationError(f"{held.receiver}已于 {held.receiver.left_on} 离任，不能恢复交接。")
    wrong = [f"{item}：{said}" for item, said in _obstacles(held, items) if said]
    if wrong:
        raise ValidationError(wrong)
    held.state, held.undone_at, held.undo_reason = HandoverState.DONE, None, ""
    held.version += 1
    with together():
        announce(*_pass_on(held, items, actor))
        write_items(items)
        announce(held.save_by(actor))
    return held


def locked(handover: Handover, seen: int) -> tuple[Handover, list[HandoverItem]]:
    """The handover and its items under lock, the projects too. StaleRecord when it has moved on."""
    held: Handover = (
        Handover.objects.select_for_update(of=("self",))
        .select_related("giver", "receiver", "receiver__user", "giver__user")
        .get(pk=handover.pk)
    )
    require_version(held, seen)
    items = list(
        held.items.select_related("project", "matter", "ended__official", "begun__official")
    )
    _lock_rows(
        [each.project_id for each in items if each.project_id],
        [each.matter_id for each in items if each.matter_id],
    )
    return held, items


def write_items(items: Iterable[HandoverItem]) -> None:
    """Keeps what became of the items' rows. One query."""
    HandoverItem.objects.bulk_update(items, ["begun", "ended_revision", "begun_revision"])


def _lock(picks: Picks) -> None:
    ids = [int(key[1:]) for key in picks if key[0] == "a"]
    projects = Assignment.objects.filter(pk__in=ids).values_list("project", flat=True)
    _lock_rows(list(projects), [int(key[1:]) for key in picks if key[0] == "m"])


def _lock_rows(projects: Iterable[int], matters: Iterable[int]) -> None:
    """Matters first, as a step of one does, then projects, each by id: the second of two waits."""
    for model, ids in ((Matter, matters), (Project, projects)):
        list(
            model.objects.select_for_update(of=("self",))
            .filter(pk__in=set(ids))
            .order_by("pk")
            .values_list("pk")
        )


def _item(made: Handover, line: Line) -> HandoverItem:
    row = line.duty.assignment
    if row is None:
        return HandoverItem(handover=made, project=line.duty.project, matter=line.duty.matter)
    return HandoverItem(
        handover=made,
        project=row.project,
        role=row.role,
        ended=row,
        until=row.until,
        end_reason=row.end_reason,
    )


def _pass_on(made: Handover, items: Sequence[HandoverItem], actor: User) -> list[Announcement]:
    """Ends every row and begins another; what there is to announce of the matters.

    The roles announce themselves, as everything that is saved of a project.
    """
    by_project: dict[int, list[HandoverItem]] = defaultdict(list)
    changes = []
    for item in items:
        if item.matter is not None and made.receiver.user is not None:
            changes.append(change_verifier(item.matter, made.receiver.user, actor))
        elif item.ended is not None:
            by_project[item.ended.project_id].append(item)
    for group in by_project.values():
        rows = [row for item in group for row in _rows(made, item)]
        save_parts(project=rows[0].project, saved=rows, actor=actor)
    note_revisions(items)
    return changes


def _rows(made: Handover, item: HandoverItem) -> tuple[Assignment, Assignment]:
    old = item.ended
    if old is None:
        raise ValidationError(f"{item}：责任人记录已被删除。")
    old.until = made.day - timedelta(days=1)
    old.end_reason = f"交接给{made.receiver}：{made.reason}"
    item.begun = Assignment(
        project=old.project,
        official=made.receiver,
        role=old.role,
        duty=old.duty,
        since=made.day,
        until=item.until,
        reason=f"接替{made.giver}：{made.reason}",
    )
    return old, item.begun


def note_revisions(items: Iterable[HandoverItem]) -> None:
    """Writes down how the rows stand now, so that what is done to them later is known. One query."""
    for item in items:
        # Saved after it was set: Django took the key when there was none yet.
        item.begun_id = item.begun.pk if item.begun else None
    found = list(items)
    known = revisions(pk for item in found for pk in (item.ended_id, item.begun_id))
    for item in found:
        item.ended_revision = known.get(item.ended_id or 0, 0)
        item.begun_revision = known.get(item.begun_id or 0, 0)


def _obstacles(held: Handover, items: Sequence[HandoverItem]) -> Iterable[tuple[HandoverItem, str]]:
    """Why an undone handover cannot be done again, item by item."""
    ended = [item.ended for item in items if item.ended is not None]
    others, known = others_in(ended, held.receiver), revisions(row.pk for row in ended)
    matters = [item.matter for item in items if item.matter is not None]
    unfit = verifying_obstacles(matters, held.receiver.user) if matters else {}
    for item in items:
        if item.matter is not None:
            mine = item.matter.verifier_id == held.giver.user_id
            yield item, unfit.get(item.matter.pk, "") if mine else "核查人已换，请另办一次交接。"
        elif item.ended is None:
            yield item, "责任人记录已被删除，请另办一次交接。"
        else:
            row = item.ended
            said = moved(row, item.ended_revision, known.get(row.pk, 0))
            yield item, said or row_obstacle(row, held.day, others)
