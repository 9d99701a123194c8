"""What changed from one version of a league's rule to the next, in words."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from kuancheng.reports.models import LeagueRules
from kuancheng.reports.rules.league.adjusting import Item
from kuancheng.reports.rules.league.formulas import plain
from kuancheng.reports.rules.league.scoring import Indicator
from kuancheng.reports.rules.league.words import formula_in_words, item_in_words
from projects.choices import Industry

HEAD = (
    "full_marks",
    "cap",
    "tie",
    "least_indicators",
    "least_projects",
    "target_measure",
    "target",
    "red_size",
    "black_size",
    "objection_days",
)
"""What a version says besides its parts."""

EVERYTHING = "全部"


def changes_between(
    before: LeagueRules, after: LeagueRules, names: Mapping[str, str]
) -> tuple[str, ...]:
    """What is different in the later version; `names` are those of the entrants. No query."""
    return (
        *_head(before, after),
        *_indicators(_by_measure(before), _by_measure(after)),
        *_items(_by_name(before), _by_name(after)),
        *_scope(before, after, names),
    )


def _head(before: LeagueRules, after: LeagueRules) -> Iterator[str]:
    for name in HEAD:
        if getattr(before, name) != getattr(after, name):
            label = LeagueRules._meta.get_field(name).verbose_name  # type: ignore[union-attr]
            yield f"{label}：{_shown(before, name)} → {_shown(after, name)}"


def _shown(rules: LeagueRules, name: str) -> str:
    value = getattr(rules, name)
    if value in (None, ""):
        return "无"
    if LeagueRules._meta.get_field(name).choices:  # type: ignore[union-attr]
        return str(getattr(rules, f"get_{name}_display")())
    return plain(value) if isinstance(value, Decimal) else str(value)


def _by_measure(rules: LeagueRules) -> dict[str, Indicator]:
    """The indicators without the cap, which is told by itself."""
    return {each.measure: each.as_rule(None) for each in rules.indicators.all()}


def _indicators(before: Mapping[str, Indicator], after: Mapping[str, Indicator]) -> Iterator[str]:
    for measure, each in before.items():
        if measure not in after:
            yield f"去掉“{each.label}”（{plain(each.formula.weight)} 分）"
    for measure, each in after.items():
        old = before.get(measure)
        if old is None:
            yield f"增加“{each.label}”（{plain(each.formula.weight)} 分）"
        elif old != each:
            yield _indicator(old, each)


def _indicator(old: Indicator, new: Indicator) -> str:
    if replace(old.formula, weight=new.formula.weight) == new.formula:
        return f"{new.label}：{plain(old.formula.weight)} → {plain(new.formula.weight)} 分"
    words = [formula_in_words(each.formula, each.measure) for each in (old, new)]
    return f"{new.label}的算法：原为“{words[0]}”，改为“{words[1]}”"


def _by_name(rules: LeagueRules) -> dict[str, Item]:
    return {each.name: each.as_rule() for each in rules.items.all()}


def _items(before: Mapping[str, Item], after: Mapping[str, Item]) -> Iterator[str]:
    for name in before:
        if name not in after:
            yield f"去掉加减分项“{name}”"
    for name, each in after.items():
        if name not in before:
            yield f"增加加减分项“{item_in_words(each)}”"
        elif before[name] != each:
            yield f"加减分项原为“{item_in_words(before[name])}”，改为“{item_in_words(each)}”"


def _scope(before: LeagueRules, after: LeagueRules, names: Mapping[str, str]) -> Iterator[str]:
    for label, told in (
        ("所计清单", lists_named),
        ("所计行业", sections_named),
        ("参赛对象", lambda rules: entrants_named(rules, names)),
    ):
        old, new = told(before), told(after)
        if old != new:
            yield f"{label}：{old} → {new}"


def lists_named(rules: LeagueRules) -> str:
    """The lists whose projects count."""
    return _joined(str(each) for each in rules.programmes.all())


def sections_named(rules: LeagueRules) -> str:
    """The industries whose projects count."""
    labels: dict[Any, Any] = dict(Industry.choices)
    return _joined(str(labels.get(each, each)) for each in rules.sections)


def entrants_named(rules: LeagueRules, names: Mapping[str, str]) -> str:
    """Who takes part; somebody who is registered no more by his key."""
    return _joined(names.get(each, f"#{each}") for each in rules.entrants)


def _joined(names: Iterable[str]) -> str:
    return "、".join(names) or EVERYTHING
