"""Places: ties, the red and the black list by target and rank, movement, climbers."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kuancheng.reports.rules.league.adjusting import Adjustment, Item
from kuancheng.reports.rules.league.formulas import Formula, FormulaKind, Points
from kuancheng.reports.rules.league.measures import Counted, Measure
from kuancheng.reports.rules.league.ranking import (
    Listed,
    ListRule,
    Standing,
    TieRule,
    climbers,
    fallers,
    ranks_of,
    standings,
)
from kuancheng.reports.rules.league.scoring import Indicator, Result, Score

D = Decimal
MONEY = Measure.PLAN_TO_DATE
INDICATOR = Indicator(MONEY, Formula(FormulaKind.PROPORTION, D(100)))
VETO = Adjustment(Item("x", "事故", D(-30), veto=True), (), D(-30), "−30")
AGENCIES = ListRule(MONEY, D(100), red=4, black=3)
"""绵阳: red where the target is beaten and among the first 4, black where missed and among the last 3."""


def result(
    entrant: str, total: str | None, rate: str | None = None, *, vetoed: bool = False
) -> Result:
    found = Counted() if rate is None else Counted(part=D(rate), whole=D(100), projects=1)
    return Result(
        entrant,
        1,
        (Score(INDICATOR, found, Points(found.rate, "")),),
        (VETO,) if vetoed else (),
        basic=None if total is None else D(total),
        total=None if total is None else D(total),
        why="" if total is not None else "不排名",
    )


def placed(
    *found: Result,
    tie: TieRule = TieRule.COMPETITION,
    lists: ListRule | None = None,
    exempt: dict[str, str] | None = None,
    before: dict[str, int] | None = None,
) -> dict[str, Standing]:
    every = standings(found, tie, lists or ListRule(), exempt or {}, before or {})
    return {each.result.entrant: each for each in every}


def by_rate(*rates: str) -> list[Result]:
    """a, b, c … whose totals are their rates."""
    return [result(chr(ord("a") + place), rate, rate) for place, rate in enumerate(rates)]


def listed(found: dict[str, Standing]) -> dict[str, str]:
    return {entrant: each.listed.value for entrant, each in found.items() if each.listed}


class TestRanks:
    @pytest.mark.parametrize(
        ("totals", "competition", "dense"),
        [
            ([], [], []),
            (["90"], [1], [1]),
            (["90", "80", "80", "70"], [1, 2, 2, 4], [1, 2, 2, 3]),
            (["90", "90", "80"], [1, 1, 3], [1, 1, 2]),
            (
                ["90", "80", "80", "80", "70", "70", "60"],
                [1, 2, 2, 2, 5, 5, 7],
                [1, 2, 2, 2, 3, 3, 4],
            ),
            (["80", "80"], [1, 1], [1, 1]),
            (["80.00", "80.0", "79.99"], [1, 1, 3], [1, 1, 2]),
        ],
    )
    def test_ties(self, totals: list[str], competition: list[int], dense: list[int]) -> None:
        found = [D(each) for each in totals]
        assert ranks_of(found, TieRule.COMPETITION) == competition
        assert ranks_of(found, TieRule.DENSE) == dense

    def test_alike_stand_in_the_groups_order_whatever_their_names(self) -> None:
        found = placed(result("z", "80"), result("m", "90"), result("a", "80"))
        assert {entrant: each.rank for entrant, each in found.items()} == {"m": 1, "z": 2, "a": 2}
        assert list(found) == ["m", "z", "a"]

    def test_unranked_stand_last_without_a_place(self) -> None:
        found = placed(result("x", None), result("a", "-5"), result("b", "3"))
        assert list(found) == ["b", "a", "x"]
        assert found["x"].rank is None

    def test_who_has_points_but_is_not_eligible_takes_nobodys_place(self) -> None:
        high = Result("high", 1, (), total=D(99), basic=D(99), why="不排名")
        found = placed(high, result("a", "50"))
        assert (found["high"].rank, found["a"].rank) == (None, 1)


class TestLists:
    def test_red_needs_the_target_and_the_rank(self) -> None:
        found = placed(*by_rate("130", "120", "110", "105", "101", "99", "98"), lists=AGENCIES)
        assert listed(found) == {
            "a": "red", "b": "red", "c": "red", "d": "red", "f": "black", "g": "black",
        }  # fmt: skip
        assert found["d"].list_said == ("序时完成率 105.00%，高于目标 100%，且排在前 4（第 4 名）")
        assert found["g"].list_said == "序时完成率 98.00%，低于目标 100%，且排在后 3（第 7 名）"
        assert found["e"].list_said == "", "beats the target but is the fifth, and third from below"

    def test_cities_of_mianyang_five_and_four(self) -> None:
        cities = ListRule(MONEY, D(100), red=5, black=4)
        rates = ("130", "120", "110", "105", "101", "100.5", "99", "98", "97", "96", "95")
        found = placed(*by_rate(*rates), lists=cities)
        assert listed(found) == dict.fromkeys("abcde", "red") | dict.fromkeys("hijk", "black")

    def test_exactly_at_the_target_is_on_neither(self) -> None:
        found = placed(*by_rate("100", "100.01", "99.99"), lists=AGENCIES)
        assert listed(found) == {"b": "red", "c": "black"}

    def test_target_is_asked_of_the_unrounded_rate(self) -> None:
        """100.004 prints as 100.00% and is above."""
        found = placed(*by_rate("100.004", "99.996"), lists=AGENCIES)
        assert listed(found) == {"a": "red", "b": "black"}

    def test_tie_at_the_edge_is_listed_together(self) -> None:
        edge = ListRule(MONEY, D(100), red=2, black=2)
        rates = ("130", "120", "120", "101", "90", "90", "80")
        found = placed(*by_rate(*rates), lists=edge)
        assert listed(found) == dict.fromkeys("abc", "red") | dict.fromkeys("efg", "black")

    @pytest.mark.parametrize("tie", TieRule)
    def test_dense_ranks_do_not_lengthen_a_list(self, tie: TieRule) -> None:
        """Two share the first place: the third has two better, and is not among the first two."""
        found = placed(
            *by_rate("130", "130", "120", "90"), tie=tie, lists=ListRule(MONEY, D(100), red=2)
        )
        assert listed(found) == {"a": "red", "b": "red"}

    def test_rank_alone_or_target_alone_lists_nobody(self) -> None:
        assert listed(placed(*by_rate("99", "98"), lists=ListRule(MONEY, D(100), red=2))) == {}
        assert listed(placed(*by_rate("99", "98"), lists=ListRule(MONEY, D(100)))) == {}

    def test_exemption_is_said_and_is_no_black_list(self) -> None:
        found = placed(*by_rate("120", "90"), lists=AGENCIES, exempt={"b": "洪水停工"})
        assert found["b"].listed == Listed.EXEMPT
        assert found["b"].list_said == (
            "序时完成率 90.00%，低于目标 100%，且排在后 3（第 2 名）；免列黑榜：洪水停工"
        )

    def test_exemption_frees_nobodys_place(self) -> None:
        last = ListRule(MONEY, D(100), black=1)
        found = placed(*by_rate("99", "98"), lists=last, exempt={"b": "洪水停工"})
        assert listed(found) == {"b": "exempt"}

    def test_exemption_of_who_would_not_be_black_says_nothing(self) -> None:
        found = placed(*by_rate("120", "110"), lists=AGENCIES, exempt={"b": "洪水停工"})
        assert found["b"].listed == Listed.RED

    def test_veto_keeps_off_the_red_list_and_says_so(self) -> None:
        found = placed(
            result("a", "130", "130", vetoed=True), result("b", "90", "90"), lists=AGENCIES
        )
        assert listed(found) == {"b": "black"}
        assert found["a"].list_said.endswith("有一票否决事项，不列红榜")
        assert found["a"].rank == 1

    def test_without_a_rate_nobody_is_listed(self) -> None:
        found = placed(result("a", "130"), result("b", "1"), lists=AGENCIES)
        assert listed(found) == {}

    def test_unranked_are_not_listed(self) -> None:
        found = placed(result("x", None, "10"), result("a", "50", "101"), lists=AGENCIES)
        assert listed(found) == {"a": "red"}

    def test_target_other_than_a_hundred(self) -> None:
        found = placed(*by_rate("86", "85", "84"), lists=ListRule(MONEY, D(85), red=3, black=3))
        assert listed(found) == {"a": "red", "c": "black"}


class TestMovement:
    def test_is_the_places_won_and_none_where_one_of_them_is_missing(self) -> None:
        found = placed(
            *by_rate("90", "80", "70"), result("x", None), before={"a": 3, "b": 1, "x": 2}
        )
        assert [each.moved for each in found.values()] == [2, -1, None, None]
        assert [each.before for each in found.values()] == [3, 1, None, 2]

    def test_climbers_are_who_won_most_and_fallers_who_lost_most(self) -> None:
        before = {"a": 5, "b": 4, "c": 3, "d": 2, "e": 1, "f": 6}
        found = list(placed(*by_rate("90", "80", "70", "60", "50", "40"), before=before).values())
        assert [(each.result.entrant, each.moved) for each in climbers(found)] == [
            ("a", 4),
            ("b", 2),
        ]
        assert [(each.result.entrant, each.moved) for each in fallers(found)] == [
            ("e", -4),
            ("d", -2),
        ]
        assert [each.result.entrant for each in climbers(found, 1)] == ["a"]

    def test_climbers_alike_stand_by_their_place_now(self) -> None:
        found = list(placed(*by_rate("90", "80", "70", "60"), before={"a": 2, "b": 3}).values())
        assert [each.result.entrant for each in climbers(found)] == ["a", "b"]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.decimals(D(50), D(150), places=1), min_size=1, max_size=12),
    st.sampled_from(TieRule),
    st.integers(0, 5),
    st.integers(0, 5),
)
def test_places_and_lists_hold_in_any_group(
    rates: list[Decimal], tie: TieRule, red: int, black: int
) -> None:
    found = placed(
        *by_rate(*map(str, rates)), tie=tie, lists=ListRule(MONEY, D(100), red=red, black=black)
    )
    for each in found.values():
        own = each.result.total
        assert own is not None
        better = [rate for rate in rates if rate > own]
        worse = [rate for rate in rates if rate < own]
        expected = len(better if tie == TieRule.COMPETITION else set(better)) + 1
        assert each.rank == expected
        assert (each.listed == Listed.RED) == (own > 100 and len(better) < red)
        assert (each.listed == Listed.BLACK) == (own < 100 and len(worse) < black)
