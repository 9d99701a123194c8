"""What SQL gathers from kept copies."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Count, F, Q, Sum

from investment.rules import rates
from kuancheng.reports.choices import Basis, ProRataBasis


@dataclass(frozen=True)
class Totals:
    """Sums over the projects of a list: 万元, percent and points unrounded.

    A sum is None when nobody reported the figure; `*_missing` counts the projects that did not.
    `pending_ytd` is what was submitted and waits for review, on `pending_projects` projects; it is
    in no other sum. Rate, pro-rata and gap are those of the projects with an annual plan, taken together and
    weighted by plan.
    """

    projects: int
    total_investment: Decimal | None
    total_investment_missing: int
    annual_plan: Decimal | None
    annual_plan_missing: int
    completed_month: Decimal | None
    completed_month_missing: int
    completed_ytd: Decimal | None
    completed_ytd_missing: int
    completed_total: Decimal | None
    completed_total_missing: int
    pending_ytd: Decimal | None
    pending_projects: int
    completion_rate: Decimal | None
    pro_rata_linear: Decimal | None
    pro_rata_seasonal: Decimal | None
    gap: Decimal | None


class RuleSetQuerySet(models.QuerySet[Any]):
    """Versions of the thresholds."""

    def in_force(self, day: date) -> Any:
        """The version in force on that day; the first one for any day before it."""
        started = self.filter(effective_from__lte=day).order_by("-effective_from").first()
        return started or self.order_by("effective_from")[0]


class LightOverrideQuerySet(models.QuerySet[Any]):
    """Lights set by hand."""

    def in_force(self, day: date) -> "LightOverrideQuerySet":
        """Those that hold on that day."""
        begun = self.filter(since__lte=day, until__gte=day)
        return begun.filter(Q(revoked_on__isnull=True) | Q(revoked_on__gt=day))


class DailyStatusQuerySet(models.QuerySet[Any]):
    """Daily rows of a day."""

    def on(self, day: date, *, today: date, known_on: date | None = None) -> "DailyStatusQuerySet":
        """The rows that answer for a day: today's own, or a past day recalled from present facts.

        With `known_on`, from what was on record at the end of that day. Call `daily.ensure` with
        the same days first, which writes what is missing.
        """
        if known_on is not None:
            return self.filter(basis=Basis.KNOWN, date=day, known_on=known_on)
        basis = Basis.DAILY if day == today else Basis.RECALLED
        return self.filter(basis=basis, date=day)

    def by_light(self) -> dict[str, int]:
        """How many rows wear each light. One query."""
        counted = self.order_by().values_list("light").annotate(Count("pk"))
        return dict(counted)

    def totals(self, *, basis: str) -> Totals:
        """What the rows add up to; `basis` is the pro-rata that drives the lights. One query."""
        plan = F("annual_plan")
        # Sums named like their columns come last: an aggregate hides the column from those after.
        found = self.order_by().aggregate(
            projects=Count("pk"),
            planned=Sum("completed_ytd", filter=Q(annual_plan__gt=0)),
            linear=Sum(plan * F("pro_rata_linear")),
            seasonal=Sum(plan * F("pro_rata_seasonal")),
            total_investment_missing=Count("pk", filter=Q(total_investment=None)),
            annual_plan_missing=Count("pk", filter=Q(annual_plan=None)),
            completed_month_missing=Count("pk", filter=Q(completed_month=None)),
            completed_ytd_missing=Count("pk", filter=Q(completed_ytd=None)),
            completed_total_missing=Count("pk", filter=Q(completed_total=None)),
            pending_projects=Count("pk", filter=Q(pending_reports__gt=0)),
            total_investment=Sum("total_investment"),
            annual_plan=Sum("annual_plan"),
            completed_month=Sum("completed_month"),
            completed_ytd=Sum("completed_ytd"),
            completed_total=Sum("completed_total"),
            pending_ytd=Sum("pending_ytd"),
        )
        planned, linear, seasonal = (found.pop(name) for name in ("planned", "linear", "seasonal"))
        total = found["annual_plan"]
        linear, seasonal = (each / total if total else None for each in (linear, seasonal))
        elapsed = linear if basis == ProRataBasis.LINEAR else seasonal
        return Totals(
            **found,
            completion_rate=rates.completion_rate(planned, total),
            pro_rata_linear=linear,
            pro_rata_seasonal=seasonal,
            gap=None if elapsed is None else rates.gap(planned, total, elapsed),
        )

    def for_list(self) -> "DailyStatusQuerySet":
        """With the names that a list shows: one query whatever the number of rows."""
        return self.select_related(
            "project", "lead_official", "liaison_officer", "lead_agency", "subdistrict"
        )
