"""The total since the start of works, around the month of the opening figure."""

from datetime import date
from decimal import Decimal

import pytest

from investment.rules.totals import Opening, completed_to, total

MONTHS = [(date(2024, month, 1), Decimal(month)) for month in (1, 2, 3)]


@pytest.mark.parametrize(
    ("amounts", "sum_"),
    [((), None), ((None, None), None), ((0,), 0), ((None, 0), 0), ((3, None, 4), 7)],
)
def test_a_total_leaves_out_what_is_not_reported_and_is_none_where_nothing_is(
    amounts: tuple[int | None, ...], sum_: int | None
) -> None:
    assert total(None if each is None else Decimal(each) for each in amounts) == sum_


@pytest.mark.parametrize(
    ("month", "opening", "total"),
    [
        (date(2024, 3, 1), None, 6),
        (date(2024, 2, 1), None, 3),
        (date(2023, 12, 1), None, None),
        (date(2024, 3, 1), date(2023, 12, 1), 2006),
        (date(2023, 12, 1), date(2023, 12, 1), 2000),
        (date(2023, 11, 1), date(2023, 12, 1), None),
        (date(2024, 3, 1), date(2024, 2, 1), 2003),
        (date(2024, 1, 1), date(2024, 2, 1), 1),
    ],
)
def test_total_counts_no_month_twice_and_none_too_early(
    month: date, opening: date | None, total: int | None
) -> None:
    start = [Opening(opening, Decimal(2000))] if opening else []
    assert completed_to(month, MONTHS, start) == total


@pytest.mark.parametrize(
    ("month", "total"),
    [
        (date(2024, 1, 1), 2001),
        (date(2024, 2, 1), 2500),
        (date(2024, 3, 1), 2503),
        (date(2023, 11, 1), None),
    ],
)
def test_month_is_counted_from_the_latest_verified_figure_before_it(
    month: date, total: int | None
) -> None:
    starts = [
        Opening(date(2024, 2, 1), Decimal(2500)),
        Opening(date(2023, 12, 1), Decimal(2000)),
    ]
    assert completed_to(month, MONTHS, starts) == total
