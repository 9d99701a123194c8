"""Progress rows: the facts of projects gathered in a fixed number of queries, then judged.

List, project page, API and export read the rows kept by `daily`; this module computes them.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Q

from investment.choices import ReportState
from investment.models import (
    OpeningFigure,
    PlanFigures,
    StatusReport,
)
from investment.querysets import Curves
from investment.rules import rates
from investment.rules.totals import completed_to, total
from kuancheng.reports.choices import ProRataBasis
from kuancheng.reports.judging.known import records, sort_records
from kuancheng.reports.judging.matters.standing import matters_on
from kuancheng.reports.judging.permits import extensions_on, permit_facts
from kuancheng.reports.judging.plans import plans_on
from kuancheng.reports.judging.terms import (
    calendars_on,
    reporting_calendar,
    rules_on,
    seasonal_curves,
)
from kuancheng.reports.models import LightOverride, RuleSet
from kuancheng.reports.rules.lights import (
    Facts,
    Judgement,
    Light,
    MatterFact,
    MilestoneFact,
    Override,
    PermitFact,
    Reason,
    status_light,
)
from kuancheng.reports.rules.owing import months_owed
from projects.choices import Phase, Role
from projects.models import (
    Assignment,
    Milestone,
    Pause,
    PermitExtension,
    Project,
    Stop,
    YearClassing,
)
from projects.planning import Timeline, happened, timeline
from projects.rules.calendars import Calendars
from projects.rules.standing import standing_on
from projects.rules.stops import Standstill, stood_still, stop_on
from projects.rules.year_classes import class_in

FILED = (ReportState.SUBMITTED, ReportState.APPROVED)
"""In these states the month's report is not missing."""

TEXTS = ("physical_progress", "problems", "next_step")
"""Columns of reports that say nothing to figures."""


@dataclass(frozen=True)
class Money:
    """A project's money at the end of the money month.

    Amounts are 万元, rates and pro-rata unrounded percent, `gap` unrounded percentage points
    against the pro-rata that drives the lights. `completed_*` sum approved reports up to the
    money month and are None where there are none; `completed_total` starts from the opening
    figure, if there is one; `months_missing` counts the months from January on for which a report
    is owed and that are not in `completed_ytd`. `pending_ytd` sums the submitted
    reports of the year that nobody has approved yet, `pending_reports` counts them.
    """

    report_state: str
    last_report: date | None
    months_missing: int
    annual_plan: Decimal | None
    completed_month: Decimal | None
    completed_ytd: Decimal | None
    completed_total: Decimal | None
    pending_ytd: Decimal | None
    pending_reports: int
    completion_rate: Decimal | None
    pro_rata_linear: Decimal
    pro_rata_seasonal: Decimal
    gap: Decimal | None


@dataclass(frozen=True)
class ProgressRow:
    """One project's progress as of a day.

    `total_investment` is 万元. `computed_light` is what the rules say without an override. What is
    not judged is not late: it has no overdue milestones and no forecast. `forecast_*` are None also
    where the milestones say too little for a schedule, and once the project is completed.
    `standing` is that of the day: 停工 while a stop covers it; `stood_still` says that one covers the
    whole money month.
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
    computed_light: Light
    reasons: tuple[Reason, ...]
    done: bool
    money_month: date
    stood_still: bool
    money: Money
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
    stops: list[Stop] = field(default_factory=list)
    reports: list[StatusReport] = field(default_factory=list)
    openings: list[OpeningFigure] = field(default_factory=list)
    plan: PlanFigures | None = None
    override: Override | None = None
    matters: tuple[MatterFact, ...] = ()
    extensions: list[PermitExtension] = field(default_factory=list)
    classes: dict[int, str] = field(default_factory=dict)

    @property
    def standstills(self) -> list[Standstill]:
        """Its stops, as the rules look at them."""
        return [each.as_fact for each in self.stops]


@dataclass(frozen=True)
class Terms:
    """What every project of a batch is judged by."""

    as_of: date
    month: date
    rules: RuleSet
    curves: Curves
    calendars: Calendars


def progress_rows(
    project_ids: Iterable[int],
    as_of: date,
    *,
    known_on: date | None = None,
    rules: RuleSet | None = None,
    month: date | None = None,
) -> list[ProgressRow]:
    """One row per project, by id, as of a day. Eighteen queries, nineteen where permits light.

    From the facts known now, or from what was on record at the end of `known_on`; a project that
    was not registered by then has no row. Judged by the rules in force, or by `rules` on trial.
    With `month` the money is that month's, though its reports came in after the day: a closed month.
    """
    rules = rules or rules_on(as_of, known_on)
    month = month or reporting_calendar(rules, known_on).money_month(as_of)
    terms = Terms(as_of, month, rules, seasonal_curves(known_on), calendars_on(known_on))
    ids = list(project_ids)
    projects = records(Project, Q(id__in=ids), known_on, related=("lead_agency",))
    found = _gather(ids, terms, known_on)
    return [_row(project, found[project.pk], terms) for project in sort_records(projects)]


def _gather(ids: Sequence[int], terms: Terms, known_on: date | None) -> dict[int, Gathered]:
    found: dict[int, Gathered] = defaultdict(Gathered)
    ours, as_of, month = Q(project__in=ids), terms.as_of, terms.month
    for assignment in sort_records(records(Assignment, ours, known_on), "since"):
        if assignment.holds_on(as_of):
            found[assignment.project_id].people[assignment.role] = assignment.official_id
    milestones = records(Milestone, ours, known_on, related=("agency",))
    for milestone in sort_records(milestones, "order"):
        found[milestone.project_id].milestones.append(milestone)
    for pause in records(Pause, ours, known_on):
        found[pause.project_id].pauses.append(pause)
    for stop in sort_records(records(Stop, ours, known_on), "stopped_on"):
        found[stop.project_id].stops.append(stop)
    for report in sort_records(records(StatusReport, ours, known_on, unread=TEXTS), "month"):
        if report.month <= month:
            found[report.project_id].reports.append(report)
    for opening in records(OpeningFigure, ours, known_on):
        found[opening.project_id].openings.append(opening)
    overrides = records(LightOverride, ours, known_on, related=("author",))
    # Of two that hold, the earlier one counts.
    for override in reversed(sort_records(overrides, "since")):
        if override.holds_on(as_of):
            found[override.project_id].override = override.as_fact()
    for project, facts in matters_on(ids, as_of, known_on, terms.calendars).items():
        found[project].matters = tuple(facts)
    if terms.rules.permit_yellow_workdays is not None:
        for extension in extensions_on(ours, known_on):
            found[extension.project_id].extensions.append(extension)
    for plan, held in plans_on(ours & Q(year=month.year), as_of, known_on):
        found[plan.project_id].plan = held
    for each in records(YearClassing, ours, known_on):
        found[each.project_id].classes[each.year] = each.year_class
    return found


def _row(project: Project, found: Gathered, terms: Terms) -> ProgressRow:
    as_of = terms.as_of
    standing = standing_of(project, found.standstills, as_of)
    money = _money(project, standing, found, terms)
    unfinished = [each for each in found.milestones if not happened(each.actual_finish, as_of)]
    promised = [
        (each.planned_finish, each) for each in unfinished if each.planned_finish is not None
    ]
    coming = min(
        (pair for pair in promised if pair[0] >= as_of), key=lambda pair: pair[0], default=None
    )
    ahead = timeline(
        project, found.milestones, found.pauses, terms.calendars, as_of, stops=found.stops
    )
    still = stood_still(found.standstills, terms.month)
    judgement = _judge(project, found, Computed(standing, still, money, ahead), promised, terms)
    passed = [(as_of - finish).days for finish, _ in promised if finish < as_of]
    late = passed if judgement.judged else []
    return ProgressRow(
        project_id=project.pk,
        as_of=as_of,
        lead_official_id=found.people.get(Role.LEAD_OFFICIAL),
        liaison_officer_id=found.people.get(Role.LIAISON_OFFICER),
        lead_agency_id=project.lead_agency_id,
        subdistrict_id=project.subdistrict_id,
        stage=project.stage,
        standing=standing,
        year_class=class_in(as_of.year, found.classes, project.year_class).code,
        total_investment=project.total_investment,
        light=judgement.light,
        computed_light=judgement.computed,
        reasons=judgement.reasons,
        done=judgement.done,
        money_month=terms.month,
        stood_still=still,
        money=money,
        milestones_done=len(found.milestones) - len(unfinished),
        milestones_total=len(found.milestones),
        overdue_milestones=len(late),
        max_overdue_days=max(late, default=0),
        next_milestone=coming[1].name if coming else "",
        next_milestone_finish=coming[0] if coming else None,
        promised_completion=ahead.promised,
        forecast_completion=ahead.forecast if judgement.judged else None,
        forecast_late_days=ahead.late_by if judgement.judged else None,
    )


def standing_of(project: Project, stops: Sequence[Standstill], day: date) -> str:
    """A project's standing on a day, by its stops as far as they are on record."""
    covered = stop_on(stops, day) is not None
    return standing_on(project.standing, stopped=covered, on_record=bool(stops))


def _money(project: Project, standing: str, found: Gathered, terms: Terms) -> Money:
    month = terms.month
    approved = [
        (each.month, each.completed)
        for each in found.reports
        if each.state == ReportState.APPROVED and each.completed is not None
    ]
    this_year = {when.month: amount for when, amount in approved if when.year == month.year}
    ytd = total(this_year.values())
    completed_on = happened(project.actual_completion, terms.as_of)
    owed = months_owed(project.stage, standing, completed_on, month, found.standstills)
    plan = found.plan
    linear = rates.pro_rata_linear(month.month)
    curve = terms.curves[month.year]
    curve = plan.monthly(curve) if plan and plan.amount else curve
    seasonal = rates.pro_rata_seasonal(month.month, curve)
    elapsed = linear if terms.rules.basis == ProRataBasis.LINEAR else seasonal
    amount = plan.amount if plan else None
    filed = [each.month for each in found.reports if each.state in FILED]
    pending = [
        each.completed
        for each in found.reports
        if each.state == ReportState.SUBMITTED
        and each.month.year == month.year
        and each.completed is not None
    ]
    return Money(
        report_state=next((each.state for each in found.reports if each.month == month), ""),
        last_report=max(filed, default=None),
        months_missing=len(set(owed) - set(this_year)),
        annual_plan=amount,
        completed_month=dict(approved).get(month),
        completed_ytd=ytd,
        completed_total=completed_to(month, approved, [each.as_fact for each in found.openings]),
        pending_ytd=total(pending),
        pending_reports=len(pending),
        completion_rate=rates.completion_rate(ytd, amount),
        pro_rata_linear=linear,
        pro_rata_seasonal=seasonal,
        gap=rates.gap(ytd, amount, elapsed),
    )


@dataclass(frozen=True)
class Computed:
    """What was computed of a project before its light: standing, money and schedule."""

    standing: str
    stood_still: bool
    money: Money
    ahead: Timeline


def _judge(
    project: Project,
    found: Gathered,
    computed: Computed,
    promised: Sequence[tuple[date, Milestone]],
    terms: Terms,
) -> Judgement:
    as_of, money, ahead = terms.as_of, computed.money, computed.ahead
    stop = stop_on(found.standstills, as_of)
    facts = Facts(
        as_of=as_of,
        standing=computed.standing,
        stage=project.stage,
        stopped_days=stop.days(as_of) if stop else 0,
        has_plan=found.plan is not None,
        has_dated_milestone=any(each.planned_finish for each in found.milestones),
        milestones=tuple(
            MilestoneFact(
                each.name,
                finish,
                each.agency.name if each.agency else "",
                str(each.pk),
                works=each.phase == Phase.CONSTRUCTION,
            )
            for finish, each in promised
        ),
        matters=found.matters,
        permits=_permits(project, found, terms),
        planned_start=project.planned_start,
        actual_start=happened(project.actual_start, as_of),
        actual_completion=happened(project.actual_completion, as_of),
        enrolled_on=happened(project.enrolled_on, as_of),
        forecast=ahead.forecast,
        forecast_late_by=ahead.late_by or 0,
        gap=money.gap,
        months_missing=money.months_missing,
        money_month=terms.month,
        stood_still=computed.stood_still,
        money_report_filed=money.report_state in FILED,
        agency=project.lead_agency.name if project.lead_agency else "",
        override=found.override,
    )
    return status_light(facts, terms.rules.thresholds())


def _permits(project: Project, found: Gathered, terms: Terms) -> tuple[PermitFact, ...]:
    if terms.rules.permit_yellow_workdays is None:
        return ()
    return permit_facts(project, found.milestones, found.extensions, terms.as_of, terms.calendars)
