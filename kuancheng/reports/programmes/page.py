"""The page of one list: its projects on a day, who left and who will come, and each turn of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from kuancheng.access.models import User
from kuancheng.asking.filters import NumberFilter
from kuancheng.asking.paging import page_of
from kuancheng.asking.parameters import Days, KnownParameters
from kuancheng.proposals.models import Proposal
from kuancheng.reports.judging.known import records
from kuancheng.reports.judging.terms import rows_on
from kuancheng.reports.judging.waiting import waiting_about_list
from projects.models import Listing, Programme, Project
from projects.rules.listings import DAY, Placed, Standing, Stay, Turn, standing, turns
from projects.services.lists.listings import CHANGE, JOIN, STRIKE

PAGE_SIZE = 100
TURNS_SHOWN = 40
LEFT_SHOWN = 100
NAMED = 5
"""So many projects are named in a turn; the rest is counted."""

LONG = ("scope", "source_quote", "search_key")


class RosterParameters(KnownParameters):
    """The days of a list's page, and a page of its projects."""

    page = NumberFilter(minimum=1, label="页码，从 1 起")


@dataclass(frozen=True)
class Member:
    """A project and its stay on the list; `off` is the first day off it."""

    listing: Listing
    project: Project

    @property
    def off(self) -> date | None:
        """The first day on which it is not on the list any more."""
        return self.listing.until + DAY if self.listing.until else None


@dataclass(frozen=True)
class TurnLine:
    """A day on which the list changed; `ahead` of the day asked. `*_more` are not named."""

    turn: Turn
    joined: Sequence[Member]
    left: Sequence[Member]
    joined_more: int
    left_more: int
    ahead: bool


def roster_page(asked: RosterParameters, programme: Programme, reader: User) -> dict[str, Any]:
    """The template's context. Six queries at most, whatever the number of projects.

    NoSuchPage past the end.
    """
    days = asked.days
    members = members_of(programme, days)
    placed = placed_of(members)
    on_it = [each for each in members if each.listing.holds_on(days.as_of)]
    ended = [each for each in members if each.off and each.off <= days.as_of]
    lines = [_line(turn, members, days.as_of) for turn in reversed(turns(placed))]
    present = days.known_at is None
    return {
        "programme": programme,
        "as_of": days.as_of,
        "known_at": days.known_at,
        "standing": standing(placed, days.as_of),
        "page": page_of(on_it, asked.form.cleaned_data["page"], PAGE_SIZE),
        "ended": sorted(ended, key=_last_day, reverse=True)[:LEFT_SHOWN],
        "ended_more": max(0, len(ended) - LEFT_SHOWN),
        "coming": [each for each in members if each.listing.since > days.as_of],
        "turns": lines[:TURNS_SHOWN],
        "turns_more": max(0, len(lines) - TURNS_SHOWN),
        "waiting": _waiting(programme, members, reader) if present else [],
        "may_join": present and reader.has_perm(JOIN),
        "may_change": present and reader.has_perm(CHANGE),
        "may_strike": present and reader.has_perm(STRIKE),
    }


def _waiting(programme: Programme, members: Iterable[Member], reader: User) -> list[Proposal]:
    return waiting_about_list(programme.pk, (each.listing.pk for each in members), reader)


def members_of(programme: Programme, days: Days) -> list[Member]:
    """Every stay on the list with its project, as on record: by number, then by day. Two queries.

    As known on a day, three.
    """
    ours = Q(programme=programme.pk)
    named = rows_on(Listing, days.known_at).filter(ours).values("project")
    found = records(Project, Q(id__in=named), days.known_at, related=("lead_agency",), unread=LONG)
    projects = {each.pk: each for each in found}
    stays = [
        Member(each, projects[each.project_id])
        for each in records(Listing, ours, days.known_at)
        if each.project_id in projects
    ]
    return sorted(stays, key=_in_order)


def placed_of(members: Iterable[Member]) -> list[Placed]:
    """What is counted of them."""
    return [
        Placed(
            each.project.pk,
            Stay(each.listing.since, each.listing.until),
            each.project.total_investment,
        )
        for each in members
    ]


def _in_order(member: Member) -> tuple[int, str, date]:
    number = member.listing.number
    return (number if number is not None else 10**6, member.project.code, member.listing.since)


def _last_day(member: Member) -> date:
    return member.listing.until or date.min


def _line(turn: Turn, members: Sequence[Member], as_of: date) -> TurnLine:
    return TurnLine(
        turn,
        [members[place] for place in turn.joined[:NAMED]],
        [members[place] for place in turn.left[:NAMED]],
        max(0, len(turn.joined) - NAMED),
        max(0, len(turn.left) - NAMED),
        turn.day > as_of,
    )


@dataclass(frozen=True)
class Effect:
    """The list on a day, as it is and as it would be after a step."""

    day: date
    before: Standing
    after: Standing


def effects(
    before: Sequence[Placed], after: Sequence[Placed], days: Iterable[date]
) -> list[Effect]:
    """What a step does to the list on each of these days."""
    found = [Effect(day, standing(before, day), standing(after, day)) for day in days]
    return [each for each in found if each.before != each.after]
