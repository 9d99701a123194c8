"""What a day brings to open matters: the orders that are due, and the rungs that are reached."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.audit import acts
from kuancheng.records.announcing import Action, Announcement, announce
from projects.limits import Standers, standers_of
from projects.models import Escalation, Matter
from projects.rules.matters.clock import Reading, read
from projects.rules.matters.orders import AT_WORK, DueOrder, climbed_to, orders_due
from projects.rules.matters.story import Story
from projects.services.matters.orders import Sheet, Terms, terms_on, write_order

BATCH = 200
"""Matters that are held in memory at a time."""


@dataclass(frozen=True)
class Escalated:
    """What one run wrote: orders, and rungs that were reached."""

    orders: int = 0
    rungs: int = 0


@dataclass(frozen=True)
class Standing:
    """A matter as it stands on a day: the orders that it still lacks, the rung it has come to."""

    matter: Matter
    story: Story
    reading: Reading
    orders: tuple[DueOrder, ...]
    rung: int

    @property
    def moves(self) -> bool:
        """Whether there is anything to write."""
        return bool(self.orders or self.rung)


def escalate(*, day: date) -> Escalated:
    """Writes what is due on a day, which is today, and was not written before.

    May be run again, or by two at once: each matter is judged once more under its lock, so an
    answer that was a moment faster is seen. A day on which nobody ran it is not made up for: only
    what is due now is written. Seven queries, four for each 200 matters, and those that write.
    """
    terms, actor = terms_on(day), User.objects.system()
    orders = rungs = 0
    for matter in _moving(terms):
        written = _one(matter, terms, actor)
        orders, rungs = orders + written.orders, rungs + written.rungs
    return Escalated(orders, rungs)


def _moving(terms: Terms) -> Iterator[int]:
    """Matters for which something seems to be due, by key."""
    at_work = Matter.objects.filter(state__in=AT_WORK)
    known = at_work.prefetch_related("steps", "orders", "escalations")
    for batch in known.batches(BATCH):
        yield from (each.pk for each in batch if standing_of(each, terms).moves)


def standing_of(matter: Matter, terms: Terms) -> Standing:
    """How a matter stands. Three queries, none where its records are at hand."""
    story = matter.story()
    reading = read(story, terms.day, terms.calendars, terms.limits)
    written = {
        (each.kind, each.colour) for each in matter.orders.all() if each.round == story.round
    }
    rungs = [each.level for each in matter.escalations.all() if each.round == story.round]
    due = orders_due(story, reading, terms.limits)
    return Standing(
        matter,
        story,
        reading,
        tuple(each for each in due if (each.kind.value, each.colour) not in written),
        climbed_to(story, reading, max(rungs, default=0)),
    )


@transaction.atomic
def _one(pk: int, terms: Terms, actor: User) -> Escalated:
    held = Matter.objects.select_for_update(of=("self",)).get(pk=pk)
    standing = standing_of(held, terms)
    return _moved(held, standing, terms, actor) if standing.moves else Escalated()


@acts.decision("督办或升级到期事项", "held")
def _moved(held: Matter, standing: Standing, terms: Terms, actor: User) -> Escalated:
    standers = standers_of([held], terms.day)
    changes = [
        write_order(Sheet(held, standing.story, standing.reading, due, terms, standers), actor)
        for due in standing.orders
    ]
    if standing.rung:
        changes.append(_record(standing, terms, standers, actor))
    announce(*changes)
    return Escalated(len(standing.orders), int(standing.rung > 0))


def _record(standing: Standing, terms: Terms, standers: Standers, actor: User) -> Announcement:
    called = standers.on(standing.matter, standing.rung, terms.rungs)
    record = Escalation(
        matter=standing.matter,
        round=standing.story.round,
        level=standing.rung,
        day=terms.day,
        at=clock.now(),
        reasons=list(standing.reading.reasons),
        called=[{"key": each.key, "name": each.name, "post": each.post} for each in called],
    )
    record.full_clean()
    record.save()
    return Announcement(
        kind=record._meta.label_lower,
        id=record.pk,
        action=Action.CREATED,
        version=None,
        fields=("level",),
        actor=actor.pk,
    )
