"""Records as they are now, or as they were on record at the end of a day."""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from django.db.models import Q, prefetch_related_objects
from django.utils import timezone


def end_of(day: date) -> datetime:
    """The last moment of a day in Changchun."""
    return timezone.make_aware(datetime.combine(day, time.max))


def records(
    model: Any,
    wanted: Q,
    known_on: date | None = None,
    *,
    related: tuple[str, ...] = (),
    unread: tuple[str, ...] = (),
) -> list[Any]:
    """Records that match, with their `related` records; as of now, or as known on a day.

    `wanted` may ask only for what never changes of a record (its id, its project): a row of the
    history that no longer matches would else give way to an older one that did. What was recorded
    later, or deleted by then, is not there. Related records are as they are now. `unread` are long columns that nobody will look at. One query, and as of a day one more
    for each `related`.
    """
    if known_on is None:
        return list(model.objects.filter(wanted).select_related(*related).defer(*unread))
    rows = model.history.filter(wanted, history_date__lte=end_of(known_on))
    # Of rows written at one moment the last counts.
    latest = {row.id: row for row in rows.latest_of_each().order_by("history_id")}
    found = [row.instance for row in latest.values() if row.history_type != "-"]
    prefetch_related_objects(found, *related)
    return found


def in_order(found: Iterable[Any], *names: str) -> list[Any]:
    """The records sorted by these columns, then by key."""
    return sorted(found, key=lambda each: (*(getattr(each, name) for name in names), each.pk))
