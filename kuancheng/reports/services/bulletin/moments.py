"""The moment from which an issued bulletin answers: everything that was on record is known at it."""

from datetime import datetime
from typing import Any

from investment.models import (
    AnnualPlan,
    OpeningFigure,
    ReportingWindow,
    SeasonalCurve,
    StatusReport,
)
from kuancheng import clock
from kuancheng.reports.judging.known import end_of
from kuancheng.reports.models import LeaguePublication, LightOverride, RuleSet
from projects.models import (
    Assignment,
    CalendarDay,
    Listing,
    MatterStep,
    Milestone,
    Pause,
    PermitExtension,
    Project,
    Stop,
    WinterWindow,
    YearClassing,
)

KINDS: tuple[Any, ...] = (
    AnnualPlan,
    Assignment,
    CalendarDay,
    LeaguePublication,
    LightOverride,
    Listing,
    Milestone,
    OpeningFigure,
    Pause,
    PermitExtension,
    Project,
    ReportingWindow,
    RuleSet,
    SeasonalCurve,
    StatusReport,
    Stop,
    WinterWindow,
    YearClassing,
)
"""What the figures are drawn from."""


def moment_of_issue() -> datetime:
    """Now; on a pinned day, whose hours lie side by side, the last moment of it that is on record.

    One query.
    """
    now, end = clock.now(), end_of(clock.today())
    written = [
        kind.history.filter(history_date__gt=now, history_date__lte=end)
        .order_by()
        .values_list("history_date", flat=True)
        for kind in KINDS
    ]
    steps = MatterStep.objects.filter(at__gt=now, at__lte=end).order_by()
    found: datetime = max(steps.values_list("at", flat=True).union(*written, all=True), default=now)
    return found
