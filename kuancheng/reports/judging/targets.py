"""Where programmes' figures stand: by the records of today, or by those of an earlier day."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.db.models import Q

from investment.rules.totals import total
from kuancheng.asking.parameters import Days
from kuancheng.reports.judging.known import last_recorded, records, sort_records
from projects.models import Listing, Programme, Project, Target, TargetReading
from projects.querysets import as_ended
from projects.targets import Listed, TargetStanding, standings, standings_of


def standings_on(programmes: Iterable[Programme], days: Days) -> dict[int, list[TargetStanding]]:
    """The figures of each programme, by its id, in their order. Four queries at most."""
    if days.known_at is None:
        return standings(programmes, days.as_of)
    found = list(programmes)
    ours = Q(programme__in=[each.pk for each in found])
    targets = sort_records(records(Target, ours, days.known_at), "order")
    read = Q(target__in=[each.pk for each in targets], date__lte=days.as_of)
    readings = sort_records(records(TargetReading, read, days.known_at), "date")
    stood = ours & as_ended(days.as_of, (each.year for each in found))
    return standings_of(targets, _listed(stood, days.known_at), readings)


def _listed(stood: Q, known_on: date) -> dict[int, Listed]:
    """What was on each list on the day, with the total investments as they were known."""
    listings = last_recorded(Listing, known_on).filter(stood)
    listed = last_recorded(Project, known_on).filter(id__in=listings.values("project"))
    totals: dict[int, Decimal | None] = dict(listed.values_list("id", "total_investment"))
    amounts: dict[int, list[Decimal | None]] = defaultdict(list)
    for programme, project in listings.values_list("programme", "project"):
        if project in totals:
            amounts[programme].append(totals[project])
    return {programme: _summed(found) for programme, found in amounts.items()}


def _summed(amounts: list[Decimal | None]) -> Listed:
    return Listed(len(amounts), total(amounts), amounts.count(None))
