"""Times the list and the figures of matters, pages and API, with few matters and with many.

Both numbers of matters are measured on one database, in one run: what grows is seen side by side.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from statistics import median, quantiles
from time import perf_counter, process_time
from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kuancheng.access.models import ApiKey, User
from kuancheng.access.roles import READER, REVIEWER
from kuancheng.reports.judging.matters import spans
from kuancheng.reports.models import MatterSpan
from projects.choices import AgencyKind, Factor, MatterKind
from projects.models import Agency, Matter, MatterStep, Project
from projects.planning import site_calendars
from projects.rules.calendars import WORKING, Line
from projects.rules.matters.clock import due_day
from projects.rules.matters.steps import Step
from projects.rules.matters.story import fold
from tests import factories
from tests.bench.portfolio import TODAY

FEW, MANY = 1_000, 100_000
TABLES: tuple[Any, ...] = (Matter, MatterStep, MatterSpan)
BATCH = 2_000
ROUNDS, WARM_UP = 15, 2
SINCE = 900
"""Matters were issued in so many days before today."""
PATHS = (
    "/matters/",
    "/matters/?flag=overdue",
    "/matters/figures/",
    "/matters/figures/?by=official",
    "/matters/figures/?by=month",
    "/matters/figures/?as_of=2024-03-31&known_at=2024-06-30",
    "/matters/figures/list/?part=closed",
    "/overview/",
    "/api/v1/matters/",
    "/api/v1/matters/summary/",
    "/api/v1/matters/summary/?by=agency",
)


@dataclass(frozen=True)
class Asked:
    """Milliseconds of one door with so many matters: of the clock, and of this process alone.

    On PostgreSQL the second leaves out what the server does.
    """

    path: str
    matters: int
    queries: int
    middle: float
    p95: float
    size: int
    cpu: float


def measure_matters() -> list[tuple[Asked, Asked]]:
    """Each door with few and with many matters. RuntimeError when one does not answer 200."""
    user = factories.user(READER)
    _, key = ApiKey.issue(user=user, name="matters", scope=ApiKey.Scope.READ)
    reader, system = Client(), Client(headers={"authorization": f"Bearer {key}"})
    reader.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    doors = [(path, system.get if path.startswith("/api/") else reader.get) for path in PATHS]
    found = []
    for number in (FEW, MANY):
        if number == FEW:
            generate_matters(FEW)
        else:
            copy_matters(MANY // FEW)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM")
            cursor.execute("ANALYZE")
        found.append(_measure(doors, number))
    return list(zip(*found, strict=True))


def generate_matters(number: int) -> None:
    """So many matters more, most of them closed, with their steps and spans."""
    random, line = Random(number), site_calendars().line(WORKING)
    people = factories.user(REVIEWER), factories.user(REVIEWER)
    agencies = list(Agency.objects.filter(kind=AgencyKind.DEPARTMENT))
    projects = list(Project.objects.values_list("pk", flat=True)[:1_000])
    first = Matter.objects.count()
    for start in range(0, number, BATCH):
        batch = [
            _matter(first + start + place, random, agencies, projects, people)
            for place in range(min(BATCH, number - start))
        ]
        _write(batch, random, line)


def copy_matters(times: int) -> None:
    """Makes every matter `times` as many, by SQL: with its steps and spans, under its own number."""
    last = {model: model._default_manager.aggregate(Max("pk"))["pk__max"] for model in TABLES}
    with connection.cursor() as cursor:
        for turn in range(1, times):
            changed = {"matter_id": f"matter_id + {last[Matter] * turn}"}
            for model in TABLES:
                changed["id"] = f"id + {last[model] * turn}"
                own = {"number": f"number || '-{turn}'"} if model is Matter else {}
                names = [field.column for field in model._meta.concrete_fields]
                columns = ", ".join(f'"{name}"' for name in names)
                drawn = ", ".join((changed | own).get(name, f'"{name}"') for name in names)
                cursor.execute(
                    f"INSERT INTO {model._meta.db_table} ({columns}) "  # noqa: S608
                    f"SELECT {drawn} FROM {model._meta.db_table} WHERE id <= {last[model]}"
                )


def _matter(
    number: int,
    random: Random,
    agencies: list[Agency],
    projects: list[int],
    people: tuple[User, User],
) -> Matter:
    author, verifier = people
    return Matter(
        number=f"交办〔2024〕{number + 1}号",
        title=f"示例事项{number:06}",
        kind=random.choice(MatterKind.values),
        factor=random.choice(Factor.values),
        text="临时用电容量不足，影响设备进场。" * 3,
        project_id=random.choice(projects),
        lead_agency=random.choice(agencies),
        author=author,
        verifier=verifier,
        search_key=f"示例事项{number:06}",
    )


def _write(batch: list[Matter], random: Random, line: Line) -> None:
    steps = []
    for matter in batch:
        taken = list(_steps(matter, random))
        story = fold(each.taken for each in taken)
        matter.take_over(story, due_day(story, line))
        steps.append(taken)
    made = Matter.objects.bulk_create(batch)
    rows = []
    for matter, taken in zip(made, steps, strict=True):
        for number, each in enumerate(taken, 1):
            each.matter, each.number = matter, number
            rows.append(each)
    MatterStep.objects.bulk_create(rows, batch_size=BATCH)
    with transaction.atomic():
        spans.keep([each.pk for each in made])


def _steps(matter: Matter, random: Random) -> Iterator[MatterStep]:
    """Issued, signed, noted, answered, closed; some are returned, extended, paused, reopened."""
    day = TODAY - timedelta(days=random.randrange(SINCE))

    def took(step: Step, wait: int, **more: Any) -> MatterStep:
        nonlocal day
        day = min(day + timedelta(days=random.randrange(wait + 1)), TODAY)
        return MatterStep(
            step=step.value, day=day, at=_noon(day), actor_id=matter.author_id, text="情况", **more
        )

    due = day + timedelta(days=random.randrange(5, 30))
    yield took(Step.ISSUE, 0, due=due, level=1, agency=matter.lead_agency)
    yield took(Step.SIGN, 2)
    yield took(Step.NOTE, 5)
    if random.random() < 0.08:
        yield took(Step.EXTEND, 3, due=due + timedelta(days=14))
    if random.random() < 0.05:
        yield took(Step.PAUSE, 3, first=day)
        yield took(Step.RESUME, 6)
    if random.random() < 0.05:
        return
    yield took(Step.ANSWER, 12)
    if random.random() < 0.1:
        yield took(Step.RETURN, 3)
        yield took(Step.ANSWER, 6)
    yield took(Step.CLOSE, 3)
    if random.random() < 0.03:
        yield took(Step.REOPEN, 90, due=day + timedelta(days=30))


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=timezone.get_default_timezone())


def _measure(doors: Sequence[tuple[str, Callable[[str], Any]]], number: int) -> list[Asked]:
    facts = {path: _look(ask, path) for path, ask in doors}
    spent: dict[str, list[tuple[float, float]]] = {path: [] for path, _ in doors}
    for turn in range(WARM_UP + ROUNDS):
        for path, ask in doors:
            begun, worked = perf_counter(), process_time()
            ask(path)
            if turn >= WARM_UP:
                spent[path].append((perf_counter() - begun, process_time() - worked))
    found = []
    for path, times in spent.items():
        clock, cpu = ([each * 1000 for each in column] for column in zip(*times, strict=True))
        queries, size = facts[path]
        p95 = quantiles(clock, n=20)[-1]
        found.append(Asked(path, number, queries, median(clock), p95, size, median(cpu)))
    return found


def _look(ask: Callable[[str], Any], path: str) -> tuple[int, int]:
    ask(path)
    with CaptureQueriesContext(connection) as queries:
        answer = ask(path)
    if answer.status_code != 200:
        raise RuntimeError(f"{path} answered {answer.status_code}")
    return len(queries), len(answer.content)
