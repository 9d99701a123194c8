"""The month's report as a form."""

from datetime import date
from typing import Any

from django import forms
from django.forms.utils import ErrorDict, ErrorList
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from investment.admin.month import MonthField
from investment.models import ReportingWindow, StatusReport
from investment.rules.checks import Weight
from investment.services import FindingError
from kuancheng.records.forms import VersionedForm
from projects.admin.evidence import EvidenceField
from projects.models import Project


class FindingList(ErrorList):
    """A field's errors; a finding that may be confirmed has a tick beside its sentence."""

    def render(self, *args: object, **kwargs: object) -> SafeString:
        rows = format_html_join("", "<li>{}{}</li>", ((_text(e), _tick(e)) for e in self.data))
        return format_html('<ul class="errorlist">{}</ul>', rows) if rows else rows

    __str__ = as_ul = __html__ = render


def _text(error: object) -> str:
    return "；".join(error.messages) if hasattr(error, "messages") else str(error)


def _tick(error: object) -> str:
    if not isinstance(error, FindingError) or error.finding.weight is Weight.ERROR:
        return ""
    return format_html(
        ' <label class="confirm"><input type="checkbox" name="confirmed" value="{}"{}> '
        "确认无误</label>",
        error.finding.mark,
        " checked" if error.confirmed else "",
    )


class ReportForm(VersionedForm):
    """`copying` shows what was typed again, with last month's texts, and judges nothing."""

    month = MonthField(label="月份", help_text="例如 2024-09。")
    evidence = EvidenceField()
    copying = False
    counted = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"error_class": FindingList} | kwargs)

    def full_clean(self) -> None:
        if not self.copying:
            super().full_clean()
            return
        self._errors, self.cleaned_data = ErrorDict(), {}

    def point(self) -> None:
        """Puts the cursor into the first field that is in question, else where work begins."""
        asked = [name for name in self.fields if self._in_question(name)]
        project = "project" in self.fields and not self["project"].value()
        start = "project" if project else "completed"
        wanted = asked[0] if asked else start
        if wanted in self.fields:
            self.fields[wanted].widget.attrs["autofocus"] = True

    def _in_question(self, name: str) -> bool:
        """Whether something is wrong with a field that its author has not confirmed yet."""
        found = self.errors.get(name)
        faults = found.as_data() if found else []
        return any(not (isinstance(each, FindingError) and each.confirmed) for each in faults)

    def is_valid(self) -> bool:
        return not self.copying and super().is_valid()

    class Meta:
        widgets = {
            name: forms.Textarea(attrs={"rows": 3})
            for name in ("physical_progress", "problems", "next_step")
        }


def missing_month(project: Project | None, today: date) -> date:
    """The earliest reportable month without a report; the latest one where none is missing."""
    months = ReportingWindow.objects.calendar().reportable(today)
    if project is None:
        return months[0]
    reports = StatusReport.objects.filter(project=project, month__in=months)
    filed = set(reports.values_list("month", flat=True))
    return next((month for month in months if month not in filed), months[-1])
