"""The registry through which kept figures learn that their facts changed."""

from contextlib import suppress

import pytest

from projects import facts


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[frozenset[int]]:
    """What a listener of its own is told."""
    told: list[frozenset[int]] = []
    monkeypatch.setattr(facts, "_listeners", [])
    facts.subscribe(told.append)
    return told


def test_change_is_announced_at_once(heard: list[frozenset[int]]) -> None:
    facts.changed([1, 2, 2])
    assert heard == [frozenset({1, 2})]


def test_nothing_changed_is_not_announced(heard: list[frozenset[int]]) -> None:
    facts.changed([])
    with facts.together():
        pass
    assert heard == []


def test_many_changes_are_announced_once_at_the_end(heard: list[frozenset[int]]) -> None:
    with facts.together():
        facts.changed([1])
        with facts.together():
            facts.changed([2])
        facts.changed([1, 3])
        assert heard == []
    assert heard == [frozenset({1, 2, 3})]


def test_failed_block_announces_nothing_and_leaves_no_trace(heard: list[frozenset[int]]) -> None:
    with suppress(RuntimeError), facts.together():
        facts.changed([1])
        raise RuntimeError
    assert heard == []
    facts.changed([2])
    assert heard == [frozenset({2})]


def test_subscribing_twice_is_subscribing_once(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[frozenset[int]] = []
    listener = told.append
    monkeypatch.setattr(facts, "_listeners", [])
    facts.subscribe(listener)
    facts.subscribe(listener)
    facts.changed([1])
    assert told == [frozenset({1})]
