"""What somebody answers for on a day: projects, lights, what is due, reports missing, the record."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from kuancheng.asking.paging import Capped, capped, page_of
from kuancheng.asking.parameters import Days
from kuancheng.reports.choices import Basis, LightChoice, Unreported
from kuancheng.reports.judging.terms import rows_on
from kuancheng.reports.models import DailyStatus
from kuancheng.reports.querysets import DailyStatusQuerySet, reported_as
from projects.models import Milestone
from projects.rules.standing import JUDGED_STANDINGS

PAGE_SIZE = 50
SHOWN = 20
"""Rows of a list that are shown; the rest is counted."""

SOON = timedelta(days=30)
MONTHS = 12
"""Months of the record over time."""


@dataclass(frozen=True)
class StepDue:
    """A milestone that is not finished; `days` until its promised day, negative after it."""

    milestone: Any
    days: int

    @property
    def late(self) -> int:
        """Days after the promise."""
        return -self.days


@dataclass(frozen=True)
class MonthOfLights:
    """How many projects wore each light at a month's end, red first."""

    day: date
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.counts)


def answers_for(rows: DailyStatusQuerySet, days: Days, page: int | None) -> dict[str, Any]:
    """What both pages tell of the projects in `rows`. Ten queries at most.

    NoSuchPage past the end.
    """
    worst = rows.for_list().order_by("-severity", "-max_overdue_days", "gap", "project__code")
    shown = page_of(worst, page, PAGE_SIZE)
    lights = rows.by_light()
    missing = rows.filter(reported_as(Unreported.MISSING))
    first = rows.first()
    return {
        "as_of": days.as_of,
        "known_at": days.known_at,
        "page": shown,
        "total": sum(lights.values()),
        "lights": lights_in_order(lights),
        "overdue": _due(rows, days, Q(planned_finish__lt=days.as_of)),
        "coming": _due(rows, days, Q(planned_finish__range=(days.as_of, days.as_of + SOON))),
        "missing": capped(missing.for_list().order_by("-months_missing", "project__code"), SHOWN),
        "money_month": first.money_month if first else None,
        "light_names": [each.label for each in LightChoice],
    }


def lights_in_order(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Every light that is worn, red first, with how many wear it."""
    return [(each.value, counts[each]) for each in LightChoice if counts.get(each)]


def _due(rows: DailyStatusQuerySet, days: Days, when: Q) -> Capped[StepDue]:
    """Milestones promised then and not finished, of projects whose deadlines count."""
    binding = rows.filter(standing__in=JUDGED_STANDINGS).order_by().values("project")
    unfinished = Q(actual_finish__isnull=True) | Q(actual_finish__gt=days.as_of)
    steps = rows_on(Milestone, days.known_at).filter(when, unfinished, project__in=binding)
    found = capped(
        steps.select_related("project", "agency").order_by("planned_finish", "project", "order"),
        SHOWN,
    )
    due = (StepDue(each, (each.planned_finish - days.as_of).days) for each in found)
    return Capped(tuple(due), found.total)


def month_days(latest: date) -> list[date]:
    """The ends of the last months and the day itself, latest first."""
    found, day = [latest], latest
    while len(found) < MONTHS:
        day = day.replace(day=1) - timedelta(days=1)
        found.append(day)
    return found


def kept_on(days: Iterable[date], wanted: Q) -> QuerySet[DailyStatus]:
    """Rows as they were kept on those days."""
    return DailyStatus.objects.filter(wanted, basis=Basis.DAILY, date__in=list(days)).order_by()


def record_over_time(lights: Iterable[tuple[date, str, int]]) -> list[MonthOfLights]:
    """From how many wore a light on a day to a row a month, latest first.

    No row where nothing was kept.
    """
    counted: dict[date, Counter[str]] = {}
    for day, light, number in lights:
        counted.setdefault(day, Counter())[light] += number
    return [
        MonthOfLights(day, tuple(counted[day][light] for light in LightChoice.values))
        for day in sorted(counted, reverse=True)
    ]
