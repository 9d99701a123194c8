"""Keeps each matter's spans true: written anew with every step, in the transaction of the step."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby

from django.db import transaction
from django.db.models import Q

from kuancheng.records.announcing import Announcement
from kuancheng.reports.models import MatterSpan
from projects.models import CalendarDay, Matter, MatterStep
from projects.planning import site_calendars
from projects.rules.calendars import WORKING, Line
from projects.rules.matters.spans import Phase, Span, spans

BATCH = 500
"""Matters at a time, so that memory does not grow with their number."""

STEP, CALENDAR = MatterStep._meta.label_lower, CalendarDay._meta.label_lower


def heed(changes: Sequence[Announcement]) -> None:
    """Keeps the spans true to what services announce: a step, or a day of the calendar."""
    steps = [each.id for each in changes if each.kind == STEP]
    matters: set[int] = set()
    if steps:
        matters.update(MatterStep.objects.filter(pk__in=steps).values_list("matter", flat=True))
    if any(each.kind == CALENDAR for each in changes):
        matters.update(_moved(changes))
    if matters:
        keep(matters)


def keep(matters: Iterable[int]) -> None:
    """Writes the spans of these matters anew, inside the caller's transaction.

    The matters are locked first: of two steps at a time the second waits, and then both are in.
    Six queries for 500 matters.
    """
    line, ids = site_calendars().line(WORKING), sorted(set(matters))
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        list(Matter.objects.select_for_update(of=("self",)).filter(pk__in=batch).values_list("pk"))
        steps = MatterStep.objects.filter(matter__in=batch).order_by("matter", "number")
        MatterSpan.objects.filter(matter__in=batch).delete()
        MatterSpan.objects.bulk_create(_rows(steps, line), batch_size=BATCH)


def keep_all() -> int:
    """The same for every matter that was ever issued, a batch at a time. Returns how many."""
    ids = list(MatterStep.objects.order_by("matter").values_list("matter", flat=True).distinct())
    for start in range(0, len(ids), BATCH):
        with transaction.atomic():
            keep(ids[start : start + BATCH])
    return len(ids)


def _rows(steps: Iterable[MatterStep], line: Line) -> Iterator[MatterSpan]:
    for matter, grouped in groupby(steps, key=lambda step: step.matter_id):
        taken = list(grouped)
        for span in spans([each.taken for each in taken], line):
            yield _row(matter, span, taken)


def _row(matter: int, span: Span, taken: Sequence[MatterStep]) -> MatterSpan:
    ended = None if span.ended is None else taken[span.ended]
    undone = None if span.undone is None else taken[span.undone]
    return MatterSpan(
        matter_id=matter,
        first=span.first,
        known_from=taken[span.begun].at,
        cut=span.cut,
        ended_on=ended.day if ended else date.max,
        ended_at=ended.at if ended else None,
        phase=span.phase.value,
        agency_id=span.agency,
        late_on=span.late_on,
        paused=span.paused,
        verdict=span.verdict.value if span.verdict else "",
        close=span.close.value if span.close else "",
        used=span.used,
        undone_on=undone.day if undone else None,
        undone_at=undone.at if undone else None,
    )


def _moved(changes: Sequence[Announcement]) -> set[int]:
    """The matters whose clock a changed day can move: open on it, or still open."""
    days = [each.id for each in changes if each.kind == CALENDAR]
    rows = CalendarDay.history.filter(id__in=days).values_list("date", flat=True).distinct()
    open_then = Q(ended_on=date.max)
    for day in rows:
        open_then |= Q(first__lte=day, ended_on__gte=day)
    found = MatterSpan.objects.filter(open_then).exclude(phase=Phase.CLOSED.value)
    return set(found.values_list("matter", flat=True))
