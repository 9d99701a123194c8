"""Which days count in which unit, and arithmetic on them."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projects.rules.calendars import (
    CALENDAR,
    CONSTRUCTION,
    DEFAULT_WINTER,
    FIRST_YEAR,
    LAST_YEAR,
    WORKING,
    Calendars,
    Line,
    MonthDay,
    OutOfCalendar,
    Window,
    span,
    swallows_the_year,
    without,
)


def d(text: str) -> date:
    return date.fromisoformat(text)


# Three working days around National Day 2024, with the gap of the holiday between them.
AROUND = Line((d("2024-09-30"), d("2024-10-08"), d("2024-10-09")))


@pytest.mark.parametrize(
    ("day", "on_or_after", "on_or_before"),
    [
        ("2024-09-30", "2024-09-30", "2024-09-30"),
        ("2024-10-01", "2024-10-08", "2024-09-30"),
        ("2024-10-07", "2024-10-08", "2024-09-30"),
        ("2024-10-08", "2024-10-08", "2024-10-08"),
    ],
)
def test_line_finds_the_next_and_the_last_day_that_counts(
    day: str, on_or_after: str, on_or_before: str
) -> None:
    assert AROUND.on_or_after(d(day)) == d(on_or_after)
    assert AROUND.on_or_before(d(day)) == d(on_or_before)


def test_line_moves_by_counting_days_in_both_directions() -> None:
    assert AROUND.moved(d("2024-09-30"), 0) == d("2024-09-30")
    assert AROUND.moved(d("2024-09-30"), 2) == d("2024-10-09")
    assert AROUND.moved(d("2024-10-09"), -2) == d("2024-09-30")


@pytest.mark.parametrize(
    ("first", "end", "count"),
    [
        ("2024-09-30", "2024-09-30", 0),
        ("2024-09-30", "2024-10-01", 1),
        ("2024-09-30", "2024-10-08", 1),
        ("2024-10-01", "2024-10-08", 0),
        ("2024-09-30", "2024-10-10", 3),
        ("2024-10-09", "2024-09-30", -2),
    ],
)
def test_line_counts_days_between_and_negative_when_the_end_comes_first(
    first: str, end: str, count: int
) -> None:
    assert AROUND.between(d(first), d(end)) == count


def test_line_says_when_it_ends_instead_of_wrapping_around() -> None:
    with pytest.raises(OutOfCalendar):
        AROUND.on_or_before(d("2024-09-29"))
    with pytest.raises(OutOfCalendar):
        AROUND.on_or_after(d("2024-10-10"))
    with pytest.raises(OutOfCalendar):
        AROUND.moved(d("2024-10-09"), 1)
    with pytest.raises(OutOfCalendar):
        AROUND.moved(d("2024-09-30"), -1)


@pytest.mark.parametrize(
    ("year", "working", "every", "construction"),
    # Decreed working days; all days; 1 April to 31 October has 214 days in any year.
    [(2024, 251, 366, 214), (2025, 248, 365, 214), (2026, 248, 365, 214)],
)
def test_year_has_its_days_of_each_unit(
    year: int, working: int, every: int, construction: int
) -> None:
    calendars = Calendars()
    first, end = date(year, 1, 1), date(year + 1, 1, 1)
    assert calendars.line(WORKING).between(first, end) == working
    assert calendars.line(CALENDAR).between(first, end) == every
    assert calendars.line(CONSTRUCTION).between(first, end) == construction


def test_lines_reach_over_a_century_and_no_further() -> None:
    days = Calendars().line(CALENDAR).days
    assert (days[0], days[-1]) == (date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31))
    assert Calendars().line(CONSTRUCTION).days[0] == date(2000, 4, 1)


def test_override_moves_single_days_and_no_others() -> None:
    closed, opened = d("2024-10-16"), d("2024-10-19")  # a Wednesday, a Saturday
    kept = d("2024-10-12")  # a make-up Saturday, said to work once more
    calendars = Calendars(overrides={opened: True, closed: False, kept: True})
    plain, moved = set(Calendars().line(WORKING).days), set(calendars.line(WORKING).days)
    assert plain - moved == {closed}
    assert moved - plain == {opened}
    assert list(calendars.line(WORKING).days) == sorted(moved)
    assert not calendars.works(closed)
    assert calendars.works(opened)
    assert calendars.works(kept)
    assert calendars.works(d("2024-09-29"))
    assert not calendars.works(d("2024-10-13"))


def test_winter_takes_its_first_and_last_day_and_crosses_the_year() -> None:
    days = set(Calendars().line(CONSTRUCTION).days)
    frozen = [d("2024-11-01"), d("2024-12-31"), d("2025-01-01"), d("2025-02-28"), d("2025-03-31")]
    assert not days.intersection(frozen)
    assert {d("2024-10-31"), d("2025-04-01")} <= days


def test_winter_within_one_year_does_not_cross() -> None:
    days = set(Calendars(winter=(((1, 10), (2, 20)),)).line(CONSTRUCTION).days)
    assert {d("2025-01-09"), d("2025-02-21"), d("2025-12-31")} <= days
    assert not days.intersection({d("2025-01-10"), d("2025-02-20")})


def test_winter_of_a_single_day_is_that_day() -> None:
    days = Calendars(winter=(((5, 1), (5, 1)),)).line(CONSTRUCTION)
    assert days.between(d("2025-01-01"), d("2026-01-01")) == 364
    assert d("2025-05-01") not in days.days


def test_winter_to_the_leap_day_ends_on_the_28th_in_other_years() -> None:
    days = set(Calendars(winter=(((12, 1), (2, 29)),)).line(CONSTRUCTION).days)
    assert d("2024-02-29") not in days
    assert d("2025-02-28") not in days
    assert {d("2024-03-01"), d("2025-03-01")} <= days


def test_two_windows_of_one_season_may_overlap() -> None:
    winter = (((11, 1), (1, 31)), ((1, 15), (3, 31)))
    assert Calendars(winter=winter).line(CONSTRUCTION).days == Calendars().line(CONSTRUCTION).days


def test_winter_of_a_single_year_replaces_only_the_season_that_begins_in_it() -> None:
    calendars = Calendars(winters={2024: ((d("2024-11-10"), d("2025-04-05")),), 2026: ()})
    days = set(calendars.line(CONSTRUCTION).days)
    assert {d("2024-11-09"), d("2025-04-06"), d("2026-12-31"), d("2027-03-31")} <= days
    assert not days.intersection({d("2024-11-10"), d("2025-04-05"), d("2024-03-31")})
    assert not days.intersection({d("2025-11-01"), d("2026-03-31"), d("2027-11-01")})


def test_windows_are_told_by_the_year_in_which_they_begin() -> None:
    own = (d("2025-11-15"), d("2026-03-15"))
    assert list(Calendars(winters={2025: (own,)}).windows(2024, 2026)) == [
        (d("2024-11-01"), d("2025-03-31")),
        own,
        (d("2026-11-01"), d("2027-03-31")),
    ]


def test_in_winter_and_the_construction_line_agree() -> None:
    calendars = Calendars(winters={2024: ((d("2024-11-10"), d("2025-04-05")),)})
    days = set(calendars.line(CONSTRUCTION).days)
    for day in span(d("2023-10-01"), d("2026-04-30")):
        assert calendars.in_winter(day) is (day not in days)


@pytest.mark.parametrize(
    ("winter", "swallowed"),
    [
        ((), False),
        (DEFAULT_WINTER, False),
        ((((1, 1), (12, 31)),), True),
        ((((4, 1), (3, 31)),), True),
        ((((4, 2), (3, 31)),), False),  # 1 April is left
        ((((3, 1), (2, 28)),), True),  # only the leap day of a leap year would be left
        ((((10, 1), (4, 30)), ((5, 1), (9, 30))), True),
        ((((10, 1), (4, 30)), ((5, 2), (9, 30))), False),  # 1 May is left
    ],
)
def test_winter_that_swallows_the_year_is_seen(
    winter: tuple[tuple[MonthDay, MonthDay], ...], swallowed: bool
) -> None:
    assert swallows_the_year(winter) is swallowed


def test_year_is_known_from_the_decrees_or_from_own_entries() -> None:
    assert Calendars().is_known(2024)
    assert not Calendars().is_known(2027)
    assert not Calendars(overrides={d("2027-10-01"): False}).is_known(2027)
    week = dict.fromkeys(span(d("2027-10-01"), d("2027-10-11")), False)
    assert Calendars(overrides=week).is_known(2027)


def test_span_holds_its_first_and_its_last_day() -> None:
    assert list(span(d("2024-02-28"), d("2024-03-01"))) == [
        d("2024-02-28"),
        d("2024-02-29"),
        d("2024-03-01"),
    ]
    assert list(span(d("2024-03-01"), d("2024-02-28"))) == []


JANUARY = Line(tuple(span(d("2024-01-01"), d("2024-01-31"))))
around_january = st.dates(d("2023-12-20"), d("2024-02-10"))


@given(spans=st.lists(st.tuples(around_january, around_january), max_size=5))
@settings(derandomize=True, max_examples=200, deadline=None)
def test_line_without_spans_is_the_line_less_their_days(spans: list[Window]) -> None:
    lost = {
        first + timedelta(number)
        for first, last in spans
        for number in range((last - first).days + 1)
    }
    assert without(JANUARY, spans).days == tuple(day for day in JANUARY.days if day not in lost)
