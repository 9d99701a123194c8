"""What a clerk sees beside the input: recent months, the year so far, the plan, the total."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from investment.choices import ReportState
from investment.models import (
    AnnualPlan,
    OpeningFigure,
    PlanFigures,
    SeasonalCurve,
    StatusReport,
    month_text,
)
from investment.rules.rates import completion_rate
from investment.rules.totals import completed_to, total
from projects.models import Project

RECENT = 3
"""So many earlier months are shown."""

TEXTS = ("physical_progress", "problems", "next_step")
"""What a clerk may take over from the last report as a start."""


@dataclass(frozen=True)
class Pending:
    """Submitted reports of the year that are not approved yet; `completed` in 万元."""

    count: int
    completed: Decimal


@dataclass(frozen=True)
class Figures:
    """A project's money around one month. Amounts are 万元, the rate is an unrounded percent.

    `completed_ytd` sums approved reports of the year up to the month, `completed_total` all of
    them with the opening figure. `recent` are the latest reports of earlier months, newest
    first, in whatever state.
    """

    project: Project
    month: date
    recent: tuple[StatusReport, ...]
    annual_plan: Decimal | None
    month_plan: Decimal | None
    completed_ytd: Decimal | None
    completion_rate: Decimal | None
    completed_total: Decimal | None
    pending: Pending

    @property
    def last(self) -> StatusReport | None:
        """The latest report of an earlier month."""
        return self.recent[0] if self.recent else None

    @property
    def month_text(self) -> str:
        """“2024年9月”."""
        return month_text(self.month)


def figures_of(project: Project, month: date) -> Figures:
    """Gathers them. Five queries."""
    reports = list(StatusReport.objects.filter(project=project, month__lte=month))
    approved = [each for each in reports if each.state == ReportState.APPROVED]
    ytd = total(each.completed for each in approved if each.month.year == month.year)
    plan = _plan(project, month)
    curve = SeasonalCurve.objects.of_year(month.year)
    return Figures(
        project=project,
        month=month,
        recent=tuple(each for each in reports if each.month < month)[:RECENT],
        annual_plan=plan.amount if plan else None,
        month_plan=plan.monthly(curve)[month.month - 1] if plan else None,
        completed_ytd=ytd,
        completion_rate=completion_rate(ytd, plan.amount if plan else None),
        completed_total=_total(project, month, approved),
        pending=_pending(reports, month.year),
    )


def _plan(project: Project, month: date) -> PlanFigures | None:
    """The year's plan, in the version that held at the end of the month."""
    plans = AnnualPlan.objects.filter(project=project).for_year(month.year)
    plan = plans.prefetch_related("former").first()
    return plan.at_end_of(month) if plan else None


def _total(project: Project, month: date, approved: list[StatusReport]) -> Decimal | None:
    openings = [each.as_fact for each in OpeningFigure.objects.filter(project=project)]
    months = [(each.month, each.completed) for each in approved if each.completed is not None]
    return completed_to(month, months, openings)


def _pending(reports: list[StatusReport], year: int) -> Pending:
    waiting = [
        each for each in reports if each.state == ReportState.SUBMITTED and each.month.year == year
    ]
    return Pending(len(waiting), total(each.completed for each in waiting) or Decimal(0))
