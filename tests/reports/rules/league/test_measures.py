"""Rates: every value that a government published beside its parts, right or wrong."""

from dataclasses import fields
from decimal import Decimal
from functools import reduce
from operator import add

import pytest

from investment.rules.rates import round_half_up
from kuancheng.reports.rules.league.measures import MEANINGS, NOTHING, Counted, Measure

D = Decimal

COUNTIES = [
    ("吉首", "82.5", "65.1", "78.9"),
    ("泸溪", "42.6", "31.2", "73.2"),
    ("凤凰", "78.5", "62.9", "80.1"),
    ("古丈", "23.4", "19.0", "81.2"),
    ("花垣", "46.0", "37.1", "80.7"),
    ("保靖", "41.9", "30.9", "73.7"),
    ("永顺", "51.0", "42.3", "82.9"),
    ("龙山", "51.7", "40.9", "79.1"),
    ("高新区", "66.4", "53.1", "80.0"),
    ("州直", "156.7", "92.0", "58.7"),
]
"""Plan, done (亿元) and the rate of 湘西's counties; the last was printed as 58.8."""


def rate(whole: str, part: str, places: int) -> Decimal:
    found = Counted(part=D(part), whole=D(whole)).rate
    assert found is not None
    return round_half_up(found, places)


@pytest.mark.parametrize(("name", "plan", "done", "printed"), COUNTIES)
def test_county_has_the_rate_that_was_printed(
    name: str, plan: str, done: str, printed: str
) -> None:
    assert rate(plan, done, 1) == D(printed)


def test_prefecture_is_the_sum_of_its_counties_and_not_the_mean_of_their_rates() -> None:
    together = reduce(add, (Counted(D(done), D(plan), 1) for _, plan, done, _ in COUNTIES))
    assert (together.part, together.whole, together.projects) == (D("474.5"), D("640.7"), 10)
    assert together.rate is not None
    assert round_half_up(together.rate, 1) == D("74.1")


@pytest.mark.parametrize(
    ("whole", "part", "places", "printed"),
    [
        ("98.5", "21.01", 1, "21.3"),
        ("500.4", "367.1", 1, "73.4"),
        ("63.27", "77.57", 2, "122.60"),
        ("15", "7", 1, "46.7"),
        ("298", "288", 1, "96.6"),
        ("65", "26", 1, "40.0"),
        ("51", "57", 1, "111.8"),
        ("647.4", "629.0", 1, "97.2"),
        ("1015", "313.64", 2, "30.90"),
        ("304", "96.4", 1, "31.7"),
    ],
)
def test_published_rate_is_found_again(whole: str, part: str, places: int, printed: str) -> None:
    assert rate(whole, part, places) == D(printed)


@pytest.mark.parametrize(
    ("whole", "part", "places", "printed", "right"),
    [
        ("156.7", "92.0", 1, "58.8", "58.7"),
        ("26", "16", 1, "58", "61.5"),
        ("17.68", "4.28", 2, "24.25", "24.21"),
        ("16878", "14962", 2, "90.51", "88.65"),
    ],
)
def test_rate_printed_wrong_is_not_found_again(
    whole: str, part: str, places: int, printed: str, right: str
) -> None:
    assert rate(whole, part, places) == D(right) != D(printed)


def test_nothing_to_divide_by_is_no_rate_and_nothing_done_is_zero() -> None:
    assert NOTHING.rate is None
    assert Counted(part=D(5)).rate is None
    assert Counted(whole=D(5)).rate == 0


def test_adding_adds_every_column() -> None:
    one, two = Counted(D(1), D(2), 3, 4, 5), Counted(D(10), D(20), 30, 40, 50)
    assert one + two == Counted(D(11), D(22), 33, 44, 55)
    assert len(fields(Counted)) == 5


def test_every_measure_says_in_chinese_what_is_divided_by_what() -> None:
    assert set(MEANINGS) == set(Measure)
    assert MEANINGS[Measure.STARTS].definition == "期内开工 ÷ 期内计划开工（个）"
    late = MEANINGS[Measure.LATE_STARTS]
    assert late.definition == "其中期末未开工或晚于计划开工（个）；期内计划开工为零时不计"
    assert {each for each in Measure if MEANINGS[each].planned} == {
        Measure.YEAR_PLAN,
        Measure.PLAN_TO_DATE,
    }
