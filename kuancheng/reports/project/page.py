"""What the page of one project shows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.http import Http404

from investment.choices import CorrectionState, ReportState
from investment.models import Correction, Funding, OpeningFigure, PlanFigures, StatusReport
from investment.querysets import latest_funding
from investment.rules.forecast import Forecast, forecast
from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.asking.parameters import Days
from kuancheng.proposals.models import Proposal
from kuancheng.reports.choices import ProRataBasis, Unreported
from kuancheng.reports.closing.page import like_it
from kuancheng.reports.drawing.charts import MoneyChart, money_chart
from kuancheng.reports.evidence.page import show_evidence
from kuancheng.reports.judging.answers import answers_on
from kuancheng.reports.judging.known import end_of, records, sort_records
from kuancheng.reports.judging.lists import Membership, memberships
from kuancheng.reports.judging.matters.standing import standings_on
from kuancheng.reports.judging.permits import Permit, extensions_on, permits_of
from kuancheng.reports.judging.plans import plans_on
from kuancheng.reports.judging.progress import FILED
from kuancheng.reports.judging.stops import RELATED, stops_of
from kuancheng.reports.judging.terms import calendars_on, rules_on, seasonal_curves
from kuancheng.reports.judging.waiting import waiting_about_project
from kuancheng.reports.models import DailyStatus, RuleSet
from kuancheng.reports.permits.page import extendable
from kuancheng.reports.project.changes import acts_by_month
from kuancheng.reports.project.lights import light_history
from kuancheng.reports.project.photos import photos_of
from kuancheng.reports.project.schedule import ProjectSchedule, project_schedule
from kuancheng.reports.questions import statuses_on
from kuancheng.reports.raising.raised import raising
from kuancheng.reports.rules.lights import Light
from kuancheng.reports.rules.owing import months_owed
from kuancheng.reports.stopping.page import stop_section
from kuancheng.reports.weekly.page import decided_for
from projects.choices import Role
from projects.models import Assignment, Project, Stop, YearClassing
from projects.planning import happened
from projects.rules.calendars import Calendars
from projects.rules.permits import SOON
from projects.rules.year_classes import class_in
from projects.services import project_changes

CHANGES_SHOWN = 60
PHOTOS_SHOWN = 24


@dataclass(frozen=True)
class Person:
    """Somebody's role in the project; `current` on the day of the page."""

    assignment: Assignment
    current: bool


def project_page(project: Project, days: Days, reader: User) -> dict[str, Any]:
    """The template's context, as of a day. A fixed number of queries.

    With `known_at`, everything is drawn from the records of that day. Http404 when the project
    was not registered yet.
    """
    facts = project_facts(project, days, reader)
    steps = facts["schedule"].steps
    changes = project_changes(project, until=end_of(days.latest))
    photos = photos_of(facts["reports"], steps)
    return facts | {
        "stop_section": stop_section(project, facts["stops"], days, clock.today(), reader),
        "lessons": like_it(project, days.as_of),
        "corrections": _corrections(facts["reports"], days.known_at),
        "step_files": {
            step.milestone.pk: step.milestone.files for step in steps if step.milestone.files
        },
        "lights": light_history(project, days.latest),
        "waiting": _waiting(project, facts["memberships"], days, reader),
        "photos": photos[:PHOTOS_SHOWN],
        "photos_more": max(0, len(photos) - PHOTOS_SHOWN),
        "months_of_acts": acts_by_month(changes[:CHANGES_SHOWN]),
        "changes_more": max(0, len(changes) - CHANGES_SHOWN),
    }


def _waiting(
    project: Project, on_lists: Sequence[Membership], days: Days, reader: User
) -> list[Proposal]:
    """What waits for a second person, on the page of the present only. Two queries, or none."""
    if days.known_at is not None or days.as_of != clock.today():
        return []
    stays = [each.listing.pk for each in on_lists]
    return waiting_about_project(project.pk, stays, reader)


def project_facts(project: Project, days: Days, reader: User) -> dict[str, Any]:
    """What the page and the brief both tell. A fixed number of queries; Http404 as for the page."""
    as_of, known_at, ours = days.as_of, days.known_at, Q(project=project.pk)
    status = statuses_on(as_of, known_at).for_list().filter(project=project).first()
    if status is None:
        raise Http404
    then: Project = project if known_at is None else _as_known(project, known_at)
    rules, year = rules_on(as_of, known_at), status.money_month.year
    reported = sort_records(records(StatusReport, ours, known_at), "month")
    reports = [each for each in reported[::-1] if each.month <= as_of]
    plan = next((held for _, held in plans_on(ours & Q(year=year), as_of, known_at)), None)
    curve = seasonal_curves(known_at)[year]
    stops = sort_records(records(Stop, ours, known_at, related=RELATED), "stopped_on")
    schedule, on_lists = project_schedule(then, days, stops), memberships(project.pk, days)
    calendars = calendars_on(known_at)
    permits = _permits(then, schedule, days, rules, calendars)
    show_evidence(project, reports, [each.milestone for each in schedule.steps], known_at)
    return {
        "project": then,
        "status": status,
        "as_of": as_of,
        "known_at": known_at,
        "rules": rules,
        "due": _due(status, rules),
        "people": people(project, days),
        "decided": decided_for(project.pk, as_of, known_at),
        "matters": standings_on([project.pk], as_of, known_at, calendars)[project.pk],
        "raising": raising([project.pk], days, reader),
        "answers": answers_on([project.pk] if status.light == Light.RED else [], days),
        "schedule": schedule,
        "permits": permits,
        "mine": extendable(permits, days, reader),
        "reports": reports,
        "stops": stops_of(stops, as_of),
        "told": last_told(reports),
        "fundings": latest_funding(records(Funding, ours & Q(dated__lte=as_of), known_at)),
        "plan": plan,
        "year": year,
        "class_from": _class_from(ours, days),
        "opening": _opening(ours, status.money_month, known_at),
        "forecast": _forecast(plan, curve, reports, status),
        "chart": year_chart(plan, curve, reports, status, stops),
        "memberships": on_lists,
        "programmes": [each.programme for each in on_lists if each.current],
    }


def _permits(
    project: Project,
    schedule: ProjectSchedule,
    days: Days,
    rules: RuleSet,
    calendars: Calendars,
) -> list[Permit]:
    """Its permits, the first to lapse first. One query."""
    steps = [each.milestone for each in schedule.steps]
    rows = extensions_on(Q(project=project.pk), days.known_at)
    soon = rules.permit_yellow_workdays or SOON
    found = permits_of(project, steps, rows, days.as_of, calendars, soon)
    return sorted(found, key=lambda each: each.urgency)


def last_told(reports: Iterable[StatusReport]) -> StatusReport | None:
    """The latest report that was filed and tells of problems or the next step."""
    return next(
        (each for each in reports if each.state in FILED and (each.problems or each.next_step)),
        None,
    )


def _due(status: DailyStatus, rules: RuleSet) -> Decimal | None:
    """The pro-rata that its rate is measured against; None without a plan."""
    if status.annual_plan is None:
        return None
    linear = rules.basis == ProRataBasis.LINEAR
    return status.pro_rata_linear if linear else status.pro_rata_seasonal


def _class_from(ours: Q, days: Days) -> int | None:
    """The earlier year whose class is carried over, None where the year has its own. One query."""
    classes = {each.year: each.year_class for each in records(YearClassing, ours, days.known_at)}
    found = class_in(days.as_of.year, classes)
    return found.since if found.carried_into(days.as_of.year) else None


def _opening(ours: Q, month: date, known_at: date | None) -> OpeningFigure | None:
    """The figure that the total is counted from, None where there is none by then. One query."""
    figures = records(OpeningFigure, ours & Q(month__lte=month), known_at)
    return max(figures, key=lambda each: each.month, default=None)


def _as_known(project: Project, known_at: date) -> Project:
    found: Project = records(Project, Q(id=project.pk), known_at)[0]
    return found


def _forecast(
    plan: PlanFigures | None,
    curve: Sequence[Decimal],
    reports: Sequence[StatusReport],
    status: DailyStatus,
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
    return forecast(months, plan.monthly(curve), left)


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


def people(project: Project, days: Days) -> list[Person]:
    """Who is or was responsible: those in office first, in the order of roles. One query.

    As known on a day, two.
    """
    tenures = records(Assignment, Q(project=project.pk), days.known_at, related=("official",))
    found = [Person(each, each.holds_on(days.as_of)) for each in tenures]
    order = list(Role.values)
    return sorted(
        found,
        key=lambda each: (
            not each.current,
            order.index(each.assignment.role),
            each.assignment.since,
            each.assignment.pk,
        ),
    )


def year_chart(
    plan: PlanFigures | None,
    curve: Sequence[Decimal],
    reports: Sequence[StatusReport],
    status: DailyStatus,
    stops: Sequence[Stop] = (),
) -> MoneyChart | None:
    """Planned and approved investment of the money month's year; None where there is neither."""
    year = status.money_month.year
    by_month = {each.month.month: each for each in reports if each.month.year == year}
    if plan is None and not by_month:
        return None
    planned = plan.monthly(curve) if plan else (Decimal(0),) * 12
    completed = [_approved(by_month.get(number)) for number in range(1, 13)]
    completed_on = happened(status.project.actual_completion, status.date)
    still = [each.as_fact for each in stops]
    owed = months_owed(status.stage, status.standing, completed_on, status.money_month, still)
    notes = [_note(by_month.get(number), owed=number in owed) for number in range(1, 13)]
    return money_chart(planned, completed, notes)


def _approved(report: StatusReport | None) -> Decimal | None:
    return report.completed if report and report.state == ReportState.APPROVED else None


def _note(report: StatusReport | None, *, owed: bool) -> str:
    if report is not None:
        return report.get_state_display()
    return str(Unreported.MISSING.label) if owed else "—"
