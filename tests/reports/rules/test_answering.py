"""Answers to red lights: owed, due, overdue, given, and a promise that has passed."""

from datetime import date

import pytest

from kuancheng.reports.rules.answering import Given, Standing, answering
from projects.rules.calendars import WORKING, Calendars

LINE = Calendars().line(WORKING)
FRIDAY = date(2024, 10, 11)
"""2024-10-12 was a working Saturday: the limit of three days ends on Tuesday the 15th."""


def day(number: int) -> date:
    return date(2024, 10, number)


@pytest.mark.parametrize(
    ("since", "on", "answers", "standing", "days"),
    [
        (FRIDAY, day(11), [], Standing.OWED, 0),
        (FRIDAY, day(15), [], Standing.OWED, 0),
        (FRIDAY, day(16), [], Standing.OVERDUE, 1),
        # A week later: from the 16th to Monday the 21st.
        (FRIDAY, day(21), [], Standing.OVERDUE, 4),
        # The weekend after the last day is not late yet.
        (day(15), day(20), [], Standing.OWED, 0),
        (day(15), day(21), [], Standing.OVERDUE, 1),
        (FRIDAY, day(20), [Given(day(14), day(20))], Standing.ANSWERED, 0),
        (FRIDAY, day(21), [Given(day(14), day(20))], Standing.BROKEN, 1),
        # A later answer replaces the promise.
        (FRIDAY, day(25), [Given(day(14), day(20)), Given(day(21), day(31))], Standing.ANSWERED, 0),
        # What was said to an earlier red counts no more.
        (FRIDAY, day(16), [Given(day(10), day(31))], Standing.OVERDUE, 1),
        (FRIDAY, day(12), [Given(day(10), day(31))], Standing.OWED, 0),
    ],
)
def test_an_answer_stands(
    since: date, on: date, answers: list[Given], standing: Standing, days: int
) -> None:
    found = answering(since, on, answers, 3, LINE)
    assert (found.standing, found.days) == (standing, days)
    assert found.is_open == (standing != Standing.ANSWERED)


def test_red_on_a_holiday_is_charged_from_the_next_working_day() -> None:
    # 1 to 7 October are holidays: the 8th, 9th and 10th are the three days.
    assert answering(day(3), day(3), [], 3, LINE).due == day(10)


@pytest.mark.parametrize(
    ("on", "answers", "text"),
    [
        (day(11), [], "须于 2024-10-15 前说明原因、措施和时间"),
        (day(17), [], "应于 2024-10-15 前说明原因、措施和时间，逾期 2 个工作日"),
        (day(17), [Given(day(14), day(20))], "承诺 2024-10-20 转好"),
        (day(18), [Given(day(17), day(20))], "承诺 2024-10-20 转好（逾期 2 个工作日才说明）"),
        (day(25), [Given(day(14), day(20))], "承诺 2024-10-20 转好，仍为红灯，已过 5 天"),
        # Late is who was late at first, not who spoke again.
        (day(25), [Given(day(14), day(20)), Given(day(22), day(31))], "承诺 2024-10-31 转好"),
    ],
)
def test_it_says_why(on: date, answers: list[Given], text: str) -> None:
    assert answering(FRIDAY, on, answers, 3, LINE).text == text
