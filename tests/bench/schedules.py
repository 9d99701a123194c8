"""Times the schedule rules by themselves, and the preview of a plan made anew."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from random import Random
from statistics import median, quantiles
from time import perf_counter
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.models import Project
from projects.planning import project_timeline
from projects.rules.calendars import UNITS
from projects.rules.plan import Plan, Step
from projects.rules.schedule import schedule
from projects.services.planning import LATEST, moves
from tests.bench.portfolio import TODAY

ROUNDS = 40


@dataclass(frozen=True)
class Timed:
    """Milliseconds, and queries of one run."""

    name: str
    queries: int
    middle: float
    p95: float


def measure_schedules() -> list[Timed]:
    """Backward and forward over 60 and 300 steps; and a replan, from records to moves."""
    project = Project.objects.earliest("code")
    return [
        _timed("schedule, 60 steps", lambda: schedule(random_plan(60))),
        _timed("schedule, 300 steps", lambda: schedule(random_plan(300))),
        _timed("replan preview, 8 milestones", lambda: _replan(project)),
    ]


def random_plan(size: int) -> Plan:
    """Steps of 1 to 20 days in all units, each after one or two of the eight before it."""
    random = Random(size)
    steps = []
    for number in range(size):
        before = range(max(0, number - 8), number)
        after = sorted(random.sample(before, min(2, len(before))))
        steps.append(
            Step(
                key=str(number),
                duration=random.randrange(1, 20),
                unit=random.choice(UNITS),
                after=tuple(map(str, after)),
            )
        )
    return Plan(date(2034, 12, 31), TODAY, tuple(steps))


def _replan(project: Project) -> Any:
    milestones = list(project.milestones.order_by("order"))
    return moves(project_timeline(project, TODAY), milestones, LATEST)


def _timed(name: str, work: Callable[[], Any]) -> Timed:
    work()
    with CaptureQueriesContext(connection) as queries:
        work()
    times = []
    for _ in range(ROUNDS):
        start = perf_counter()
        work()
        times.append((perf_counter() - start) * 1000)
    return Timed(name, len(queries), median(times), quantiles(times, n=20)[-1])
