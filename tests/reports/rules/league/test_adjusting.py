"""加减分: repeats that double, caps, months, and the sum that is printed."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from kuancheng.reports.rules.league.adjusting import Adjustment, Entry, Item, adjustments
from tests.reports.rules.league.calculator import computed

D = Decimal
ACCIDENT = Item("accident", "安全生产事故", D(-30), veto=True)
NOTICE = Item("notice", "通报批评", D(-5), most=D(12), doubles=True)
PRAISE = Item("praise", "经验交流", D("1.5"), most=D(4))


def entries(*given: tuple[str, int]) -> list[Entry]:
    return [
        Entry(number, item, date(2024, month, 1), "事由")
        for number, (item, month) in enumerate(given, 1)
    ]


def found(
    first: int, last: int, *given: tuple[str, int], items: tuple[Item, ...] = (NOTICE, PRAISE)
) -> dict[str, Adjustment]:
    """By item, of the months from `first` to `last` of 2024."""
    months = date(2024, first, 1), date(2024, last, 1)
    return {each.item.code: each for each in adjustments(items, entries(*given), *months)}


def test_nothing_recorded_is_nothing_said() -> None:
    assert found(9, 9) == {}


def test_first_time_counts_once_and_a_repeat_in_the_year_twice() -> None:
    assert found(9, 9, ("notice", 9))["notice"].points == -5
    assert found(9, 9, ("notice", 3), ("notice", 9))["notice"].points == -10


def test_repeat_is_one_also_within_a_month() -> None:
    again = found(9, 9, ("notice", 9), ("notice", 9))["notice"]
    assert (again.points, again.said) == (-12, "−5 − 10 = −15，封顶 −12")


def test_cap_itself_is_not_capped() -> None:
    twelve = Item("x", "x", D(-4), most=D(12), doubles=True)
    once = found(9, 9, ("x", 9), ("x", 9), items=(twelve,))["x"]
    assert (once.points, once.said) == (-12, "−4 − 8")


def test_addition_is_capped_from_above() -> None:
    praised = found(1, 9, *[("praise", month) for month in (2, 4, 6)])["praise"]
    assert (praised.points, praised.said) == (4, "1.5 + 1.5 + 1.5 = 4.5，封顶 4")


def test_month_has_its_own_entries_and_the_year_all_up_to_it() -> None:
    times = (("praise", 3), ("praise", 9), ("praise", 10))
    month, year = found(9, 9, *times)["praise"], found(1, 9, *times)["praise"]
    assert ([each.id for each in month.entries], month.points) == ([2], D("1.5"))
    assert ([each.id for each in year.entries], year.points) == ([1, 2], 3)
    assert "praise" not in found(5, 8, *times)


def test_later_time_recorded_first_is_still_the_repeat() -> None:
    """Recorded for September before the one for March was."""
    times = entries(("notice", 9), ("notice", 3))
    (march,) = adjustments((NOTICE,), times, date(2024, 3, 1), date(2024, 3, 1))
    (september,) = adjustments((NOTICE,), times, date(2024, 9, 1), date(2024, 9, 1))
    assert (march.points, september.points) == (-5, -10)


def test_items_do_not_make_each_other_repeats() -> None:
    other = Item("other", "另一项", D(-5), doubles=True)
    both = found(9, 9, ("notice", 9), ("other", 9), items=(NOTICE, other))
    assert {code: each.points for code, each in both.items()} == {"notice": -5, "other": -5}


def test_veto_of_wenzhou_takes_thirty() -> None:
    vetoed = found(9, 9, ("accident", 9), items=(ACCIDENT,))["accident"]
    assert (vetoed.points, vetoed.item.veto) == (-30, True)


def test_entry_of_an_item_that_the_rule_no_longer_has_counts_nothing() -> None:
    assert found(9, 9, ("gone", 9)) == {}


@settings(max_examples=80, deadline=None)
@given(
    points=st.decimals(D(-30), D(30), places=2).filter(bool),
    most=st.none() | st.decimals(D("0.01"), D(60), places=2),
    doubles=st.booleans(),
    months=st.lists(st.integers(1, 12), min_size=1, max_size=6),
)
def test_printed_sum_gives_the_points_on_a_calculator(
    points: Decimal, most: Decimal | None, doubles: bool, months: list[int]
) -> None:
    item = Item("x", "x", points, most=most, doubles=doubles)
    year = found(1, 12, *[("x", month) for month in months], items=(item,))["x"]
    times = 1 + (2 if doubles else 1) * (len(months) - 1)
    total = Fraction(points) * times
    said, _, capped = year.said.partition("，封顶 ")
    sums = said if capped else f"{said} = {str(year.points).replace('-', '−')}"
    assert computed(sums) == total
    if most is None or abs(total) <= most:
        assert (Fraction(year.points), capped) == (total, "")
    else:
        assert Fraction(year.points) == (Fraction(most) if total > 0 else -Fraction(most))
        assert capped == f"{year.points.normalize():f}".replace("-", "−")
