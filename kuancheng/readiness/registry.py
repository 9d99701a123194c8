"""The checks of the house, by name, and what they find."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from threading import Lock

log = logging.getLogger(__name__)

PATIENCE = 2.0
"""Seconds for which a process believes what it found: asking costs nobody's work anything."""

DATABASE = "database"
"""The check without which those that ask the database are not made."""


class State(StrEnum):
    """How something stands. Only `DOWN` means that the site should not be sent any requests."""

    OK = "ok"
    WARNING = "warning"
    DOWN = "down"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        """In words."""
        return LABELS[self]


LABELS = {
    State.OK: "正常",
    State.WARNING: "需处理",
    State.DOWN: "不可用",
    State.UNKNOWN: "不清楚",
}


@dataclass(frozen=True)
class Finding:
    """What a check found: a short code for anybody, and words that say what to do, in Chinese."""

    state: State
    code: str
    words: str


Look = Callable[[datetime], Finding]
"""Looks at something at a moment of the computer's own clock."""


@dataclass(frozen=True)
class Check:
    """Something that must be in order; `title` is what people call it."""

    name: str
    title: str
    look: Look
    asks_database: bool = True


@dataclass(frozen=True)
class Answer:
    """A check, and what it found."""

    check: Check
    finding: Finding


_checks: dict[str, Check] = {}
_found: tuple[list[Answer], float] | None = None
_guard = Lock()


def register(*checks: Check) -> None:
    """Adds checks; one of the same name takes the other's place."""
    _checks.update((each.name, each) for each in checks)


def look(now: datetime) -> list[Answer]:
    """What all checks find, at most two seconds old."""
    global _found
    with _guard:
        if _found is None or time.monotonic() - _found[1] > PATIENCE:
            _found = (_looked(now), time.monotonic())
        return _found[0]


def look_again() -> None:
    """Forgets what was found."""
    global _found
    _found = None


def worst(answers: list[Answer]) -> State:
    """`DOWN` before `WARNING` before all else, which is in order as far as it is known."""
    states = {each.finding.state for each in answers}
    return next((each for each in (State.DOWN, State.WARNING) if each in states), State.OK)


def _looked(now: datetime) -> list[Answer]:
    found: list[Answer] = []
    reached = True
    for check in _checks.values():
        if check.asks_database and not reached:
            finding = Finding(State.UNKNOWN, "skipped", "数据库连接不上，没有检查。")
        else:
            finding = _looked_at(check, now)
        if check.name == DATABASE:
            reached = finding.code != "unreachable"
        found.append(Answer(check, finding))
    return found


def _looked_at(check: Check, now: datetime) -> Finding:
    try:
        return check.look(now)
    except Exception:
        # Whatever is the matter with one check, the others are asked; the log says what it was.
        log.exception("readiness: %s", check.name)
        return Finding(State.UNKNOWN, "error", "没有查成，原因见运行日志。")
