"""What reports are held against before they are submitted, gathered for many at once."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch

from investment.models import (
    AnnualPlan,
    FormerPlan,
    OpeningFigure,
    SeasonalCurve,
    StatusReport,
)
from investment.querysets import Curves
from investment.rules.checks import MonthFacts, ReportFacts
from investment.rules.totals import total
from projects.choices import Phase, Stage, Standing
from projects.models import Milestone, Project

UNDER_CONSTRUCTION = (Stage.STARTED, Stage.CONSTRUCTION)
BEGUN = (*UNDER_CONSTRUCTION, Stage.COMPLETED, Stage.COMMISSIONED, Stage.FULL_CAPACITY)
ZERO = Decimal(0)

TEXTS = ("problems", "next_step", "explanation", "return_note")
"""Columns of reports that say nothing to the checks."""


@dataclass
class Steps:
    """What a project's milestones say of its start and its completion."""

    construction: bool = False
    started: bool = False
    accepted: bool = False


@dataclass
class Gathered:
    """The records around some projects, by project; a project has at most one plan a year."""

    curves: Curves
    openings: dict[int, list[OpeningFigure]]
    months: dict[int, list[StatusReport]] = field(default_factory=lambda: defaultdict(list))
    plans: dict[tuple[int, int], AnnualPlan] = field(default_factory=dict)
    steps: dict[int, Steps] = field(default_factory=lambda: defaultdict(Steps))


def facts_of(reports: Sequence[StatusReport]) -> list[ReportFacts]:
    """What the checks judge each report by, in the order given. Six queries for any number.

    The reports carry their projects (`select_related`); they need not be saved.
    """
    found = _gathered({report.project_id for report in reports})
    return [_facts(report, found) for report in reports]


def _gathered(projects: Iterable[int]) -> Gathered:
    ids = list(projects)
    found = Gathered(SeasonalCurve.objects.by_year(), defaultdict(list))
    # Sorted here: to sort by a table's own order, the database joins the projects.
    openings = OpeningFigure.objects.filter(project__in=ids).order_by()
    for opening in sorted(openings, key=lambda each: each.month):
        found.openings[opening.project_id].append(opening)
    months = StatusReport.objects.filter(project__in=ids).order_by().defer(*TEXTS)
    for month in sorted(months, key=lambda each: each.month, reverse=True):
        found.months[month.project_id].append(month)
    former = Prefetch("former", FormerPlan.objects.order_by())
    plans = AnnualPlan.objects.filter(project__in=ids).order_by()
    for plan in plans.prefetch_related(former):
        found.plans[plan.project_id, plan.year] = plan
    steps = Milestone.objects.filter(
        project__in=ids, phase__in=(Phase.CONSTRUCTION, Phase.ACCEPTANCE)
    ).order_by()
    for project, phase, start, finish in steps.values_list(
        "project", "phase", "actual_start", "actual_finish"
    ):
        said = found.steps[project]
        if phase == Phase.CONSTRUCTION:
            said.construction = True
            said.started = said.started or start is not None or finish is not None
        else:
            said.accepted = said.accepted or finish is not None
    return found


def _facts(report: StatusReport, found: Gathered) -> ReportFacts:
    project: Project = report.project
    others = [each for each in found.months[project.pk] if each.month != report.month]
    earlier = [each for each in others if each.month < report.month]
    opening, steps = _opening(found.openings[project.pk], report.month), found.steps[project.pk]
    base = opening.completed if opening else ZERO
    since = opening.month if opening else date.min
    return ReportFacts(
        this=_month(report, found.curves),
        history=tuple(_month(each, found.curves) for each in earlier),
        before=base + _sum(each for each in earlier if each.month > since),
        after=_sum(each for each in others if each.month > max(report.month, since)),
        counted=report.month > since,
        whole=opening is not None or _from_the_start(project, [report, *earlier]),
        total_investment=project.total_investment,
        month_plan=_month_plan(report, found),
        under_construction=(
            project.stage in UNDER_CONSTRUCTION
            and project.standing == Standing.NORMAL
            and project.actual_completion is None
        ),
        begun=project.stage in BEGUN,
        steps=steps.construction,
        started=project.actual_start is not None or steps.started,
        finished=project.actual_completion is not None or steps.accepted,
    )


def _opening(openings: Sequence[OpeningFigure], month: date) -> OpeningFigure | None:
    """The figure that a month adds to: the latest before it; where it is in the first, that one."""
    earlier = [each for each in openings if each.month < month]
    return earlier[-1] if earlier else next(iter(openings), None)


def _month(report: StatusReport, curves: Curves) -> MonthFacts:
    return MonthFacts(
        month=report.month,
        completed=report.completed,
        physical_percent=report.physical_percent,
        physical_progress=report.physical_progress,
        season=curves[report.month.year][report.month.month - 1],
    )


def _month_plan(report: StatusReport, found: Gathered) -> Decimal | None:
    """The month's plan, in the version that held at its end."""
    month = report.month
    plan = found.plans.get((report.project_id, month.year))
    if plan is None:
        return None
    return plan.at_end_of(month).monthly(found.curves[month.year])[month.month - 1]


def _sum(reports: Iterable[Any]) -> Decimal:
    return total(each.completed for each in reports) or ZERO


def _from_the_start(project: Project, reports: Sequence[StatusReport]) -> bool:
    """Whether the reports reach back to the start of works; so they do where none is recorded."""
    start = project.actual_start
    return start is None or min(each.month for each in reports) <= start
