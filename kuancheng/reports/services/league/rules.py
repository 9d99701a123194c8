"""The one way to change a group's rule: versions, checked whole, tried on past months before."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from investment.rules.reporting import first_day, last_month
from kuancheng.access.models import User
from kuancheng.access.rights import require
from kuancheng.asking.parameters import Days
from kuancheng.audit import acts
from kuancheng.records.announcing import Action, Announcement, announce
from kuancheng.records.versions import require_revision
from kuancheng.reports.choices import LeagueSpan, PublicationState
from kuancheng.reports.judging.league.months import latest_month
from kuancheng.reports.judging.league.scope import Scope, candidates
from kuancheng.reports.judging.league.table import Table, league_table
from kuancheng.reports.judging.league.versions import version_for, versions_of
from kuancheng.reports.models import (
    LeagueGroup,
    LeagueIndicator,
    LeagueItem,
    LeaguePublication,
    LeagueRules,
)
from kuancheng.reports.models.league import version_from
from kuancheng.reports.rules.league.formulas import plain, wrong_formula
from kuancheng.reports.rules.league.measures import MEANINGS, Measure
from kuancheng.reports.rules.league.version import Version
from projects.choices import Industry
from projects.models import Programme

TRIED = 3
"""A change is tried on so many past months."""


@dataclass(frozen=True)
class Draft:
    """A version as it was filled in, with what it is made of; nothing of it is saved."""

    rules: LeagueRules
    indicators: Sequence[LeagueIndicator]
    items: Sequence[LeagueItem]
    programmes: Sequence[Programme]

    def as_version(self) -> Version:
        """What a league is computed by."""
        return version_from(self.rules, self.indicators, self.items, self.programmes)


@transaction.atomic
@acts.setting("设定赛马规则")
def save_league_rules(
    *, draft: Draft, today: date, actor: User, seen: int | None = None
) -> LeagueRules:
    """Adds a version, numbered next in its group, or changes one that nothing was computed by.

    A version may be changed until it takes effect, and on the day on which it was recorded, as
    long as no month was drawn up by it. `seen` is the revision of it that was shown; StaleRecord
    when somebody saved it since. ValidationError by field (`<measure>_<field>` for an
    indicator's): weights that do not add up to the full marks, a division by nothing, a month that
    is published or has a version, entrants that are not of the group's kind.
    """
    rules = draft.rules
    require(actor, f"reports.{'add' if rules.pk is None else 'change'}_leaguerules")
    group = LeagueGroup.objects.select_for_update().get(pk=rules.group_id)
    check_draft(draft, today)
    others = {each.pk: each for each in group.rules.all()}
    if rules.pk is None:
        rules.version = max((each.version for each in others.values()), default=0) + 1
        rules.recorded_on = today
    else:
        if seen is not None:
            require_revision(others[rules.pk], seen)
        if _is_fixed(others[rules.pk], today):
            raise ValidationError("这一版已经生效，不能再改；请新增一版。")
    is_new = rules.pk is None
    rules.full_clean(exclude=["recorded_on"])
    rules._history_user = actor  # type: ignore[attr-defined]
    rules.save()
    _write_parts(draft)
    announce(_saved(rules, is_new, actor))
    return rules


def check_draft(draft: Draft, today: date) -> None:
    """ValidationError with all that is wrong of a version, by field. Four queries at most."""
    rules = draft.rules
    wrong: dict[str, Any] = {}
    if rules.effective_from is not None:
        rules.effective_from = first_day(rules.effective_from)
    try:
        rules.full_clean(exclude=["recorded_on", "version", "group"])
    except ValidationError as error:
        wrong |= error.message_dict
    wrong |= _wrong_month(rules, today)
    wrong |= _wrong_indicators(draft)
    wrong |= _wrong_items(draft.items)
    wrong |= _wrong_entrants(rules)
    if wrong:
        raise ValidationError(wrong)


def may_change(rules: LeagueRules, today: date) -> bool:
    """Whether a version may still be changed. A query at most."""
    return rules.pk in changeable([rules], today)


def changeable(versions: Iterable[LeagueRules], today: date) -> set[int]:
    """Which versions, by id, may still be changed. A query at most, however many there are."""
    open_ = {each.pk for each in versions if not _in_force_before(each, today)}
    if not open_:
        return open_
    drawn = LeaguePublication.objects.filter(rules__in=open_).values_list("rules_id", flat=True)
    return open_ - set(drawn)


def _is_fixed(rules: LeagueRules, today: date) -> bool:
    return rules.pk not in changeable([rules], today)


def _in_force_before(rules: LeagueRules, today: date) -> bool:
    return rules.effective_from <= today and rules.recorded_on != today


def _wrong_month(rules: LeagueRules, today: date) -> dict[str, str]:
    if rules.effective_from is None:
        return {}
    first = rules.effective_from
    drawn = LeaguePublication.objects.filter(
        group=rules.group_id, month__gte=first, state=PublicationState.PUBLISHED
    ).order_by("month")
    if (published := drawn.first()) is not None:
        return {
            "effective_from": f"{published.month:%Y-%m} 的排名已经发布，规则只能从以后的月份起生效。"
        }
    others = LeagueRules.objects.filter(group=rules.group_id).exclude(pk=rules.pk)
    months = set(others.values_list("effective_from", flat=True))
    if first in months:
        return {"effective_from": f"{first:%Y-%m} 已有一版规则，请打开那一版修改，或另选月份。"}
    if months and first < today.replace(day=1):
        return {"effective_from": f"生效月份不能早于本月（{today:%Y-%m}）：比赛开始以后不改规则。"}
    return {}


def _wrong_indicators(draft: Draft) -> dict[str, Any]:
    if not draft.indicators:
        return {"indicators": "至少选一项指标：在要用的指标后面填分值。"}
    measures = [each.measure for each in draft.indicators]
    if len(set(measures)) < len(measures):
        return {"indicators": "同一项指标只能用一次。"}
    wrong: dict[str, Any] = {}
    for each in draft.indicators:
        wrong |= _wrong_indicator(each, draft.rules)
    return wrong | _wrong_sums(draft)


def _wrong_indicator(each: LeagueIndicator, rules: LeagueRules) -> dict[str, Any]:
    try:
        each.full_clean(exclude=["rules"])
    except ValidationError as error:
        return {f"{each.measure}_{name}": said for name, said in error.message_dict.items()}
    found = wrong_formula(each.as_rule(rules.cap).formula, Measure(each.measure))
    return {
        name if name == "cap" else f"{each.measure}_{name}": said for name, said in found.items()
    }


def _wrong_sums(draft: Draft) -> dict[str, Any]:
    """What is wrong of the indicators together, and of the lists by them."""
    wrong: dict[str, Any] = {}
    full_marks = draft.rules.full_marks
    weights = [each.weight for each in draft.indicators if each.weight is not None]
    total = sum(weights, Decimal(0))
    if full_marks is not None and total != full_marks:
        wrong["full_marks"] = (
            f"各项分值合计 {plain(total)}，与满分 {plain(full_marks)} 不等，"
            f"差 {plain(total - full_marks)}；请调整分值或满分。"
        )
    target = draft.rules.target_measure
    if target and target not in {each.measure for each in draft.indicators}:
        wrong["target_measure"] = "红黑榜看的指标要在本规则的指标里，请给它填分值，或换一项。"
    elif target and MEANINGS[Measure(target)].counts:
        wrong["target_measure"] = "红黑榜要看一项比率：逾期的件数越多越差，不能作目标，请换一项。"
    return wrong


def _wrong_items(items: Sequence[LeagueItem]) -> dict[str, str]:
    names = [each.name.strip() for each in items]
    if any(not name for name in names):
        return {"items": "加减分项要有名称。"}
    if len(set(names)) < len(names):
        return {"items": "同名的加减分项只能有一个。"}
    if any(not each.points for each in items):
        return {"items": "加减分项的分数不能为 0：加分填正数，扣分填负数。"}
    if any(each.most is not None and each.most <= 0 for each in items):
        return {"items": "加减分项的封顶请填正数；不封顶请留空。"}
    for each in items:
        try:
            each.full_clean(exclude=["rules"])
        except ValidationError as error:
            return {"items": f"{each.name}：{'；'.join(error.messages)}"}
    return {}


def _wrong_entrants(rules: LeagueRules) -> dict[str, str]:
    wrong: dict[str, str] = {}
    unknown = set(rules.sections) - set(Industry.values)
    if unknown:
        wrong["sections"] = f"没有行业门类 {'、'.join(sorted(unknown))}。"
    if rules.entrants:
        strangers = set(rules.entrants) - set(candidates(rules.group))
        if strangers:
            wrong["entrants"] = (
                f"有 {len(strangers)} 个对象不属于“{rules.group}”所比的类别："
                "不同类的不能放在一组比，请去掉。"
            )
        elif len(set(rules.entrants)) < 2:
            wrong["entrants"] = "一组至少要有两个对象才能比；不选为全部。"
    return wrong


def _write_parts(draft: Draft) -> None:
    rules = draft.rules
    rules.indicators.all().delete()
    rules.items.all().delete()
    for order, each in enumerate(draft.indicators):
        each.pk, each.rules, each.order = None, rules, order
    for order, item in enumerate(draft.items):
        item.pk, item.rules, item.order = None, rules, order
    LeagueIndicator.objects.bulk_create(draft.indicators)
    LeagueItem.objects.bulk_create(draft.items)
    rules.programmes.set(draft.programmes)


def _saved(rules: LeagueRules, is_new: bool, actor: User) -> Announcement:
    return Announcement(
        kind=rules._meta.label_lower,
        id=rules.pk,
        action=Action.CREATED if is_new else Action.CHANGED,
        version=rules.version,
        fields=("effective_from",),
        actor=actor.pk,
    )


@dataclass(frozen=True)
class Shift:
    """An entrant whose place or points would be others; None where it has or had no rank."""

    name: str
    now: int | None
    then: int | None
    points_now: Decimal | None
    points_then: Decimal | None

    @property
    def won(self) -> int:
        """Places won (+) or lost (−) by the change; 0 where one of the two has no rank."""
        return 0 if self.now is None or self.then is None else self.now - self.then

    @property
    def lost(self) -> int:
        """Places lost (+) or won (−)."""
        return -self.won


@dataclass(frozen=True)
class Trial:
    """What a version would make of a past month, by the place that it would give."""

    month: date
    shifts: tuple[Shift, ...]
    empty: str

    @property
    def gainers(self) -> tuple[Shift, ...]:
        """Who would stand higher."""
        return tuple(each for each in self.shifts if each.won > 0)

    @property
    def losers(self) -> tuple[Shift, ...]:
        """Who would stand lower."""
        return tuple(each for each in self.shifts if each.won < 0)


def try_league_rules(
    draft: Draft, *, today: date, span: LeagueSpan = LeagueSpan.MONTH
) -> list[Trial]:
    """Who would gain and lose under a version in each of the last months. Saves nothing.

    Beside the version that held in each month, both computed from what is on record now; of a new
    group there is nothing to stand beside. Two tables a month.
    """
    group = draft.rules.group
    candidate = draft.as_version()
    known = list(versions_of(group))
    month, trials = latest_month(Days(today, None)), []
    for _ in range(TRIED):
        held = version_for(known, month)
        now = _table(group, held.as_version(), month, span) if held else None
        then = _table(group, candidate, month, span)
        trials.append(Trial(month, tuple(_shifts(now, then)), then.empty))
        month = last_month(month)
    return trials


def _table(group: LeagueGroup, rules: Version, month: date, span: LeagueSpan) -> Table:
    """A month's table by these rules, without how its places moved since the month before."""
    return league_table(Scope(group, rules, month, span, None), {})


def _shifts(now: Table | None, then: Table) -> Iterable[Shift]:
    before = {each.entrant: each for each in now.lines} if now else {}
    for line in then.lines:
        old = before.pop(line.entrant, None)
        yield Shift(
            line.name,
            old.rank if old else None,
            line.rank,
            old.total if old else None,
            line.total,
        )
    for gone in before.values():
        yield Shift(gone.name, gone.rank, None, gone.total, None)
