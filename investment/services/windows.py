"""Reporting windows that differ from the usual days."""

from django.db import transaction

from investment.models import ReportingWindow
from kuancheng.access.models import User
from kuancheng.access.rights import require
from kuancheng.records.announcing import announce
from projects.models import Project


@transaction.atomic
def save_window(*, window: ReportingWindow, actor: User) -> ReportingWindow:
    """Sets when a month's reports may be filed and are due. ValidationError for bad fields.

    Which month is judged may move with it, so every project is judged anew.
    """
    require(actor, f"investment.{'add' if window.pk is None else 'change'}_reportingwindow")
    window.full_clean()
    announce(window.save_by(actor).touching(Project.objects.values_list("pk", flat=True)))
    return window


@transaction.atomic
def delete_window(*, window: ReportingWindow, actor: User) -> None:
    """Gives a month its usual days back."""
    require(actor, "investment.delete_reportingwindow")
    announce(window.delete_by(actor).touching(Project.objects.values_list("pk", flat=True)))
