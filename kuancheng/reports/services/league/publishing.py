"""Publishing a month's league: drawn up by one of the office, published by another, frozen then."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from investment.rules.reporting import last_day
from kuancheng.access.models import User
from kuancheng.access.rights import NotAllowed, require
from kuancheng.asking.parameters import Days
from kuancheng.audit import acts
from kuancheng.records.announcing import announce
from kuancheng.records.versions import require_version
from kuancheng.reports.choices import EntryState, LeagueSpan, PublicationState
from kuancheng.reports.judging.league.months import computed, why_not_yet
from kuancheng.reports.judging.league.versions import version_for, versions_of
from kuancheng.reports.models import LeagueEntry, LeagueGroup, LeaguePublication, LeagueRules


@transaction.atomic
@acts.decision("拟定赛马排名")
def draw_up(
    *, group: LeagueGroup, month: date, today: date, actor: User, known_on: date | None = None
) -> LeaguePublication:
    """Draws a month's tables up for publication, or draws them up anew.

    From what is on record now, or was at the end of `known_on`, for months that are published later.

    ValidationError where the month's reports are not due yet, it is published already, something
    waits to be confirmed, or nobody is ranked.
    """
    require(actor, "reports.add_leaguepublication")
    held_group = LeagueGroup.objects.select_for_update().get(pk=group.pk)
    kept = LeaguePublication.objects.select_for_update().filter(group=group, month=month).first()
    if kept is not None and kept.is_published:
        raise ValidationError(
            f"{month:%Y-%m} 的排名已于 {kept.published_on:%Y-%m-%d} 发布，不再改动。"
        )
    rules, tables = _tables(held_group, month, Days(today, known_on))
    publication = kept or LeaguePublication(group=held_group, month=month)
    publication.rules, publication.tables = rules, tables
    publication.author, publication.drawn_up_on = actor, today
    if kept is not None:
        publication.version += 1
    publication.full_clean()
    announce(publication.save_by(actor))
    return publication


@transaction.atomic
@acts.decision("公布赛马排名", "publication")
def publish(
    *,
    publication: LeaguePublication,
    seen: int,
    today: date,
    actor: User,
    known_on: date | None = None,
) -> LeaguePublication:
    """Publishes what was drawn up, for good. Never by who drew it up.

    ValidationError where the facts have moved since: it has to be drawn up anew.
    """
    require(actor, "reports.change_leaguepublication")
    LeagueGroup.objects.select_for_update().get(pk=publication.group_id)
    held: LeaguePublication = LeaguePublication.objects.select_for_update().get(pk=publication.pk)
    require_version(held, seen)
    if held.is_published:
        raise ValidationError("这个月已经发布。")
    if held.author_id == actor.pk:
        raise NotAllowed("排名是您拟定的，请由项目中心的另一位同事发布。")
    rules, tables = _tables(held.group, held.month, Days(today, known_on))
    if rules.pk != held.rules_id or tables != held.tables:
        raise ValidationError("拟定以后数据有变，现在算出来的排名不同；请重新拟定，核对后再发布。")
    held.state, held.published_by = PublicationState.PUBLISHED, actor
    held.published_on = today
    held.version += 1
    held.full_clean()
    announce(held.save_by(actor))
    return held


def _tables(
    group: LeagueGroup, month: date, days: Days
) -> tuple[LeagueRules, dict[str, dict[str, Any]]]:
    """The rule and the tables of a month, as they would be kept."""
    if why := why_not_yet(month, days):
        raise ValidationError(why)
    if group.closed_on is not None and group.closed_on <= last_day(month):
        raise ValidationError(f"“{group}”自 {group.closed_on:%Y-%m} 起停用，不再排名。")
    rules = version_for(versions_of(group, days.known_at), month)
    if rules is None:
        raise ValidationError(f"“{group}”还没有规则，请先登记规则。")
    waiting = LeagueEntry.objects.filter(group=group, month=month, state=EntryState.PROPOSED)
    if number := waiting.count():
        raise ValidationError(f"还有 {number} 条加减分或免列没有确认，请先确认或撤销。")
    version = rules.as_version()
    tables = {each: computed(group, month, each, version, days) for each in LeagueSpan}
    if empty := tables[LeagueSpan.MONTH].empty:
        raise ValidationError(empty)
    return rules, {each.value: table.to_json() for each, table in tables.items()}
