"""A rule in plain Chinese: formulas, additions, lists and who is ranked, with worked examples."""

from decimal import Decimal
from typing import Any

import pytest

from kuancheng.reports.rules.league.adjusting import Item
from kuancheng.reports.rules.league.formulas import Formula, FormulaKind, Slope, Without
from kuancheng.reports.rules.league.measures import Measure
from kuancheng.reports.rules.league.ranking import ListRule
from kuancheng.reports.rules.league.scoring import Eligibility, Indicator
from kuancheng.reports.rules.league.words import (
    eligibility_in_words,
    example_sums,
    examples,
    formula_in_words,
    item_in_words,
    lists_in_words,
)

TENTH, FIFTH = (Slope(Decimal(1), Decimal(each)) for each in ("0.1", "0.2"))

CITY: dict[str, Any] = {
    "below": TENTH,
    "above": FIFTH,
    "second_pivot": Decimal(130),
    "second": TENTH,
    "limit": Decimal(10),
}


def formula(kind: FormulaKind, weight: str, **more: Any) -> Formula:
    return Formula(kind, Decimal(weight), **more)


@pytest.mark.parametrize(
    ("said", "measure", "words"),
    [
        (
            formula(FormulaKind.PROPORTION, "30", cap=Decimal(120)),
            Measure.STARTS,
            "30 分 × 率（100% 得 30 分）；率高于 120% 的按 120% 计。"
            "没有期内计划开工的，本项不计，其余各项折算。",
        ),
        (
            formula(FormulaKind.LADDER, "25", without=Without.FIXED, fixed_points=Decimal(2), **CITY),
            Measure.STARTS,
            "率为 100% 得 25 分；低于 100%，每 1 个百分点扣 0.1 分；高于 100%，每 1 个百分点加 0.2 分；"
            "130% 以上的部分，每 1 个百分点加 0.1 分；加减最多 10 分；最低 0 分。"
            "没有期内计划开工的，给 2 分。",
        ),
        (
            formula(FormulaKind.LADDER, "40", whole_steps=True, above=Slope(Decimal(2), Decimal(1))),
            Measure.YEAR_PLAN,
            "率为 100% 得 40 分；高于 100%，每 2 个百分点加 1 分；不满一档不计；最低 0 分。"
            "没有年度计划投资的，本项不计，其余各项折算。",
        ),
        (
            formula(FormulaKind.COEFFICIENT, "20"),
            Measure.EVIDENCE,
            "20 分 × [60 + 40 × (本率 − 全组最低) ÷ (全组最高 − 全组最低)] ÷ 100；"
            "全组相同时本项不计。没有期内已复核的填报的，本项不计，其余各项折算。",
        ),
        (
            formula(FormulaKind.EACH, "0", each=Decimal(-3), floor=Decimal(-25), cap=Decimal(120)),
            Measure.LATE_STARTS,
            "基础 0 分，每件扣 3 分；最低 −25 分。没有期内计划开工的，本项不计，其余各项折算。",
        ),
    ],
)  # fmt: skip
def test_formula_is_said_with_all_that_bounds_it(
    said: Formula, measure: Measure, words: str
) -> None:
    assert formula_in_words(said, measure) == words


def test_addition_is_said_with_its_cap_its_doubling_and_its_veto() -> None:
    accident = Item("a", "安全事故", Decimal(-30), Decimal(60), doubles=True, veto=True)
    assert item_in_words(accident) == (
        "安全事故：每次 −30 分，当年再犯加倍，一期最多 60 分；一票否决，不列红榜"
    )
    assert item_in_words(Item("b", "表扬", Decimal("2.5"))) == "表扬：每次 +2.5 分"


def test_lists_are_said_by_target_and_rank() -> None:
    red, black = lists_in_words(ListRule(Measure.YEAR_PLAN, Decimal(100), 5, 0))
    assert red == "年度计划完成率高于 100%，并且排在前 5；有一票否决事项的不列"
    assert black == "不设"
    assert lists_in_words(ListRule()) == ("不设", "不设")


def test_who_is_ranked() -> None:
    said = eligibility_in_words(Eligibility(2, 3))
    assert said == "至少 2 项指标有数可算、期末在清单上至少 3 个项目；不够的只列出，不排名"


def test_examples_are_the_published_check_values() -> None:
    city = Indicator(Measure.YEAR_PLAN, formula(FormulaKind.LADDER, "25", **CITY))
    assert [str(each.points.value) for each in examples(city)] == ["24.20", "31.50"]
    # 60 + 40 × (92 − 60) ÷ (110 − 60) = 85.60
    coefficient = Indicator(Measure.STARTS, formula(FormulaKind.COEFFICIENT, "100"))
    assert [str(each.points.value) for each in examples(coefficient)] == ["85.60"]
    late = Indicator(
        Measure.LATE_STARTS, formula(FormulaKind.EACH, "10", each=Decimal(-3), floor=Decimal(0))
    )
    assert [str(each.points.value) for each in examples(late)] == ["4.00"]


def test_examples_are_added_up_with_and_without_the_last() -> None:
    # 25 − 8 × 0.1 = 24.20; 75 × 0.92 = 69.00; without the second: 24.20 × 100 ÷ 25 = 96.80.
    city = Indicator(Measure.YEAR_PLAN, formula(FormulaKind.LADDER, "25", **CITY))
    rest = Indicator(Measure.STARTS, formula(FormulaKind.PROPORTION, "75"))
    assert example_sums((city, rest)) == (
        "24.20 + 69.00 = 93.20",
        "(24.20) × 100 ÷ 25 = 96.80",
    )
    assert example_sums((city,)) == ("24.20 = 24.20", "")
