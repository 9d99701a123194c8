"""Where services announce what they changed, and later apps listen.

A plain registry: whoever keeps something computed from records subscribes once, at start-up. The
listeners run in the announcing transaction, so a kept figure and its facts are never apart.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from enum import StrEnum


class Action(StrEnum):
    """What became of a record."""

    CREATED = "created"
    CHANGED = "changed"
    DELETED = "deleted"


@dataclass(frozen=True)
class Announcement:
    """One change of one record, by one account.

    `kind` is the record's model, “investment.statusreport”; `version` the one that the change
    made, None where the kind counts none; `fields` the columns that are new; `projects` the ids
    of the projects whose facts change with it.
    """

    kind: str
    id: int
    action: Action
    version: int | None
    fields: tuple[str, ...]
    actor: int
    projects: frozenset[int] = frozenset()

    def touching(self, projects: Iterable[int]) -> "Announcement":
        """The same, with other projects whose facts change."""
        return replace(self, projects=frozenset(projects))


Listener = Callable[[Sequence[Announcement]], None]

_listeners: list[Listener] = []
_waiting: ContextVar[list[Announcement] | None] = ContextVar("announcements_waiting", default=None)


def subscribe(listener: Listener) -> None:
    """Calls `listener` with what was announced, in its order."""
    if listener not in _listeners:
        _listeners.append(listener)


def announce(*changes: Announcement) -> None:
    """Tells every listener, at once or at the end of `together()`."""
    waiting = _waiting.get()
    if waiting is not None:
        waiting.extend(changes)
        return
    _tell(changes)


@contextmanager
def together() -> Iterator[None]:
    """Many changes, announced once at the end: for imports and loads, inside a transaction.

    When the block fails nothing is announced: its transaction is rolled back too.
    """
    if _waiting.get() is not None:
        yield
        return
    waiting: list[Announcement] = []
    token = _waiting.set(waiting)
    try:
        yield
    finally:
        _waiting.reset(token)
    _tell(waiting)


def _tell(changes: Sequence[Announcement]) -> None:
    if changes:
        for listener in _listeners:
            listener(changes)
