"""Generates a portfolio of any size: straight into the tables, the same for the same size."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from django.db import models

from investment.choices import ReportState
from investment.models import AnnualPlan, StatusReport
from projects.choices import (
    AgencyKind,
    DurationUnit,
    Industry,
    Measure,
    Phase,
    Role,
    Stage,
    YearClass,
)
from projects.models import (
    Agency,
    Assignment,
    Listing,
    Milestone,
    Official,
    Programme,
    Project,
    Target,
)

TODAY = date(2024, 10, 15)
MILESTONES = 8
MONTHS = range(1, 10)
BATCH = 1_000


def generate(size: int) -> None:
    """`size` projects on one list, each with 8 milestones, 9 reports, 2 people and a plan."""
    random = Random(size)
    agencies = _agencies()
    officials = Official.objects.bulk_create(
        Official(name=f"示例干部{number:02}", order=number) for number in range(60)
    )
    projects = _create(Project, _projects(size, random, agencies))
    _create(Assignment, _assignments(projects, random, officials))
    _create(Milestone, _milestones(projects, random, agencies))
    _create(AnnualPlan, (AnnualPlan(project=each, year=2024, amount=1000) for each in projects))
    _create(StatusReport, _reports(projects, random))
    _list(projects)


def _create(model: type[models.Model], rows: Iterable[Any]) -> list[Any]:
    return model._default_manager.bulk_create(rows, batch_size=BATCH)


def _agencies() -> list[Agency]:
    kinds = [AgencyKind.DEPARTMENT] * 14 + [AgencyKind.SUBDISTRICT] * 12
    return Agency.objects.bulk_create(
        Agency(name=f"示例单位{number:02}", kind=kind, order=number)
        for number, kind in enumerate(kinds)
    )


def _projects(size: int, random: Random, agencies: list[Agency]) -> Iterator[Project]:
    for number in range(1, size + 1):
        started = TODAY - timedelta(days=random.randrange(60, 900))
        yield Project(
            code=f"KC-{number:05}",
            name=f"示例重点项目{number:05}",
            stage=random.choice(Stage.values),
            year_class=random.choice(YearClass.values),
            industry=random.choice(Industry.values),
            scope="新建厂房及配套设施，占地约若干平方米。" * 3,
            lead_agency=random.choice(agencies[:14]),
            subdistrict=random.choice(agencies[14:]),
            total_investment=Decimal(random.randrange(5_000, 200_000)),
            planned_start=started,
            planned_completion=TODAY + timedelta(days=random.randrange(200, 600)),
            actual_start=random.choice([started, None]),
            enrolled_on=random.choice([started, None]),
        )


def _assignments(
    projects: list[Project], random: Random, officials: list[Official]
) -> Iterator[Assignment]:
    for project in projects:
        for role in (Role.LEAD_OFFICIAL, Role.LIAISON_OFFICER):
            official = random.choice(officials)
            yield Assignment(project=project, official=official, role=role, since=date(2024, 1, 1))


def _milestones(
    projects: list[Project], random: Random, agencies: list[Agency]
) -> Iterator[Milestone]:
    for project in projects:
        for order in range(1, MILESTONES + 1):
            planned = date(2024, 1, 15) + timedelta(days=50 * (order - 1) + random.randrange(40))
            finished = planned if random.random() < 0.9 and planned < TODAY else None
            yield Milestone(
                project=project,
                order=order,
                phase=random.choice(Phase.values),
                name=f"节点{order}",
                duration=random.randrange(10, 60),
                unit=random.choice(DurationUnit.values),
                after=str(order - 1) if order > 1 else "",
                agency=random.choice(agencies),
                planned_start=planned - timedelta(days=30),
                planned_finish=planned,
                actual_finish=finished,
            )


def _reports(projects: list[Project], random: Random) -> Iterator[StatusReport]:
    for project in projects:
        pace = random.randrange(40, 130)
        for month in MONTHS:
            yield StatusReport(
                project=project,
                month=date(2024, month, 1),
                completed=Decimal(random.randrange(pace)),
                physical_progress="主体结构施工，完成到若干层。",
                state=ReportState.APPROVED,
            )


def _list(projects: list[Project]) -> None:
    programme = Programme.objects.create(
        code="bench-2024", name="示例清单", year=2024, begins=date(2024, 1, 1)
    )
    counted = ((Measure.PROJECT_COUNT, "个"), (Measure.TOTAL_INVESTMENT, "亿元"))
    for order, (measure, unit) in enumerate(counted):
        Target.objects.create(
            programme=programme,
            name=measure.label,
            measure=measure,
            value=len(projects),
            unit=unit,
            order=order,
        )
    since = programme.begins
    _create(Listing, (Listing(programme=programme, project=each, since=since) for each in projects))
