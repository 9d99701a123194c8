"""Where a programme's figures stand: counted from the register, or read from the latest reading."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Q, Sum

from projects.choices import Measure
from projects.models import Listing, Programme, Target, TargetReading
from projects.querysets import as_ended
from projects.rules.targets import AMOUNT_UNITS, reached


@dataclass(frozen=True)
class TargetStanding:
    """One figure of a programme as of a day.

    `value` is what was promised (None where only an actual figure was published), `actual` what
    is known, in `unit`; `not_reported` counts listed projects without the amount that is summed.
    `reading_*` tell the reading that `actual` comes from, where it comes from one.
    """

    name: str
    measure: str
    comparator: str
    value: Decimal | None
    unit: str
    actual: Decimal | None
    not_reported: int
    reached: bool | None
    quote: str
    note: str
    reading_date: date | None = None
    reading_comparator: str = ""
    reading_quote: str = ""


@dataclass(frozen=True)
class Listed:
    """What a programme's list held on a day; the sum in 万元, None when none reported."""

    count: int = 0
    total: Decimal | None = None
    not_reported: int = 0


def standings(programmes: Iterable[Programme], as_of: date) -> dict[int, list[TargetStanding]]:
    """The figures of each programme, by its id, in their order. Three queries."""
    found = list(programmes)
    ids = [programme.pk for programme in found]
    targets = Target.objects.filter(programme__in=ids).order_by("order", "pk")
    readings = TargetReading.objects.filter(target__programme__in=ids, date__lte=as_of)
    return standings_of(targets, _listed(found, as_of), readings.order_by("date"))


def standings_of(
    targets: Iterable[Target], listed: Mapping[int, Listed], readings: Iterable[TargetReading]
) -> dict[int, list[TargetStanding]]:
    """The same from records at hand: what is on each programme's list, and readings by day."""
    latest = {reading.target_id: reading for reading in readings}
    found: dict[int, list[TargetStanding]] = defaultdict(list)
    for target in targets:
        listing = listed.get(target.programme_id, Listed())
        found[target.programme_id].append(_standing(target, listing, latest.get(target.pk)))
    return dict(found)


def _listed(programmes: Sequence[Programme], day: date) -> dict[int, Listed]:
    stood = as_ended(day, (each.year for each in programmes))
    on_day = Listing.objects.filter(stood, programme__in=programmes)
    rows = on_day.order_by().values("programme")
    counted = rows.annotate(
        count=Count("pk"),
        total=Sum("project__total_investment"),
        not_reported=Count("pk", filter=Q(project__total_investment=None)),
    )
    return {
        row["programme"]: Listed(row["count"], row["total"], row["not_reported"]) for row in counted
    }


def _standing(target: Target, listed: Listed, reading: TargetReading | None) -> TargetStanding:
    actual, not_reported = None, 0
    if target.measure == Measure.PROJECT_COUNT:
        actual = Decimal(listed.count)
    elif target.measure == Measure.TOTAL_INVESTMENT:
        not_reported = listed.not_reported
        actual = None if listed.total is None else listed.total / AMOUNT_UNITS[target.unit]
    elif reading is not None:
        actual = reading.value
    return TargetStanding(
        name=target.name,
        measure=target.measure,
        comparator=target.comparator,
        value=target.value,
        unit=target.unit,
        actual=actual,
        not_reported=not_reported,
        reached=reached(target.comparator, actual, target.value),
        quote=target.quote,
        note=target.note,
        reading_date=reading.date if reading else None,
        reading_comparator=reading.comparator if reading else "",
        reading_quote=reading.quote if reading else "",
    )
