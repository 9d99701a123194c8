"""The limits and rungs that matters are held to, by the day; and who stands on a rung."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from projects.choices import Role
from projects.models import Assignment, Matter, MatterRules, Official
from projects.rules.matters.clock import Limits
from projects.rules.matters.rungs import Person, Rungs, words_of


def rules_on(day: date) -> MatterRules:
    """The version that is in force on a day. One query."""
    found: MatterRules = MatterRules.objects.in_force(day)
    return found


def limits_on(day: date) -> Limits:
    """The limits that are in force on a day. One query."""
    return rules_on(day).limits()


def rungs_of(rules: MatterRules, day: date) -> Rungs:
    """Who stands on the rungs on a day by a version that is saved. Two queries."""
    return rungs_with(rules, rules.in_charge.serving(day), rules.leaders.serving(day))


def rungs_with(
    rules: MatterRules, in_charge: Iterable[Official], leaders: Iterable[Official]
) -> Rungs:
    """The same, of a version on trial, whose people are not saved with it yet."""
    return Rungs(
        in_charge_posts=words_of(rules.in_charge_posts),
        head_posts=words_of(rules.head_posts),
        in_charge=tuple(map(person_of, in_charge)),
        leaders=tuple(map(person_of, leaders)),
    )


def person_of(official: Official) -> Person:
    """An official as the rules know him."""
    return Person(official.pk, official.name, official.post, official.agency_id)


@dataclass(frozen=True)
class Standers:
    """Who may be called for some matters: the agencies' people, and the projects' lead officials."""

    agencies: dict[int | None, list[Person]]
    lead_officials: dict[int | None, list[Person]]

    def on(self, matter: Matter, level: int, rungs: Rungs) -> tuple[Person, ...]:
        """Who stands on a matter's rung; nobody where nobody is on record. No queries."""
        return rungs.on(
            level,
            self.agencies.get(matter.lead_agency_id, []),
            self.lead_officials.get(matter.project_id, []) if matter.project_id else [],
        )


def standers_of(matters: Iterable[Matter], day: date) -> Standers:
    """Who may be called for these matters on a day. Two queries, however many they are."""
    found = list(matters)
    agencies: dict[int | None, list[Person]] = defaultdict(list)
    in_office = Official.objects.serving(day)
    officials = in_office.filter(agency__in={each.lead_agency_id for each in found})
    for official in officials.order_by("order", "pk"):
        agencies[official.agency_id].append(person_of(official))
    lead_officials: dict[int | None, list[Person]] = defaultdict(list)
    leading = Assignment.objects.on(day).filter(
        project__in={each.project_id for each in found if each.project_id},
        role=Role.LEAD_OFFICIAL,
    )
    for each in leading.select_related("official").order_by("pk"):
        lead_officials[each.project_id].append(person_of(each.official))
    return Standers(agencies, lead_officials)
