"""Reporting windows that differ from the usual days."""

from typing import Any

from django.db import transaction

from investment.models import ReportingWindow
from projects import facts
from projects.models import Project


@transaction.atomic
def save_window(*, window: ReportingWindow, actor: Any) -> ReportingWindow:
    """Sets when a month's reports may be filed and are due. ValidationError for bad fields.

    Which month is judged may move with it, so every project is judged anew.
    """
    window.full_clean()
    window.save_by(actor)
    facts.changed(Project.objects.values_list("pk", flat=True))
    return window


@transaction.atomic
def delete_window(*, window: ReportingWindow, actor: Any) -> None:
    """Gives a month its usual days back."""
    window.delete_by(actor)
    facts.changed(Project.objects.values_list("pk", flat=True))
