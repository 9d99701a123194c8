"""Entries that are written apart, once the transaction that failed with them is over."""

import logging
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import DatabaseError, IntegrityError, InterfaceError, connection, models, transaction

log = logging.getLogger("kuancheng.audit")

_waiting: ContextVar[list[models.Model] | None] = ContextVar("audit_waiting", default=None)

_unwritten: deque[models.Model] = deque(maxlen=500)
"""What the database would not take: tried again with whatever comes next."""


def later(entry: models.Model) -> None:
    """Writes an entry at the end of `holding()`; at once where nothing is held."""
    waiting = _waiting.get()
    if waiting is None:
        write([entry])
    else:
        waiting.append(entry)


@contextmanager
def holding() -> Iterator[None]:
    """Holds what is to be written apart until the block is over, however it ends.

    Inside a transaction an outer block goes on holding it: it would be rolled back here.
    """
    if _waiting.get() is not None and connection.in_atomic_block:
        yield
        return
    waiting: list[models.Model] = []
    token = _waiting.set(waiting)
    try:
        yield
    finally:
        _waiting.reset(token)
        if waiting:
            write(waiting)


def write(entries: list[models.Model]) -> None:
    """Writes what it can, what was left before too, and raises nothing: the log names the rest."""
    again = [_unwritten.popleft() for _ in range(len(_unwritten))]
    for entry in (*again, *entries):
        try:
            _save(entry)
        except (DatabaseError, InterfaceError):
            log.exception("审计记录没有写成，稍后再写：%s", entry)
            entry._state.adding, entry.pk = True, None
            _unwritten.append(entry)


def _save(entry: models.Model) -> None:
    try:
        with transaction.atomic():
            entry.save()
    except IntegrityError:
        # Its account was made in the transaction that failed: the name alone stays.
        entry._state.adding, entry.pk, entry.actor_id = True, None, None  # type: ignore[attr-defined]
        with transaction.atomic():
            entry.save()


def unwritten() -> int:
    """How many entries this process still owes."""
    return len(_unwritten)
