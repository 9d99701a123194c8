"""So many a minute for each asker."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuancheng.throttles import budgets
from kuancheng.throttles.budgets import MINUTE, Budget


def test_whole_minute_may_be_asked_at_once_and_then_one_by_one() -> None:
    budget = Budget()
    assert [budget.take("a", 3, 100.0) for _ in range(3)] == [0, 0, 0]
    assert budget.take("a", 3, 100.0) == 20.0
    assert budget.take("a", 3, 119.9) > 0
    assert budget.take("a", 3, 120.0) == 0
    assert budget.take("a", 3, 120.0) == 20.0


def test_who_is_refused_is_not_held_up_longer_for_asking_again() -> None:
    budget = Budget()
    assert budget.take("a", 1, 0.0) == 0
    for second in range(1, 60):
        assert budget.take("a", 1, float(second)) == 60 - second
    assert budget.take("a", 1, 60.0) == 0


def test_each_has_his_own_and_zero_knows_no_limit() -> None:
    budget = Budget()
    assert budget.take("a", 1, 0.0) == budget.take("b", 1, 0.0) == 0
    assert not any(budget.take("c", 0, 0.0) for _ in range(1000))


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budgets, "MOST_ASKERS", 5)
    budget = Budget()
    for asker in range(100):
        budget.take(asker, 1, 0.0)
    assert len(budget._used) == 5
    assert budget.take(99, 1, 0.0) > 0


@given(st.integers(1, 50), st.lists(st.floats(0, 30), max_size=300))
def test_no_two_minutes_give_more_than_twice_the_rate(rate: int, steps: list[float]) -> None:
    budget, now, given_at = Budget(), 0.0, []
    for step in steps:
        now += step
        if not budget.take("a", rate, now):
            given_at.append(now)
    for first in given_at:
        within = [at for at in given_at if first <= at < first + MINUTE]
        assert len(within) <= 2 * rate
