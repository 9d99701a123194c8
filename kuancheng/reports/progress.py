"""Progress rows: the facts of projects gathered in a fixed number of queries, then judged.

List, project page, API and export read the rows kept by `daily`; this module computes them.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from investment.choices import ReportState
from investment.models import AnnualPlan, StatusReport
from investment.rules import rates
from investment.rules.reporting import money_month
from kuancheng.reports.choices import ProRataBasis
from kuancheng.reports.models import RuleSet
from kuancheng.reports.rules.lights import (
    Facts,
    Judgement,
    Light,
    MilestoneFact,
    Reason,
    status_light,
)
from projects.choices import Role
from projects.models import Assignment, Milestone, Pause, Project
from projects.planning import Timeline, happened, site_calendars, timeline
from projects.rules.calendars import Calendars

FILED = (ReportState.SUBMITTED, ReportState.APPROVED)
"""In these states the month's report is not missing."""


@dataclass(frozen=True)
class ProgressRow:
    """One project's progress as of a day.

    Amounts are 万元, rates and pro-rata unrounded percent, `gap` unrounded percentage points
    against the pro-rata that drives the lights. `completed_*` sum approved reports up to the
    money month and are None where there are none; `months_missing` counts the months from
    January to the money month that are not in `completed_ytd`. `forecast_*` are None where the
    milestones say too little for a schedule, and once the project is completed.
    """

    project_id: int
    as_of: date
    lead_official_id: int | None
    liaison_officer_id: int | None
    lead_agency_id: int | None
    subdistrict_id: int | None
    stage: str
    standing: str
    year_class: str
    total_investment: Decimal | None
    light: Light
    reasons: tuple[Reason, ...]
    done: bool
    money_month: date
    report_state: str
    last_report: date | None
    months_missing: int
    annual_plan: Decimal | None
    completed_month: Decimal | None
    completed_ytd: Decimal | None
    completed_total: Decimal | None
    completion_rate: Decimal | None
    pro_rata_linear: Decimal
    pro_rata_seasonal: Decimal
    gap: Decimal | None
    milestones_done: int
    milestones_total: int
    overdue_milestones: int
    max_overdue_days: int
    next_milestone: str
    next_milestone_finish: date | None
    promised_completion: date | None
    forecast_completion: date | None
    forecast_late_days: int | None


@dataclass
class Gathered:
    """What was found of one project besides its own record."""

    people: dict[str, int] = field(default_factory=dict)
    milestones: list[Milestone] = field(default_factory=list)
    pauses: list[Pause] = field(default_factory=list)
    reports: list[StatusReport] = field(default_factory=list)
    plan: AnnualPlan | None = None


@dataclass(frozen=True)
class Money:
    """A project's money at the end of the money month; see ProgressRow."""

    report_state: str
    last_report: date | None
    months_missing: int
    annual_plan: Decimal | None
    completed_month: Decimal | None
    completed_ytd: Decimal | None
    completed_total: Decimal | None
    completion_rate: Decimal | None
    pro_rata_linear: Decimal
    pro_rata_seasonal: Decimal
    gap: Decimal | None


def progress_rows(project_ids: Iterable[int], as_of: date) -> list[ProgressRow]:
    """One row per project, by id, as of a day and from the facts known now. Nine queries."""
    rules = RuleSet.objects.in_force(as_of)
    month = money_month(as_of, rules.report_due_workday)
    ids = list(project_ids)
    found = _gather(ids, as_of, month)
    calendars = site_calendars()
    projects = Project.objects.filter(pk__in=ids).select_related("lead_agency").order_by("pk")
    return [
        _row(project, found[project.pk], as_of, month, rules, calendars) for project in projects
    ]


def _gather(ids: Sequence[int], as_of: date, month: date) -> dict[int, Gathered]:
    found: dict[int, Gathered] = defaultdict(Gathered)
    assignments = Assignment.objects.filter(project__in=ids).on(as_of).leading()
    for project_id, role, official_id in assignments.order_by("since").values_list(
        "project_id", "role", "official_id"
    ):
        found[project_id].people[role] = official_id
    milestones = Milestone.objects.filter(project__in=ids).select_related("agency")
    for milestone in milestones.order_by("order", "pk"):
        found[milestone.project_id].milestones.append(milestone)
    for pause in Pause.objects.filter(project__in=ids):
        found[pause.project_id].pauses.append(pause)
    for plan in AnnualPlan.objects.filter(project__in=ids).for_year(month.year):
        found[plan.project_id].plan = plan
    reports = StatusReport.objects.filter(project__in=ids).up_to(month)
    for report in reports.only("project_id", "month", "completed", "state").order_by("month"):
        found[report.project_id].reports.append(report)
    return found


def _row(
    project: Project,
    found: Gathered,
    as_of: date,
    month: date,
    rules: RuleSet,
    calendars: Calendars,
) -> ProgressRow:
    money = _money(found, month, rules)
    unfinished = [each for each in found.milestones if not happened(each.actual_finish, as_of)]
    promised = [
        (each.planned_finish, each) for each in unfinished if each.planned_finish is not None
    ]
    late = [(as_of - finish).days for finish, _ in promised if finish < as_of]
    coming = min(
        (pair for pair in promised if pair[0] >= as_of), key=lambda pair: pair[0], default=None
    )
    ahead = timeline(project, found.milestones, found.pauses, calendars, as_of)
    judgement = _judge(project, found, money, promised, ahead, as_of, month, rules)
    return ProgressRow(
        project_id=project.pk,
        as_of=as_of,
        lead_official_id=found.people.get(Role.LEAD_OFFICIAL),
        liaison_officer_id=found.people.get(Role.LIAISON_OFFICER),
        lead_agency_id=project.lead_agency_id,
        subdistrict_id=project.subdistrict_id,
        stage=project.stage,
        standing=project.standing,
        year_class=project.year_class,
        total_investment=project.total_investment,
        light=judgement.light,
        reasons=judgement.reasons,
        done=judgement.done,
        money_month=month,
        milestones_done=len(found.milestones) - len(unfinished),
        milestones_total=len(found.milestones),
        overdue_milestones=len(late),
        max_overdue_days=max(late, default=0),
        next_milestone=coming[1].name if coming else "",
        next_milestone_finish=coming[0] if coming else None,
        promised_completion=ahead.promised,
        forecast_completion=ahead.forecast,
        forecast_late_days=ahead.late_by,
        **vars(money),
    )


def _money(found: Gathered, month: date, rules: RuleSet) -> Money:
    approved = [
        (each.month, each.completed)
        for each in found.reports
        if each.state == ReportState.APPROVED and each.completed is not None
    ]
    this_year = [amount for when, amount in approved if when.year == month.year]
    ytd = sum(this_year, Decimal(0)) if this_year else None
    plan = found.plan
    linear = rates.pro_rata_linear(month.month)
    curve = plan.monthly() if plan and plan.amount else rates.DEFAULT_CURVE
    seasonal = rates.pro_rata_seasonal(month.month, curve)
    elapsed = linear if rules.basis == ProRataBasis.LINEAR else seasonal
    amount = plan.amount if plan else None
    filed = [each.month for each in found.reports if each.state in FILED]
    return Money(
        report_state=next((each.state for each in found.reports if each.month == month), ""),
        last_report=max(filed, default=None),
        months_missing=month.month - len(this_year),
        annual_plan=amount,
        completed_month=dict(approved).get(month),
        completed_ytd=ytd,
        completed_total=sum((each for _, each in approved), Decimal(0)) if approved else None,
        completion_rate=rates.completion_rate(ytd, amount),
        pro_rata_linear=linear,
        pro_rata_seasonal=seasonal,
        gap=rates.gap(ytd, amount, elapsed),
    )


def _judge(
    project: Project,
    found: Gathered,
    money: Money,
    promised: Sequence[tuple[date, Milestone]],
    ahead: Timeline,
    as_of: date,
    month: date,
    rules: RuleSet,
) -> Judgement:
    facts = Facts(
        as_of=as_of,
        standing=project.standing,
        stage=project.stage,
        has_plan=found.plan is not None,
        has_dated_milestone=any(each.planned_finish for each in found.milestones),
        milestones=tuple(
            MilestoneFact(each.name, finish, each.agency.name if each.agency else "")
            for finish, each in promised
        ),
        planned_start=project.planned_start,
        actual_start=happened(project.actual_start, as_of),
        actual_completion=happened(project.actual_completion, as_of),
        enrolled_on=happened(project.enrolled_on, as_of),
        forecast=ahead.forecast,
        forecast_late_by=ahead.late_by or 0,
        gap=money.gap,
        months_missing=money.months_missing,
        money_month=month,
        money_report_filed=money.report_state in FILED,
        agency=project.lead_agency.name if project.lead_agency else "",
    )
    return status_light(facts, rules.thresholds())


def reason_json(reason: Reason) -> dict[str, Any]:
    """A reason as it is kept and as it travels; points with two places."""
    points = None if reason.points is None else str(rates.round_half_up(reason.points))
    return {
        "rule": reason.rule,
        "light": reason.light.value,
        "text": reason.text,
        "days": reason.days,
        "points": points,
        "agency": reason.agency,
    }
