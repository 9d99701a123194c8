"""Where programmes' figures stand: by the records of today, or by those of an earlier day."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.db.models import Q

from investment.rules.totals import total
from kuancheng.asking.parameters import Days
from kuancheng.reports.judging.known import last_recorded, records, sort_records
from kuancheng.reports.judging.lists import listings_on
from projects.models import Programme, Project, Target, TargetReading
from projects.targets import Listed, TargetStanding, standings, standings_of


def standings_on(programmes: Iterable[Programme], days: Days) -> dict[int, list[TargetStanding]]:
    """The figures of each programme, by its id, in their order. Four queries at most."""
    if days.known_at is None:
        return standings(programmes, days.as_of)
    ours = Q(programme__in=[each.pk for each in programmes])
    targets = sort_records(records(Target, ours, days.known_at), "order")
    read = Q(target__in=[each.pk for each in targets], date__lte=days.as_of)
    readings = sort_records(records(TargetReading, read, days.known_at), "date")
    return standings_of(targets, _listed(ours, days, days.known_at), readings)


def _listed(ours: Q, days: Days, known_on: date) -> dict[int, Listed]:
    """What was on each list on the day, with the total investments as they were known."""
    listings = listings_on(days).filter(ours)
    listed = last_recorded(Project, known_on).filter(id__in=listings.values("project"))
    totals: dict[int, Decimal | None] = dict(listed.values_list("id", "total_investment"))
    amounts: dict[int, list[Decimal | None]] = defaultdict(list)
    for programme, project in listings.values_list("programme", "project"):
        if project in totals:
            amounts[programme].append(totals[project])
    return {programme: _summed(found) for programme, found in amounts.items()}


def _summed(amounts: list[Decimal | None]) -> Listed:
    return Listed(len(amounts), total(amounts), amounts.count(None))
