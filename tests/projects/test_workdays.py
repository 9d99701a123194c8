"""The statutory working calendar."""

from datetime import date, timedelta

import pytest

from projects.rules.workdays import is_known, is_workday, nth_workday


@pytest.mark.parametrize(("year", "count"), [(2024, 251), (2025, 248), (2026, 248)])
def test_year_has_the_published_number_of_working_days(year: int, count: int) -> None:
    first = date(year, 1, 1)
    days = (date(year + 1, 1, 1) - first).days
    assert sum(is_workday(first + timedelta(days=offset)) for offset in range(days)) == count


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ((2024, 10, 1), False),  # National Day, a Tuesday
        ((2024, 10, 7), False),  # its last day, a Monday
        ((2024, 10, 8), True),
        ((2024, 10, 12), True),  # make-up Saturday
        ((2024, 10, 13), False),  # an ordinary Sunday
        ((2024, 9, 29), True),  # make-up Sunday
        ((2024, 2, 4), True),  # make-up Sunday before the Spring Festival
        ((2024, 2, 9), True),  # New Year's Eve was a working day in 2024
        ((2024, 2, 29), True),  # leap day, a Thursday
    ],
)
def test_holidays_and_make_up_days_of_2024(day: tuple[int, int, int], works: bool) -> None:
    assert is_workday(date(*day)) is works


@pytest.mark.parametrize(
    ("year", "known"), [(2003, False), (2004, True), (2024, True), (2026, True), (2027, False)]
)
def test_calendar_says_which_years_are_decreed(year: int, known: bool) -> None:
    assert is_known(year) is known


def test_undecreed_years_fall_back_to_weekdays() -> None:
    assert is_workday(date(2027, 10, 1))  # a Friday, surely a holiday one day
    assert not is_workday(date(2027, 10, 2))
    assert not is_workday(date(2003, 10, 5))  # a Sunday


def test_fifth_working_day_comes_after_the_holidays() -> None:
    assert nth_workday(2024, 10, 5) == date(2024, 10, 12)
    assert nth_workday(2024, 2, 18) == date(2024, 2, 29)
    assert nth_workday(2027, 1, 1) == date(2027, 1, 1)


def test_month_without_that_many_working_days_is_refused() -> None:
    with pytest.raises(ValueError, match="2024-02 has fewer than 19"):
        nth_workday(2024, 2, 19)
