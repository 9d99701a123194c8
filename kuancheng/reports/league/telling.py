"""Who is told of the league: whoever has to confirm, publish or answer; everybody of what is out."""

from collections.abc import Iterator, Sequence

from django.urls import reverse

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.access.rights import holders
from kuancheng.notices.kinds import NoticeKind
from kuancheng.notices.services import Note, notify_all, settle
from kuancheng.records.announcing import Announcement
from kuancheng.reports.choices import EntryState, ObjectionState
from kuancheng.reports.models import LeagueEntry, LeagueObjection, LeaguePublication
from projects.notices.people import NEWS

GROUP = "赛马"
CONFIRM, PUBLISH = "reports.change_leagueentry", "reports.change_leaguepublication"
ENTRY_WAITING = NoticeKind(
    "league_entry_waiting", "加减分待确认", duty=True, permission=CONFIRM, group=GROUP
)
DRAWN_UP = NoticeKind("league_drawn_up", "排名待发布", duty=True, permission=PUBLISH, group=GROUP)
OBJECTED = NoticeKind(
    "league_objected", "赛马异议待答复", duty=True, permission=PUBLISH, group=GROUP
)
PUBLISHED = NoticeKind(
    "league_published", "赛马排名发布", permission="reports.view_leaguepublication", group=GROUP
)
ANSWERED = NoticeKind(
    "league_answered", "赛马异议有了答复", permission="reports.add_leagueobjection", group=GROUP
)
KINDS = (ENTRY_WAITING, DRAWN_UP, OBJECTED, PUBLISHED, ANSWERED)


def heed(changes: Sequence[Announcement]) -> None:
    """Tells of what was recorded, drawn up, published, objected and answered."""
    notes = [*_entries(changes), *_publications(changes), *_objections(changes)]
    notify_all(notes)


def _of(changes: Sequence[Announcement], model: type) -> dict[int, Announcement]:
    label = model._meta.label_lower  # type: ignore[attr-defined]
    return {each.id: each for each in changes if each.kind == label}


def _entries(changes: Sequence[Announcement]) -> Iterator[Note]:
    ours = _of(changes, LeagueEntry)
    done: dict[int, str] = {}
    for entry in LeagueEntry.objects.select_related("group", "author").filter(pk__in=ours):
        if entry.state != EntryState.PROPOSED:
            done[entry.pk] = f"{entry.get_state_display()}。"
        elif clock.now() - entry.updated_at <= NEWS:
            yield Note(
                to=_office(CONFIRM),
                kind=ENTRY_WAITING,
                title=f"待确认：{entry.group} {entry}",
                text=f"{entry.author}登记：{entry.reason}。依据：{entry.document}。",
                link=f"{reverse('league-entries')}?group={entry.group_id}",
                about=(entry._meta.label_lower, entry.pk),
                key=str(entry.pk),
                by=ours[entry.pk].actor,
            )
    settle(about=LeagueEntry._meta.label_lower, outcomes=done, kinds=KINDS)


def _publications(changes: Sequence[Announcement]) -> Iterator[Note]:
    ours = _of(changes, LeaguePublication)
    done: dict[int, str] = {}
    found = LeaguePublication.objects.select_related("group", "author", "published_by")
    for each in found.filter(pk__in=ours):
        if each.is_published:
            done[each.pk] = f"{each.published_by}已发布。"
        if clock.now() - each.updated_at > NEWS:
            continue
        kind, title, text = (
            (
                PUBLISHED,
                f"已发布：{each} 赛马排名",
                "发布以后不再改动；对数据有异议的，请在异议期内提出。",
            )
            if each.is_published
            else (DRAWN_UP, f"待发布：{each} 赛马排名", f"{each.author}已拟定，请核对后发布。")
        )
        yield Note(
            to=list(holders(kind.permission)) if each.is_published else _office(PUBLISH),
            kind=kind,
            title=title,
            text=text,
            link=each.get_absolute_url(),
            about=(each._meta.label_lower, each.pk),
            key=f"{each.pk}:{each.version}",
            by=ours[each.pk].actor,
        )
    # What was drawn up waits no more; that it is out stays news.
    settle(about=LeaguePublication._meta.label_lower, outcomes=done, kinds=[DRAWN_UP])


def _objections(changes: Sequence[Announcement]) -> Iterator[Note]:
    ours = _of(changes, LeagueObjection)
    done: dict[int, str] = {}
    found = LeagueObjection.objects.select_related("publication__group", "author", "answered_by")
    for each in found.filter(pk__in=ours):
        if not each.is_open:
            done[each.pk] = f"{each.get_state_display()}。"
        if clock.now() - each.updated_at > NEWS or each.state == ObjectionState.WITHDRAWN:
            continue
        yield Note(
            to=_office(PUBLISH) if each.is_open else [each.author],
            kind=OBJECTED if each.is_open else ANSWERED,
            title=f"{'异议待答复' if each.is_open else '异议' + each.get_state_display()}：{each.publication}",
            text=each.text if each.is_open else f"{each.answered_by}答复：{each.answer}",
            link=reverse("league-objection", args=[each.pk]),
            about=(each._meta.label_lower, each.pk),
            key=f"{each.pk}:{each.version}",
            by=ours[each.pk].actor,
        )
    settle(about=LeagueObjection._meta.label_lower, outcomes=done, kinds=[OBJECTED])


def _office(permission: str) -> list[User]:
    return list(holders(permission).filter(is_staff=True))
