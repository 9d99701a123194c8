"""Money that contradicts itself: by hand, with the boundary where nothing is wrong yet."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from investment.rules.contradictions import LABELS, MoneyFacts, contradictions

SOUND = MoneyFacts(
    year=2024,
    total=Decimal(1000),
    before=Decimal(400),
    completed_total=Decimal(900),
    plan=Decimal(600),
    total_plans=Decimal(1000),
    building=True,
    finished_on=None,
    planned_funds=Decimal(1000),
    in_place=Decimal(900),
)


def test_sound_money_contradicts_nothing() -> None:
    assert list(contradictions(SOUND)) == []


@pytest.mark.parametrize(
    ("change", "rule", "said"),
    [
        ({"plan": "600.01"}, "plan_over_remaining", "超过剩余投资 600 万元"),
        ({"plan": None}, "plan_missing", "在建项目没有 2024 年度计划"),
        ({"plan": "0"}, "plan_missing", "为 0 的 2024 年度计划"),
        ({"finished_on": date(2023, 12, 31)}, "plan_after_completion", "2023-12-31 已竣工"),
        ({"total_plans": "1000.01"}, "plans_over_total", "合计 1,000.01 万元"),
        ({"completed_total": "1000.01", "in_place": "1000.01", "planned_funds": "1001"},
         "completed_over_total", "累计完成 1,000.01 万元"),
        ({"planned_funds": "1000.01"}, "funds_over_total", "超过总投资 1,000 万元"),
        ({"planned_funds": "999.99"}, "funds_under_total", "少 0.01 万元"),
        ({"in_place": "1000.01"}, "in_place_over_planned", "到位资金 1,000.01 万元"),
        ({"completed_total": "900.01"}, "completed_over_in_place", "差 0.01 万元"),
    ],
)  # fmt: skip
def test_contradiction_is_told_with_its_figures(
    change: dict[str, Any], rule: str, said: str
) -> None:
    values: dict[str, Any] = {
        name: Decimal(each) if isinstance(each, str) else each for name, each in change.items()
    }
    found = {each.rule: each.text for each in contradictions(replace(SOUND, **values))}
    assert said in found[rule]
    assert rule in LABELS


@pytest.mark.parametrize(
    "change",
    [
        {"finished_on": date(2024, 1, 1)},
        {"plan": None, "building": False},
        {"total": None},
        {"planned_funds": None, "in_place": None},
        {"completed_total": None},
        {"total_plans": None},
    ],
)
def test_what_nobody_reported_contradicts_nothing(change: dict[str, Any]) -> None:
    assert list(contradictions(replace(SOUND, **change))) == []
