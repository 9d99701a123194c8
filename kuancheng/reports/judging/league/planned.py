"""What annual plans promised of a year and of a period: the denominators of the money measures.

A plan holds in the version of the period's last day. Months that were not typed are drawn from the
season's curve, each rounded as the plan itself shows them, so that they add up to the same cent.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum

from investment.models import AnnualPlan
from investment.models.plan import MONTH_FIELDS
from investment.rules.rates import spread
from kuancheng.reports.judging.league.scope import Scope
from kuancheng.reports.judging.plans import plans_on
from kuancheng.reports.judging.terms import seasonal_curves

ZERO = Decimal(0)
FIRST = MONTH_FIELDS[0]


@dataclass
class Planned:
    """What some plans add up to, 万元: the year, the period's months; and how many plans."""

    year: Decimal = ZERO
    period: Decimal = ZERO
    plans: int = 0

    def add(self, year: Decimal, period: Decimal, plans: int) -> None:
        """Adds others."""
        self.year += year
        self.period += period
        self.plans += plans


Keyed = Callable[[QuerySet[Any]], QuerySet[Any]]
"""Gives rows of plans a column `key`: by what they are added up."""


def planned_by(scope: Scope, keyed: Keyed) -> dict[Any, Planned]:
    """What was planned, by key. Five queries."""
    year, months = scope.month.year, [each.month for each in scope.months]
    curve = seasonal_curves(scope.known_on)[year]

    @cache
    def by_season(amount: Decimal) -> Decimal:
        shares = spread(amount, curve)
        return sum((shares[number - 1] for number in months), ZERO)

    ours = Q(project__in=scope.ids(), year=year)
    later = Q(effective_from__gt=scope.last)
    plans = scope.rows(AnnualPlan).filter(ours, amount__gt=0).exclude(later)
    found: dict[Any, Planned] = {}
    for key, total, number, period in _typed(keyed(plans), months):
        found.setdefault(key, Planned()).add(total, period, number)
    for key, amount, number in _untyped(keyed(plans)):
        found.setdefault(key, Planned()).add(amount * number, by_season(amount) * number, number)
    for key, held in _changed_later(scope, ours & later, keyed):
        monthly = held.monthly(curve)
        period = sum((monthly[number - 1] for number in months), ZERO)
        found.setdefault(key, Planned()).add(held.amount, period, 1)
    return found


def _typed(plans: QuerySet[Any], months: Iterable[int]) -> Iterable[tuple[Any, ...]]:
    rows = plans.exclude(**{FIRST: None}).order_by().values("key")
    total = sum((F(MONTH_FIELDS[number - 1]) for number in months), start=F(FIRST) * 0)
    found = rows.annotate(total=Sum("amount"), number=Count("id"), period=Sum(total))
    return found.values_list("key", "total", "number", "period")


def _untyped(plans: QuerySet[Any]) -> Iterable[tuple[Any, Decimal, int]]:
    rows = plans.filter(**{FIRST: None}).order_by().values("key", "amount")
    return rows.annotate(number=Count("id")).values_list("key", "amount", "number")


def _changed_later(scope: Scope, wanted: Q, keyed: Keyed) -> Iterable[tuple[Any, Any]]:
    """Plans that were replaced since, in the version that held then."""
    held = [
        (plan.pk, version)
        for plan, version in plans_on(wanted, scope.last, scope.known_on)
        if version.amount > 0
    ]
    rows = keyed(scope.rows(AnnualPlan).filter(id__in=[pk for pk, _ in held])) if held else None
    keys = dict(rows.values_list("id", "key")) if rows is not None else {}
    return [(keys[pk], version) for pk, version in held if pk in keys]
