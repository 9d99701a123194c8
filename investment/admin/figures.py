"""What a clerk sees beside the input: last month, the year so far, the plan, the total."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from investment.models import AnnualPlan, SeasonalCurve, StatusReport, month_text
from investment.rules.rates import completion_rate
from projects.models import Project


@dataclass(frozen=True)
class Figures:
    """A project's money around one month. Amounts are 万元, the rate is an unrounded percent.

    `completed_ytd` and `completed_total` sum approved reports up to the month. `last` is the
    latest report of an earlier month, in whatever state.
    """

    project: Project
    month: date
    last: StatusReport | None
    annual_plan: Decimal | None
    month_plan: Decimal | None
    completed_ytd: Decimal | None
    completion_rate: Decimal | None
    completed_total: Decimal | None

    @property
    def month_text(self) -> str:
        """“2024年9月”."""
        return month_text(self.month)


def figures_of(project: Project, month: date) -> Figures:
    """Gathers them. Five queries."""
    reports = StatusReport.objects.filter(project=project)
    plan = AnnualPlan.objects.filter(project=project).for_year(month.year).first()
    curve = SeasonalCurve.objects.of_year(month.year)
    ytd = reports.approved().of_year_to(month).completed()
    return Figures(
        project=project,
        month=month,
        last=reports.filter(month__lt=month).order_by("-month").first(),
        annual_plan=plan.amount if plan else None,
        month_plan=plan.monthly(curve)[month.month - 1] if plan else None,
        completed_ytd=ytd,
        completion_rate=completion_rate(ytd, plan.amount if plan else None),
        completed_total=reports.approved().up_to(month).completed(),
    )
