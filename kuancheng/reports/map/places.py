"""Where projects are, asked in SQL: now, or as it was on record at the end of a day."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import (
    Case,
    F,
    FloatField,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Mod

from kuancheng.reports.drawing.district import Box
from kuancheng.reports.judging.known import last_recorded
from kuancheng.reports.judging.terms import rows_on
from kuancheng.reports.map.outline import Outline
from kuancheng.reports.querysets import DailyStatusQuerySet
from projects.models import Project


class Total(Func):
    """Terms added up side by side: a sum of hundreds nested in each other is too deep for SQLite."""

    template = "%(expressions)s"
    arg_joiner = " + "
    output_field = IntegerField()


def located(known_at: date | None) -> QuerySet[Any]:
    """The projects that have coordinates, with `lon` and `lat` in degrees as floats."""
    both = rows_on(Project, known_at).filter(longitude__isnull=False, latitude__isnull=False)
    return both.annotate(lon=_degrees("longitude"), lat=_degrees("latitude"))


def with_place(rows: DailyStatusQuerySet, known_at: date | None) -> DailyStatusQuerySet:
    """Daily rows with the `lon` and `lat` of their projects; None where there are none."""
    if known_at is None:
        return rows.annotate(lon=_degrees("project__longitude"), lat=_degrees("project__latitude"))
    then = last_recorded(Project, known_at).filter(id=OuterRef("project_id"))
    return rows.annotate(
        lon=Cast(Subquery(then.values("longitude")[:1]), FloatField()),
        lat=Cast(Subquery(then.values("latitude")[:1]), FloatField()),
    )


def _degrees(column: str) -> Cast:
    return Cast(F(column), FloatField())


def in_box(box: Box) -> Q:
    """Of what has `lon` and `lat`: what lies within the box, its border included."""
    return Q(lon__range=(box.west, box.east), lat__range=(box.south, box.north))


def with_inside(places: QuerySet[Any], outline: Outline) -> QuerySet[Any]:
    """`located` with `inside`: 1 within the outline, 0 outside.

    A line drawn east from a point within crosses the border an odd number of times; one term a
    side counts them.
    """
    crossed = Total(*_crossings(outline))
    return places.annotate(inside=Mod(crossed, Value(2), output_field=IntegerField()))


def _crossings(outline: Outline) -> Iterator[Case]:
    for (x1, y1), (x2, y2) in outline.sides:
        slope = (x2 - x1) / (y2 - y1)
        side = Value(x1 - y1 * slope, FloatField()) + F("lat") * Value(slope, FloatField())
        crosses = Q(lat__gte=y1, lat__lt=y2, lon__lt=side)
        yield Case(When(crosses, then=Value(1)), default=Value(0))
