"""What somebody is to a matter: the office, its agency, its verifier, the lead official, a reviewer.

Also what he is for others, whose deputy he is today.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from kuancheng import clock
from kuancheng.access.models import User
from projects.choices import Role
from projects.models import Agency, Assignment, Matter, Official
from projects.querysets import OfficialQuerySet, acting_for
from projects.rules.matters.steps import Part, Step

OVERSEE_MATTERS = "projects.oversee_matter"


@dataclass(frozen=True)
class Capacity:
    """In what capacity somebody acts: parts of his own, and those of others that are lent to him."""

    own: frozenset[Part]
    lent: Mapping[Part, User]

    @property
    def parts(self) -> frozenset[Part]:
        """All of them."""
        return self.own | set(self.lent)

    def acts_for(self, by: Iterable[Part]) -> User | None:
        """For whom he takes a step that these parts may take, the first first; None: himself."""
        first = next((part for part in by if part in self.parts), None)
        if first is None or first in self.own:
            return None
        return self.lent[first]


def parts_of(matter: Matter, actor: User) -> frozenset[Part]:
    """What somebody is to the matter today, by himself or as a deputy. Four queries at most."""
    return capacity_of(matter, actor).parts


def capacity_of(matter: Matter, actor: User) -> Capacity:
    """What somebody is to the matter today, and for whom. Four queries at most.

    The verifier is nobody of the leading agency, nobody who acts for one of its people, and nobody
    who did any of the work. A reviewer is one of the office who had no part in the matter at all.
    A deputy of a deputy is not followed; what the office may do is lent to nobody. Who has left is
    nothing to it but what his account alone may do, and lends nothing.
    """
    today = clock.today()
    people = {each.pk: each for each in acting_for(actor, today)}
    leading = _of_agency(matter, people)
    took = Involved(matter)
    held: dict[Part, set[int]] = {
        Part.LEAD: leading,
        Part.LEAD_OFFICIAL: _lead_officials(matter, people, today),
        Part.VERIFIER: set() if leading else {matter.verifier_id or 0} & set(people),
    }
    if held[Part.VERIFIER] and took.answering & {actor.pk, matter.verifier_id}:
        held[Part.VERIFIER] = set()
    own = {part for part, whose in held.items() if actor.pk in whose}
    if actor.has_perm(OVERSEE_MATTERS):
        own.add(Part.OFFICE)
        if not leading and actor.pk not in took.at_all:
            own.add(Part.REVIEWER)
    lent = {part: people[min(whose)] for part, whose in held.items() if whose and part not in own}
    return Capacity(frozenset(own), lent)


def works_for(agency: Agency, person: User) -> bool:
    """Whether the person is one of the agency's officials, or was until he left. One query."""
    return agency.officials.filter(user=person).exists()


def acts_for(agency: Agency, person: User) -> bool:
    """Whether he serves in the agency today, or is the deputy of one who does. One query."""
    people = acting_for(person, clock.today()).values("pk")
    return _serving_at(agency.pk).filter(user__in=people).exists()


def _serving_at(agency: int) -> OfficialQuerySet:
    found: OfficialQuerySet = Official.objects.serving(clock.today()).filter(agency=agency)
    return found


def _of_agency(matter: Matter, people: Iterable[int]) -> set[int]:
    """Those of the people who are of the leading agency."""
    if matter.lead_agency_id is None:
        return set()
    serving = _serving_at(matter.lead_agency_id).filter(user__in=people)
    return {pk for pk in serving.values_list("user", flat=True) if pk is not None}


def _lead_officials(matter: Matter, people: Iterable[int], today: date) -> set[int]:
    """Those of the people who lead the project today."""
    if matter.project_id is None:
        return set()
    held = Assignment.objects.on(today).filter(
        project=matter.project_id, role=Role.LEAD_OFFICIAL, official__user__in=people
    )
    return set(held.values_list("official__user", flat=True))


class Involved:
    """Who had a part in a matter, by himself or by his deputy. As costly as `story`."""

    def __init__(self, matter: Matter) -> None:
        self.matter = matter

    @cached_property
    def _taken(self) -> list[tuple[str, int, int | None]]:
        steps = self.matter.steps.all()
        return [(each.step, each.actor_id, each.on_behalf_of_id) for each in steps]

    @property
    def answering(self) -> set[int]:
        """Who answered it."""
        return {pk for step, *who in self._taken if step == Step.ANSWER for pk in who if pk}

    @property
    def at_all(self) -> set[int]:
        """Who raised it, is to verify it, or took any step."""
        named = (self.matter.author_id, self.matter.verifier_id)
        return {pk for who in (named, *(each[1:] for each in self._taken)) for pk in who if pk}
