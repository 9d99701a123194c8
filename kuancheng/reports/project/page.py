"""What the page of one project shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.http import Http404

from investment.choices import CorrectionState, ReportState
from investment.models import (
    AnnualPlan,
    Correction,
    Funding,
    OpeningFigure,
    PlanFigures,
    SeasonalCurve,
    StatusReport,
)
from investment.rules.forecast import Forecast, forecast
from kuancheng.reports.choices import Unreported
from kuancheng.reports.drawing.charts import MoneyChart, money_chart
from kuancheng.reports.evidence.page import show_evidence
from kuancheng.reports.judging.known import end_of, in_order, records
from kuancheng.reports.models import DailyStatus, RuleSet
from kuancheng.reports.project.lights import light_history
from kuancheng.reports.project.schedule import project_schedule
from kuancheng.reports.questions import Days, statuses_on
from kuancheng.reports.rules.owing import last_month_owed
from projects.choices import Role
from projects.models import Assignment, Project
from projects.planning import happened
from projects.services import changes_since

HISTORY_SHOWN = 30


@dataclass(frozen=True)
class Person:
    """Somebody's role in the project; `current` on the day of the page."""

    assignment: Assignment
    current: bool


def project_page(project: Project, when: Days) -> dict[str, Any]:
    """The template's context, as of a day. A fixed number of queries.

    With `known_at`, light, money and reports are drawn from the records of that day; what the
    register says of the project itself is always the present. Http404 when the project was not
    registered yet.
    """
    as_of, known_at = when.as_of, when.known_at
    status = statuses_on(as_of, known_at).for_list().filter(project=project).first()
    if status is None:
        raise Http404
    year = status.money_month.year
    reported = records(StatusReport, Q(project=project.pk), known_at)
    reports = [each for each in in_order(reported, "month")[::-1] if each.month <= as_of]
    plan = _plan(project, year, when)
    steps = list(project.milestones.all())
    show_evidence(project, reports, steps, known_at)
    history = changes_since(project, 0)
    return {
        "project": project,
        "status": status,
        "as_of": as_of,
        "known_at": known_at,
        "rules": RuleSet.objects.in_force(as_of),
        "people": people(project, as_of),
        "schedule": project_schedule(project, as_of),
        "reports": reports,
        "corrections": _corrections(reports, known_at),
        "step_files": {step.pk: step.files for step in steps if step.files},  # type: ignore[attr-defined]
        "fundings": Funding.objects.filter(project=project).on(as_of),
        "plan": plan,
        "year": year,
        "opening": next(iter(records(OpeningFigure, Q(project=project.pk), known_at)), None),
        "lights": light_history(project, as_of),
        "forecast": _forecast(plan, reports, status),
        "chart": year_chart(plan, reports, status),
        "programmes": list(project.programmes.all()),
        "history": history[:HISTORY_SHOWN],
        "history_more": max(0, len(history) - HISTORY_SHOWN),
    }


def _plan(project: Project, year: int, when: Days) -> PlanFigures | None:
    """The plan of that year, in the version that held on the page's day."""
    plans = records(AnnualPlan, Q(project=project.pk), when.known_at)
    found = next((plan for plan in plans if plan.year == year), None)
    return found.in_force(when.as_of, list(found.former.all())) if found else None


def _forecast(
    plan: PlanFigures | None, reports: Sequence[StatusReport], status: DailyStatus
) -> Forecast | None:
    """The year's completion with its range, never beyond what the project's total leaves."""
    if plan is None or status.done:
        return None
    year, last = status.money_month.year, status.money_month.month
    by_month = {each.month.month: each for each in reports if each.month.year == year}
    months = [_approved(by_month.get(number)) for number in range(1, last + 1)]
    left = None
    if status.total_investment is not None and status.completed_total is not None:
        spent_before = status.completed_total - (status.completed_ytd or Decimal(0))
        left = status.total_investment - spent_before
    return forecast(months, plan.monthly(SeasonalCurve.objects.of_year(year)), left)


def _corrections(
    reports: Sequence[StatusReport], known_at: date | None
) -> dict[int, list[Correction]]:
    """The approved corrections of each report, by its id. One query."""
    found: dict[int, list[Correction]] = {}
    approved = Correction.objects.filter(
        report__in=[each.pk for each in reports], state=CorrectionState.APPROVED
    )
    if known_at is not None:
        approved = approved.filter(decided_at__lte=end_of(known_at))
    for each in approved.select_related("author", "approver").order_by("number"):
        found.setdefault(each.report_id, []).append(each)
    return found


def people(project: Project, as_of: date) -> list[Person]:
    """Who is or was responsible: those in office first, in the order of roles. One query."""
    assignments = project.assignments.select_related("official__agency")
    found = [Person(each, each.holds_on(as_of)) for each in assignments]
    order = list(Role.values)
    return sorted(
        found,
        key=lambda each: (
            not each.current,
            order.index(each.assignment.role),
            each.assignment.since,
        ),
    )


def year_chart(
    plan: PlanFigures | None, reports: Sequence[StatusReport], status: DailyStatus
) -> MoneyChart | None:
    """Planned and approved investment of the money month's year; None where there is neither."""
    year = status.money_month.year
    by_month = {each.month.month: each for each in reports if each.month.year == year}
    if plan is None and not by_month:
        return None
    curve = SeasonalCurve.objects.of_year(year)
    planned = plan.monthly(curve) if plan else (Decimal(0),) * 12
    completed = [_approved(by_month.get(number)) for number in range(1, 13)]
    completed_on = happened(status.project.actual_completion, status.date)
    owed = last_month_owed(status.stage, status.standing, completed_on, status.money_month)
    notes = [_note(by_month.get(number), owed=number <= owed) for number in range(1, 13)]
    return money_chart(planned, completed, notes)


def _approved(report: StatusReport | None) -> Decimal | None:
    return report.completed if report and report.state == ReportState.APPROVED else None


def _note(report: StatusReport | None, *, owed: bool) -> str:
    if report is not None:
        return report.get_state_display()
    return str(Unreported.MISSING.label) if owed else "—"
