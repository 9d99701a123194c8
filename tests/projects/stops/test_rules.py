"""Which days a project stands still, and what the law asks of it by when; days by hand."""

from datetime import date

import pytest

from projects.rules.standing import standing_on, standing_refusal
from projects.rules.stops import Standstill, overlapped, stood_still, stop_on

MAY_27 = date(2024, 5, 27)


@pytest.mark.parametrize(
    ("day", "covered", "days"),
    [
        (date(2024, 5, 26), False, 0),
        (date(2024, 5, 27), True, 1),
        (date(2024, 6, 9), True, 14),
        (date(2024, 6, 10), False, 14),
        (date(2024, 7, 1), False, 14),
    ],
)
def test_the_first_day_counts_and_the_day_of_resumption_does_not(
    day: date, covered: bool, days: int
) -> None:
    stop = Standstill(MAY_27, resumed_on=date(2024, 6, 10))
    assert (stop.covers(day), stop.days(day)) == (covered, days)
    assert Standstill(MAY_27).covers(day) is (day >= MAY_27)


def test_a_stop_that_ends_on_its_first_day_covers_none() -> None:
    stop = Standstill(MAY_27, resumed_on=MAY_27)
    assert (stop.covers(MAY_27), stop.days(MAY_27)) == (False, 0)


@pytest.mark.parametrize(
    ("reported", "resumed", "day", "late", "missing"),
    [
        (None, None, date(2024, 6, 27), 0, True),
        (None, None, date(2024, 6, 28), 1, True),
        (None, None, date(2024, 10, 15), 110, True),
        (date(2024, 6, 27), None, date(2024, 10, 15), 0, False),
        (date(2024, 7, 1), None, date(2024, 10, 15), 4, False),
        # As of a day before it was reported.
        (date(2024, 7, 3), None, date(2024, 6, 30), 3, True),
        # Work went on within the month: nothing to report; a day later there is.
        (None, date(2024, 6, 27), date(2024, 10, 15), 0, False),
        (None, date(2024, 6, 28), date(2024, 6, 30), 3, True),
        # Before it was over nobody knew that it would be short.
        (None, date(2024, 6, 20), date(2024, 6, 19), 0, True),
        (None, None, date(2024, 5, 26), 0, False),
    ],
)
def test_a_stop_is_reported_within_a_month(
    reported: date | None, resumed: date | None, day: date, late: int, missing: bool
) -> None:
    stop = Standstill(MAY_27, resumed_on=resumed, reported_on=reported)
    assert stop.report_due == date(2024, 6, 27)
    assert (stop.report_late_by(day), stop.is_unreported(day)) == (late, missing)


@pytest.mark.parametrize(
    ("stopped", "day", "needed"),
    [
        (date(2023, 10, 15), date(2024, 10, 14), False),
        (date(2023, 10, 15), date(2024, 10, 15), True),
        (date(2024, 2, 29), date(2025, 2, 27), False),
        (date(2024, 2, 29), date(2025, 2, 28), True),
    ],
)
def test_after_exactly_a_year_the_permit_is_checked_again(
    stopped: date, day: date, needed: bool
) -> None:
    stop = Standstill(stopped)
    assert (stop.needs_recheck(day), stop.lacks_recheck(day)) == (needed, needed)
    checked = Standstill(stopped, rechecked_on=day)
    assert not checked.lacks_recheck(day)
    assert not Standstill(stopped, resumed_on=day).lacks_recheck(day)


@pytest.mark.parametrize(
    ("stop", "still"),
    [
        (Standstill(date(2024, 8, 31)), True),
        (Standstill(date(2024, 9, 1)), True),
        (Standstill(date(2024, 9, 2)), False),
        (Standstill(date(2024, 9, 1), resumed_on=date(2024, 10, 1)), True),
        (Standstill(date(2024, 9, 1), resumed_on=date(2024, 9, 30)), False),
    ],
)
def test_a_month_stood_still_is_one_without_a_day_of_work(stop: Standstill, still: bool) -> None:
    assert stood_still([stop], date(2024, 9, 1)) is still


@pytest.mark.parametrize(
    ("first", "resumed", "clash"),
    [
        (date(2024, 5, 1), date(2024, 5, 26), False),
        (date(2024, 5, 1), date(2024, 5, 27), True),
        (date(2024, 5, 1), None, True),
        (date(2024, 6, 1), None, True),
        (date(2024, 6, 10), None, True),
        (date(2024, 6, 11), None, False),
    ],
)
def test_stops_leave_a_day_of_work_between_them(
    first: date, resumed: date | None, clash: bool
) -> None:
    other = Standstill(MAY_27, resumed_on=date(2024, 6, 10))
    assert (overlapped([other], Standstill(first, resumed)) is other) is clash


def test_the_stop_of_a_day_is_found() -> None:
    first, second = Standstill(date(2024, 1, 1), date(2024, 2, 1)), Standstill(MAY_27)
    assert stop_on([first, second], date(2024, 1, 31)) is first
    assert stop_on([first, second], date(2024, 2, 1)) is None
    assert stop_on([first, second], date(2024, 10, 15)) is second


@pytest.mark.parametrize(
    ("registered", "stopped", "on_record", "standing"),
    [
        ("normal", False, False, "normal"),
        ("normal", True, True, "suspended"),
        ("suspended", True, True, "suspended"),
        ("suspended", False, True, "normal"),
        # From before there were stops.
        ("suspended", False, False, "suspended"),
        # The site stands still and nothing is asked of the project.
        ("deferred", True, True, "deferred"),
        ("withdrawn", True, True, "withdrawn"),
    ],
)
def test_standing_of_a_day_follows_the_stops(
    registered: str, stopped: bool, on_record: bool, standing: str
) -> None:
    assert standing_on(registered, stopped=stopped, on_record=on_record) == standing


@pytest.mark.parametrize(
    ("before", "after", "stopped", "said"),
    [
        (None, "normal", False, ""),
        (None, "suspended", False, "先按“正常”登记"),
        ("normal", "suspended", False, "在项目页登记停工"),
        ("suspended", "suspended", True, ""),
        ("suspended", "normal", True, "在项目页申请复工"),
        ("suspended", "normal", False, ""),
        ("suspended", "deferred", True, ""),
        ("suspended", "withdrawn", True, ""),
        ("deferred", "normal", True, "在项目页申请复工"),
        ("deferred", "suspended", True, ""),
        ("deferred", "normal", False, ""),
    ],
)
def test_only_a_stop_makes_and_ends_a_standstill(
    before: str | None, after: str, stopped: bool, said: str
) -> None:
    found = standing_refusal(before, after, stopped=stopped)
    assert (said in found) if said else not found
