"""我的工作: what a member of staff has to do now, on the projects that he may change."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Generic, TypeVar

from django.db.models import Exists, OuterRef, Q, QuerySet

from investment.choices import ReportState
from investment.models import ReportingWindow, StatusReport, month_text
from kuancheng.reports.models import RuleSet
from kuancheng.reports.rules.lights import JUDGED_STANDINGS, REPORTING_STAGES
from projects.choices import Standing
from projects.models import Baseline, Milestone, Project

SHOWN = 10
"""Rows of a list that are shown; the rest is counted."""

Row = TypeVar("Row")


@dataclass(frozen=True)
class Capped(Generic[Row]):
    """The first rows of a list, and how many there are in all."""

    rows: tuple[Row, ...]
    total: int

    @property
    def more(self) -> int:
        """How many are not shown."""
        return self.total - len(self.rows)

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)


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
    """A reportable month and the projects without any report for it."""

    month: date
    due: date
    days: int
    projects: Capped[Project]

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
class MyWork:
    """Everything on the admin's first page, as of a day.

    `involved` is false for roles that change no project. `waiting` counts the reports that the
    user may approve, None where he approves none; `plans` are the proposals of others that he may
    approve, None likewise. `soon_days` is how far `coming` looks ahead.
    """

    as_of: date
    involved: bool
    overseer: bool
    months: tuple[MonthDue, ...]
    drafts: Capped[StatusReport]
    waiting: int | None
    plans: Capped[Baseline] | None
    overdue: Capped[StepDue]
    coming: Capped[StepDue]
    soon_days: int


def my_work(user: Any, as_of: date) -> MyWork:
    """Gathers it in a constant number of queries, at most seventeen."""
    rules = RuleSet.objects.in_force(as_of)
    own = Project.objects.editable_by(user)
    calendar = ReportingWindow.objects.calendar(rules.report_due_workday)
    steps = _steps(own, as_of)
    until = as_of + timedelta(days=rules.due_soon_days)
    return MyWork(
        as_of=as_of,
        involved=user.has_perm("projects.change_project"),
        overseer=user.has_perm("projects.oversee_portfolio"),
        months=tuple(
            _month_due(own, month, as_of, calendar.due(month))
            for month in calendar.reportable(as_of)
        ),
        drafts=_capped(
            StatusReport.objects.editable_by(user)
            .select_related("project")
            .order_by("month", "project__code")
        ),
        waiting=_waiting(user),
        plans=_plans(user),
        overdue=_due(steps.overdue(as_of), as_of),
        coming=_due(steps.due_between(as_of, until), as_of),
        soon_days=rules.due_soon_days,
    )


def _month_due(own: QuerySet[Any], month: date, as_of: date, due: date) -> MonthDue:
    """Who owes a report is whom the lights would blame: 前期 to 竣工, 正常, not finished."""
    reports = StatusReport.objects.filter(project=OuterRef("pk"), month=month)
    unfinished = Q(actual_completion__isnull=True) | Q(actual_completion__gt=as_of)
    owing = own.filter(
        unfinished, ~Exists(reports), stage__in=REPORTING_STAGES, standing=Standing.NORMAL
    )
    projects = _capped(owing.select_related("lead_agency").order_by("code"))
    return MonthDue((as_of - due).days, month, due, projects)


def _waiting(user: Any) -> int | None:
    if not user.has_perm("investment.approve_statusreport"):
        return None
    # Somebody else checks: the user's own submissions wait for another reviewer.
    waiting = StatusReport.objects.filter(state=ReportState.SUBMITTED)
    return waiting.exclude(submitted_by=user).count()


def _plans(user: Any) -> Capped[Baseline] | None:
    if not user.has_perm("projects.approve_baseline"):
        return None
    waiting = Baseline.objects.proposed().exclude(author=user)
    return _capped(waiting.select_related("project", "author").order_by("proposed_at", "pk"))


def _steps(own: QuerySet[Any], as_of: date) -> Any:
    judged = own.filter(standing__in=JUDGED_STANDINGS)
    steps = Milestone.objects.filter(project__in=judged)
    return steps.select_related("project__lead_agency", "agency")


def _due(steps: QuerySet[Any], as_of: date) -> Capped[StepDue]:
    found = _capped(steps.order_by("planned_finish", "project__code", "order"))
    rows = tuple(StepDue((as_of - each.planned_finish).days, each) for each in found)
    return Capped(rows, found.total)


def _capped(found: QuerySet[Any]) -> Capped[Any]:
    rows = tuple(found[:SHOWN])
    return Capped(rows, found.count() if len(rows) == SHOWN else len(rows))
