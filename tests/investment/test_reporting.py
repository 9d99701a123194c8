"""Which month's report is due when: by the working calendar, over holidays and year's end."""

from datetime import date

import pytest

from investment.rules.reporting import (
    ReportingCalendar,
    Window,
    first_day,
    last_month,
    next_month,
)

DUE = [
    # month, due day, why
    ((2024, 9), (2024, 10, 12), "National Day until the 7th, the 12th is a make-up Saturday"),
    ((2024, 8), (2024, 9, 6), "an ordinary month that begins on a Sunday"),
    ((2024, 1), (2024, 2, 6), "Sunday the 4th is made up before the Spring Festival"),
    ((2024, 2), (2024, 3, 7), "leap February"),
    ((2024, 4), (2024, 5, 10), "Labour Day until the 5th"),
    ((2024, 12), (2025, 1, 8), "over the year's end"),
    ((2026, 12), (2027, 1, 7), "2027 is not decreed yet: weekdays, New Year's Day included"),
]


@pytest.mark.parametrize(("month", "due", "why"), DUE)
def test_report_is_due_on_the_fifth_working_day(
    month: tuple[int, int], due: tuple[int, int, int], why: str
) -> None:
    assert ReportingCalendar().due(date(*month, 1)) == date(*due), why


def test_due_workday_can_be_another() -> None:
    assert ReportingCalendar(1).due(date(2024, 9, 1)) == date(2024, 10, 8)
    assert ReportingCalendar(15).due(date(2024, 9, 1)) == date(2024, 10, 25)


@pytest.mark.parametrize(
    ("as_of", "month"),
    [
        ((2024, 10, 11), (2024, 8)),
        ((2024, 10, 12), (2024, 9)),
        ((2024, 10, 15), (2024, 9)),
        ((2024, 10, 31), (2024, 9)),
        ((2024, 11, 1), (2024, 9)),
        ((2024, 11, 6), (2024, 9)),
        ((2024, 11, 7), (2024, 10)),
        ((2025, 1, 1), (2024, 11)),
        ((2025, 1, 7), (2024, 11)),
        ((2025, 1, 8), (2024, 12)),
        ((2024, 3, 6), (2024, 1)),
        ((2024, 3, 7), (2024, 2)),
    ],
)
def test_money_month_turns_on_the_due_day(
    as_of: tuple[int, int, int], month: tuple[int, int]
) -> None:
    assert ReportingCalendar().money_month(date(*as_of)) == date(*month, 1)


@pytest.mark.parametrize(
    ("as_of", "months"),
    [
        ((2024, 10, 11), [(2024, 8), (2024, 9)]),
        ((2024, 10, 12), [(2024, 9)]),
        ((2024, 10, 24), [(2024, 9)]),
        ((2024, 10, 25), [(2024, 9), (2024, 10)]),
        ((2024, 12, 25), [(2024, 11), (2024, 12)]),
        ((2025, 1, 7), [(2024, 11), (2024, 12)]),
        ((2025, 1, 8), [(2024, 12)]),
    ],
)
def test_reports_are_taken_from_the_25th_of_the_month(
    as_of: tuple[int, int, int], months: list[tuple[int, int]]
) -> None:
    reportable = ReportingCalendar().reportable(date(*as_of))
    assert reportable == tuple(date(*month, 1) for month in months)


def test_month_set_by_the_office_opens_and_is_due_when_it_says() -> None:
    december = date(2024, 12, 1)
    early = ReportingCalendar(windows={december: Window(date(2024, 12, 16), date(2024, 12, 27))})
    assert early.reportable(date(2024, 12, 16)) == (date(2024, 11, 1), december)
    assert early.money_month(date(2024, 12, 26)) == date(2024, 11, 1)
    assert early.money_month(date(2024, 12, 27)) == december
    assert early.due(date(2024, 11, 1)) == date(2024, 12, 6)


def test_months_follow_each_other_from_any_day() -> None:
    assert first_day(date(2024, 2, 29)) == date(2024, 2, 1)
    assert next_month(date(2024, 1, 31)) == date(2024, 2, 1)
    assert next_month(date(2024, 12, 31)) == date(2025, 1, 1)
    assert last_month(date(2024, 3, 31)) == date(2024, 2, 1)
    assert last_month(date(2024, 1, 1)) == date(2023, 12, 1)
