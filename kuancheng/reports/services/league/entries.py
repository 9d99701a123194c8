"""加减分和免列: recorded by one of the office, confirmed by another, voided with a reason."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from investment.rules.reporting import first_day
from kuancheng.access.models import User
from kuancheng.access.rights import NotAllowed, require
from kuancheng.asking.parameters import Days
from kuancheng.audit import acts
from kuancheng.records.announcing import announce
from kuancheng.records.versions import require_version
from kuancheng.reports.choices import EntryState
from kuancheng.reports.judging.league.months import published
from kuancheng.reports.judging.league.scope import candidates
from kuancheng.reports.judging.league.versions import version_for, versions_of
from kuancheng.reports.models import LeagueEntry, LeagueGroup

SHORTEST = 4


@transaction.atomic
@acts.decision("提出赛马加减分", "entry")
def propose_entry(*, entry: LeagueEntry, today: date, actor: User) -> LeagueEntry:
    """Records an addition, a deduction or an exemption; it counts once another confirms it.

    ValidationError for a month to come or one that is published, somebody who is not of the group,
    and an item that the month's rule does not have.
    """
    require(actor, "reports.add_leagueentry")
    LeagueGroup.objects.select_for_update().get(pk=entry.group_id)
    entry.author, entry.state = actor, EntryState.PROPOSED
    if entry.month is not None:
        entry.month = first_day(entry.month)
    entry.full_clean()
    _require_month(entry, today)
    if entry.entrant not in candidates(entry.group):
        raise ValidationError({"entrant": f"它不属于“{entry.group}”，请重新选择。"})
    _require_item(entry)
    announce(entry.save_by(actor))
    return entry


@transaction.atomic
@acts.decision("确认赛马加减分", "entry")
def confirm_entry(*, entry: LeagueEntry, seen: int, today: date, actor: User) -> LeagueEntry:
    """Lets it count. Never by who recorded it."""
    held = _held(entry, seen, actor)
    if held.state != EntryState.PROPOSED:
        raise ValidationError(f"这一条{held.get_state_display()}，不用再确认。")
    if held.author_id == actor.pk:
        raise NotAllowed("这一条是您登记的，请由项目中心的另一位同事确认。")
    _require_month(held, today)
    held.state, held.decided_by, held.decided_on = EntryState.CONFIRMED, actor, today
    return _saved(held, actor)


@transaction.atomic
@acts.decision("撤销赛马加减分", "entry")
def void_entry(
    *, entry: LeagueEntry, reason: str, seen: int, today: date, actor: User
) -> LeagueEntry:
    """Takes it back with a reason; the tables of a published month stay as they were published."""
    held = _held(entry, seen, actor)
    if held.state == EntryState.VOID:
        raise ValidationError("这一条已经撤销。")
    if len(reason.strip()) < SHORTEST:
        raise ValidationError({"void_reason": "请写明为什么撤销，至少 4 个字。"})
    held.state, held.void_reason = EntryState.VOID, reason.strip()
    held.decided_by, held.decided_on = actor, today
    return _saved(held, actor)


def _held(entry: LeagueEntry, seen: int, actor: User) -> LeagueEntry:
    require(actor, "reports.change_leagueentry")
    held: LeagueEntry = LeagueEntry.objects.select_for_update().get(pk=entry.pk)
    require_version(held, seen)
    return held


def _require_month(entry: LeagueEntry, today: date) -> None:
    if entry.month > today:
        raise ValidationError({"month": f"{entry.month:%Y-%m} 还没有到，请填已经开始的月份。"})
    if published(entry.group, entry.month, Days(today, None)):
        raise ValidationError(
            {"month": f"{entry.month:%Y-%m} 的排名已经发布，不能再加减分；请记在以后的月份。"}
        )


def _require_item(entry: LeagueEntry) -> None:
    held = version_for(versions_of(entry.group), entry.month)
    if held is None:
        raise ValidationError(f"“{entry.group}”还没有规则，请先登记规则。")
    if entry.item and entry.item not in {each.name for each in held.as_version().items}:
        raise ValidationError({"item": f"{held}里没有加减分项“{entry.item}”。"})
    if not entry.item and not held.black_size:
        raise ValidationError({"item": f"{held}没有设黑榜，不用免列。"})


def _saved(entry: LeagueEntry, actor: User) -> LeagueEntry:
    entry.version += 1
    entry.full_clean()
    announce(entry.save_by(actor))
    return entry
