"""From draft to issued: submitted by one, approved and issued by another, frozen then for good."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max

from kuancheng.access.models import User
from kuancheng.access.rights import NotAllowed, require
from kuancheng.audit import acts
from kuancheng.records.announcing import announce
from kuancheng.records.chain import FIRST, digest_of, digest_of_bytes
from kuancheng.records.versions import require_version
from kuancheng.reports.choices import BulletinState
from kuancheng.reports.judging.bulletin.lacks import lacks_of
from kuancheng.reports.judging.bulletin.reading import content_of
from kuancheng.reports.models import Bulletin, BulletinFile, Erratum, IssuedBulletin
from kuancheng.reports.rules.bulletin.figures import differences
from kuancheng.reports.rules.bulletin.lacks import refusal
from kuancheng.reports.services.bulletin.drafting import errata_with, figures_of, held_draft
from kuancheng.reports.services.bulletin.files import files_of
from kuancheng.reports.services.bulletin.moments import moment_of_issue

SHORTEST = 4
SHOWN = 3
"""So many changed figures are named in a refusal."""


@transaction.atomic
@acts.decision("确认通报缺项", "bulletin")
def confirm_lack(
    *,
    bulletin: Bulletin,
    code: str,
    reason: str,
    seen: int,
    today: date,
    actor: User,
    known_at: datetime | None = None,
) -> Bulletin:
    """Lets a soft lack of the check list pass, with a reason that is kept with the bulletin."""
    held = held_draft(bulletin, seen, actor)
    lack = next((each for each in lacks_of(held, today, known_at) if each.code == code), None)
    if lack is None:
        raise ValidationError("这一项已经没有问题，不用再确认；请刷新检查清单。")
    if lack.hard:
        raise ValidationError(f"这一项不能确认后放行，必须先解决：{lack.text}")
    if len(reason.strip()) < SHORTEST:
        raise ValidationError({"reason": f"请写明为什么仍可发布，至少 {SHORTEST} 个字。"})
    others = [each for each in held.confirmed if each["code"] != code]
    said = {"code": code, "text": lack.text, "reason": reason.strip()}
    who = {"by": str(actor), "account": actor.pk, "on": today.isoformat()}
    held.confirmed = [*others, said | who]
    return _saved(held, actor)


@transaction.atomic
@acts.decision("提交月通报", "bulletin")
def submit(
    *,
    bulletin: Bulletin,
    seen: int,
    today: date,
    actor: User,
    known_at: datetime | None = None,
) -> Bulletin:
    """Puts a draft before who approves. ValidationError names all that is missing."""
    held = held_draft(bulletin, seen, actor)
    _require_complete(held, today, known_at)
    held.state, held.submitter, held.submitted_on = BulletinState.SUBMITTED, actor, today
    held.returned_note = ""
    return _saved(held, actor)


@transaction.atomic
@acts.decision("撤回月通报", "bulletin")
def withdraw(*, bulletin: Bulletin, seen: int, actor: User) -> Bulletin:
    """撤回: takes it back to be drafted on, before it is issued; only who submitted or drafted it."""
    require(actor, "reports.change_bulletin")
    held = _held_submitted(bulletin, seen)
    if actor.pk not in (held.submitter_id, held.author_id):
        raise NotAllowed("只有起草人或送审人能撤回；审核有意见请用退回。")
    held.state, held.submitter, held.submitted_on = BulletinState.DRAFT, None, None
    return _saved(held, actor)


@transaction.atomic
@acts.decision("退回月通报", "bulletin")
def send_back(*, bulletin: Bulletin, note: str, seen: int, actor: User) -> Bulletin:
    """退回: back to the draft, with what is to be changed."""
    require(actor, "reports.approve_bulletin")
    held = _held_submitted(bulletin, seen)
    if held.submitter_id == actor.pk:
        raise NotAllowed("这一期是您送审的，要改请撤回。")
    if len(note.strip()) < SHORTEST:
        raise ValidationError({"note": f"请写明要改什么，至少 {SHORTEST} 个字。"})
    held.state, held.returned_note = BulletinState.DRAFT, note.strip()
    return _saved(held, actor)


@transaction.atomic
@acts.decision("签发月通报", "bulletin")
def issue(
    *,
    bulletin: Bulletin,
    seen: int,
    today: date,
    actor: User,
    number: int | None = None,
    known_at: datetime | None = None,
) -> Bulletin:
    """Approves and issues it, for good: number, copy, files, chain, errata printed.

    NotAllowed for whoever drafted, submitted or wrote any of its text. ValidationError for what is
    missing, for figures that have moved since the draft, and for a number that is used or leaves a
    gap; without `number` it is the next of the year.
    """
    require(actor, "reports.approve_bulletin")
    # All of them, in one order: numbers and the chain grow one at a time.
    list(Bulletin.objects.select_for_update().order_by("pk").values_list("pk", flat=True))
    held = _held_submitted(bulletin, seen)
    _require_second(held, actor)
    _require_complete(held, today, known_at)
    held.year, held.number = today.year, _number(today.year, number)
    held.state, held.approver, held.issued_on = BulletinState.ISSUED, actor, today
    errata = errata_with(held)
    issued = _freeze(held, errata, known_at or moment_of_issue())
    held.digest = issued.digest
    _saved(held, actor)
    _print_errata(errata, held, actor)
    return held


def writers(bulletin: Bulletin) -> set[int]:
    """The accounts that wrote what stands in it, or let a lack pass: they may not approve it. One query."""
    edited = bulletin.paragraphs.values_list("edited_by_id", "typed_by_id")
    passed = (each["account"] for each in bulletin.confirmed)
    found = {bulletin.author_id, bulletin.submitter_id, *passed}
    found |= {each for pair in edited for each in pair}
    return {each for each in found if each is not None}


def may_approve(bulletin: Bulletin, actor: User) -> bool:
    """Whether the account may issue it, had it nothing missing. A query, and those of his rights."""
    return (
        bulletin.state == BulletinState.SUBMITTED
        and actor.has_perm("reports.approve_bulletin")
        and actor.pk not in writers(bulletin)
    )


def _require_second(held: Bulletin, actor: User) -> None:
    if actor.pk in writers(held):
        raise NotAllowed(
            "您起草、送审、改写过这一期或确认过其中的缺项，不能自己批准；"
            "请由没有经手的另一位同事批准。"
        )


def _held_submitted(bulletin: Bulletin, seen: int) -> Bulletin:
    held: Bulletin = Bulletin.objects.select_for_update().get(pk=bulletin.pk)
    require_version(held, seen)
    if held.is_issued:
        raise ValidationError(
            f"{held}已于 {held.issued_on:%Y-%m-%d} 发布（{held.document_number}），不能再次发布或改动；"
            "有误请用更正。"
        )
    if held.state != BulletinState.SUBMITTED:
        raise ValidationError(f"{held}还在起草，请先提交审核。")
    return held


def _require_complete(held: Bulletin, today: date, known_at: datetime | None) -> None:
    lacks = lacks_of(held, today, known_at)
    against = [*refusal(lacks, held.confirmed), *_moved(held, today, known_at)]
    if against:
        raise ValidationError([f"{held}还缺：{'；'.join(each.rstrip('。') for each in against)}。"])


def _moved(held: Bulletin, today: date, known_at: datetime | None) -> list[str]:
    """Which figures are others than the draft's: its text speaks of a state that is over."""
    now = figures_of(held.month, today, errata_with(held), known_at)
    found = differences(held.gathered.snapshot, now)
    if not found:
        return []
    named = "、".join(f"{each.label}由{each.old}变为{each.new}" for each in found[:SHOWN])
    return [f"起草以后有 {len(found)} 个数据变了（{named}），请重新起草并核对"]


def _number(year: int, asked: int | None) -> int:
    """The next number of the year; the first of a year may begin anywhere."""
    ours = Bulletin.objects.filter(year=year, state=BulletinState.ISSUED)
    last = ours.aggregate(last=Max("number"))["last"]
    following: int = 1 if last is None else last + 1
    if asked is None or asked == following:
        return following
    if used := ours.filter(number=asked).first():
        raise ValidationError(
            {"number": f"{used.document_number} 已用于{used}，请改用 {following} 号。"}
        )
    if last is None and asked > 0:
        return asked
    raise ValidationError({"number": f"发文序号不能断号：这一期应为 {following} 号。"})


def _freeze(held: Bulletin, errata: list[Erratum], known_at: datetime) -> IssuedBulletin:
    content = content_of(held, errata)
    last = IssuedBulletin.objects.order_by("place").last()
    previous = last.digest if last else FIRST
    files = list(files_of(content))
    content["files"] = [
        {"kind": each.kind.value, "name": each.name, "digest": digest_of_bytes(each.bytes)}
        for each in files
    ]
    content["known_at"] = known_at.isoformat()
    issued = IssuedBulletin.objects.create(
        bulletin=held,
        place=last.place + 1 if last else 1,
        known_at=known_at,
        content=content,
        digest=digest_of(content, previous),
        previous_digest=previous,
    )
    BulletinFile.objects.bulk_create(
        BulletinFile(
            issued=issued,
            kind=each.kind,
            name=each.name,
            bytes=each.bytes,
            digest=digest_of_bytes(each.bytes),
        )
        for each in files
    )
    return issued


def _print_errata(errata: list[Erratum], held: Bulletin, actor: User) -> None:
    for each in errata:
        each.printed_with = held
        each.version += 1
        announce(each.save_by(actor))


def _saved(held: Bulletin, actor: User) -> Bulletin:
    held.version += 1
    held.full_clean()
    announce(held.save_by(actor))
    return held
