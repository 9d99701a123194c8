"""Where each measure is counted: which rows make its numerator and its denominator.

SQL counts and sums; one query a source, whatever the number of projects. What the rows mean is
`rules.league.measures`; days count up to the period's last, so that a late entry of a later day
changes nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from operator import add
from typing import Any

from django.db.models import (
    Case,
    Count,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    When,
)
from django.db.models.functions import Coalesce

from investment.choices import ReportState
from investment.models import AnnualPlan, FormerPlan, ReportEvidence, StatusReport
from investment.rules.reporting import ReportingCalendar, last_day
from kuancheng.reports.choices import LeagueSubject
from kuancheng.reports.judging.known import end_of
from kuancheng.reports.judging.league.scope import Scope
from kuancheng.reports.judging.matters.figures import Scope as MatterScope
from kuancheng.reports.rules.league.measures import Measure
from kuancheng.reports.rules.owing import REPORTING_STAGES
from projects.choices import Phase, Standing
from projects.models import Milestone, Stop
from projects.rules.matters.figures import Period

FILED = (ReportState.SUBMITTED, ReportState.APPROVED)


@dataclass(frozen=True)
class Terms:
    """What the counts of a period go by besides its rules."""

    calendar: ReportingCalendar
    enrolment_days: int


@dataclass(frozen=True)
class Source:
    """Rows of one table, and what is summed of them: columns are those of `measures.Counted`.

    `project` names their column of the project; `entrant` a column that says itself whose they are.
    `shared` are the rows with a share in the denominator, where not all have one. `money` is
    summed to the cent.
    """

    rows: QuerySet[Any]
    sums: dict[str, Any]
    project: str = "project_id"
    entrant: str = ""
    shared: Q | None = None
    money: bool = False


Sources = Callable[[Scope, Terms], Sequence[Source]]


def sources_of(measure: Measure, scope: Scope, terms: Terms) -> Sequence[Source]:
    """The sources of a measure that SQL alone can sum; planned amounts are in `planned`."""
    return _SOURCES[measure](scope, terms)


def _year_plan(scope: Scope, terms: Terms) -> Sequence[Source]:
    year = (date(scope.month.year, 1, 1), scope.month)
    return (_completed(scope, year),)


def _plan_to_date(scope: Scope, terms: Terms) -> Sequence[Source]:
    return (_completed(scope, (scope.first, scope.month)),)


def _completed(scope: Scope, months: tuple[date, date]) -> Source:
    """What approved reports say of these months, of projects whose plan of the year held by then."""
    reports = scope.rows(StatusReport).filter(
        project__in=scope.ids(), state=ReportState.APPROVED, month__range=months
    )
    on_plan = reports.filter(project__in=_planned(scope).values("project"))
    sums = {"part": Sum("completed"), "records": Count("id")}
    return Source(on_plan.exclude(completed=None), sums, money=True)


def _planned(scope: Scope) -> QuerySet[Any]:
    """The year's plans of more than nothing, in the version of the last day: `in_force` in SQL."""
    replaced = FormerPlan.objects.filter(plan=OuterRef("id"), version__lt=OuterRef("version"))
    held = replaced.filter(Q(effective_from=None) | Q(effective_from__lte=scope.last))
    earlier = Coalesce(
        Subquery(held.order_by("-version").values("amount")[:1]),
        Subquery(replaced.order_by("version").values("amount")[:1]),
        F("amount"),
    )
    of_the_day = Case(When(effective_from__gt=scope.last, then=earlier), default=F("amount"))
    plans = scope.rows(AnnualPlan).filter(year=scope.month.year)
    return plans.annotate(of_the_day=of_the_day).filter(of_the_day__gt=0)


def _days(scope: Scope, column: str) -> Q:
    return Q(**{f"{column}__range": scope.days})


def _counted_projects(scope: Scope, part: Q, whole: Q) -> Sequence[Source]:
    found = scope.projects().filter(part | whole)
    sums = {"part": Count("id", filter=part), "whole": Count("id", filter=whole)}
    return (Source(found, sums, project="id", shared=whole),)


def _starts(scope: Scope, terms: Terms) -> Sequence[Source]:
    return _counted_projects(scope, _days(scope, "actual_start"), _days(scope, "planned_start"))


def _enrolments(scope: Scope, terms: Terms) -> Sequence[Source]:
    started = _days(scope, "actual_start")
    return _counted_projects(scope, started & Q(enrolled_on__lte=scope.last), started)


def _completions(scope: Scope, terms: Terms) -> Sequence[Source]:
    return _counted_projects(
        scope, _days(scope, "actual_completion"), _days(scope, "planned_completion")
    )


def _late_starts(scope: Scope, terms: Terms) -> Sequence[Source]:
    promised = _days(scope, "planned_start")
    started = Q(actual_start__lte=scope.last)
    late = started & Q(actual_start__gt=F("planned_start"))
    late |= (Q(actual_start=None) | ~started) & Q(planned_start__lt=scope.last)
    return _counted_projects(scope, promised & late, promised)


def _late_enrolments(scope: Scope, terms: Terms) -> Sequence[Source]:
    allowed = timedelta(days=terms.enrolment_days)
    started = _days(scope, "actual_start")
    took = ExpressionWrapper(F("enrolled_on") - F("actual_start"), DurationField())
    found = scope.projects().filter(started).annotate(took=took)
    enrolled = Q(enrolled_on__lte=scope.last)
    late = enrolled & Q(took__gt=allowed)
    late |= (Q(enrolled_on=None) | ~enrolled) & Q(actual_start__lt=scope.last - allowed)
    sums = {"part": Count("id", filter=late), "whole": Count("id")}
    return (Source(found, sums, project="id"),)


def _in_time(scope: Scope, wanted: Q) -> Sequence[Source]:
    """Milestones due in the period, and those of them finished by their day."""
    due = scope.rows(Milestone).filter(
        wanted, project__in=scope.ids(), planned_finish__range=scope.days
    )
    done = Q(actual_finish__lte=F("planned_finish"))
    return (Source(due, {"part": Count("id", filter=done), "whole": Count("id")}),)


def _siting(scope: Scope, terms: Terms) -> Sequence[Source]:
    return _in_time(scope, Q(phase=Phase.SITING))


def _permits(scope: Scope, terms: Terms) -> Sequence[Source]:
    return _in_time(scope, Q(phase=Phase.PERMIT))


def _milestones(scope: Scope, terms: Terms) -> Sequence[Source]:
    return _in_time(scope, Q())


def _maturity(scope: Scope, terms: Terms) -> Sequence[Source]:
    waiting = scope.projects().filter(Q(actual_start=None) | Q(actual_start__gt=scope.last))
    steps = scope.rows(Milestone).filter(phase=Phase.PERMIT, project__in=waiting.values("id"))
    done = Q(actual_finish__lte=scope.last)
    return (Source(steps, {"part": Count("id", filter=done), "whole": Count("id")}),)


def _matters(scope: Scope, terms: Terms) -> Sequence[Source]:
    """On time ÷ (closed in the period + past the due day and open at its end), as `/matters/figures/`."""
    ours = Q(matter__project__in=scope.ids())
    counted = MatterScope(Period(scope.first, scope.last), scope.known_on, ours)
    entrant = "agency_id" if scope.group.subject == LeagueSubject.LEAD_AGENCY else ""
    on_time = Q(pk__in=counted.part("on_time").values("pk"))
    sums = {"part": Count("pk", filter=on_time), "whole": Count("pk")}
    due = counted.part("closed") | counted.part("slipped")
    return (Source(due, sums, "matter__project_id", entrant),)


def _reports(scope: Scope, terms: Terms) -> Sequence[Source]:
    owed = [_owed(scope, month) for month in scope.months]
    filed = [
        _filed(scope, month, terms.calendar.due(month)) & owes
        for month, owes in zip(scope.months, owed, strict=True)
    ]
    sums = {
        "part": reduce(add, (Count("id", filter=each) for each in filed)),
        "whole": reduce(add, (Count("id", filter=each) for each in owed)),
    }
    return (Source(scope.projects().filter(_any(owed)), sums, project="id"),)


def _owed(scope: Scope, month: date) -> Q:
    """Projects that owe that month's report: `rules.owing.months_owed` in SQL."""
    stops = scope.rows(Stop).filter(project_id=OuterRef("id"))
    still = stops.filter(
        Q(resumed_on=None) | Q(resumed_on__gt=last_day(month)), stopped_on__lte=month
    )
    building = Q(actual_completion=None, stage__in=REPORTING_STAGES)
    standing = Q(standing=Standing.NORMAL) | Q(standing=Standing.SUSPENDED) & Q(Exists(stops))
    return (building | Q(actual_completion__gte=month)) & standing & ~Q(Exists(still))


def _filed(scope: Scope, month: date, due: date) -> Q:
    reports = scope.rows(StatusReport).filter(
        project_id=OuterRef("id"), month=month, state__in=FILED, submitted_at__lte=end_of(due)
    )
    return Q(Exists(reports))


def _any(conditions: Sequence[Q]) -> Q:
    found = Q()
    for each in conditions:
        found |= each
    return found


def _evidence(scope: Scope, terms: Terms) -> Sequence[Source]:
    reports = scope.rows(StatusReport).filter(
        project__in=scope.ids(),
        state=ReportState.APPROVED,
        month__range=(scope.first, scope.month),
    )
    shown = Q(Exists(scope.rows(ReportEvidence).filter(report_id=OuterRef("id"))))
    return (Source(reports, {"part": Count("id", filter=shown), "whole": Count("id")}),)


_SOURCES: dict[Measure, Sources] = {
    Measure.YEAR_PLAN: _year_plan,
    Measure.PLAN_TO_DATE: _plan_to_date,
    Measure.STARTS: _starts,
    Measure.ENROLMENTS: _enrolments,
    Measure.COMPLETIONS: _completions,
    Measure.SITING: _siting,
    Measure.PERMITS: _permits,
    Measure.MATURITY: _maturity,
    Measure.MILESTONES: _milestones,
    Measure.MATTERS: _matters,
    Measure.REPORTS: _reports,
    Measure.EVIDENCE: _evidence,
    Measure.LATE_STARTS: _late_starts,
    Measure.LATE_ENROLMENTS: _late_enrolments,
}
