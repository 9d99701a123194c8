"""The bulletin's league: the month's tables as they were published, and those that were not."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from investment.rules.rates import round_half_up
from kuancheng.reports.choices import LeagueSpan, PublicationState
from kuancheng.reports.judging.bulletin.scope import Scope
from kuancheng.reports.judging.known import end_of
from kuancheng.reports.judging.league.months import frozen
from kuancheng.reports.judging.league.table import Line
from kuancheng.reports.judging.league.versions import groups_on
from kuancheng.reports.models import LeagueGroup, LeaguePublication
from kuancheng.reports.rules.bulletin.figures import Column, Figure, Kind, Table
from kuancheng.reports.rules.league.ranking import Listed

ENDS = 3
"""So many are named from either end."""


@dataclass(frozen=True)
class Racing:
    """The published tables of a month, and the groups whose publication is awaited."""

    publications: tuple[LeaguePublication, ...]
    awaited: tuple[LeagueGroup, ...]


def racing(scope: Scope) -> Racing:
    """What was out by the day. Three queries.

    A group that never was published is not awaited: it races for itself.
    """
    out = LeaguePublication.objects.filter(
        state=PublicationState.PUBLISHED, published_on__lte=scope.day
    )
    if scope.known_at is not None:
        out = out.filter(updated_at__lte=end_of(scope.known_at))
    groups = groups_on(scope.month, scope.known_at)
    ours = out.filter(month=scope.month, group__in=groups).select_related("group", "rules")
    found = {each.group_id: each for each in ours}
    public = set(out.filter(month__lt=scope.month).order_by().values_list("group", flat=True))
    return Racing(
        tuple(found[each.pk] for each in groups if each.pk in found),
        tuple(each for each in groups if each.pk in public and each.pk not in found),
    )


def league_figures(found: Racing) -> Iterator[Figure]:
    """First and last three, red and black list of each group. No queries."""
    for each in found.publications:
        yield from _published(each)
    for group in found.awaited:
        yield Figure(f"league.{group.pk}.name", f"{group}名称", Kind.NAME, words=str(group))


def _published(publication: LeaguePublication) -> Iterator[Figure]:
    group, link = publication.group, publication.get_absolute_url()
    prefix, source = f"league.{group.pk}", f"{publication.published_on:%Y-%m-%d} 发布的排名"
    table = frozen(publication, LeagueSpan.MONTH)
    ranked = table.ranked
    first = ranked[: ENDS if len(ranked) >= 2 * ENDS else len(ranked)]
    last = ranked[-ENDS:] if len(ranked) >= 2 * ENDS else ()
    number = Decimal(len(ranked))
    yield Figure(f"{prefix}.name", f"{group}名称", Kind.NAME, words=str(group), path=link)
    yield Figure(f"{prefix}.ranked", f"{group}参加排名", Kind.COUNT, number, "", source, link)
    texts = {
        "first": ("前列", _placed(first)),
        "last": ("靠后", _placed(last)),
        "red": ("红榜", _listed(table.listed(Listed.RED))),
        "black": ("黑榜", _listed(table.listed(Listed.BLACK))),
    }
    for name, (label, words) in texts.items():
        yield Figure(f"{prefix}.{name}", f"{group}{label}", Kind.TEXT, None, words, source, link)


def _placed(lines: tuple[Line, ...]) -> str:
    return "、".join(f"{each.name}（第{each.rank}名，{_points(each)}分）" for each in lines)


def _listed(lines: tuple[Line, ...]) -> str:
    return "、".join(each.name for each in lines)


def _points(line: Line) -> str:
    return "—" if line.total is None else f"{round_half_up(line.total)}"


def league_list(found: Racing) -> Table:
    """附件: every line of the published tables."""
    columns = (
        Column("分组", Kind.NAME),
        Column("名次", Kind.TEXT),
        Column("对象", Kind.NAME),
        Column("项目个数", Kind.COUNT),
        Column("得分", Kind.SCORE),
        Column("榜单", Kind.TEXT),
    )
    rows = tuple(
        (
            str(publication.group),
            "未排名" if line.rank is None else str(line.rank),
            line.name,
            str(line.projects),
            None if line.total is None else str(line.total),
            _LISTS.get(line.listed),
        )
        for publication in found.publications
        for line in frozen(publication, LeagueSpan.MONTH).lines
    )
    return Table("league", "赛马排名表", "单位：个、分", columns, rows, annex=True)


_LISTS = {Listed.RED.value: "红榜", Listed.BLACK.value: "黑榜"}
