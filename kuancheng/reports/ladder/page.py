"""What the page of the matters' rules shows: what is in force, and every version."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.forms.models import model_to_dict

from projects.limits import rules_on
from projects.models import MatterRules
from projects.models.matter_rules import LIMITS
from projects.rules.matters.words import limits_in_words

COMPARED = (*LIMITS, "in_charge_posts", "head_posts")
PEOPLE = (("in_charge", "指定的分管领导"), ("leaders", "区主要领导"))


@dataclass(frozen=True)
class Version:
    """A version, how it differs from the one before, and whether it may still be changed."""

    rules: MatterRules
    standing: str
    changes: tuple[str, ...]
    may_change: bool


def matter_rules_page(today: date) -> dict[str, Any]:
    """The template's context. Six queries, whatever the number of versions."""
    rules = rules_on(today)
    known = MatterRules.objects.prefetch_related("in_charge__agency", "leaders__agency")
    versions = list(known.order_by("effective_from"))
    shown = next(each for each in versions if each == rules)
    return {
        "today": today,
        "rules": shown,
        "words": limits_in_words(rules.limits()),
        "rungs": list(_rungs(shown)),
        "versions": [
            Version(
                each, _standing(each, rules, today), tuple(_changes(before, each)),
                each.effective_from > today,
            )
            for before, each in zip([None, *versions], versions, strict=False)
        ][::-1],
    }  # fmt: skip


def starting_values(today: date) -> dict[str, Any]:
    """A new version starts from the values in force. Three queries."""
    return model_to_dict(rules_on(today)) | {"effective_from": today, "note": ""}


def _standing(each: MatterRules, in_force: MatterRules, today: date) -> str:
    if each.effective_from > today:
        return "尚未生效"
    return "现行" if each == in_force else "已被替代"


def _rungs(rules: MatterRules) -> Iterator[tuple[str, str]]:
    """Each rung and by what its people are known."""
    named = "、".join(f"{each.name}（{each.agency or '区'}）" for each in rules.in_charge.all())
    yield "1 级 分管领导", _by_post(rules.in_charge_posts) + (f"；另指定：{named}" if named else "")
    yield "2 级 单位主要领导", f"{_by_post(rules.head_posts)}、不含“副”"
    yield "3 级 包保领导", "项目现任的包保领导"
    leaders = "、".join(f"{each.name}（{each.post or '区'}）" for each in rules.leaders.all())
    yield "4 级 区主要领导", leaders or "还没有指定，升到 4 级时没有人会接到通知"


def _by_post(words: str) -> str:
    return f"牵头单位里职务含“{words}”的" if words else "牵头单位排在最前的人"


def _changes(before: MatterRules | None, after: MatterRules) -> Iterator[str]:
    if before is None:
        return
    for name in COMPARED:
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            label = MatterRules._meta.get_field(name).verbose_name  # type: ignore[union-attr]
            yield f"{label}：{old} → {new}"
    for name, label in PEOPLE:
        people = [
            "、".join(each.name for each in getattr(rules, name).all()) or "无"
            for rules in (before, after)
        ]
        if people[0] != people[1]:
            yield f"{label}：{people[0]} → {people[1]}"
