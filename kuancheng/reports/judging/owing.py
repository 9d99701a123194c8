"""Who owes a report for every month."""

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from kuancheng.reports import querysets


def owing(projects: QuerySet[Any], as_of: date) -> QuerySet[Any]:
    """The projects that owe a report for every month: 前期 to 竣工, 正常, not completed."""
    unfinished = Q(actual_completion__isnull=True) | Q(actual_completion__gt=as_of)
    return projects.filter(querysets.owing(unfinished))
