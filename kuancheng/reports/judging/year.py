"""One year's money of many projects, month by month, summed in SQL. Amounts are 万元."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import accumulate
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum

from investment.choices import ReportState
from investment.models import MONTH_FIELDS, AnnualPlan, StatusReport
from investment.rules import rates
from investment.rules.forecast import Forecast, forecast
from investment.rules.rates import HUNDRED
from investment.rules.totals import total
from kuancheng.reports.judging.plans import plans_on
from kuancheng.reports.judging.terms import rows_on, seasonal_curves

ZERO = Decimal(0)

Summed = tuple[Decimal | None, int, Decimal | None]
"""A month's reports: their sum, their number, and the sum of the projects with a plan."""

NOTHING: Summed = (None, 0, None)


@dataclass(frozen=True)
class Month:
    """One month: what was planned, approved and still waits; `reports` counts the approved ones.

    `on_plan` is what was completed by the projects that have a plan: rates are taken of these alone.
    """

    number: int
    planned: Decimal
    completed: Decimal | None
    pending: Decimal | None
    reports: int
    on_plan: Decimal | None = None


@dataclass(frozen=True)
class Year:
    """January to December; `completed` is None after the money month and where nobody reported.

    `last_year` is what the same months of the year before brought, None where nothing is on
    record. `forecast` is the year's completion with its range.
    """

    year: int
    money_month: int
    months: tuple[Month, ...]
    last_year: Decimal | None

    @property
    def plan(self) -> Decimal:
        """The year's plans together."""
        return sum((each.planned for each in self.months), ZERO)

    @property
    def planned(self) -> list[Decimal]:
        """Planned by the end of each month, by the plans' months and the season."""
        return list(accumulate(each.planned for each in self.months))

    @property
    def linear(self) -> list[Decimal]:
        """Planned by the end of each month, every month the same."""
        return [self.plan * number / 12 for number in range(1, 13)]

    @property
    def completed(self) -> list[Decimal | None]:
        """Completed by the end of each month up to the money month; None from there on."""
        sums = list(accumulate(each.completed or ZERO for each in self.months))
        known = self.to_date is not None
        return [sums[place] if known and place < self.money_month else None for place in range(12)]

    @property
    def to_date(self) -> Decimal | None:
        """Completed from January to the money month."""
        return total(each.completed for each in self.months)

    @property
    def pending(self) -> Decimal | None:
        """Submitted for these months and not yet approved."""
        return total(each.pending for each in self.months)

    @property
    def forecast(self) -> Forecast | None:
        """The year by the season of its plans, and by the recent pace."""
        months = [each.completed for each in self.months[: self.money_month]]
        return forecast(months, [each.planned for each in self.months])

    def rows(self) -> list[dict[str, Any]]:
        """The table under the curve, one row a month."""
        found = []
        on_plan = list(accumulate(each.on_plan or ZERO for each in self.months))
        for place, month in enumerate(self.months):
            done, planned = self.completed[place], self.planned[place]
            measured = None if done is None else on_plan[place]
            due = rates.completion_rate(planned, self.plan) or ZERO
            found.append(
                {
                    "month": month,
                    "linear": self.linear[place],
                    "planned": planned,
                    "completed": done,
                    "rate": rates.completion_rate(measured, self.plan),
                    "gap": rates.gap(measured, self.plan, due),
                }
            )
        return found


def year_of(
    projects: QuerySet[Any], money_month: date, as_of: date, known_on: date | None = None
) -> Year:
    """The year of the money month, for these projects. Seven queries.

    `projects` is a query of their ids. Plans hold in the version in force on the day. With
    `known_on`, everything is as it was on record at the end of that day.
    """
    year = money_month.year
    planned = _planned(projects, year, as_of, known_on)
    reports = rows_on(StatusReport, known_on).filter(project__in=projects)
    approved = reports.filter(state=ReportState.APPROVED)
    this_year = Q(month__range=(date(year, 1, 1), money_month))
    plans = rows_on(AnnualPlan, known_on).filter(year=year, amount__gt=0)
    on_plan = Q(project__in=plans.values("project"))
    done = _by_month(approved.filter(this_year), on_plan)
    pending = _by_month(reports.filter(this_year, state=ReportState.SUBMITTED), on_plan)
    before = date(year - 1, 1, 1), money_month.replace(year=year - 1)
    months = tuple(
        Month(
            number,
            planned[number - 1],
            done.get(number, NOTHING)[0],
            pending.get(number, NOTHING)[0],
            done.get(number, NOTHING)[1],
            done.get(number, NOTHING)[2],
        )
        for number in range(1, 13)
    )
    last = approved.filter(month__range=before).aggregate(total=Sum("completed"))["total"]
    return Year(year, money_month.month, months, last)


def _by_month(reports: Any, on_plan: Q) -> dict[int, Summed]:
    found = reports.exclude(completed=None).order_by().values("month")
    summed = found.annotate(
        total=Sum("completed"), number=Count("pk"), planned=Sum("completed", filter=on_plan)
    )
    return {row["month"].month: (row["total"], row["number"], row["planned"]) for row in summed}


def _planned(
    projects: QuerySet[Any], year: int, as_of: date, known_on: date | None
) -> Sequence[Decimal]:
    """What each month of the year was to bring: typed months, and the rest by the season."""
    curve = seasonal_curves(known_on)[year]
    ours, changed_later = Q(project__in=projects, year=year), Q(effective_from__gt=as_of)
    typed = Q(**{f"{MONTH_FIELDS[0]}__isnull": False})
    sums = rows_on(AnnualPlan, known_on).filter(ours).exclude(changed_later)
    found = sums.aggregate(
        untyped=Sum("amount", filter=~typed),
        **{f"sum_{name}": Sum(F(name)) for name in MONTH_FIELDS},
    )
    months = [
        (found[f"sum_{name}"] or ZERO) + (found["untyped"] or ZERO) * share / HUNDRED
        for name, share in zip(MONTH_FIELDS, curve, strict=True)
    ]
    for _, held in plans_on(ours & changed_later, as_of, known_on):
        months = [sum(pair) for pair in zip(months, held.monthly(curve), strict=True)]
    return months
