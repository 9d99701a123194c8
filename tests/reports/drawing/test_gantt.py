"""Places on the chart, worked out by hand: an axis of 10 units a day, or of months."""

from datetime import date

import pytest

from kuancheng.reports.drawing.gantt import (
    Axis,
    Point,
    Span,
    axis_around,
    bands,
    lane,
    link,
    months,
)

JUNE = Axis(date(2024, 6, 1), date(2024, 7, 1), left=100, width=300)
"""30 days, 10 units each."""


@pytest.mark.parametrize(
    ("first", "last", "place"),
    [
        (date(2024, 6, 1), date(2024, 6, 1), (100, 10)),
        (date(2024, 6, 11), date(2024, 6, 20), (200, 100)),
        (date(2024, 6, 30), date(2024, 6, 30), (390, 10)),
        (date(2024, 5, 1), date(2024, 6, 10), (100, 100)),
        (date(2024, 6, 21), date(2030, 1, 1), (300, 100)),
        (date(2020, 1, 1), date(2030, 1, 1), (100, 300)),
        (date(2024, 5, 1), date(2024, 5, 31), None),
        (date(2024, 7, 1), date(2024, 7, 2), None),
        (date(2024, 6, 20), date(2024, 6, 11), None),
    ],
)
def test_a_span_is_clipped_to_the_axis(
    first: date, last: date, place: tuple[float, float] | None
) -> None:
    assert JUNE.clip(first, last) == place


def test_a_day_is_never_too_narrow_to_be_seen() -> None:
    decade = Axis(date(2020, 1, 1), date(2030, 1, 1), left=0, width=365.3)
    assert decade.clip(date(2024, 6, 1), date(2024, 6, 1)) == (161.3, 3)


def test_a_lane_places_bars_by_kind_and_flags_in_the_middle_of_their_day() -> None:
    drawn = lane(
        JUNE,
        [Span("plan", date(2024, 6, 11), date(2024, 6, 20), "计划")],
        [Point("reached", date(2024, 6, 11), "红旗"), Point("due", date(2024, 7, 1), "之后")],
        top=50,
        height=100,
    )
    (bar,), (mark,) = drawn.bars, drawn.marks
    assert (bar.x, bar.y, bar.width, bar.height, bar.title) == (200, 76, 100, 48, "计划")
    assert (mark.kind, mark.x, mark.y) == ("reached", 205, 140)


def test_a_bar_that_is_marked_critical_keeps_its_place() -> None:
    span = Span("plan critical", date(2024, 6, 1), date(2024, 6, 2), "")
    assert lane(JUNE, [span], [], 0, 100).bars[0].y == 26


def test_bands_run_from_top_to_floor() -> None:
    winter = Span("winter", date(2024, 6, 21), date(2024, 8, 1), "冬季停工")
    (band,) = bands(JUNE, [winter], top=7, height=93)
    assert (band.x, band.y, band.width, band.height) == (300, 7, 100, 93)


def test_every_month_is_numbered_where_there_is_room() -> None:
    axis = Axis(date(2024, 11, 1), date(2025, 2, 1), left=0, width=300)
    assert [(each.label, each.year) for each in months(axis)] == [
        ("11", "2024年"),
        ("12", ""),
        ("1", "2025年"),
    ]


def test_a_long_axis_numbers_quarters_only() -> None:
    axis = Axis(date(2024, 1, 1), date(2026, 1, 1), left=0, width=288)
    assert [each.label for each in months(axis) if each.label] == ["1", "4", "7", "10"] * 2


def test_the_first_year_gives_way_to_a_near_january() -> None:
    axis = Axis(date(2024, 12, 1), date(2026, 12, 1), left=0, width=480)
    assert [each.year for each in months(axis)][:2] == ["", "2025年"]


def test_an_axis_around_days_takes_whole_months() -> None:
    axis = axis_around([date(2024, 12, 31), date(2024, 2, 29)], 0, 100)
    assert (axis.first, axis.end) == (date(2024, 2, 1), date(2025, 1, 1))


@pytest.mark.parametrize(
    ("start", "end", "path"),
    [
        ((10, 20), (60, 80), "M10 20H17V80H60"),
        ((10, 20), (12, 80), "M10 20H17V50H5V80H12"),
    ],
)
def test_a_link_turns_once_and_goes_around_when_the_next_begins_earlier(
    start: tuple[float, float], end: tuple[float, float], path: str
) -> None:
    assert link(start, end, critical=True).path == path
