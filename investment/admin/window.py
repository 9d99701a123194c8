"""填报窗口: months that are reported on other days than usual."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest

from investment.admin.month import MonthField
from investment.models import ReportingWindow
from investment.rules.reporting import ReportingCalendar, next_month
from investment.services.windows import closed, delete_window, moved, save_window
from kuancheng import clock
from kuancheng.access.rights import account
from kuancheng.records.admin import RecordAdmin
from kuancheng.records.forms import VersionedForm


class WindowForm(VersionedForm):
    month = MonthField(label="月份", help_text="哪个月的填报，例如 2024-12。")


@admin.register(ReportingWindow)
class ReportingWindowAdmin(RecordAdmin):
    """Starts from the usual days of the next month without a window of its own."""

    form = WindowForm
    read_as = {"month": "month_column"}
    list_display = ("month_column", "opens_on", "due_on", "usual", "note")
    fields = ("month", "opens_on", "reminds_on", "reminds_again_on", "due_on", "note")

    @admin.display(description="月份", ordering="month")
    def month_column(self, window: ReportingWindow) -> str:
        return f"{window.month:%Y-%m}"

    @admin.display(description="平常的窗口")
    def usual(self, window: ReportingWindow) -> str:
        days = ReportingCalendar().window(window.month)
        return f"{days.opens:%Y-%m-%d} 至 {days.due:%Y-%m-%d}"

    def has_delete_permission(
        self, request: HttpRequest, obj: ReportingWindow | None = None
    ) -> bool:
        """Not of a round that has closed: who was on time would be late after all."""
        return super().has_delete_permission(request, obj) and not (obj and closed(obj))

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        month = clock.today().replace(day=1)
        taken = set(ReportingWindow.objects.values_list("month", flat=True))
        while month in taken:
            month = next_month(month)
        days = ReportingCalendar().window(month)
        return {"month": month, "opens_on": days.opens, "due_on": days.due}

    def save_model(
        self, request: HttpRequest, obj: ReportingWindow, form: forms.ModelForm, change: bool
    ) -> None:
        save_window(window=obj, actor=account(request))
        for said in moved(form.cleaned_data, obj):
            messages.warning(request, said)

    def delete_model(self, request: HttpRequest, obj: ReportingWindow) -> None:
        delete_window(window=obj, actor=account(request))
