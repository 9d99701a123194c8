"""Each published formula with its check values, each boundary, and the sum that is printed."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kuancheng.reports.rules.league.formulas import (
    Formula,
    FormulaKind,
    Peers,
    Slope,
    Without,
    score,
    wrong_formula,
)
from kuancheng.reports.rules.league.measures import NOTHING, Counted, Measure
from tests.reports.rules.league.calculator import cents, computed

D = Decimal
MONEY, LATE = Measure.PLAN_TO_DATE, Measure.LATE_STARTS
PROPORTION = Formula(FormulaKind.PROPORTION, weight=D(30), cap=D(120))
CITY = Formula(
    FormulaKind.LADDER,
    weight=D(25),
    below=Slope(D(1), D("0.1")),
    above=Slope(D(1), D("0.2")),
    second_pivot=D(130),
    second=Slope(D(1), D("0.1")),
    limit=D(10),
)
"""A city, 2020."""
ZAOZHUANG = Formula(
    FormulaKind.LADDER, D(40), below=Slope(D(2), D(1)), above=Slope(D(2), D(1)), limit=D(15)
)
GUANGXI = Formula(
    FormulaKind.LADDER,
    D(25),
    below=Slope(D(1), D("0.1")),
    above=Slope(D(1), D("0.1")),
    limit=D(3),
)
GAOAN = Formula(FormulaKind.COEFFICIENT, weight=D(100))
EACH = Formula(FormulaKind.EACH, weight=D(10), each=D(-3), floor=D(-100))


def of(percent: str | Decimal) -> Counted:
    """Somebody at so many percent."""
    return Counted(part=D(percent), whole=D(100), projects=1)


def points(formula: Formula, found: Counted, *others: Counted, measure: Measure = MONEY) -> Decimal:
    """The points, once the calculator has found the same."""
    given = _score(formula, found, *others, measure=measure)
    value = given.value
    assert value is not None
    assert cents(computed(given.said)) == Fraction(value)
    return value


def _score(formula: Formula, found: Counted, *others: Counted, measure: Measure = MONEY) -> Any:
    rated = sorted((found, *others), key=lambda each: each.rate or D(0))
    return score(formula, measure, found, Peers(rated[0], rated[-1]))


class TestPublished:
    @pytest.mark.parametrize(
        ("rate", "expected"),
        [
            ("92", "24.20"),
            ("135", "31.50"),
            ("99.99", "25.00"),
            ("100", "25.00"),
            ("100.01", "25.00"),
            ("100.03", "25.01"),
            ("129", "30.80"),
            ("130", "31.00"),
            ("130.1", "31.01"),
            ("150", "33.00"),
            ("170", "35.00"),
            ("171", "35.00"),
            ("0", "15.00"),
        ],
    )
    def test_city_of_2020(self, rate: str, expected: str) -> None:
        assert points(CITY, of(rate)) == D(expected)

    def test_city_takes_three_for_each_late_start_and_gives_two_where_none_was_due(self) -> None:
        late = Formula(
            FormulaKind.EACH,
            D(10),
            each=D(-3),
            floor=D(0),
            without=Without.FIXED,
            fixed_points=D(2),
        )
        assert points(late, Counted(D(0), D(4)), measure=LATE) == D(10)
        assert points(late, Counted(D(2), D(4)), measure=LATE) == D(4)
        assert points(late, Counted(D(4), D(4)), measure=LATE) == D(0)
        none = _score(late, NOTHING, measure=LATE)
        assert (none.value, none.dropped) == (D(2), False)
        assert none.said == "没有期内计划开工，按规则给 2.00 分"

    @pytest.mark.parametrize(
        ("rate", "expected"),
        [
            ("90", "35.00"),
            ("99", "39.50"),
            ("100", "40.00"),
            ("101", "40.50"),
            ("130", "55.00"),
            ("131", "55.00"),
            ("70", "25.00"),
            ("69", "25.00"),
        ],
    )
    def test_zaozhuang(self, rate: str, expected: str) -> None:
        assert points(ZAOZHUANG, of(rate)) == D(expected)

    @pytest.mark.parametrize(
        ("rate", "expected"),
        [("98", "39"), ("98.01", "40"), ("97.99", "39"), ("101.99", "40"), ("102", "41")],
    )
    def test_zaozhuang_by_whole_steps_counts_only_full_ones(self, rate: str, expected: str) -> None:
        assert points(replace(ZAOZHUANG, whole_steps=True), of(rate)) == D(expected)

    @pytest.mark.parametrize(
        ("rate", "expected"),
        [("100", "25"), ("95", "24.5"), ("70", "22"), ("60", "22"), ("130", "28"), ("140", "28")],
    )
    def test_parks_of_guangxi(self, rate: str, expected: str) -> None:
        assert points(GUANGXI, of(rate)) == D(expected)

    @pytest.mark.parametrize(
        ("rate", "expected"),
        [("60", "60.00"), ("72", "76.00"), ("90", "100.00"), ("70", "73.33")],
    )
    def test_coefficient_of_gaoan(self, rate: str, expected: str) -> None:
        assert points(GAOAN, of(rate), of("60"), of("90")) == D(expected)

    def test_coefficient_takes_its_share_of_the_full_marks(self) -> None:
        """60 + 40 × (72 − 60) ÷ (90 − 60) = 76, of 25 marks 19."""
        assert points(replace(GAOAN, weight=D(25)), of("72"), of("60"), of("90")) == D(19)

    def test_starts_beyond_the_plan_are_capped_in_points_and_not_in_what_is_shown(self) -> None:
        """57 of 51 is 111.76%."""
        beyond = Counted(D(57), D(51))
        assert points(replace(PROPORTION, cap=D(100)), beyond) == D(30)
        assert points(PROPORTION, beyond) == D("33.53")
        assert beyond.rate is not None
        assert round(beyond.rate, 2) == D("111.76")


class TestProportion:
    def test_prints_the_sum_that_a_calculator_repeats(self) -> None:
        found = _score(PROPORTION, Counted(D(57629), D(70000)))
        assert found.said == "30 × 57,629 ÷ 70,000 = 24.70"
        assert found.value == D("24.70")

    @pytest.mark.parametrize(
        ("rate", "expected"), [("119.99", "36.00"), ("120", "36"), ("500", "36"), ("0", "0")]
    )
    def test_is_capped_at_the_cap(self, rate: str, expected: str) -> None:
        assert points(PROPORTION, of(rate)) == D(expected)

    def test_says_the_cap_instead_of_the_parts(self) -> None:
        assert _score(PROPORTION, of("120.01")).said == "30 × 120% = 36.00"

    def test_half_a_cent_is_rounded_up_though_the_rate_never_ends(self) -> None:
        """7 × 19 ÷ 1,400 is 0.095 exactly, and 19 ÷ 1,400 is 0.0135714…"""
        assert points(replace(PROPORTION, weight=D(7)), Counted(D(19), D(1400))) == D("0.10")

    def test_floor_is_said(self) -> None:
        found = _score(replace(PROPORTION, floor=D(6)), of("10"))
        assert (found.value, found.said) == (D(6), "30 × 10 ÷ 100 = 3.00，最低 6 = 6.00")
        assert points(replace(PROPORTION, floor=D(6)), of("20")) == D(6)


class TestLadder:
    def test_prints_both_steps_beyond_the_second_pivot(self) -> None:
        assert _score(CITY, of("135")).said == (
            "25 + (130% − 100%) ÷ 1% × 0.2 + (135 ÷ 100 − 130%) ÷ 1% × 0.1 = 31.50"
        )

    def test_prints_what_the_limit_cut_off(self) -> None:
        assert _score(ZAOZHUANG, of("69")).said == (
            "40 − 15（(100% − 69 ÷ 100) ÷ 2% × 1 = 15.50，最多 15） = 25.00"
        )

    def test_without_a_slope_on_that_side_gives_the_base(self) -> None:
        assert points(replace(CITY, below=None), of("40")) == D(25)
        only_below = replace(CITY, above=None, second=None, second_pivot=None)
        assert points(only_below, of("140")) == D(25)

    def test_limit_also_holds_where_the_second_slope_takes_away(self) -> None:
        """6 up to 130, then 5 off a point: 6 − 25 = −19, at most 10."""
        steep = replace(CITY, second=Slope(D(1), D(-5)))
        assert points(steep, of("135")) == D(15)

    def test_second_slope_may_take_away(self) -> None:
        gentle = replace(CITY, second=Slope(D(1), D("-0.1")))
        assert points(gentle, of("135")) == D("30.5")

    def test_pivot_need_not_be_a_hundred(self) -> None:
        assert points(replace(CITY, pivot=D("62.5")), of("60")) == D("24.75")

    def test_is_scored_at_the_cap(self) -> None:
        assert points(replace(CITY, cap=D(120)), of("170")) == D(29)

    def test_never_below_its_floor(self) -> None:
        deep = replace(CITY, limit=None, below=Slope(D(1), D(1)))
        assert points(deep, of("10")) == D(0)
        assert points(replace(deep, floor=D(-100)), of("10")) == D(-65)


class TestCoefficient:
    def test_all_alike_drops_out(self) -> None:
        found = _score(GAOAN, of("80"), of("80"))
        assert (found.value, found.dropped) == (None, True)
        assert "没有分母" in found.said

    def test_all_above_the_cap_are_alike(self) -> None:
        assert _score(replace(GAOAN, cap=D(120)), of("130"), of("150")).dropped

    def test_nobody_with_a_rate_drops_out(self) -> None:
        assert score(GAOAN, MONEY, NOTHING, None).dropped

    def test_base_zero_spreads_over_all_the_marks(self) -> None:
        assert points(replace(GAOAN, base=D(0)), of("60"), of("60"), of("90")) == D(0)


class TestEach:
    def test_limit_bounds_both_ways(self) -> None:
        assert points(replace(EACH, limit=D(5)), Counted(D(4), D(4)), measure=LATE) == D(5)
        more = replace(EACH, each=D(3), limit=D(5))
        assert points(more, Counted(D(4), D(4)), measure=LATE) == D(15)

    def test_may_go_below_zero_where_the_floor_lets_it(self) -> None:
        found = _score(EACH, Counted(D(5), D(9)), measure=LATE)
        assert (found.value, found.said) == (D(-5), "10 − 5 × 3 = −5.00")

    def test_of_no_weight_only_takes_away(self) -> None:
        free = replace(EACH, weight=D(0))
        assert points(free, Counted(D(2), D(4)), measure=LATE) == D(-6)


@pytest.mark.parametrize("formula", [PROPORTION, CITY, GAOAN])
def test_no_denominator_drops_out_or_gives_what_the_rule_says(formula: Formula) -> None:
    found = _score(formula, NOTHING)
    assert (found.value, found.dropped) == (None, True)
    assert found.said == "没有期内计划投资，本指标不计，其余指标按分值重新折算"
    fixed = replace(formula, without=Without.FIXED, fixed_points=D("7.5"))
    assert _score(fixed, NOTHING).value == D("7.5")


class TestRefused:
    @pytest.mark.parametrize("formula", [PROPORTION, CITY, ZAOZHUANG, GUANGXI, GAOAN])
    def test_published_formulas_are_fine(self, formula: Formula) -> None:
        assert wrong_formula(formula, MONEY) == {}
        assert wrong_formula(EACH, LATE) == {}

    @pytest.mark.parametrize(
        ("formula", "measure", "field", "said"),
        [
            (replace(CITY, below=Slope(D(0), D(1))), MONEY, "below_step", "除以零"),
            (replace(CITY, above=Slope(D(0), D(1))), MONEY, "above_step", "除以零"),
            (replace(CITY, second=Slope(D(-1), D(1))), MONEY, "second_step", "除以零"),
            (replace(CITY, below=None, above=None), MONEY, "below_points", "至少写一档"),
            (replace(CITY, below=Slope(D(1), D("-0.1"))), MONEY, "below_points", "正数"),
            (replace(CITY, second_pivot=D(100)), MONEY, "second_pivot", "高于基准 100%"),
            (replace(CITY, second_pivot=None), MONEY, "second_points", "同时"),
            (replace(CITY, second=None), MONEY, "second_points", "同时"),
            (replace(CITY, above=None), MONEY, "above_points", "第一档"),
            (replace(GAOAN, base=D(100)), MONEY, "base", "0 到 100"),
            (replace(GAOAN, base=D(-1)), MONEY, "base", "0 到 100"),
            (replace(PROPORTION, weight=D(0)), MONEY, "weight", "大于 0"),
            (replace(PROPORTION, weight=D(-1)), MONEY, "weight", "大于 0"),
            (replace(EACH, weight=D(-1)), LATE, "weight", "大于 0"),
            (replace(PROPORTION, cap=D(0)), MONEY, "cap", "封顶"),
            (EACH, MONEY, "kind", "件数"),
            (PROPORTION, LATE, "kind", "按件扣加"),
        ],
    )
    def test_what_cannot_be_computed(
        self, formula: Formula, measure: Measure, field: str, said: str
    ) -> None:
        wrong = wrong_formula(formula, measure)
        assert said in wrong[field]


def cents_between(low: str, high: str) -> st.SearchStrategy[Decimal]:
    return st.decimals(D(low), D(high), places=2)


amounts = cents_between("0", "10000000")
slopes = st.builds(Slope, cents_between("0.01", "10"), cents_between("0", "5"))
signed_slopes = st.builds(Slope, cents_between("0.01", "10"), cents_between("-5", "5"))
counted = st.builds(Counted, part=amounts, whole=cents_between("0.01", "1000000"))
weights = cents_between("0.01", "100")
caps = st.none() | cents_between("50", "200")
floors = cents_between("-50", "20")
proportions = st.builds(
    Formula, kind=st.just(FormulaKind.PROPORTION), weight=weights, cap=caps, floor=floors
)
ladders = st.builds(
    Formula,
    kind=st.just(FormulaKind.LADDER),
    weight=weights,
    cap=caps,
    floor=floors,
    pivot=cents_between("1", "120"),
    below=st.none() | slopes,
    above=signed_slopes,
    second_pivot=cents_between("120.01", "150"),
    second=signed_slopes,
    whole_steps=st.booleans(),
    limit=st.none() | cents_between("0", "20"),
)
coefficients = st.builds(
    Formula,
    kind=st.just(FormulaKind.COEFFICIENT),
    weight=weights,
    cap=caps,
    base=cents_between("0", "99.99"),
)
numbers = st.builds(
    Formula,
    kind=st.just(FormulaKind.EACH),
    weight=weights,
    floor=floors,
    each=cents_between("-10", "10"),
    limit=st.none() | cents_between("0", "20"),
)
bounded = settings(max_examples=120, deadline=None)


@bounded
@given(proportions | ladders | coefficients, st.lists(counted, min_size=1, max_size=4))
def test_printed_sum_gives_the_points_on_a_calculator(
    formula: Formula, group: list[Counted]
) -> None:
    found = _score(formula, *group)
    if found.dropped:
        assert formula.kind == FormulaKind.COEFFICIENT
        return
    value = points(formula, *group)
    assert value >= formula.floor
    if formula.kind == FormulaKind.LADDER and formula.limit is not None:
        furthest = formula.weight + formula.limit
        assert value <= max(furthest, formula.floor)
    if formula.kind == FormulaKind.COEFFICIENT:
        assert value <= formula.weight


@bounded
@given(numbers, st.integers(0, 40))
def test_printed_number_of_times_gives_the_points_on_a_calculator(
    formula: Formula, number: int
) -> None:
    points(formula, Counted(part=D(number), whole=D(40)), measure=LATE)


@bounded
@given(proportions, counted)
def test_doing_more_never_gives_less(formula: Formula, found: Counted) -> None:
    more = replace(found, part=found.part + D("0.01"))
    assert points(formula, more) >= points(formula, found)
