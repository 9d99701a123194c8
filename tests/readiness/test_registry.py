"""Checks are made one by one; what is the matter with one hides no other."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from kuancheng.readiness import registry
from kuancheng.readiness.registry import DATABASE, Answer, Check, Finding, State, look, worst

NOW = datetime(2024, 10, 15, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _own_checks(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(registry, "_checks", {})
    registry.look_again()
    yield
    registry.look_again()


def check(name: str, state: State = State.OK, code: str = "ok", **fields: bool) -> Check:
    return Check(name, name, lambda now: Finding(state, code, "说明"), **fields)


def states() -> dict[str, str]:
    return {each.check.name: each.finding.code for each in look(NOW)}


def test_check_of_the_same_name_takes_the_others_place() -> None:
    registry.register(check("a"), check("b"))
    registry.register(check("a", State.DOWN, "full"))
    assert states() == {"a": "full", "b": "ok"}


def test_check_that_fails_is_unknown_and_the_next_is_made() -> None:
    def broken(now: datetime) -> Finding:
        raise RuntimeError("secret words")

    registry.register(Check("a", "a", broken), check("b"))
    [first, second] = look(NOW)
    assert (first.finding.state, first.finding.code) == (State.UNKNOWN, "error")
    assert "secret" not in first.finding.words
    assert second.finding.state is State.OK


def test_without_a_database_nothing_asks_it() -> None:
    registry.register(
        check(DATABASE, State.DOWN, "unreachable"), check("a"), check("b", asks_database=False)
    )
    assert states() == {DATABASE: "unreachable", "a": "skipped", "b": "ok"}


def test_what_was_found_is_believed_for_a_moment() -> None:
    asked: list[datetime] = []

    def counted(now: datetime) -> Finding:
        asked.append(now)
        return Finding(State.OK, "ok", "")

    registry.register(Check("a", "a", counted))
    look(NOW)
    look(NOW)
    assert len(asked) == 1
    registry.look_again()
    look(NOW)
    assert len(asked) == 2


@pytest.mark.parametrize(
    ("found", "state"),
    [
        ((), State.OK),
        ((State.OK, State.UNKNOWN), State.OK),
        ((State.WARNING, State.OK), State.WARNING),
        ((State.WARNING, State.DOWN), State.DOWN),
    ],
)
def test_worst_is_what_is_told_first(found: tuple[State, ...], state: State) -> None:
    answers = [Answer(check("a"), Finding(each, "", "")) for each in found]
    assert worst(answers) is state
