"""Days that are picked for a decision: boundary days of a week, holidays, the end of a month."""

from datetime import date

import pytest

from kuancheng.reports.rules.due_picks import due_picks
from projects.rules.calendars import Calendars


def picked(today: date, **overrides: bool) -> dict[str, date]:
    days = {date.fromisoformat(day): works for day, works in overrides.items()}
    return {each.words: each.day for each in due_picks(today, Calendars(overrides=days))}


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        # A Tuesday without holidays ahead.
        (
            date(2024, 10, 15),
            {
                "本周五": date(2024, 10, 18),
                "下周三": date(2024, 10, 23),
                "一个月内": date(2024, 11, 15),
            },
        ),
        # On a Friday the week has no other; National Day moves the Wednesday from the 2nd to the
        # 8th, and the 27th is a Sunday.
        (date(2024, 9, 27), {"下周三": date(2024, 10, 8), "一个月内": date(2024, 10, 28)}),
        # A Sunday belongs to the week that ends; the Wednesday is that of the next.
        (date(2024, 10, 20), {"下周三": date(2024, 10, 23), "一个月内": date(2024, 11, 20)}),
        # A month after the 31st of January is the last of February, in a leap year the 29th.
        (
            date(2024, 1, 31),
            {
                "本周五": date(2024, 2, 2),
                "下周三": date(2024, 2, 7),
                "一个月内": date(2024, 2, 29),
            },
        ),
    ],
)
def test_days_are_what_a_meeting_means(today: date, expected: dict[str, date]) -> None:
    assert picked(today) == expected


def test_day_that_a_holiday_moves_onto_another_is_told_once() -> None:
    # Friday 4 October 2024 and the Wednesday before are both moved past National Day.
    found = picked(date(2024, 9, 30))
    assert found == {
        "本周五": date(2024, 10, 8),
        "下周三": date(2024, 10, 9),
        "一个月内": date(2024, 10, 30),
    }
    closed = {"2024-10-18": False, "2024-10-21": False, "2024-10-22": False}
    assert picked(date(2024, 10, 15), **closed) == {
        "本周五": date(2024, 10, 23),
        "一个月内": date(2024, 11, 15),
    }
