"""Annual plans in the version that held on a day, as registered now or as known on another."""

from collections import defaultdict
from datetime import date

from django.db.models import Q

from investment.models import AnnualPlan, FormerPlan, PlanFigures
from kuancheng.reports.judging.known import records


def plans_on(
    wanted: Q, as_of: date, known_on: date | None = None
) -> list[tuple[AnnualPlan, PlanFigures]]:
    """Each plan that matches, and the version of it that held. Two queries."""
    plans = records(AnnualPlan, wanted, known_on)
    former: dict[int, list[FormerPlan]] = defaultdict(list)
    for each in FormerPlan.objects.filter(plan__in=[plan.pk for plan in plans]).order_by():
        former[each.plan_id].append(each)
    return [(plan, plan.in_force(as_of, former[plan.pk])) for plan in plans]
