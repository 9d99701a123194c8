"""Which days a project may be on a list: a table of sentences."""

from datetime import date
from decimal import Decimal

import pytest

from projects.rules.listings import (
    Placed,
    Standing,
    Stay,
    Turn,
    first_difference,
    obstacle,
    standing,
    turns,
)

BEGINS, TODAY = date(2024, 1, 1), date(2024, 10, 15)


def day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def stay(since: str, until: str | None = None) -> Stay:
    return Stay(date.fromisoformat(since), day(until))


@pytest.mark.parametrize(
    ("row", "others", "field", "said"),
    [
        (stay("2024-01-01"), (), "", ""),
        (stay("2024-08-01", "2024-08-01"), (), "", ""),  # one day only
        (stay("2025-10-16"), (), "", ""),  # a year ahead
        (stay("2025-10-17"), (), "since", "2025-10-17 在一年以后"),
        (stay("2024-08-01", "2204-08-31"), (), "until", "请核对年份"),
        (stay("2024-08-02", "2024-08-01"), (), "until", "早于列入日期"),
        (stay("2023-12-31"), (), "since", "清单自 2024-01-01 起才有"),
        (stay("2024-08-01"), (stay("2024-01-01"),), "since", "请先办理调出"),
        (stay("2024-08-01"), (stay("2024-01-01", "2024-07-31"),), "", ""),
        (
            stay("2024-07-31"),
            (stay("2024-01-01", "2024-07-31"),),
            "since",
            "请填 2024-08-01 或以后",
        ),
        (stay("2024-01-01"), (stay("2024-08-01"),), "until", "请把最后一天填到 2024-07-31 或以前"),
        (stay("2024-01-01", "2024-07-31"), (stay("2024-08-01"),), "", ""),
        (stay("2024-01-01", "2024-08-01"), (stay("2024-08-01"),), "until", "2024-07-31"),
    ],
)
def test_stay_is_refused_with_its_field_and_a_remedy(
    row: Stay, others: tuple[Stay, ...], field: str, said: str
) -> None:
    found, sentence = obstacle(row, BEGINS, others, TODAY)
    assert found == field
    assert said in sentence


@pytest.mark.parametrize(
    ("asked", "held"),
    [("2024-02-29", False), ("2024-03-01", True), ("2024-05-31", True), ("2024-06-01", False)],
)
def test_first_and_last_day_are_of_the_stay(asked: str, held: bool) -> None:
    assert stay("2024-03-01", "2024-05-31").holds_on(date.fromisoformat(asked)) is held


LIST = [
    Placed(1, stay("2024-01-01"), Decimal(100)),
    Placed(2, stay("2024-01-01", "2024-05-31"), Decimal(30)),
    Placed(3, stay("2024-06-01"), None),
    Placed(2, stay("2024-08-16"), Decimal(30)),
]
"""One stayed, one left and came back, one took its place without an amount."""


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("2023-12-31", Standing()),
        ("2024-05-31", Standing(2, Decimal(130), 0)),
        ("2024-06-01", Standing(2, Decimal(100), 1)),
        ("2024-08-16", Standing(3, Decimal(130), 1)),
    ],
)
def test_list_is_counted_as_it_stands_on_the_day(asked: str, found: Standing) -> None:
    assert standing(LIST, date.fromisoformat(asked)) == found


def test_turns_tell_who_came_and_went_with_the_count_before_and_after() -> None:
    assert turns(LIST) == [
        Turn(date(2024, 1, 1), (0, 1), (), Standing(), Standing(2, Decimal(130), 0)),
        Turn(
            date(2024, 6, 1),
            (2,),
            (1,),
            Standing(2, Decimal(130), 0),
            Standing(2, Decimal(100), 1),
        ),
        Turn(
            date(2024, 8, 16),
            (3,),
            (),
            Standing(2, Decimal(100), 1),
            Standing(3, Decimal(130), 1),
        ),
    ]
    for each in turns(LIST):
        assert each.after == standing(LIST, each.day)


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ([], [stay("2024-03-01")], "2024-03-01"),
        ([stay("2024-01-01")], [stay("2024-01-01", "2024-05-31")], "2024-06-01"),
        ([stay("2024-01-01")], [stay("2024-02-01")], "2024-01-01"),
        ([stay("2024-01-01")], [stay("2024-01-01")], None),
    ],
)
def test_change_shows_from_the_first_day_that_differs(
    old: list[Stay], new: list[Stay], found: str | None
) -> None:
    assert first_difference(old, new) == day(found)
