"""周调度: what comes on the agenda of a weekly review, in which order, and when the next is due.

Facts are gathered elsewhere; here they become one item a project, worst first. The order is our
default: what was carried over, then by light, then by the gravest reason, then by days.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from projects.rules.calendars import WORKING, Calendars

CARRIED, TURNED_RED, TURNED_YELLOW, OVERDUE, UNANSWERED, ESCALATED, PROMISE, MANUAL = KINDS = (
    "carried",
    "turned_red",
    "turned_yellow",
    "overdue",
    "unanswered",
    "escalated",
    "promise",
    "manual",
)
"""Why something is on the agenda, in the order in which reasons are told."""

RED, YELLOW = "red", "yellow"
LATE = (RED, YELLOW)

MOST_MINUTES = 120
"""A review that is planned to take longer is warned of."""

MOST_ITEMS = 40
"""So many items are drawn, the worst; nobody talks about more in one session."""

MOST_OF_A_KIND = 3
"""So many reasons of one kind are told of an item; the rest is counted."""

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Subject:
    """What an item is about: a project, or a matter that has none; by the register's keys."""

    project: int | None
    matter: int | None = None
    code: str = ""


@dataclass(frozen=True)
class Cause:
    """One fact that brings a subject on the agenda, in words; `days` say how late it is."""

    subject: Subject
    kind: str
    text: str
    days: int = 0


@dataclass(frozen=True)
class Drawn:
    """An item as it is drawn: its reasons in words, the light of the day, what it was carried from.

    `light` is the code of the light, empty where nothing is lit. `carried_from` is the key of the
    item of an earlier review.
    """

    subject: Subject
    light: str
    reasons: tuple[tuple[str, str], ...]
    days: int = 0
    carried_from: int | None = None


@dataclass(frozen=True)
class Kept:
    """An item that is on the agenda already; `touched` says that somebody did something to it."""

    key: int
    subject: Subject
    order: int
    touched: bool
    moved: bool


@dataclass(frozen=True)
class Redrawn:
    """What drawing again does to an agenda: items renewed by key, added, gone, and the order.

    `order` has the keys of items that stay, and of added ones their place in `added` as a
    negative number: -1 is the first.
    """

    renewed: dict[int, Drawn]
    added: tuple[Drawn, ...]
    gone: tuple[int, ...]
    order: tuple[int, ...]


def turned(before: str | None, now: str) -> str:
    """Why a light is talked about: it turned red, or yellow from something better; else empty.

    None is a project of which no earlier light is kept: what is late then is new.
    """
    if now == RED and before != RED:
        return TURNED_RED
    if now == YELLOW and before not in LATE:
        return TURNED_YELLOW
    return ""


def draw(
    causes: Iterable[Cause], lights: dict[int, str], carried: dict[Subject, int]
) -> list[Drawn]:
    """One item a subject, with all its reasons; the carried first, then the worst.

    `lights` are today's by project, `carried` the items that the last review put off, by subject.
    """
    by_key: dict[tuple[int | None, int | None], list[Cause]] = {}
    for each in causes:
        by_key.setdefault(_key(each.subject), []).append(each)
    put_off = {_key(subject): key for subject, key in carried.items()}
    items = [
        Drawn(
            subject=own[0].subject,
            light=lights.get(own[0].subject.project or 0, ""),
            reasons=tuple(_told(own)),
            days=max(each.days for each in own),
            carried_from=put_off.get(key),
        )
        for key, own in by_key.items()
    ]
    return sorted(items, key=_worst_first)


def _key(subject: Subject) -> tuple[int | None, int | None]:
    return (subject.project, None) if subject.project is not None else (None, subject.matter)


def _told(causes: Sequence[Cause]) -> Iterator[tuple[str, str]]:
    """The reasons by kind, the longest late first; of many of a kind the first few."""
    for kind in KINDS:
        own = sorted((each for each in causes if each.kind == kind), key=lambda each: -each.days)
        shown = own if len(own) <= MOST_OF_A_KIND + 1 else own[:MOST_OF_A_KIND]
        yield from ((kind, each.text) for each in shown)
        if len(own) > len(shown):
            yield kind, f"另有 {len(own) - len(shown)} 项"


def _worst_first(item: Drawn) -> tuple[object, ...]:
    light = LATE.index(item.light) if item.light in LATE else len(LATE)
    gravest = min(KINDS.index(kind) for kind, _ in item.reasons)
    about = item.subject
    return (item.carried_from is None, light, gravest, -item.days, about.code, about.matter or 0)


def redraw(kept: Sequence[Kept], drawn: Sequence[Drawn]) -> Redrawn:
    """An agenda drawn again: what people did to it stays, what nobody touched follows the facts.

    An item that is drawn no more goes, unless it was touched. Where somebody has moved an item the
    order stands and new ones come last; otherwise all stand as drawn, the touched that are drawn
    no more behind them.
    """
    by_subject = {_key(each.subject): each for each in kept}
    fresh = {_key(each.subject): each for each in drawn}
    renewed = {by_subject[key].key: each for key, each in fresh.items() if key in by_subject}
    added = tuple(each for key, each in fresh.items() if key not in by_subject)
    gone = tuple(each.key for each in kept if each.key not in renewed and not each.touched)
    stays = [each for each in sorted(kept, key=lambda one: one.order) if each.key not in gone]
    new = {_key(each.subject): -place for place, each in enumerate(added, 1)}
    if any(each.moved for each in kept):
        order = [*(each.key for each in stays), *new.values()]
    else:
        order = [new.get(key) or by_subject[key].key for key in fresh]
        order += [each.key for each in stays if each.key not in renewed]
    return Redrawn(renewed, added, gone, tuple(order))


def too_long(minutes: int) -> str:
    """What to say of a review that takes so many minutes; empty where it is not too long."""
    if minutes <= MOST_MINUTES:
        return ""
    return (
        f"议程共 {minutes} 分钟，超过 {MOST_MINUTES} 分钟，请减少议题或每项时间，也可以分两次开。"
    )


@dataclass(frozen=True)
class Cadence:
    """On which day of the week reviews are held; Monday is 0."""

    weekday: int

    def due_after(self, last: date | None, today: date, calendars: Calendars) -> date:
        """The next day of a review: not before today, and in a later week than the last one.

        A holiday moves it to the next working day: with Tuesdays, that of 2024-10-01 is held on
        2024-10-08, since all days between are holidays too.
        """
        line = calendars.line(WORKING)
        day = today + timedelta(days=(self.weekday - today.weekday()) % 7)
        if last is not None and last >= day - timedelta(days=day.weekday()):
            day += WEEK
        return line.on_or_after(day)

    def latest_due(self, today: date, calendars: Calendars) -> date:
        """The latest day on which one was due, today included."""
        line = calendars.line(WORKING)
        day = today - timedelta(days=(today.weekday() - self.weekday) % 7)
        due = line.on_or_after(day)
        while due > today:
            day -= WEEK
            due = line.on_or_after(day)
        return due


def moved(order: Sequence[int], key: int, by: int) -> list[int]:
    """An order of keys with one of them moved up (negative) or down, as far as it goes."""
    rest = [each for each in order if each != key]
    place = max(0, min(len(rest), list(order).index(key) + by))
    return [*rest[:place], key, *rest[place:]]
