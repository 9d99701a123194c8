"""What the page of the league's rules shows: each group, the version in force in words, every version."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch

from kuancheng.access.models import User
from kuancheng.reports.choices import LeagueSubject
from kuancheng.reports.judging.league.versions import version_for
from kuancheng.reports.league_rules.changes import (
    changes_between,
    entrants_named,
    lists_named,
    sections_named,
)
from kuancheng.reports.models import LeagueGroup, LeagueRules
from kuancheng.reports.models.league import WHOLE
from kuancheng.reports.rules.league.formulas import plain
from kuancheng.reports.rules.league.measures import MEANINGS
from kuancheng.reports.rules.league.scoring import Indicator
from kuancheng.reports.rules.league.words import (
    eligibility_in_words,
    example_sums,
    examples,
    formula_in_words,
    item_in_words,
    lists_in_words,
)
from kuancheng.reports.services.league.rules import changeable
from projects.choices import Industry
from projects.models import Agency, Official

ADD_GROUP, CHANGE_GROUP = "reports.add_leaguegroup", "reports.change_leaguegroup"
ADD_RULES, CHANGE_RULES = "reports.add_leaguerules", "reports.change_leaguerules"


@dataclass(frozen=True)
class IndicatorWords:
    """One indicator of a rule for people; `examples` are sums that end with their points."""

    label: str
    definition: str
    weight: str
    words: str
    examples: tuple[str, ...]


@dataclass(frozen=True)
class RuleWords:
    """A version in words. `sums` add the examples up: all, and without the last indicator."""

    rules: LeagueRules
    indicators: tuple[IndicatorWords, ...]
    facts: tuple[tuple[str, str], ...]
    items: tuple[str, ...]
    sums: tuple[str, str]


@dataclass(frozen=True)
class Version:
    """A version, how it differs from the one before, and whether it may still be changed."""

    rules: LeagueRules
    standing: str
    changes: tuple[str, ...]
    may_change: bool


@dataclass(frozen=True)
class GroupWords:
    """A group, its rule in force (None before the first), and its versions, the latest first."""

    group: LeagueGroup
    compares: str
    in_force: RuleWords | None
    versions: tuple[Version, ...]


def league_rules_page(today: date, user: User) -> dict[str, Any]:
    """The template's context. Eight queries, however many groups and versions there are."""
    groups = list(LeagueGroup.objects.prefetch_related(_versions()))
    versions = [each for group in groups for each in group.rules.all()]
    open_, names = changeable(versions, today), _names(groups)
    return {
        "today": today,
        "groups": [_group(each, today, open_, names[each.subject]) for each in groups],
        "may_add_group": user.has_perm(ADD_GROUP),
        "may_change_group": user.has_perm(CHANGE_GROUP),
        "may_add_rules": user.has_perm(ADD_RULES),
        "may_change_rules": user.has_perm(CHANGE_RULES),
    }


def _versions() -> Prefetch[Any]:
    """A group's versions, the first to take effect first, with all that they hold."""
    found: Any = LeagueRules.objects.order_by("effective_from").prefetch_related(*WHOLE)
    return Prefetch("rules", found)


def _names(groups: Iterable[LeagueGroup]) -> dict[str, Mapping[str, str]]:
    """What entrants are called, by what is compared. Two queries at most."""
    subjects = {each.subject for each in groups if any(rule.entrants for rule in each.rules.all())}
    agencies: Mapping[str, str] = {}
    if subjects & {LeagueSubject.LEAD_AGENCY, LeagueSubject.SUBDISTRICT}:
        agencies = _named(Agency)
    officials = _named(Official) if LeagueSubject.LEAD_OFFICIAL in subjects else {}
    return {
        LeagueSubject.LEAD_AGENCY: agencies,
        LeagueSubject.SUBDISTRICT: agencies,
        LeagueSubject.LEAD_OFFICIAL: officials,
        LeagueSubject.INDUSTRY: {str(code): str(label) for code, label in Industry.choices},
    }


def _named(model: Any) -> dict[str, str]:
    return {str(pk): name for pk, name in model.objects.order_by("pk").values_list("pk", "name")}


def _group(
    group: LeagueGroup, today: date, open_: set[int], names: Mapping[str, str]
) -> GroupWords:
    versions = list(group.rules.all())
    held = version_for(versions, today.replace(day=1))
    pairs = zip([None, *versions], versions, strict=False)
    return GroupWords(
        group,
        compared(group),
        rule_in_words(held, names) if held else None,
        tuple(
            Version(
                each,
                _standing(each, held, today),
                changes_between(before, each, names) if before else (),
                each.pk in open_,
            )
            for before, each in pairs
        )[::-1],
    )


def compared(group: LeagueGroup) -> str:
    """“责任单位（部门）”: what stands in one table."""
    kind = f"（{group.get_agency_kind_display()}）" if group.agency_kind else ""
    return f"{group.get_subject_display()}{kind}"


def _standing(each: LeagueRules, held: LeagueRules | None, today: date) -> str:
    if each == held:
        return "现行"
    return "尚未生效" if each.effective_from > today else "已被替代"


def rule_in_words(rules: LeagueRules, names: Mapping[str, str]) -> RuleWords:
    """A version in words; `names` are those of the entrants. No query with its parts fetched."""
    version = rules.as_version()
    red, black = lists_in_words(version.lists)
    cap = "不封顶" if rules.cap is None else f"率高于 {plain(rules.cap)}% 的按它计分，显示实际数"
    return RuleWords(
        rules=rules,
        indicators=tuple(_indicator(each) for each in version.indicators),
        facts=(
            ("满分", f"{plain(rules.full_marks)} 分"),
            ("封顶", cap),
            ("谁参加", entrants_named(rules, names)),
            ("计哪些清单", lists_named(rules)),
            ("计哪些行业", sections_named(rules)),
            ("谁排名", eligibility_in_words(version.eligibility)),
            ("并列", str(rules.get_tie_display())),
            ("红榜", red),
            ("黑榜", black),
            ("异议期", f"发布后 {rules.objection_days} 个工作日"),
        ),
        items=tuple(item_in_words(each) for each in version.items),
        sums=example_sums(version.indicators),
    )


def _indicator(each: Indicator) -> IndicatorWords:
    meaning = MEANINGS[each.measure]
    return IndicatorWords(
        meaning.label,
        meaning.definition,
        plain(each.formula.weight),
        formula_in_words(each.formula, each.measure),
        tuple(score.points.said for score in examples(each)),
    )


def rules_to_copy(group: LeagueGroup) -> Sequence[LeagueGroup]:
    """The other groups that have rules, to start from. One query."""
    others = LeagueGroup.objects.exclude(pk=group.pk).filter(rules__isnull=False)
    return list(others.distinct())
