"""A month's league: as it was published, or as it is computed now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from investment.rules.reporting import last_month
from kuancheng.reports.choices import LeagueSpan, PublicationState
from kuancheng.reports.judging.league.scope import Scope
from kuancheng.reports.judging.league.table import Table, league_table
from kuancheng.reports.judging.league.versions import version_for, versions_of
from kuancheng.reports.judging.terms import reporting_calendar, rules_on
from kuancheng.reports.models import LeagueGroup, LeaguePublication
from kuancheng.reports.rules.league.version import Version


@dataclass(frozen=True)
class League:
    """A month's table, and the publication that it was frozen with; None while it is computed."""

    table: Table
    publication: LeaguePublication | None


def latest_month(as_of: date, known_on: date | None = None) -> date:
    """The latest month that has a league: its reports were due by the day. Two queries."""
    rules = rules_on(as_of, known_on)
    return reporting_calendar(rules, known_on).money_month(as_of)


def why_not_yet(month: date, as_of: date, known_on: date | None = None) -> str:
    """Why a month has no league yet, in Chinese; empty where it has one. Two queries."""
    calendar = reporting_calendar(rules_on(as_of, known_on), known_on)
    if month <= calendar.money_month(as_of):
        return ""
    return (
        f"{month:%Y-%m} 的填报 {calendar.due(month):%Y-%m-%d} 截止，截止后才有赛马；"
        f"最近可看 {calendar.money_month(as_of):%Y-%m}。"
    )


def published(
    group: LeagueGroup, month: date, known_on: date | None = None
) -> LeaguePublication | None:
    """A month's publication, where it was out by the end of the day. One query."""
    found = LeaguePublication.objects.filter(
        group=group, month=month, state=PublicationState.PUBLISHED
    ).select_related("author", "published_by", "rules")
    if known_on is not None:
        found = found.filter(published_on__lte=known_on)
    return found.first()


def frozen(publication: LeaguePublication, span: LeagueSpan) -> Table:
    """A table as it was published."""
    return Table.from_json(publication.tables[span.value])


def league_of(
    group: LeagueGroup, month: date, span: LeagueSpan, known_on: date | None = None
) -> League | None:
    """A month's league: as published, else computed. None where the group has no rules."""
    if kept := published(group, month, known_on):
        return League(frozen(kept, span), kept)
    held = version_for(versions_of(group, known_on), month)
    if held is None:
        return None
    return League(computed(group, month, span, held.as_version(), known_on), None)


def computed(
    group: LeagueGroup, month: date, span: LeagueSpan, rules: Version, known_on: date | None = None
) -> Table:
    """A month's table by these rules, computed whether it is published or not."""
    scope = Scope(group, rules, month, span, known_on)
    return league_table(scope, ranks_before(group, month, span, known_on))


def ranks_before(
    group: LeagueGroup, month: date, span: LeagueSpan, known_on: date | None = None
) -> Mapping[str, int]:
    """The ranks of the month before; of a year, within the year. None before the group's first list."""
    earlier = last_month(month)
    if span == LeagueSpan.YEAR and earlier.year != month.year:
        return {}
    if kept := published(group, earlier, known_on):
        return frozen(kept, span).ranks()
    held = version_for(versions_of(group, known_on), earlier)
    if held is None:
        return {}
    return league_table(Scope(group, held.as_version(), earlier, span, known_on), {}).ranks()
