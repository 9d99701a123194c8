"""Who owes a report for every month."""

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from kuancheng.reports.rules.lights import REPORTING_STAGES
from projects.choices import Standing


def owing(projects: QuerySet[Any], as_of: date) -> QuerySet[Any]:
    """The projects that owe a report for every month: 前期 to 竣工, 正常, not completed."""
    unfinished = Q(actual_completion__isnull=True) | Q(actual_completion__gt=as_of)
    return projects.filter(unfinished, stage__in=REPORTING_STAGES, standing=Standing.NORMAL)


OWES = Q(stage__in=REPORTING_STAGES, standing=Standing.NORMAL, done=False)
"""The same of daily rows: those of the projects that owe one on the day of the row."""
