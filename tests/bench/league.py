"""Times the league of a month and of a year: all measures, with the movement since the month before.

Beside each stands what its own statements cost without Django, in the same run.
"""

import json
import tracemalloc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from statistics import median, quantiles
from time import perf_counter, process_time

from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from investment.models import AnnualPlan
from investment.models.plan import MONTH_FIELDS
from kuancheng.asking.parameters import Days
from kuancheng.reports.choices import LeagueSpan, LeagueSubject
from kuancheng.reports.judging.league.months import league_of
from kuancheng.reports.judging.league.table import Table
from kuancheng.reports.models import LeagueGroup, LeagueIndicator, LeagueRules
from kuancheng.reports.rules.league.formulas import FormulaKind
from kuancheng.reports.rules.league.measures import MEANINGS, Measure
from projects.choices import AgencyKind
from projects.models import Project
from tests.bench.matters import generate_matters
from tests.bench.portfolio import TODAY

MONTH = date(2024, 9, 1)
ROUNDS, WARM_UP = 7, 1
MATTERS_A_PROJECT = 2
NOW = Days(TODAY, None)


@dataclass(frozen=True)
class Raced:
    """Times in milliseconds; `bare` is that of the same statements alone, `cpu` this process's own
    (on PostgreSQL without the server's). `peak` is what Python held, MiB; `size` the table's, in
    bytes as it is frozen.
    """

    name: str
    queries: int
    middle: float
    p95: float
    size: int
    bare: float
    cpu: float
    peak: float


def measure_league() -> list[Raced]:
    """The month's and the year's league of departments and of officials, one after another."""
    _vary_plans()
    generate_matters(MATTERS_A_PROJECT * Project.objects.count())
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    groups = (
        _group("责任单位组", LeagueSubject.LEAD_AGENCY, AgencyKind.DEPARTMENT.value),
        _group("包保领导组", LeagueSubject.LEAD_OFFICIAL, ""),
    )
    return [
        _raced(f"league of a {span.value}, {group.subject}", _asking(group, span))
        for group in groups
        for span in LeagueSpan
    ]


def _vary_plans() -> None:
    """Every project plans another amount, and every third wrote its months down."""
    AnnualPlan.objects.update(amount=1_200 + F("project_id") * 12)
    monthly = dict.fromkeys(MONTH_FIELDS, F("amount") / 12)
    AnnualPlan.objects.annotate(third=F("project_id") % 3).filter(third=0).update(**monthly)


def _group(name: str, subject: LeagueSubject, kind: str) -> LeagueGroup:
    """With a rule of all measures."""
    group = LeagueGroup.objects.create(name=name, subject=subject, agency_kind=kind)
    rules = LeagueRules.objects.create(
        group=group, version=1, effective_from=date(2024, 1, 1), note="试行", recorded_on=TODAY
    )
    for order, measure in enumerate(Measure):
        kind = FormulaKind.EACH if MEANINGS[measure].counts else FormulaKind.PROPORTION
        LeagueIndicator.objects.create(
            rules=rules, order=order, measure=measure, kind=kind, each=Decimal(-1)
        )
    return group


def _asking(group: LeagueGroup, span: LeagueSpan) -> Callable[[], Table]:
    def ask() -> Table:
        found = league_of(group, MONTH, span, NOW)
        if found is None or found.table.empty:
            raise RuntimeError(f"{group} has no league of {MONTH:%Y-%m}")
        return found.table

    return ask


def _raced(name: str, ask: Callable[[], Table]) -> Raced:
    with CaptureQueriesContext(connection) as queries:
        table = ask()
    statements = [each["sql"] for each in queries]
    times, bare, worked = [], [], []
    for turn in range(WARM_UP + ROUNDS):
        begun = process_time()
        spent = _timed(ask)
        own = process_time() - begun
        alone = _timed(lambda: _run(statements))
        if turn >= WARM_UP:
            times.append(spent)
            bare.append(alone)
            worked.append(own * 1000)
    size = len(json.dumps(table.to_json(), ensure_ascii=False).encode())
    p95 = quantiles(times, n=20)[-1]
    middle, alone, cpu = (median(each) for each in (times, bare, worked))
    return Raced(name, len(statements), middle, p95, size, alone, cpu, _peak(ask))


def _run(statements: Sequence[str]) -> None:
    with connection.cursor() as cursor:
        for each in statements:
            cursor.execute(each)
            cursor.fetchall()


def _timed(work: Callable[[], object]) -> float:
    start = perf_counter()
    work()
    return (perf_counter() - start) * 1000


def _peak(work: Callable[[], object]) -> float:
    tracemalloc.start()
    work()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak / 2**20
