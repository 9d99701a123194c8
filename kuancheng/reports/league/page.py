"""What the page of the league shows: the table, who leads and who trails, the lists, its publication."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from investment.rules.reporting import last_month
from kuancheng.access.models import User
from kuancheng.asking.paging import page_of
from kuancheng.asking.parameters import Days
from kuancheng.reports.choices import EntryState, LeagueSpan, PublicationState
from kuancheng.reports.judging.league.months import (
    League,
    computed,
    latest_month,
    league_of,
)
from kuancheng.reports.judging.league.table import Line, Table
from kuancheng.reports.judging.league.versions import groups_on
from kuancheng.reports.league.questions import LeaguePageQuestions, LeagueQuestions, OneGroup
from kuancheng.reports.models import LeagueEntry, LeagueGroup, LeagueObjection, LeaguePublication
from kuancheng.reports.rules.league.ranking import Listed, climbers, fallers

PAGE_SIZE = 50
MONTHS_OFFERED = 12
DRAW_UP, PUBLISH = "reports.add_leaguepublication", "reports.change_leaguepublication"


@dataclass(frozen=True)
class Difference:
    """What a published place or total would be by what is on record now."""

    name: str
    rank: int | None
    rank_now: int | None
    total: Decimal | None
    total_now: Decimal | None


@dataclass(frozen=True)
class Answer:
    """What was asked, and what answers it; `why` says in Chinese why nothing does."""

    group: LeagueGroup | None
    month: date
    span: LeagueSpan
    days: Days
    league: League | None
    why: str = ""


def answer(asked: LeagueQuestions, chosen: LeagueGroup | None) -> Answer:
    """The league asked for, of the first group unless one is chosen.

    BadParameters for a month that has none yet.
    """
    days, month, span = asked.days, asked.month_asked(), asked.span_asked()
    groups = groups_on(month, days.known_at)
    group = chosen or next(iter(groups), None)
    if group is None:
        return Answer(None, month, span, days, None, "还没有赛马分组。")
    if group not in groups:
        said = f"“{group}”在 {month:%Y-%m} 不参加排名：这个月还没有设这一组，或已停用。"
        return Answer(group, month, span, days, None, said)
    league = league_of(group, month, span, days)
    if league is None:
        return Answer(group, month, span, days, None, f"“{group}”还没有规则，不排名。")
    return Answer(group, month, span, days, league)


def answer_to(asked: OneGroup) -> Answer:
    """The same of a page's question, which names its group."""
    return answer(asked, asked.form.cleaned_data["group"])


def league_page(asked: LeaguePageQuestions, reader: User) -> dict[str, Any]:
    """The template's context: a fixed number of queries for each indicator of the rule.

    NoSuchPage past the end.
    """
    found, said = answer_to(asked), asked.form.cleaned_data
    table = found.league.table if found.league else None
    lines = table.lines if table else ()
    return {
        "form": asked.form,
        "as_of": found.days.as_of,
        "known_at": found.days.known_at,
        "groups": groups_on(found.month, found.days.known_at),
        "group": found.group,
        "month": found.month,
        "months": months_before(latest_month(found.days)),
        "span": found.span,
        "spans": LeagueSpan.choices,
        "table": table,
        "why": found.why or (table.empty if table else ""),
        "page": page_of(lines, said["page"], PAGE_SIZE),
        "headings": lines[0].cells if lines else (),
        "with_added": any(each.added for each in lines),
        "sums": bool(said["sums"]),
        **_notable(table),
        **_publication(found, reader),
        "differences": _differences(found) if said["now"] else None,
    }


def months_before(latest: date) -> list[date]:
    """The last months that can have a league, the latest first."""
    found = [latest]
    while len(found) < MONTHS_OFFERED:
        found.append(last_month(found[-1]))
    return found


def _notable(table: Table | None) -> dict[str, Any]:
    """First and last three, who climbed and fell, who is on a list."""
    ranked: Sequence[Line] = table.ranked if table else ()
    return {
        "firsts": ranked[:3],
        "lasts": ranked[3:][-3:],
        "climbers": climbers(ranked),
        "fallers": fallers(ranked),
        "reds": table.listed(Listed.RED) if table else (),
        "blacks": table.listed(Listed.BLACK) if table else (),
        "exempts": table.listed(Listed.EXEMPT) if table else (),
    }


def _publication(found: Answer, reader: User) -> dict[str, Any]:
    """Whether it is published, what may be done about it, and what waits. Three queries at most."""
    kept = found.league.publication if found.league else None
    now = found.days.known_at is None
    context: dict[str, Any] = {
        "publication": kept,
        "proposed": None,
        "waiting": 0,
        "objections": (),
    }
    if found.group is None or found.league is None:
        return context | {"may_draw_up": False, "may_publish": False}
    if kept is not None:
        objections = LeagueObjection.objects.filter(publication=kept)
        names = {each.entrant: each.name for each in found.league.table.lines}
        shown = [
            (each, names.get(each.entrant, ""))
            for each in objections.select_related("author", "answered_by")[:PAGE_SIZE]
        ]
        return context | {"objections": shown, "may_draw_up": False, "may_publish": False}
    mine = LeaguePublication.objects.filter(group=found.group, month=found.month)
    proposed = mine.filter(state=PublicationState.PROPOSED).select_related("author").first()
    waiting = LeagueEntry.objects.filter(
        group=found.group, month=found.month, state=EntryState.PROPOSED
    )
    return context | {
        "proposed": proposed if now else None,
        "waiting": waiting.count(),
        "may_draw_up": now and reader.has_perm(DRAW_UP),
        "may_publish": bool(
            now and proposed and proposed.author_id != reader.pk and reader.has_perm(PUBLISH)
        ),
    }


def _differences(found: Answer) -> list[Difference] | None:
    """What a published table would be by the records of now; None where it is not published."""
    if found.league is None or found.league.publication is None or found.group is None:
        return None
    now = computed(found.group, found.month, found.span, found.league.rules, found.days)
    fresh = {each.entrant: each for each in now.lines}
    kept = {each.entrant: each for each in found.league.table.lines}
    differing = []
    for key in kept | fresh:
        old, new = kept.get(key), fresh.get(key)
        pair = (old.rank, old.total) if old else (None, None)
        other = (new.rank, new.total) if new else (None, None)
        if pair != other:
            name = (old or new).name  # type: ignore[union-attr]
            differing.append(Difference(name, pair[0], other[0], pair[1], other[1]))
    return differing
