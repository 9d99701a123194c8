"""Who is told of a handover: both who had and who has the duties, and the projects' liaisons."""

from collections.abc import Iterable, Sequence

from django.urls import reverse

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.notices.kinds import NoticeKind
from kuancheng.notices.services import notify
from kuancheng.records.announcing import Announcement
from projects.choices import Role
from projects.models import Handover, HandoverItem
from projects.notices.people import NEWS, accounts_of
from projects.notices.plans import GROUP

HANDED_OVER = NoticeKind("handover", "交接", permission="projects.view_handover", group=GROUP)

KINDS = (HANDED_OVER,)
NAMED = 5
"""So many duties are named in a notice; the page has them all."""


def heed(changes: Sequence[Announcement]) -> None:
    """Tells of handovers that were done, undone or done again."""
    ours = [each for each in changes if each.kind == Handover._meta.label_lower]
    if not ours:
        return
    found = Handover.objects.select_related("giver__user", "receiver__user").in_bulk(
        [each.id for each in ours]
    )
    for each in ours:
        made = found.get(each.id)
        if made and clock.now() - (made.undone_at or made.at) <= NEWS:
            _tell(made, each)


def _tell(made: Handover, change: Announcement) -> None:
    items = list(made.items.select_related("project", "matter"))
    verb = "：" if made.stands else "已撤销："
    notify(
        to=[*_both(made), *_liaisons(made, items)],
        kind=HANDED_OVER,
        title=f"交接{verb}{made.giver} 的 {len(items)} 项职责交给 {made.receiver}",
        text=_text(made, items),
        link=reverse("handover", args=[made.pk]),
        about=(change.kind, made.pk),
        # Done, undone and done again are three events of one record.
        key=f"{made.pk}:{made.version}",
        by=change.actor,
    )


def _both(made: Handover) -> list[User]:
    return [person.user for person in (made.giver, made.receiver) if person.user]


def _liaisons(made: Handover, items: Iterable[HandoverItem]) -> list[User]:
    """Who is the liaison officer of one of the projects on the day. One query."""
    projects = {item.project_id for item in items if item.project_id}
    day = max(made.day, clock.today())
    found = accounts_of(projects, day, Role.LIAISON_OFFICER)
    return [each for accounts in found.values() for each in accounts]


def _text(made: Handover, items: Sequence[HandoverItem]) -> str:
    named = "、".join(str(item) for item in items[:NAMED])
    more = f"等 {len(items)} 项" if len(items) > NAMED else ""
    if made.stands:
        return f"自 {made.day} 起生效，原因：{made.reason}。{named}{more}。"
    return f"职责仍由 {made.giver} 承担，撤销原因：{made.undo_reason}。{named}{more}。"
