"""The list of status reports: columns, filters, and the steps taken with many at a time."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html

from investment.admin.report.steps import STEPS, shown_version, take_step
from investment.choices import ReportState
from investment.models import StatusReport, month_text
from investment.rules.reporting import parse_month
from kuancheng.records.versions import seen_version
from projects.admin.columns import Known, amount
from projects.admin.filters import MineFilter, PickFilter
from projects.admin.rights import RowRights
from projects.models import Project

MONTHS_OFFERED = 24


class OwnFilter(MineFilter):
    """Reports on the projects that the user may change, whatever their state."""

    def pick(self, request: HttpRequest, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        mine: QuerySet[Any] = queryset.filter(project__in=Project.objects.editable_by(request.user))
        return mine


class MonthFilter(PickFilter):
    """The latest months that have reports."""

    title = "月份"
    parameter_name = "month"

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]
    ) -> list[tuple[str, str]]:
        months = StatusReport.objects.order_by("-month").values_list("month", flat=True).distinct()
        return [(f"{month:%Y-%m}", month_text(month)) for month in months[:MONTHS_OFFERED]]

    def pick(self, request: HttpRequest, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        reports: QuerySet[Any] = queryset.filter(month=parse_month(value))
        return reports


def _as_shown(
    request: HttpRequest, reports: QuerySet[StatusReport]
) -> Iterator[tuple[StatusReport, int]]:
    """The chosen reports, each with the version that the list showed of it."""
    for report in reports:
        yield report, seen_version(request.POST, shown_version(report))


class ReportList(RowRights):
    """What the list shows, and its actions."""

    list_display: tuple[str, ...] = (
        "project",
        "month_column",
        "completed_column",
        "percent_column",
        "state_column",
        "submitted_by",
        "approved_by",
        "updated_at",
    )
    list_filter = (
        OwnFilter,
        MonthFilter,
        "state",
        ("project__lead_agency", admin.RelatedOnlyFieldListFilter),
    )
    list_select_related = ("project", "submitted_by", "approved_by")
    search_fields = ("project__search_key",)
    search_help_text = "项目名称、编号、拼音或拼音首字母。"
    actions = ("submit", "withdraw", "approve")

    @admin.display(description="月份", ordering="month")
    def month_column(self, report: StatusReport) -> str:
        return f"{report.month:%Y-%m}"

    @admin.display(description="本月完成（万元）", ordering=Known("completed"))
    def completed_column(self, report: StatusReport) -> str:
        return amount(report.completed)

    @admin.display(description="形象进度", ordering=Known("physical_percent"))
    def percent_column(self, report: StatusReport) -> str:
        percent = report.physical_percent
        return "—" if percent is None else f"{percent.normalize():f}%"

    @admin.display(description="填报状态", ordering="state")
    def state_column(self, report: StatusReport) -> str:
        note = f"退回意见：{report.return_note}" if report.state == ReportState.RETURNED else ""
        return format_html(
            '<span class="state state-{}">{}</span> {}<input type="hidden" name="{}" value="{}">',
            report.state,
            report.get_state_display(),
            note,
            shown_version(report),
            report.version,
        )

    @admin.action(description="提交所选填报", permissions=["change"])
    def submit(self, request: HttpRequest, queryset: QuerySet[StatusReport]) -> None:
        take_step(request, STEPS["submit"], _as_shown(request, queryset))

    @admin.action(description="撤回所选填报", permissions=["change"])
    def withdraw(self, request: HttpRequest, queryset: QuerySet[StatusReport]) -> None:
        take_step(request, STEPS["withdraw"], _as_shown(request, queryset))

    @admin.action(description="复核通过所选填报", permissions=["approve"])
    def approve(self, request: HttpRequest, queryset: QuerySet[StatusReport]) -> None:
        take_step(request, STEPS["approve"], _as_shown(request, queryset))

    def has_approve_permission(self, request: HttpRequest) -> bool:
        """Whether one of the user's roles approves."""
        return request.user.has_perm("investment.approve_statusreport")
