"""Times each door against bare SQL for the same 50 rows, side by side in one run."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from time import perf_counter
from typing import Any

from django.db import connection
from django.db.models import F, QuerySet
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kuancheng.access.models import ApiKey
from kuancheng.access.roles import READER
from kuancheng.reports.models import DailyStatus
from projects.models import Project
from tests import factories
from tests.bench.portfolio import TODAY

ROUNDS = 40
WARM_UP = 5
ROWS = 50
PEOPLE = ("lead_official", "liaison_officer", "lead_agency", "subdistrict")


@dataclass(frozen=True)
class Bare:
    """The limit: SQL written beforehand, a count, and the rows as JSON."""

    count: str
    statement: str
    parameters: Any

    def fetch(self, path: str) -> None:
        """Does it once; `path` is whose limit it is."""
        with connection.cursor() as cursor:
            cursor.execute(self.count)
            cursor.fetchone()
            cursor.execute(self.statement, self.parameters)
            json.dumps(cursor.fetchall(), default=str, ensure_ascii=False)


@dataclass(frozen=True)
class Target:
    """A door, how it is knocked at, and the rows that bare SQL fetches in its place."""

    path: str
    ask: Callable[[str], Any]
    rows: Bare


@dataclass(frozen=True)
class Measured:
    """Times in milliseconds; `ratio` is the median against that of bare SQL."""

    path: str
    queries: int
    middle: float
    p95: float
    size: int
    bare: float

    @property
    def ratio(self) -> float:
        return self.middle / self.bare


def measure(*, sorted_only: bool = False) -> list[Measured]:
    """Every target in turn, round after round. RuntimeError when one does not answer 200.

    `sorted_only` leaves out all but the lists by gap, which a large portfolio is asked for.
    """
    targets = [each for each in _targets() if not sorted_only or "gap" in each.path]
    times: dict[str, list[float]] = {target.path: [] for target in targets}
    bare: dict[str, list[float]] = {target.path: [] for target in targets}
    facts = {target.path: _look(target) for target in targets}
    for turn in range(WARM_UP + ROUNDS):
        for target in targets:
            spent = _timed(target.ask, target.path), _timed(target.rows.fetch, target.path)
            if turn >= WARM_UP:
                times[target.path].append(spent[0])
                bare[target.path].append(spent[1])
    return [
        Measured(
            path=path,
            queries=facts[path][0],
            middle=median(spent),
            p95=quantiles(spent, n=20)[-1],
            size=facts[path][1],
            bare=median(bare[path]),
        )
        for path, spent in times.items()
    ]


def _targets() -> Sequence[Target]:
    user = factories.user(READER)
    _, key = ApiKey.issue(user=user, name="bench", scope=ApiKey.Scope.READ)
    reader, system = Client(), Client(headers={"authorization": f"Bearer {key}"})
    reader.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    rows = DailyStatus.objects.on(TODAY, today=TODAY)
    by_code = _flat(rows.order_by("project__code"), ("project", *PEOPLE))
    by_gap = _flat(
        rows.order_by(F("gap").asc(nulls_last=True), "project__code"), ("project", *PEOPLE)
    )
    projects = _flat(Project.objects.order_by("code"), ("lead_agency", "subdistrict", "owner"))
    return (
        Target("/", reader.get, by_code),
        Target("/?ordering=gap", reader.get, by_gap),
        Target("/wall-chart/", reader.get, by_code),
        Target("/overview/", reader.get, by_code),
        Target("/api/v1/progress/", system.get, by_code),
        Target("/api/v1/progress/?ordering=gap", system.get, by_gap),
        Target("/api/v1/projects/", system.get, projects),
    )


def _flat(rows: QuerySet[Any], related: Sequence[str]) -> Bare:
    """Fifty rows with all their columns and the names of what they refer to."""
    columns = [field.attname for field in rows.model._meta.concrete_fields]
    asked = rows.values_list(*columns, *(f"{name}__name" for name in related))[:ROWS]
    return Bare(
        f"SELECT COUNT(*) FROM {rows.model._meta.db_table}",  # noqa: S608
        *asked.query.sql_with_params(),
    )


def _look(target: Target) -> tuple[int, int]:
    """Queries and bytes of one answer, after one that fills the caches."""
    target.ask(target.path)
    with CaptureQueriesContext(connection) as queries:
        answer = target.ask(target.path)
    if answer.status_code != 200:
        raise RuntimeError(f"{target.path} answered {answer.status_code}")
    return len(queries), len(answer.content)


def _timed(work: Callable[[str], Any], path: str) -> float:
    start = perf_counter()
    work(path)
    return (perf_counter() - start) * 1000
