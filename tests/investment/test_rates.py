"""Rates, pro-rata and gaps, against the check values of published reports."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from investment.rules.rates import (
    DEFAULT_CURVE,
    completion_rate,
    gap,
    pro_rata_linear,
    pro_rata_seasonal,
    round_half_up,
    spread,
)

PUBLISHED = [
    # completed, plan, month, places, rate, gap in points
    ("629.0", "647.4", 10, 1, "97.2", "13.8"),
    ("313.64", "1015", 3, 2, "30.90", "5.90"),
    ("96.4", "304", 4, 1, "31.7", "-1.6"),
]


@pytest.mark.parametrize(("completed", "plan", "month", "places", "rate", "points"), PUBLISHED)
def test_published_rates_and_gaps_come_out_as_printed(
    completed: str, plan: str, month: int, places: int, rate: str, points: str
) -> None:
    amounts = Decimal(completed), Decimal(plan)
    exact_rate = completion_rate(*amounts)
    exact_gap = gap(*amounts, pro_rata_linear(month))
    assert exact_rate is not None
    assert exact_gap is not None
    assert round_half_up(exact_rate, places) == Decimal(rate)
    assert round_half_up(exact_gap, places) == Decimal(points)


@pytest.mark.parametrize(
    ("completed", "plan"),
    [(None, "100"), ("5", None), ("5", "0"), ("0", "0"), (None, None), ("0", "0.00")],
)
def test_rate_does_not_apply_without_figure_or_plan(
    completed: str | None, plan: str | None
) -> None:
    figure = None if completed is None else Decimal(completed)
    planned = None if plan is None else Decimal(plan)
    assert completion_rate(figure, planned) is None
    assert gap(figure, planned, Decimal(75)) is None


def test_reported_zero_is_a_rate_of_zero() -> None:
    assert completion_rate(Decimal(0), Decimal(100)) == 0
    assert gap(Decimal(0), Decimal(100), Decimal(75)) == -75


@pytest.mark.parametrize(
    ("value", "places", "rounded"),
    [
        ("2.345", 2, "2.35"),
        ("-2.345", 2, "-2.35"),
        ("2.3449999", 2, "2.34"),
        ("0.05", 1, "0.1"),
        ("0.25", 1, "0.3"),
        ("13.85", 1, "13.9"),
        ("13.8246", 1, "13.8"),
        ("12.5", 0, "13"),
    ],
)
def test_five_rounds_away_from_zero(value: str, places: int, rounded: str) -> None:
    assert str(round_half_up(Decimal(value), places)) == rounded


@pytest.mark.parametrize(
    ("month", "linear", "seasonal"),
    [
        (1, "8.33", "1"),
        (2, "16.67", "2"),
        (3, "25", "6"),
        (4, "33.33", "14"),
        (5, "41.67", "27"),
        (6, "50", "41"),
        (7, "58.33", "55"),
        (8, "66.67", "69"),
        (9, "75", "82"),
        (10, "83.33", "92"),
        (11, "91.67", "97"),
        (12, "100", "100"),
    ],
)
def test_pro_rata_at_the_end_of_each_month(month: int, linear: str, seasonal: str) -> None:
    assert round_half_up(pro_rata_linear(month)) == Decimal(linear)
    assert pro_rata_seasonal(month, DEFAULT_CURVE) == Decimal(seasonal)


def test_pro_rata_follows_the_months_that_were_typed() -> None:
    half_in_june = [Decimal(0)] * 5 + [Decimal(40)] + [Decimal(0)] * 5 + [Decimal(40)]
    assert pro_rata_seasonal(5, half_in_june) == 0
    assert pro_rata_seasonal(6, half_in_june) == 50
    assert pro_rata_seasonal(12, half_in_june) == 100


def test_twelve_empty_months_have_no_pro_rata() -> None:
    with pytest.raises(ValueError, match="zero"):
        pro_rata_seasonal(6, [Decimal(0)] * 12)


def test_spread_of_one_hundred_is_the_curve_itself() -> None:
    assert spread(Decimal(100)) == DEFAULT_CURVE


def test_what_rounding_leaves_goes_to_the_largest_month() -> None:
    cents = ["0", "0", "0", "0.01", "0.01", "0.03", "0.01", "0.01", "0.01", "0.01", "0.01", "0"]
    assert spread(Decimal("0.10")) == tuple(map(Decimal, cents))
    even = [Decimal(1)] * 12
    assert spread(Decimal(100), even) == (Decimal("8.37"), *[Decimal("8.33")] * 11)


amounts = st.decimals(min_value=1, max_value=10**9, places=2)


@given(amounts)
def test_spread_adds_up_to_the_amount_and_is_never_negative(amount: Decimal) -> None:
    months = spread(amount)
    assert len(months) == 12
    assert sum(months) == amount
    assert min(months) >= 0


@given(amounts)
def test_only_the_largest_month_strays_from_the_curve(amount: Decimal) -> None:
    for index, (month, share) in enumerate(zip(spread(amount), DEFAULT_CURVE, strict=True)):
        strayed = abs(month - amount * share / 100)
        assert strayed <= (Decimal("0.07") if index == 5 else Decimal("0.005"))
