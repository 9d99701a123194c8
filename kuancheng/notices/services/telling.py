"""How anything is told: rows written with the change itself, and a job that sends them after it."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from kuancheng.access.models import User
from kuancheng.notices.choices import BY_MAIL, Channel, Mode
from kuancheng.notices.delivering import deliver, queue_time
from kuancheng.notices.kinds import NoticeKind
from kuancheng.notices.models import Bot, Delivery, Notice, QuietHours
from kuancheng.notices.rules import timing
from kuancheng.notices.services.preferences import modes_for

PATH = re.compile(r"/(?!/)[\x21-\x7e]{0,299}|")
"""A path of the site, or none: never another site."""

LONGEST_KEY, LONGEST_TITLE = 119, 200


@transaction.atomic
def notify(
    *,
    to: Iterable[User],
    kind: NoticeKind,
    title: str,
    key: str,
    text: str = "",
    link: str = "",
    about: tuple[str, int] | None = None,
    by: int | None = None,
) -> int:
    """Tells each of these people once; how many were told now.

    `key` names the event among those of its kind: whoever was told it is not told again. `about`
    is a record as announcements name it. `by` is whose action it was: he knows. Left out are
    closed accounts and whoever switched the kind off. Groups are told where anybody is. ValueError
    for a link that is no path of the site, or a key that is too long. Eight queries for any number
    of people.
    """
    whole_key = f"{kind.code}:{key}"
    if not PATH.fullmatch(link) or len(whole_key) > LONGEST_KEY:
        raise ValueError(f"no link of this site, or too long a key: {link!r} {whole_key!r}")
    people = {each.pk: each for each in to if _is_told(each, by)}
    modes = modes_for(people, kind)
    wanting = {pk: each for pk, each in people.items() if modes[pk] != Mode.OFF}
    own = Notice.objects.filter(recipient__in=wanting, key=whole_key)
    known = set(own.values_list("recipient", flat=True)) if wanting else set()
    # In one order: of two who tell the same people at once, neither waits for the other's end.
    fresh = [wanting[pk] for pk in sorted(wanting.keys() - known)]
    if not fresh:
        return 0
    about_kind, about_id = about or ("", None)
    Notice.objects.bulk_create(
        [
            Notice(
                recipient=person,
                kind=kind.code,
                title=title[:LONGEST_TITLE],
                text=text,
                link=link,
                about_kind=about_kind,
                about_id=about_id,
                key=whole_key,
            )
            for person in fresh
        ],
        ignore_conflicts=True,  # two who tell the same at once
    )
    told = list(own.filter(recipient__in=fresh).select_related("recipient"))
    _send_out(told, kind, modes)
    return len(told)


def _is_told(person: User, by: int | None) -> bool:
    return person.is_active and not person.is_system and person.pk != by


def _send_out(told: list[Notice], kind: NoticeKind, modes: Mapping[int, Mode]) -> None:
    now = queue_time()
    waiting = [*_mails(told, modes, now), *_to_groups(told, kind, now)]
    if waiting:
        Delivery.objects.bulk_create(waiting, ignore_conflicts=True)
        deliver.enqueue()


def _mails(told: list[Notice], modes: Mapping[int, Mode], now: datetime) -> list[Delivery]:
    """A mail for each who wants one, has an address, and a site that sends mails."""
    wanted = [each for each in told if each.recipient.email and modes[each.recipient_id] in BY_MAIL]
    if not wanted or not settings.EMAIL_HOST:
        return []
    hours = QuietHours.objects.filter(person__in=[each.recipient_id for each in wanted])
    quiet = {each.person_id: each.span for each in hours}
    return [
        Delivery(
            notice=each,
            channel=Channel.MAIL,
            key=each.key,
            address=each.recipient.email,
            due_at=timing.due_at(
                timezone.localtime(now),
                daily=modes[each.recipient_id] == Mode.DAILY,
                quiet=quiet.get(each.recipient_id),
            ),
        )
        for each in wanted
    ]


def _to_groups(told: list[Notice], kind: NoticeKind, now: datetime) -> list[Delivery]:
    if kind.letter:
        return []
    return [
        Delivery(
            notice=told[0],
            channel=bot.channel,
            bot=bot,
            key=told[0].key,
            address=bot.name,
            due_at=max(now, bot.shut_until or now),
        )
        for bot in Bot.objects.told_of(kind.code)
    ]
