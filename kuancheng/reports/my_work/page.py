"""我的工作: what a member of staff has to do now, on the projects that he may change."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from investment.models import Correction, ReportingWindow, StatusReport, month_text
from investment.rules.reporting import ReportingCalendar, next_month
from kuancheng.access.models import User
from kuancheng.asking.paging import Capped, capped
from kuancheng.asking.parameters import Days
from kuancheng.proposals.models import Proposal
from kuancheng.reports.choices import LightChoice
from kuancheng.reports.judging.answers import answers_on
from kuancheng.reports.judging.owing import owing
from kuancheng.reports.judging.permits import Permit, needed_on, permits_on
from kuancheng.reports.judging.review_due import ReviewDue, review_due
from kuancheng.reports.judging.stops import StopOn, stops_on
from kuancheng.reports.judging.turn_due import TurnDue, turn_due
from kuancheng.reports.models import Bulletin, RuleSet
from kuancheng.reports.questions import statuses_on
from kuancheng.reports.raising.raised import Raising, raising
from kuancheng.reports.rules.answering import Answering
from projects.choices import CloseOutState
from projects.models import Baseline, CloseOut, Matter, Milestone, Project
from projects.planning import site_calendars
from projects.rules.matters.steps import TO_DO_NAMES
from projects.rules.permits import SOON, State

STILL_OPEN = Q(resumed_on=None)
SHOWN = 10
"""Rows of a list that are shown; the rest is counted."""


@dataclass(frozen=True)
class Late:
    """Something due on a day; `days` after that day, negative before it."""

    days: int

    @property
    def days_left(self) -> int:
        """Until the day."""
        return -self.days


@dataclass(frozen=True)
class MonthDue(Late):
    """A reportable month and the projects that owe a report and have none for it.

    `money_month` says that it is the month that is judged now.
    """

    month: date
    due: date
    days: int
    projects: Capped[Project]
    money_month: bool

    @property
    def late(self) -> bool:
        """Whether the day has passed and something is missing."""
        return self.days > 0 and self.projects.total > 0

    @property
    def month_text(self) -> str:
        """“2024年9月”."""
        return month_text(self.month)


@dataclass(frozen=True)
class StepDue(Late):
    """An unfinished milestone and its promised day."""

    milestone: Milestone
    days: int

    @property
    def agency(self) -> str:
        """Who answers for it: its own agency, else the project's."""
        agency = self.milestone.agency or self.milestone.project.lead_agency
        return agency.name if agency else ""


@dataclass(frozen=True)
class MattersToDo:
    """Matters that wait for the same thing of the user, in words, the first due first."""

    name: str
    matters: Capped[Matter]


@dataclass(frozen=True)
class RedDue:
    """A red project whose answer is due, late, or whose promise has passed."""

    project: Project
    standing: Answering


@dataclass(frozen=True)
class MyWork:
    """Everything on the admin's first page, as of a day.

    `involved` is false for roles that change no project. `waiting` counts the reports that the
    user may approve, `corrections` those of others, None where he approves none; `ready` are open
    reports of months that may be filed, `next_opens` is when the next month's window opens; `plans` are the proposals of others that he may
    approve, None likewise. `soon_days` is how far `coming` looks ahead. `red` are the red projects
    that he has to answer for, None where he answers for none; `stops` those of his whose report to
    the authority or re-check is due, or whose resumption he may approve, None where he handles
    none. `close_outs` counts those of others that he may confirm, None where he confirms none.
    `proposals` counts the changes that he may decide. `bulletins` wait to be approved by somebody who wrote none of their text, as he did not.
    `turn` is the year that the office has to turn, None where there is none; `review` is what has
    to be done about the weekly review, None likewise.
    """

    as_of: date
    involved: bool
    overseer: bool
    months: tuple[MonthDue, ...]
    next_opens: date
    drafts: Capped[StatusReport]
    ready: int
    waiting: int | None
    corrections: int | None
    plans: Capped[Baseline] | None
    overdue: Capped[StepDue]
    coming: Capped[StepDue]
    soon_days: int
    matters: tuple[MattersToDo, ...]
    red: Capped[RedDue] | None
    permits: Capped[Permit]
    stops: Capped[StopOn] | None
    close_outs: int | None
    proposals: int
    bulletins: tuple[Bulletin, ...]
    raising: Raising
    turn: TurnDue | None
    review: ReviewDue | None

    @property
    def matters_total(self) -> int:
        """How many matters wait for the user."""
        return sum(each.matters.total for each in self.matters)


def my_work(user: User, as_of: date) -> MyWork:
    """Gathers it in a constant number of queries, at most forty-one."""
    rules = RuleSet.objects.in_force(as_of)
    own = Project.objects.editable_by(user)
    calendar = ReportingWindow.objects.calendar(rules.report_due_workday)
    reportable = calendar.reportable(as_of)
    drafts = StatusReport.objects.editable_by(user)
    steps = _steps(own, as_of)
    until = as_of + timedelta(days=rules.due_soon_days)
    open_drafts = capped(
        # 退回 before 草稿.
        drafts.select_related("project", "returned_by").order_by(
            "-state", "month", "project__code"
        ),
        SHOWN,
    )
    overdue, coming = (
        _due(steps.overdue(as_of), as_of),
        _due(steps.due_between(as_of, until), as_of),
    )
    shown = {each.project_id for each in open_drafts}
    shown |= {each.milestone.project_id for each in (*overdue, *coming)}
    return MyWork(
        as_of=as_of,
        involved=user.has_perm("projects.change_project"),
        overseer=user.has_perm("projects.oversee_portfolio"),
        months=tuple(_month_due(own, month, as_of, calendar) for month in reportable),
        next_opens=calendar.opens(next_month(reportable[-1])),
        drafts=open_drafts,
        ready=drafts.filter(month__in=reportable).count(),
        waiting=_waiting(user),
        corrections=_corrections(user),
        plans=_plans(user),
        overdue=overdue,
        coming=coming,
        soon_days=rules.due_soon_days,
        matters=_matters(user),
        red=_red(user, own, as_of),
        permits=_permits(own, Days(as_of, None), rules),
        stops=_stops(user, own, as_of),
        close_outs=_close_outs(user),
        proposals=Proposal.objects.waiting_for(user).count(),
        bulletins=_bulletins(user),
        raising=raising(shown, Days(as_of, None), user),
        turn=turn_due(user, as_of),
        review=review_due(user, as_of),
    )


def _matters(user: User) -> tuple[MattersToDo, ...]:
    """What waits for him, by what is to be done. One query."""
    waiting = Matter.objects.visible_to(user).waiting_for(user).with_to_do(user).order_by()
    first_due = [F("due_on").asc(nulls_last=True), F("pk").asc()]
    counted = waiting.select_related("project").annotate(
        place=Window(RowNumber(), partition_by=["to_do"], order_by=first_due),
        total=Window(Count("pk"), partition_by=["to_do"]),
    )
    rows: dict[str, list[Any]] = {}
    for each in counted.filter(place__lte=SHOWN).order_by("place"):
        rows.setdefault(each.to_do, []).append(each)
    return tuple(
        MattersToDo(name, Capped(tuple(rows[code]), rows[code][0].total))
        for code, name in TO_DO_NAMES.items()
        if code in rows
    )


def _red(user: User, own: QuerySet[Any], as_of: date) -> Capped[RedDue] | None:
    """His red projects that wait for an answer, the latest first. Six queries at most."""
    if not user.has_perm("reports.add_lightanswer"):
        return None
    rows = statuses_on(as_of).filter(project__in=own, light=LightChoice.RED)
    red = {row.project_id: row.project for row in rows.select_related("project")}
    found = [
        RedDue(red[pk], each.standing)
        for pk, each in answers_on(red, Days(as_of, None)).items()
        if each.standing.is_open
    ]
    found.sort(key=lambda each: (-each.standing.days, each.standing.due, each.project.code))
    return capped(found, SHOWN)


def _permits(own: QuerySet[Any], days: Days, rules: RuleSet) -> Capped[Permit]:
    """Permits of his projects that are over, or soon will be, the first first. Five queries."""
    wanted = Q(pk__in=own.values("pk")) & needed_on(days)
    soon = rules.permit_yellow_workdays or SOON
    found = [
        each
        for each in permits_on(wanted, days, site_calendars(), soon)
        if each.reading.state in (State.LAPSED, State.EXPIRING)
    ]
    return capped(found, SHOWN)


def _stops(user: User, own: QuerySet[Any], as_of: date) -> Capped[StopOn] | None:
    """His stops that want something of him, what waits for approval first. Two queries."""
    if not user.has_perm("projects.change_stop"):
        return None
    office = user.has_perm("projects.oversee_portfolio")
    found = [
        each
        for each in stops_on(Q(project__in=own) & STILL_OPEN, Days(as_of, None))
        if each.unreported
        or each.lacks_recheck
        or (each.waits and office and each.stop.resume_asked_by_id != user.pk)
    ]
    found.sort(key=lambda each: (not each.waits, each.report_due, each.stop.pk))
    return capped(found, SHOWN)


def _close_outs(user: User) -> int | None:
    if not user.has_perms(["projects.oversee_portfolio", "projects.change_closeout"]):
        return None
    waiting = CloseOut.objects.filter(state=CloseOutState.SUBMITTED)
    return waiting.exclude(author=user).count()


def _bulletins(user: User) -> tuple[Bulletin, ...]:
    """Those that he may approve. One query for whoever approves any."""
    if not user.has_perm("reports.approve_bulletin"):
        return ()
    return tuple(Bulletin.objects.waiting_for(user).order_by("month"))


def _month_due(
    own: QuerySet[Any], month: date, as_of: date, calendar: ReportingCalendar
) -> MonthDue:
    due = calendar.due(month)
    reports = StatusReport.objects.filter(project=OuterRef("pk"), month=month)
    missing = owing(own, as_of, month).filter(~Exists(reports))
    projects = capped(missing.select_related("lead_agency").order_by("code"), SHOWN)
    judged_now = month == calendar.money_month(as_of)
    return MonthDue((as_of - due).days, month, due, projects, judged_now)


def _waiting(user: User) -> int | None:
    if not user.has_perm("investment.approve_statusreport"):
        return None
    return StatusReport.objects.reviewable_by(user).count()


def _corrections(user: User) -> int | None:
    if not user.has_perm("investment.approve_statusreport"):
        return None
    return Correction.objects.proposed().exclude(author=user).count()


def _plans(user: User) -> Capped[Baseline] | None:
    if not user.has_perm("projects.approve_baseline"):
        return None
    waiting = Baseline.objects.proposed().exclude(author=user)
    return capped(waiting.select_related("project", "author").order_by("proposed_at", "pk"), SHOWN)


def _steps(own: QuerySet[Any], as_of: date) -> Any:
    steps = Milestone.objects.filter(project__in=own)
    return steps.select_related("project__lead_agency", "agency")


def _due(steps: QuerySet[Any], as_of: date) -> Capped[StepDue]:
    found = capped(steps.order_by("planned_finish", "project__code", "order"), SHOWN)
    rows = tuple(StepDue((as_of - each.planned_finish).days, each) for each in found)
    return Capped(rows, found.total)
