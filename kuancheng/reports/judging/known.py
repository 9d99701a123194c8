"""Records as they are now, or as they were on record at the end of a day."""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, prefetch_related_objects
from django.utils import timezone


def end_of(day: date) -> datetime:
    """The last moment of a day in Changchun; of a moment, that moment."""
    if isinstance(day, datetime):
        return day
    return timezone.make_aware(datetime.combine(day, time.max))


def last_recorded(model: Any, known_on: date) -> QuerySet[Any]:
    """History rows: each record as a day left it; what was recorded later or deleted by then is out.

    The columns are those of the model, with `id` for its key. Of rows written at one moment the
    last counts. In no order.
    """
    rows: QuerySet[Any] = model.history.filter(history_date__lte=end_of(known_on))
    afterwards = Q(history_date__gt=OuterRef("history_date")) | Q(
        history_date=OuterRef("history_date"), history_id__gt=OuterRef("history_id")
    )
    overtaken = rows.filter(afterwards, id=OuterRef("id"))
    return rows.filter(~Exists(overtaken)).exclude(history_type="-").order_by()


def records(
    model: Any,
    wanted: Q,
    known_on: date | None = None,
    *,
    related: tuple[str, ...] = (),
    unread: tuple[str, ...] = (),
) -> list[Any]:
    """Records that match, with their `related` records; as of now, or as known on a day.

    In no order: whoever needs one sorts. Related records are as they are now. `unread` are long
    columns that nobody will look at. One query, and as of a day one more for each `related`.
    """
    if known_on is None:
        found = model.objects.filter(wanted).order_by().defer(*unread)
        # Without a name `select_related` follows every foreign key, as far as they lead.
        return list(found.select_related(*related) if related else found)
    rows = last_recorded(model, known_on).filter(wanted)
    found = [row.instance for row in rows]
    prefetch_related_objects(found, *related)
    return found


def sort_records(found: Iterable[Any], *names: str) -> list[Any]:
    """The records sorted by these columns, then by key."""
    return sorted(found, key=lambda each: (*(getattr(each, name) for name in names), each.pk))
