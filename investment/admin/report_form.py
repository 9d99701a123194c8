"""The month's report as a form."""

from collections.abc import Sequence
from datetime import date

from django import forms

from investment.admin.month import MonthField
from investment.models import ReportingWindow, StatusReport
from kuancheng.access.changes import Change, record_changes
from projects.admin.versions import VersionedForm
from projects.models import Project


class ReportForm(VersionedForm):
    month = MonthField(label="月份", help_text="例如 2024-09。")

    class Meta:
        widgets = {
            name: forms.Textarea(attrs={"rows": 3})
            for name in ("physical_progress", "problems", "next_step")
        }

    def changes_since(self, version: int) -> Sequence[Change]:
        history = self.instance.history.filter(version__lte=version)
        seen = history.order_by("-version").first()
        since = seen.history_date if seen else None
        return record_changes(self.instance, since)


def missing_month(project: Project | None, today: date) -> date:
    """The earliest reportable month without a report; the latest one where none is missing."""
    months = ReportingWindow.objects.calendar().reportable(today)
    if project is None:
        return months[0]
    reports = StatusReport.objects.filter(project=project, month__in=months)
    filed = set(reports.values_list("month", flat=True))
    return next((month for month in months if month not in filed), months[-1])
