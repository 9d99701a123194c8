"""A month's league: as it was published, or as it is computed now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from investment.rules.reporting import ReportingCalendar, last_month
from kuancheng.asking.parameters import Days
from kuancheng.reports.choices import LeagueSpan, PublicationState
from kuancheng.reports.judging.league.scope import Scope
from kuancheng.reports.judging.league.table import Table, league_table
from kuancheng.reports.judging.league.versions import version_for, versions_of
from kuancheng.reports.judging.terms import reporting_calendar, rules_on
from kuancheng.reports.models import LeagueGroup, LeaguePublication
from kuancheng.reports.models.league import WHOLE
from kuancheng.reports.rules.league.version import Version


@dataclass(frozen=True)
class League:
    """A month's table, the version that made it, and the publication that it was frozen with; None
    while it is computed.
    """

    table: Table
    rules: Version
    publication: LeaguePublication | None


def latest_month(days: Days) -> date:
    """The latest month that has a league: its reports were due by the day. Two queries."""
    return _calendar(days).money_month(days.latest)


def why_not_yet(month: date, days: Days) -> str:
    """Why a month has no league yet, in Chinese; empty where it has one. Two queries."""
    calendar = _calendar(days)
    latest = calendar.money_month(days.latest)
    if month <= latest:
        return ""
    return (
        f"{month:%Y-%m} 的填报 {calendar.due(month):%Y-%m-%d} 截止，截止后才有赛马；"
        f"最近可看 {latest:%Y-%m}。"
    )


def _calendar(days: Days) -> ReportingCalendar:
    return reporting_calendar(rules_on(days.latest, days.known_at), days.known_at)


def published(group: LeagueGroup, month: date, days: Days) -> LeaguePublication | None:
    """A month's publication, where it was out by the day. One query, and three where it was."""
    found = LeaguePublication.objects.filter(
        group=group,
        month=month,
        state=PublicationState.PUBLISHED,
        published_on__lte=days.latest,
    )
    whole = (f"rules__{each}" for each in WHOLE)
    named = found.select_related("group", "author", "published_by", "rules")
    return named.prefetch_related(*whole).first()


def frozen(publication: LeaguePublication, span: LeagueSpan) -> Table:
    """A table as it was published."""
    return Table.from_json(publication.tables[span.value])


def league_of(
    group: LeagueGroup, month: date, span: LeagueSpan, days: Days, *, now: bool = False
) -> League | None:
    """A month's league: as published, else computed; with `now` computed in any case.

    None where the group has no rules.
    """
    kept = published(group, month, days)
    if kept and now:
        rules = kept.rules.as_version()
        return League(computed(group, month, span, rules, days), rules, None)
    if kept:
        return League(frozen(kept, span), kept.rules.as_version(), kept)
    held = version_for(versions_of(group, days.known_at), month)
    if held is None:
        return None
    rules = held.as_version()
    return League(computed(group, month, span, rules, days), rules, None)


def computed(
    group: LeagueGroup, month: date, span: LeagueSpan, rules: Version, days: Days
) -> Table:
    """A month's table by these rules, computed whether it is published or not."""
    scope = Scope(group, rules, month, span, days.known_at)
    return league_table(scope, ranks_before(group, month, span, days))


def ranks_before(
    group: LeagueGroup, month: date, span: LeagueSpan, days: Days
) -> Mapping[str, int]:
    """The ranks of the month before; of a year, within the year. Empty where there are none."""
    earlier = last_month(month)
    if span == LeagueSpan.YEAR and earlier.year != month.year:
        return {}
    if kept := published(group, earlier, days):
        return frozen(kept, span).ranks()
    held = version_for(versions_of(group, days.known_at), earlier)
    if held is None:
        return {}
    return league_table(Scope(group, held.as_version(), earlier, span, days.known_at), {}).ranks()
