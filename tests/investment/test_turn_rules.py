"""Which projects roll into the next year, as what, and when that may be done."""

from datetime import date

import pytest

from investment.rules.turn import (
    Candidate,
    is_offered,
    proposed_class,
    successor,
    why_it_stays,
    why_not_now,
)


@pytest.mark.parametrize(
    ("year", "today", "refused"),
    [
        (2025, date(2024, 11, 30), "从 2024 年 12 月 1 日起"),
        (2025, date(2024, 12, 1), ""),
        (2025, date(2025, 1, 1), ""),
        (2025, date(2025, 12, 31), ""),
        (2025, date(2026, 1, 1), "已经过去"),
        (2026, date(2024, 12, 31), "从 2025 年 12 月 1 日起"),
        (2000, date(2000, 6, 1), "年度应在"),
        (2101, date(2100, 12, 1), "年度应在"),
    ],
)
def test_year_is_turned_within_it_or_in_the_december_before(
    year: int, today: date, refused: str
) -> None:
    said = why_not_now(year, today)
    assert refused in said if refused else said == ""


@pytest.mark.parametrize(
    ("one", "stays", "offered"),
    [
        (Candidate("construction"), "", True),
        (Candidate("construction", "suspended"), "", True),
        (Candidate("construction", "deferred"), "", False),
        (Candidate("construction", "withdrawn"), "已退出", False),
        (Candidate("completed", actual_completion=date(2024, 12, 31)), "2024-12-31 已竣工", False),
        (Candidate("completed", actual_completion=date(2025, 1, 1)), "", True),
        (Candidate("commissioned"), "阶段已是竣工或以后", False),
    ],
)
def test_done_and_withdrawn_stay_and_deferred_is_left_to_the_office(
    one: Candidate, stays: str, offered: bool
) -> None:
    assert why_it_stays(one, 2025) == stays
    assert is_offered(one, 2025) is offered


@pytest.mark.parametrize(
    ("one", "code"),
    [
        (Candidate("construction"), "continuing"),
        (Candidate("preparation", actual_start=date(2024, 9, 1)), "continuing"),
        (Candidate("started", planned_completion=date(2025, 12, 31)), "completing"),
        (Candidate("started", planned_completion=date(2026, 1, 1)), "continuing"),
        # A promised day that has passed is the new year's task.
        (Candidate("construction", planned_completion=date(2024, 10, 1)), "completing"),
        (Candidate("preparation", planned_start=date(2025, 12, 31)), "new_start"),
        (Candidate("preparation", planned_start=date(2024, 9, 1)), "new_start"),
        (Candidate("signed", planned_start=date(2026, 1, 1)), "preparatory"),
        (Candidate("concept"), "preparatory"),
        (Candidate("concept", planned_completion=date(2025, 6, 1)), "preparatory"),
    ],
)
def test_class_that_the_register_suggests(one: Candidate, code: str) -> None:
    assert proposed_class(one, 2025) == code


@pytest.mark.parametrize(
    ("code", "name", "found"),
    [
        ("kc-2024", "2024年重点项目", ("kc-2025", "2025年重点项目")),
        ("roads", "道路专项", ("roads-2025", "2025年道路专项")),
    ],
)
def test_next_years_list_is_named_after_this_years(
    code: str, name: str, found: tuple[str, str]
) -> None:
    assert successor(code, name, 2025) == found
