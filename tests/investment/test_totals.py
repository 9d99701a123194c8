"""The total since the start of works, around the month of the opening figure."""

from datetime import date
from decimal import Decimal

import pytest

from investment.rules.totals import Opening, completed_to

MONTHS = [(date(2024, month, 1), Decimal(month)) for month in (1, 2, 3)]


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
    start = Opening(opening, Decimal(2000)) if opening else None
    assert completed_to(month, MONTHS, start) == total
