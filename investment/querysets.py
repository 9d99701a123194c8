"""What SQL gathers of the money."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Sum

from investment.choices import OPEN_STATES, ReportState
from projects.models import Project


class StatusReportQuerySet(models.QuerySet[Any]):
    """Status reports by state, time and who may change them."""

    def approved(self) -> "StatusReportQuerySet":
        """Those that count."""
        return self.filter(state=ReportState.APPROVED)

    def open(self) -> "StatusReportQuerySet":
        """Those that a reporting clerk may still change."""
        return self.filter(state__in=OPEN_STATES)

    def up_to(self, month: date) -> "StatusReportQuerySet":
        """Of that month and of earlier ones."""
        return self.filter(month__lte=month)

    def of_year_to(self, month: date) -> "StatusReportQuerySet":
        """January to that month."""
        return self.filter(month__range=(month.replace(month=1, day=1), month))

    def completed(self) -> Decimal | None:
        """Investment completed, 万元; None when nothing is reported. One query."""
        total: Decimal | None = self.aggregate(total=Sum("completed"))["total"]
        return total

    def editable_by(self, user: Any) -> "StatusReportQuerySet":
        """Open reports on projects that the user may change."""
        if not user.has_perm("investment.change_statusreport"):
            return self.none()
        return self.open().filter(project__in=Project.objects.editable_by(user))


class AnnualPlanQuerySet(models.QuerySet[Any]):
    """Annual plans."""

    def for_year(self, year: int) -> "AnnualPlanQuerySet":
        """Of that year."""
        return self.filter(year=year)
