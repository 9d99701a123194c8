"""清单: which projects were on which list on a day, as on record now or as known on another day."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from kuancheng.asking.parameters import Days
from kuancheng.reports.judging.known import records
from kuancheng.reports.judging.terms import rows_on
from projects.models import Listing, Programme
from projects.querysets import in_force


def listings_on(days: Days) -> QuerySet[Any]:
    """The stays that hold on the day asked, or their history rows as they were known."""
    return rows_on(Listing, days.known_at).filter(in_force(days.as_of))


def listed_projects(programmes: Iterable[Any], days: Days) -> QuerySet[Any, Any]:
    """The projects on any of these lists (records or ids), to be asked for within another query."""
    return listings_on(days).filter(programme__in=programmes).values("project")


def unlisted(days: Days) -> Q:
    """Rows of projects on no list."""
    return ~Q(project__in=listings_on(days).values("project"))


@dataclass(frozen=True)
class Membership:
    """A project's stay on a list; `current` on the day of the answer."""

    programme: Programme
    listing: Listing
    current: bool


def memberships(project: int, days: Days) -> list[Membership]:
    """The stays of a project up to the day, the latest year's lists first, each by day. Two queries.

    A stay that begins later says nothing yet: next year's list leaves this year's pages alone.
    """
    begun = Q(project=project, since__lte=days.as_of)
    stays = records(Listing, begun, days.known_at)
    lists = Programme.objects.in_bulk({each.programme_id for each in stays})
    found = [
        Membership(lists[each.programme_id], each, each.holds_on(days.as_of))
        for each in stays
        # As known on an earlier day it may be on a list that was struck out since.
        if each.programme_id in lists
    ]
    return sorted(
        found,
        key=lambda each: (-each.programme.year, each.programme.code, each.listing.since),
    )
