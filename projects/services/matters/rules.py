"""The one way to change the limits and rungs that matters are held to, and what a change would do."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.urls import reverse

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.access.rights import require
from kuancheng.audit import acts
from kuancheng.proposals.dated import Chosen, DatedKind
from kuancheng.proposals.kinds import Proposed
from kuancheng.records.announcing import Action, Announcement, announce
from kuancheng.records.dated import number_next
from projects.limits import Standers, rules_on, rungs_of, standers_of
from projects.models import Matter, MatterRules, Official, Project
from projects.planning import site_calendars
from projects.rules.calendars import Calendars
from projects.rules.matters.clock import Limits, Reading, read
from projects.rules.matters.orders import is_running
from projects.rules.matters.rungs import Rungs
from projects.rules.matters.story import Story

BATCH = 200
"""Matters that are held in memory at a time."""

MOST_SHOWN = 100
"""So many matters a trial names; the rest is counted."""


@transaction.atomic
@acts.setting("设定督办规则", "rules")
def save_matter_rules(
    *,
    rules: MatterRules,
    in_charge: Iterable[Official],
    leaders: Iterable[Official],
    today: date,
    actor: User,
) -> MatterRules:
    """Adds a version, numbered next, or changes one that is not yet in force.

    A version that takes effect today has every project judged anew. ValidationError for bad
    fields, for a day before today, and for a version that is already in force.
    """
    require(actor, f"projects.{'add' if rules.pk is None else 'change'}_matterrules")
    is_new = number_next(rules, today)
    rules.full_clean()
    rules._history_user = actor  # type: ignore[attr-defined]
    rules.save()
    rules.in_charge.set(in_charge)
    rules.leaders.set(leaders)
    announce(_saved(rules, is_new, today, actor))
    return rules


def _saved(rules: MatterRules, is_new: bool, today: date, actor: User) -> Announcement:
    judged = Project.objects.values_list("pk", flat=True) if rules.effective_from == today else ()
    return Announcement(
        kind=rules._meta.label_lower,
        id=rules.pk,
        action=Action.CREATED if is_new else Action.CHANGED,
        version=rules.version,
        fields=("effective_from",),
        actor=actor.pk,
        projects=frozenset(judged),
    )


@dataclass(frozen=True)
class Held:
    """How a matter is held under some rules; `called` stands on the rung that it has come to."""

    level: int
    colour: str
    called: tuple[str, ...]


@dataclass(frozen=True)
class Changed:
    """An open matter that would stand otherwise, now and then."""

    pk: int
    name: str
    now: Held
    then: Held


@dataclass(frozen=True)
class Trial:
    """What rules would do to the open matters; `changed` names the first, `count` has them all."""

    open: int
    count: int
    changed: tuple[Changed, ...]

    @property
    def more(self) -> int:
        """Those that are not named."""
        return self.count - len(self.changed)


@dataclass(frozen=True)
class _Way:
    limits: Limits
    rungs: Rungs


def try_matter_rules(rules: MatterRules, rungs: Rungs, *, today: date) -> Trial:
    """Which open matters would change level, colour or people under these rules today.

    Saves nothing. Five queries, and four for each 200 matters.
    """
    in_force = rules_on(today)
    ways = (_Way(in_force.limits(), rungs_of(in_force, today)), _Way(rules.limits(), rungs))
    calendars = site_calendars()
    changed: list[Changed] = []
    number = count = 0
    for batch in Matter.objects.open().prefetch_related("steps").batches(BATCH):
        standers = standers_of(batch, today)
        for matter in batch:
            story, number = matter.story(), number + 1
            now, then = (_held(matter, story, way, standers, today, calendars) for way in ways)
            if now != then:
                count += 1
                if count <= MOST_SHOWN:
                    changed.append(Changed(matter.pk, str(matter), now, then))
    return Trial(number, count, tuple(changed))


def _held(
    matter: Matter,
    story: Story,
    way: _Way,
    standers: Standers,
    today: date,
    calendars: Calendars,
) -> Held:
    reading: Reading = read(story, today, calendars, way.limits)
    called = standers.on(matter, reading.level, way.rungs) if is_running(story, reading) else ()
    return Held(reading.level, reading.colour, tuple(map(str, called)))


class MatterRulesChange(DatedKind):
    """办理规则: a version of the limits and rungs, by two people."""

    code, label = "projects.matterrules", "办理规则"
    sees, decides = "projects.view_matterrules", "projects.add_matterrules"
    model = MatterRules
    many = ("in_charge", "leaders")

    def save(self, rules: MatterRules, chosen: Chosen, actor: User) -> None:
        people: dict[str, Any] = {name: chosen[name] for name in self.many}
        save_matter_rules(rules=rules, today=clock.today(), actor=actor, **people)

    def link(self, proposal: Proposed) -> str:
        return reverse("matter-rules")


MATTER_RULES = MatterRulesChange()
