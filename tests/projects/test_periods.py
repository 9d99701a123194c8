"""Months later: the day of the same number, or the month's last."""

from datetime import date

import pytest

from projects.rules.periods import months_later


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2023, 1, 31), 1, date(2023, 2, 28)),
        (date(2024, 3, 31), 1, date(2024, 4, 30)),
        (date(2024, 5, 27), 1, date(2024, 6, 27)),
        (date(2024, 1, 31), 3, date(2024, 4, 30)),
        (date(2022, 11, 30), 3, date(2023, 2, 28)),
        (date(2024, 12, 31), 3, date(2025, 3, 31)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2023, 2, 28), 12, date(2024, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2024, 10, 1), 15, date(2026, 1, 1)),
        (date(2024, 1, 1), -1, date(2023, 12, 1)),
        (date(2024, 12, 1), 0, date(2024, 12, 1)),
        (date(9999, 11, 1), 24, date.max),
    ],
)
def test_a_month_ends_on_its_own_day_or_on_the_last(day: date, months: int, later: date) -> None:
    assert months_later(day, months) == later
