"""What SQL gathers of the money."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Q

from investment.choices import OPEN_STATES, CorrectionState, ReportState
from investment.rules.rates import DEFAULT_CURVE
from investment.rules.reporting import DUE_WORKDAY, ReportingCalendar, Window
from kuancheng.access.models import User
from projects.models import Project


class StatusReportQuerySet(models.QuerySet[Any]):
    """Status reports by state, time and who may change them."""

    def approved(self) -> "StatusReportQuerySet":
        """Those that count."""
        return self.filter(state=ReportState.APPROVED)

    def open(self) -> "StatusReportQuerySet":
        """Those that a reporting clerk may still change."""
        return self.filter(state__in=OPEN_STATES)

    def editable_by(self, user: User) -> "StatusReportQuerySet":
        """Open reports on projects that the user may change."""
        if not user.has_perm("investment.change_statusreport"):
            return self.none()
        return self.open().filter(project__in=Project.objects.editable_by(user))

    def authored_by(self, user: User) -> "StatusReportQuerySet":
        """Those that he submitted, or of which he wrote a figure."""
        return self.filter(Q(submitted_by=user) | Q(completed_by=user) | Q(percent_by=user))

    def reviewable_by(self, user: User) -> "StatusReportQuerySet":
        """Submitted reports on projects of his, all by somebody else: a second person checks."""
        if not user.has_perm("investment.approve_statusreport"):
            return self.none()
        waiting = self.filter(state=ReportState.SUBMITTED)
        waiting = waiting.exclude(pk__in=waiting.authored_by(user).values("pk"))
        return waiting.filter(project__in=Project.objects.editable_by(user))


class AnnualPlanQuerySet(models.QuerySet[Any]):
    """Annual plans."""

    def for_year(self, year: int) -> "AnnualPlanQuerySet":
        """Of that year."""
        return self.filter(year=year)


class SeasonalCurveQuerySet(models.QuerySet[Any]):
    """Seasonal curves."""

    def by_year(self) -> "Curves":
        """The curve of every year. One query."""
        return Curves({each.year: each.shares for each in self.order_by()})

    def of_year(self, year: int) -> tuple[Decimal, ...]:
        """January … December of one year in percent, the default where none was set. One query."""
        found = self.filter(year=year).first()
        return found.shares if found else DEFAULT_CURVE


class Curves(dict[int, tuple[Decimal, ...]]):
    """Curves by year; a year without its own follows the default."""

    def __missing__(self, year: int) -> tuple[Decimal, ...]:
        return DEFAULT_CURVE


class ReportingWindowQuerySet(models.QuerySet[Any]):
    """Months whose window the office has set."""

    def calendar(self, due_workday: int = DUE_WORKDAY) -> ReportingCalendar:
        """When each month's reports may be filed and are due. One query."""
        rows = self.order_by().values_list(
            "month", "opens_on", "due_on", "reminds_on", "reminds_again_on"
        )
        return ReportingCalendar(due_workday, {month: Window.of(*days) for month, *days in rows})


def latest_funding(rows: Iterable[Any]) -> list[Any]:
    """Of rows of funding the latest of each project and source, in that order."""
    latest: dict[tuple[int, str], Any] = {}
    for each in sorted(rows, key=lambda row: (row.project_id, row.source, row.dated)):
        latest[each.project_id, each.source] = each
    return list(latest.values())


class FundingQuerySet(models.QuerySet[Any]):
    """Money by source."""

    def on(self, day: date) -> list[Any]:
        """The latest row of each project and source on or before a day. One query."""
        return latest_funding(self.filter(dated__lte=day))

    def editable_by(self, user: User) -> "FundingQuerySet":
        """Those of projects that the user may change."""
        if not user.has_perm("investment.change_funding"):
            return self.none()
        return self.filter(project__in=Project.objects.editable_by(user))


class CorrectionQuerySet(models.QuerySet[Any]):
    """Corrections by where they stand."""

    def proposed(self) -> "CorrectionQuerySet":
        """Those that wait for approval."""
        return self.filter(state=CorrectionState.PROPOSED)
