"""Optimistic locking: what was shown is what is decided on."""

from collections.abc import Iterable, Sequence

from django.db.models import Max
from django.http import QueryDict

from kuancheng.records.base import Recorded
from kuancheng.records.changes import (
    Change,
    History,
    Versioned,
    WithHistory,
    changes_after,
    changes_in,
    history_rows,
)

MOST_SHOWN = 3
"""So many changes are named in the sentence; the record's history has them all."""


class StaleRecord(Exception):  # noqa: N818 - a state of the record, named in trade words
    """The record has moved on since the version that its reader saw; `str()` says who did what."""

    def __init__(self, name: str = "这条记录", changes: Sequence[Change] = ()) -> None:
        self.changes = tuple(changes)
        sentences = "；".join(f"{each.who}：{each}" for each in self.changes[:MOST_SHOWN])
        more = "等" if len(self.changes) > MOST_SHOWN else ""
        what = f"（{sentences}{more}）" if sentences else ""
        super().__init__(f"{name}：您打开之后有人改过{what}，没有办理，请看过现在的内容再办。")


def seen_version(posted: QueryDict, name: str = "seen_version") -> int:
    """The version, or the revision, that a form was opened at; 0, which none is, where it names none."""
    text = posted.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def revision(record: WithHistory) -> int:
    """The record's last history row: moves with every save, also of kinds that count no versions."""
    last: int | None = record.history.aggregate(last=Max("history_id"))["last"]
    return last or 0


def revisions(kind: type[Recorded], ids: Iterable[int | None]) -> dict[int, int]:
    """The last history row of each record of a kind, by its id. One query."""
    rows = kind.history.filter(id__in=[each for each in ids if each])
    return dict(rows.order_by().values_list("id").annotate(Max("history_id")))


def require_revision(record: WithHistory, seen: int) -> None:
    """StaleRecord when the record was saved after that revision was shown. One query, or two."""
    if revision(record) != seen:
        raise StaleRecord(str(record), revision_changes(record, seen))


def revision_changes(record: WithHistory, seen: int) -> list[Change]:
    """What happened to a record after a revision, newest first."""
    return changes_in([History(history_rows(record.history.all()), after=seen)])


def require_version(record: Versioned, seen: int) -> None:
    """StaleRecord when the record's version is not the one that was shown. Two queries then."""
    if record.version != seen:
        raise StaleRecord(str(record), changes_after(record, seen))
