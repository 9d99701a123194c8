"""What SQL gathers from kept copies."""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Count

from kuancheng.reports.choices import Basis


class RuleSetQuerySet(models.QuerySet[Any]):
    """Versions of the thresholds."""

    def in_force(self, day: date) -> Any:
        """The version in force on that day; the first one for any day before it."""
        started = self.filter(effective_from__lte=day).order_by("-effective_from").first()
        return started or self.order_by("effective_from")[0]


class DailyStatusQuerySet(models.QuerySet[Any]):
    """Daily rows of a day."""

    def on(self, day: date, *, today: date) -> "DailyStatusQuerySet":
        """The rows that answer for a day: today's own, or a past day recalled from present facts.

        Call `daily.ensure(day, today=…)` first, which writes what is missing.
        """
        basis = Basis.DAILY if day == today else Basis.RECALLED
        return self.filter(basis=basis, date=day)

    def by_light(self) -> dict[str, int]:
        """How many rows wear each light. One query."""
        counted = self.order_by().values_list("light").annotate(Count("pk"))
        return dict(counted)

    def for_list(self) -> "DailyStatusQuerySet":
        """With the names that a list shows: one query whatever the number of rows."""
        return self.select_related(
            "project", "lead_official", "liaison_officer", "lead_agency", "subdistrict"
        )
