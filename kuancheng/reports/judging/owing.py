"""Who owes a month's report."""

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from investment.rules.reporting import last_day
from kuancheng.reports import querysets
from projects.models import Stop


def owing(projects: QuerySet[Any], as_of: date, month: date) -> QuerySet[Any]:
    """The projects that owe that month's report: 前期 to 竣工, 正常, not completed.

    Those that stood still on its every day do not.
    """
    unfinished = Q(actual_completion__isnull=True) | Q(actual_completion__gt=as_of)
    still = Stop.objects.throughout(month, last_day(month)).filter(project=OuterRef("pk"))
    return projects.filter(querysets.owing(unfinished)).exclude(Exists(still))
