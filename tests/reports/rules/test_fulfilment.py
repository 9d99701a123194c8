"""How far a plan is fulfilled: tables by hand, no database."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuancheng.reports.rules.fulfilment import Fulfilment, fulfilment

TODAY = date(2024, 10, 15)
DONE, OPEN = True, False


@pytest.mark.parametrize(
    ("steps", "found"),
    [
        ([], None),
        # The first open step is overdue.
        ([("07-31", DONE), ("09-14", OPEN), ("12-31", OPEN)], ("09-14", 31, 0)),
        ([("10-14", OPEN)], ("10-14", 1, 0)),
        # What was done beyond it does not make up for it.
        ([("09-14", OPEN), ("12-31", DONE)], ("09-14", 31, 0)),
        # Due today is not overdue.
        ([("10-15", OPEN)], ("10-15", 0, 0)),
        # Everything due is done.
        ([("09-14", DONE), ("12-31", OPEN)], ("10-15", 0, 0)),
        # Done before its time.
        ([("09-14", DONE), ("11-30", DONE), ("12-31", OPEN)], ("11-30", 0, 46)),
        # All done, however late: the plan is whole.
        ([("07-31", DONE), ("09-14", DONE)], ("09-14", 0, 0)),
        ([("07-31", DONE), ("12-31", DONE)], ("12-31", 0, 77)),
        # In no order.
        ([("12-31", OPEN), ("07-31", DONE)], ("10-15", 0, 0)),
    ],
)
def test_plan_is_fulfilled_until_the_first_open_step(
    steps: list[tuple[str, bool]], found: tuple[str, int, int] | None
) -> None:
    asked = [(date.fromisoformat(f"2024-{day}"), done) for day, done in steps]
    expected = found and Fulfilment(date.fromisoformat(f"2024-{found[0]}"), *found[1:])
    assert fulfilment(asked, TODAY) == expected


@given(st.lists(st.tuples(st.integers(-400, 400), st.booleans()), min_size=1))
def test_it_is_behind_exactly_when_a_step_is_overdue(steps: list[tuple[int, bool]]) -> None:
    asked = [(TODAY + timedelta(days=days), done) for days, done in steps]
    found = fulfilment(asked, TODAY)
    assert found is not None
    assert found.behind == max((-days for days, done in steps if not done and days < 0), default=0)
    assert not (found.behind and found.ahead)
