"""Whether the year waits to be turned: said to the office where it begins its day."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from investment.rules.turn import ENDED, OFFERED, last_day_before
from investment.services.year_turn.turning import TURN
from kuancheng.access.models import Visitor
from projects.models import Listing, Project
from projects.querysets import in_force

SEASON = (12, 1, 2)
"""The months in which the office is told: December of the old year to February of the new."""


@dataclass(frozen=True)
class TurnDue:
    """The year that is to be turned, and how many projects wait for it."""

    year: int
    waiting: int


def year_to_turn(today: date) -> int:
    """In December the year to come, else this one."""
    return today.year + 1 if today.month == 12 else today.year


def turn_due(user: Visitor, today: date) -> TurnDue | None:
    """What the office is reminded of; None for others, out of season, and when all is done.

    One query.
    """
    if today.month not in SEASON or not user.has_perm(TURN):
        return None
    year = year_to_turn(today)
    waiting = unturned(year).count()
    return TurnDue(year, waiting) if waiting else None


def unturned(year: int) -> QuerySet[Project]:
    """The projects that would be proposed to roll into a year, and are on no list of it."""
    last = last_day_before(year)
    there = Listing.objects.filter(in_force(last), programme__year=year - 1, project=OuterRef("pk"))
    rolled = Listing.objects.filter(programme__year=year, project=OuterRef("pk"))
    done = Q(actual_completion__lte=last) | Q(actual_completion=None, stage__in=ENDED)
    found = Project.objects.filter(Exists(there), ~Exists(rolled), standing__in=OFFERED)
    return found.exclude(done)
