"""How anything is told: rows written with the change itself, and a job that sends them after it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
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
from kuancheng.notices.services.preferences import modes_chosen

PATH = re.compile(r"/(?!/)[\x21-\x7e]{0,299}|")
"""A path of the site, or none: never another site."""

LONGEST_KEY, LONGEST_TITLE = 119, 200


@dataclass(frozen=True)
class Note:
    """One thing that some people are to be told.

    `key` names the event among those of its kind: whoever was told it is not told again. `about`
    is a record as announcements name it. `by` is whose action it was: he knows. ValueError for a
    link that is no path of the site, or a key that is too long.
    """

    to: Sequence[User]
    kind: NoticeKind
    title: str
    key: str
    text: str = ""
    link: str = ""
    about: tuple[str, int] | None = None
    by: int | None = None

    def __post_init__(self) -> None:
        if not PATH.fullmatch(self.link) or len(self.whole_key) > LONGEST_KEY:
            said = f"{self.link!r} {self.whole_key!r}"
            raise ValueError(f"no link of this site, or too long a key: {said}")

    @property
    def whole_key(self) -> str:
        """The event's name among all."""
        return f"{self.kind.code}:{self.key}"

    @property
    def readers(self) -> list[User]:
        """Whom it concerns: no closed accounts, and not who did it."""
        return [
            each for each in self.to if each.is_active and not each.is_system and each.pk != self.by
        ]

    def notice(self, reader: User) -> Notice:
        """As one of them has it, not saved yet."""
        about_kind, about_id = self.about or ("", None)
        return Notice(
            recipient=reader,
            kind=self.kind.code,
            title=self.title[:LONGEST_TITLE],
            text=self.text,
            link=self.link,
            about_kind=about_kind,
            about_id=about_id,
            key=self.whole_key,
        )


@dataclass(frozen=True)
class Told:
    """A notice that was written now, how its kind is sent, and how its reader wants that kind."""

    notice: Notice
    kind: NoticeKind
    mode: Mode


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
    """Tells each of these people one thing once, as a `Note` has it; how many were told now."""
    return notify_all([Note(tuple(to), kind, title, key, text, link, about, by)])


@transaction.atomic
def notify_all(notes: Sequence[Note]) -> int:
    """Tells people what concerns them, each thing once; how many notices were written now.

    Left out are closed accounts and whoever switched the kind off. Groups are told a thing where
    anybody is, in the words of the first note that has its key. Eight queries for any number of
    notes and people.
    """
    wanting = _wanting(notes)
    keys = {key for _, key in wanting}
    own = Notice.objects.filter(recipient__in={pk for pk, _ in wanting}, key__in=keys)
    known = set(own.values_list("recipient", "key")) if wanting else set()
    fresh = {pair: wanting[pair] for pair in wanting if pair not in known}
    if not fresh:
        return 0
    Notice.objects.bulk_create(
        # In one order: of two who tell the same people at once, neither waits for the other's end.
        [fresh[pair].notice for pair in sorted(fresh)],
        ignore_conflicts=True,  # two who tell the same at once
    )
    written = {
        (each.recipient_id, each.key): each for each in own.all().select_related("recipient")
    }
    told = [
        Told(written[pair], each.kind, each.mode) for pair, each in fresh.items() if pair in written
    ]
    _send_out(told)
    return len(told)


def _wanting(notes: Sequence[Note]) -> dict[tuple[int, str], Told]:
    """What each reader is to be told, by him and the event, in the order of the notes."""
    readers = {each.pk for note in notes for each in note.readers}
    chosen = modes_chosen(readers, [note.kind for note in notes]) if readers else {}
    found: dict[tuple[int, str], Told] = {}
    for note in notes:
        for reader in note.readers:
            mode = chosen.get((reader.pk, note.kind.code), note.kind.mode)
            if mode != Mode.OFF and (reader.pk, note.whole_key) not in found:
                told = Told(note.notice(reader), note.kind, mode)
                found[reader.pk, note.whole_key] = told
    return found


def _send_out(told: Sequence[Told]) -> None:
    now = queue_time()
    waiting = [*_mails(told, now), *_to_groups(told, now)]
    if waiting:
        Delivery.objects.bulk_create(waiting, ignore_conflicts=True)
        deliver.enqueue()


def _mails(told: Sequence[Told], now: datetime) -> list[Delivery]:
    """A mail for each who wants one, has an address, and a site that sends mails."""
    wanted = [each for each in told if each.notice.recipient.email and each.mode in BY_MAIL]
    if not wanted or not settings.EMAIL_HOST:
        return []
    hours = QuietHours.objects.filter(person__in={each.notice.recipient_id for each in wanted})
    quiet = {each.person_id: each.span for each in hours}
    return [
        Delivery(
            notice=each.notice,
            channel=Channel.MAIL,
            key=each.notice.key,
            address=each.notice.recipient.email,
            due_at=timing.due_at(
                timezone.localtime(now),
                daily=each.mode == Mode.DAILY,
                quiet=quiet.get(each.notice.recipient_id),
            ),
        )
        for each in wanted
    ]


def _to_groups(told: Sequence[Told], now: datetime) -> Iterator[Delivery]:
    """One for each group and event."""
    firsts: dict[str, Told] = {}
    for each in told:
        if not each.kind.letter:
            firsts.setdefault(each.notice.key, each)
    if not firsts:
        return
    bots = Bot.objects.told_of({each.kind.code for each in firsts.values()})
    for each in firsts.values():
        for bot in bots[each.kind.code]:
            yield Delivery(
                notice=each.notice,
                channel=bot.channel,
                bot=bot,
                key=each.notice.key,
                address=bot.name,
                due_at=max(now, bot.shut_until or now),
            )
