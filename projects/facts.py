"""Where services announce that a project's facts have changed, and later apps listen.

A plain registry: whoever keeps something computed from facts subscribes once, at start-up. The
listeners run in the announcing transaction, so a kept figure and its facts are never apart.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Listener = Callable[[frozenset[int]], None]

_listeners: list[Listener] = []
_waiting: ContextVar[set[int] | None] = ContextVar("facts_waiting", default=None)


def subscribe(listener: Listener) -> None:
    """Calls `listener` with the ids of the projects whose facts changed."""
    if listener not in _listeners:
        _listeners.append(listener)


def changed(project_ids: Iterable[int]) -> None:
    """Announces changed projects, at once or at the end of `together()`."""
    ids = frozenset(project_ids)
    waiting = _waiting.get()
    if waiting is not None:
        waiting.update(ids)
        return
    _announce(ids)


@contextmanager
def together() -> Iterator[None]:
    """Many changes, one announcement at the end: for imports and loads, inside a transaction.

    When the block fails nothing is announced: its transaction is rolled back too.
    """
    if _waiting.get() is not None:
        yield
        return
    waiting: set[int] = set()
    token = _waiting.set(waiting)
    try:
        yield
    finally:
        _waiting.reset(token)
    _announce(frozenset(waiting))


def _announce(ids: frozenset[int]) -> None:
    if ids:
        for listener in _listeners:
            listener(ids)
