"""Groups and the versions of their rules, as they were known."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from investment.rules.reporting import last_day
from kuancheng.reports.judging.known import end_of
from kuancheng.reports.models import LeagueGroup, LeagueRules
from kuancheng.reports.models.league import WHOLE


def groups_on(month: date, known_on: date | None = None) -> list[LeagueGroup]:
    """The groups that race in a month, in their order. One query."""
    running = Q(closed_on=None) | Q(closed_on__gt=last_day(month))
    found = LeagueGroup.objects.filter(running)
    if known_on is not None:
        found = found.filter(created_at__lte=end_of(known_on))
    return list(found)


def versions_of(group: LeagueGroup, known_on: date | None = None) -> QuerySet[Any]:
    """A group's versions with all that they hold, the first to take effect first.

    A version changes only on the day of its recording and before it is in force: as known on a
    day it was there or not.
    """
    found: Any = LeagueRules.objects.filter(group=group).prefetch_related(*WHOLE)
    if known_on is not None:
        found = found.filter(recorded_on__lte=known_on)
    return found.order_by("effective_from")


def version_for(versions: Iterable[LeagueRules], month: date) -> LeagueRules | None:
    """The version that holds in a month; the first one for any month before it."""
    known = list(versions)
    started = [each for each in known if each.effective_from <= month]
    return started[-1] if started else next(iter(known), None)
