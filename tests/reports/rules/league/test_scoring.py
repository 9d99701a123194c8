"""Totals: re-weighing, who is ranked, a group of one; each sum written out."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from kuancheng.reports.rules.league.adjusting import Adjustment, Entry, Item, adjustments
from kuancheng.reports.rules.league.formulas import Formula, FormulaKind, Without
from kuancheng.reports.rules.league.measures import Counted, Measure
from kuancheng.reports.rules.league.scoring import (
    Eligibility,
    Group,
    Indicator,
    Result,
    results,
)
from tests.reports.rules.league.calculator import cents, computed

D = Decimal
MONEY, STARTS, REPORTS, LATE = (
    Measure.PLAN_TO_DATE,
    Measure.STARTS,
    Measure.REPORTS,
    Measure.LATE_STARTS,
)
SEPTEMBER = date(2024, 9, 1)


def share(measure: Measure, weight: int, **more: Any) -> Indicator:
    return Indicator(measure, Formula(FormulaKind.PROPORTION, D(weight), cap=D(120), **more))


RULES = (share(MONEY, 30), share(STARTS, 40), share(REPORTS, 30))


def of(part: int, whole: int) -> Counted:
    return Counted(part=D(part), whole=D(whole), projects=1)


FULL = {MONEY: of(57629, 70000), STARTS: of(3, 4), REPORTS: of(9, 10)}
"""24.70 + 30.00 + 27.00 = 81.70."""


def ranked(
    *,
    rules: tuple[Indicator, ...] = RULES,
    eligibility: Eligibility | None = None,
    projects: dict[str, int] | None = None,
    added: dict[str, tuple[Adjustment, ...]] | None = None,
    **found: dict[Measure, Counted],
) -> dict[str, Result]:
    """By entrant; each has one project unless said otherwise."""
    group = Group(projects or dict.fromkeys(found, 1), found, added or {})
    return {each.entrant: each for each in results(rules, group, eligibility or Eligibility())}


def total(result: Result) -> Decimal:
    """The total, once the calculator has found the same from the printed points."""
    assert result.total is not None
    assert cents(computed(result.said)) == Fraction(result.total)
    return result.total


def test_total_is_the_sum_of_the_printed_points() -> None:
    found = ranked(a=FULL, b=FULL)["a"]
    assert [each.points.value for each in found.scores] == [D("24.70"), D(30), D(27)]
    assert (total(found), found.said) == (D("81.70"), "24.70 + 30.00 + 27.00 = 81.70")


def test_what_drops_out_leaves_its_weight_to_the_rest() -> None:
    """(24.70 + 30.00) × 100 ÷ 70 = 78.142… = 78.14."""
    found = ranked(a={MONEY: FULL[MONEY], STARTS: FULL[STARTS]}, b=FULL)["a"]
    assert total(found) == D("78.14")
    assert found.said == "(24.70 + 30.00) × 100 ÷ 70 = 78.14"


def test_re_weighing_is_not_rounded_twice() -> None:
    """(10 + 20.01) × 100 ÷ 70 = 42.871…; by parts 14.29 + 28.59 would be 42.88."""
    found = ranked(a={MONEY: of(1000, 3000), STARTS: of(2001, 4000)}, b=FULL)["a"]
    assert total(found) == D("42.87")


def test_zero_done_is_scored_zero_and_does_not_drop_out() -> None:
    found = ranked(a=FULL | {MONEY: of(0, 70000)}, b=FULL)["a"]
    assert total(found) == D("57.00")
    assert not found.scores[0].points.dropped


def test_fixed_points_stay_in_the_sum_and_keep_their_weight() -> None:
    rules = (share(MONEY, 30, without=Without.FIXED, fixed_points=D(2)), *RULES[1:])
    found = ranked(rules=rules, a={STARTS: of(3, 4), REPORTS: of(9, 10)}, b=FULL)["a"]
    assert (total(found), found.ranked) == (D("59.00"), True)


def test_fixed_points_do_not_make_anybody_eligible() -> None:
    rules = (share(MONEY, 30, without=Without.FIXED, fixed_points=D(2)), *RULES[1:])
    found = ranked(rules=rules, a={STARTS: of(3, 4)}, b=FULL, c=FULL)["a"]
    assert (found.ranked, found.why) == (False, "只有 1 项指标有数可算，不足 2 项，不排名")


def test_two_indicators_are_enough_and_one_is_not() -> None:
    found = ranked(a={MONEY: FULL[MONEY], STARTS: FULL[STARTS]}, b={MONEY: FULL[MONEY]}, c=FULL)
    assert [each.ranked for each in found.values()] == [True, False, True]
    assert found["b"].why == "只有 1 项指标有数可算，不足 2 项，不排名"
    assert found["b"].total is not None, "shown all the same"


def test_rule_of_one_indicator_asks_for_no_more() -> None:
    one = (share(MONEY, 100),)
    found = ranked(rules=one, a=FULL, b=FULL)
    assert all(each.ranked for each in found.values())


def test_too_few_projects_are_not_ranked() -> None:
    held = Eligibility(least_projects=3)
    projects = {"a": 2, "b": 3, "c": 4}
    found = ranked(eligibility=held, projects=projects, a=FULL, b=FULL, c=FULL)
    assert [each.ranked for each in found.values()] == [False, True, True]
    assert found["a"].why == "期末只有 2 个项目，不足 3 个，不排名"


def test_named_entrant_without_a_project_is_shown_and_not_ranked() -> None:
    found = ranked(projects={"a": 0, "b": 1, "c": 1}, a={}, b=FULL, c=FULL)["a"]
    assert (found.ranked, found.total, found.basic) == (False, None, None)
    assert found.why == "期末只有 0 个项目，不足 1 个，不排名"


def test_group_of_one_is_shown_and_not_ranked() -> None:
    (alone,) = ranked(a=FULL).values()
    assert (total(alone), alone.ranked) == (D("81.70"), False)
    assert alone.why == "本组只有一个可以排名，不排名"


def test_who_is_left_alone_by_eligibility_is_not_ranked_either() -> None:
    found = ranked(a=FULL, b={MONEY: FULL[MONEY]}, c={})
    assert not any(each.ranked for each in found.values())
    assert found["b"].why.startswith("只有 1 项")
    assert found["a"].why == "本组只有一个可以排名，不排名"


def test_nothing_counted_at_all_ranks_nobody_and_says_why() -> None:
    found = ranked(a={}, b={})
    assert {each.why for each in found.values()} == {"只有 0 项指标有数可算，不足 2 项，不排名"}
    assert [each.total for each in found.values()] == [None, None]


def test_coefficient_that_all_share_drops_out_for_all() -> None:
    rules = (Indicator(MONEY, Formula(FormulaKind.COEFFICIENT, D(30))), *RULES[1:])
    found = ranked(rules=rules, a=FULL, b=FULL)
    assert found["a"].scores[0].points.dropped
    assert total(found["a"]) == D("81.43"), "(30 + 27) × 100 ÷ 70"


def test_coefficient_takes_lowest_and_highest_from_the_whole_group() -> None:
    """Also from who is not ranked: 60 + 40 × (75 − 50) ÷ (100 − 50) = 80 of 100, of 30 marks 24."""
    rules = (Indicator(MONEY, Formula(FormulaKind.COEFFICIENT, D(30))), *RULES[1:])
    found = ranked(
        rules=rules,
        a=FULL | {MONEY: of(75, 100)},
        b={MONEY: of(50, 100)},
        c=FULL | {MONEY: of(100, 100)},
    )
    assert [each.scores[0].points.value for each in found.values()] == [24, 18, 30]


def test_number_of_late_starts_without_weight_only_takes_away() -> None:
    each = Indicator(LATE, Formula(FormulaKind.EACH, D(0), each=D(-3), floor=D(-100)))
    found = ranked(rules=(*RULES, each), a=FULL | {LATE: of(2, 4)}, b=FULL)["a"]
    assert (total(found), found.said) == (D("75.70"), "24.70 + 30.00 + 27.00 − 6.00 = 75.70")


def test_adjustments_come_after_re_weighing() -> None:
    item = Item("accident", "事故", D(-30), veto=True)
    entry = Entry(1, "accident", SEPTEMBER, "事故")
    added = adjustments((item,), [entry], SEPTEMBER, SEPTEMBER)
    found = ranked(a={MONEY: FULL[MONEY], STARTS: FULL[STARTS]}, b=FULL, added={"a": added})["a"]
    assert (found.basic, total(found), found.vetoed) == (D("78.14"), D("48.14"), True)
    assert found.said == "(24.70 + 30.00) × 100 ÷ 70 = 78.14 − 30.00 = 48.14"


def test_total_may_fall_below_zero() -> None:
    added = Adjustment(Item("x", "x", D(-90)), (), D(-90), "−90")
    found = ranked(a=FULL, b=FULL, added={"a": (added,)})["a"]
    assert total(found) == D("-8.30")


def test_results_stand_in_the_groups_order() -> None:
    assert list(ranked(b=FULL, a=FULL, c={})) == ["b", "a", "c"]


counts = st.builds(of, part=st.integers(0, 10**7), whole=st.integers(0, 10**6))


@settings(max_examples=120, deadline=None)
@given(
    weights=st.lists(st.integers(1, 60), min_size=3, max_size=3),
    found=st.lists(counts, min_size=3, max_size=3),
    added=st.decimals(D(-40), D(10), places=2),
)
def test_printed_total_gives_the_total_on_a_calculator(
    weights: list[int], found: list[Counted], added: Decimal
) -> None:
    measures = (MONEY, STARTS, REPORTS)
    rules = tuple(share(measure, weight) for measure, weight in zip(measures, weights, strict=True))
    item = Adjustment(Item("x", "x", added), (), added, str(added))
    result = ranked(rules=rules, a=dict(zip(measures, found, strict=True)), added={"a": (item,)})[
        "a"
    ]
    if result.basic is None:
        assert not any(each.whole for each in found)
        return
    assert result.basic <= sum(weights) * D("1.2") + D("0.03")
    assert total(result) == result.basic + added


def test_weights_all_alike_and_halved_rank_alike() -> None:
    """Full marks are a scale: 30/40/30 of 100 and 15/20/15 of 50 say the same of everybody."""
    others = {MONEY: of(60000, 70000), STARTS: of(1, 4), REPORTS: of(8, 10)}
    halved = tuple(
        replace(each, formula=replace(each.formula, weight=each.formula.weight / 2))
        for each in RULES
    )
    whole, half = (ranked(rules=each, a=FULL, b=others) for each in (RULES, halved))
    assert total(whole["a"]) > total(whole["b"])
    assert total(half["a"]) > total(half["b"])
    assert total(half["a"]) == D("40.85")
