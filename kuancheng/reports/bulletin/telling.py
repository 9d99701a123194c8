"""Who is told of bulletins: whoever has to approve, the drafter of what came back, everybody of what is out."""

from collections.abc import Iterator, Sequence

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.access.rights import holders
from kuancheng.notices.kinds import NoticeKind
from kuancheng.notices.services import Note, notify_all, settle
from kuancheng.records.announcing import Action, Announcement
from kuancheng.reports.choices import BulletinState, ErratumState
from kuancheng.reports.models import Bulletin, Erratum
from kuancheng.reports.services.bulletin.issuing import writers
from projects.notices.people import NEWS

GROUP = "月通报"
APPROVE, DRAFT, VIEW = (
    "reports.approve_bulletin",
    "reports.change_bulletin",
    "reports.view_bulletin",
)
WAITING = NoticeKind("bulletin_waiting", "月通报待批准", duty=True, permission=APPROVE, group=GROUP)
RETURNED = NoticeKind("bulletin_returned", "月通报被退回", duty=True, permission=DRAFT, group=GROUP)
ISSUED = NoticeKind("bulletin_issued", "月通报发布", permission=VIEW, group=GROUP)
ERRATUM_WAITING = NoticeKind(
    "erratum_waiting", "月通报更正待批准", duty=True, permission=APPROVE, group=GROUP
)
ERRATUM = NoticeKind("erratum_approved", "月通报更正", permission=VIEW, group=GROUP)
CHECK_IT = "请核对后批准并发布，或写明意见退回。"
KINDS = (WAITING, RETURNED, ISSUED, ERRATUM_WAITING, ERRATUM)


def heed(changes: Sequence[Announcement]) -> None:
    """Tells of what was submitted, sent back, issued and corrected."""
    notify_all([*_bulletins(changes), *_errata(changes)])


def _of(changes: Sequence[Announcement], label: str) -> dict[int, Announcement]:
    return {each.id: each for each in changes if each.kind == label}


def _bulletins(changes: Sequence[Announcement]) -> Iterator[Note]:
    label = Bulletin._meta.label_lower
    ours = _of(changes, label)
    waits_no_more: dict[int, str] = {}
    drafted_on: dict[int, str] = {}
    found = Bulletin.objects.select_related("author", "submitter", "approver")
    for each in found.filter(pk__in=ours):
        if each.state != BulletinState.SUBMITTED:
            waits_no_more[each.pk] = f"{each.get_state_display()}。"
        if each.state != BulletinState.DRAFT:
            drafted_on[each.pk] = f"{each.get_state_display()}。"
        if clock.now() - each.updated_at <= NEWS and "state" in ours[each.pk].fields:
            yield from _note(each, ours[each.pk].actor)
    settle(about=label, outcomes=waits_no_more, kinds=[WAITING])
    settle(about=label, outcomes=drafted_on, kinds=[RETURNED])


def _note(bulletin: Bulletin, actor: int) -> Iterator[Note]:
    said = {
        BulletinState.DRAFT: (RETURNED, "被退回", bulletin.returned_note, _people),
        BulletinState.SUBMITTED: (WAITING, "待批准", CHECK_IT, _approvers),
        BulletinState.ISSUED: (ISSUED, "已发布", _headline(bulletin), _readers),
    }
    kind, title, text, to = said[BulletinState(bulletin.state)]
    if not text:
        # Taken back, not sent back: nobody has anything to do.
        return
    yield Note(
        to=to(bulletin),
        kind=kind,
        title=f"{title}：{bulletin}",
        text=text,
        link=bulletin.get_absolute_url(),
        about=(bulletin._meta.label_lower, bulletin.pk),
        key=f"{bulletin.pk}:{bulletin.version}",
        by=actor,
    )


def _headline(bulletin: Bulletin) -> str:
    return f"{bulletin.document_number} {bulletin.title}"


def _readers(bulletin: Bulletin) -> list[User]:
    return list(holders(VIEW))


def _approvers(bulletin: Bulletin) -> list[User]:
    return list(holders(APPROVE).filter(is_staff=True).exclude(pk__in=writers(bulletin)))


def _people(bulletin: Bulletin) -> list[User]:
    people = {each.pk: each for each in (bulletin.author, bulletin.submitter) if each}
    return list(people.values())


def _errata(changes: Sequence[Announcement]) -> Iterator[Note]:
    label = Erratum._meta.label_lower
    ours = _of(changes, label)
    done: dict[int, str] = {}
    found = Erratum.objects.select_related("bulletin", "author", "approver")
    for each in found.filter(pk__in=ours):
        if not each.is_open:
            done[each.pk] = f"{each.get_state_display()}。"
        step = ours[each.pk]
        stepped = step.action == Action.CREATED or "state" in step.fields
        if clock.now() - each.updated_at > NEWS or not stepped:
            continue
        yield from _erratum(each, ours[each.pk].actor)
    settle(about=label, outcomes=done, kinds=[ERRATUM_WAITING])


def _erratum(erratum: Erratum, actor: int) -> Iterator[Note]:
    said = {
        ErratumState.PROPOSED: (ERRATUM_WAITING, "更正待批准", f"{erratum.author}提出"),
        ErratumState.APPROVED: (ERRATUM, "更正", "随下一期月通报刊出"),
    }
    if erratum.state not in said:
        return
    kind, title, text = said[ErratumState(erratum.state)]
    approvers = holders(APPROVE).filter(is_staff=True).exclude(pk=erratum.author_id)
    yield Note(
        to=list(approvers if erratum.is_open else holders(VIEW)),
        kind=kind,
        title=f"{title}：{erratum.bulletin}",
        text=f"{erratum.said}{erratum.reason}（{text}）",
        link=erratum.bulletin.get_absolute_url(),
        about=(erratum._meta.label_lower, erratum.pk),
        key=f"{erratum.pk}:{erratum.version}",
        by=actor,
    )
