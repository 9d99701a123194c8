"""What was kept: each day's rows, and the daily runs. To be read only."""

from django.contrib import admin
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from kuancheng.records.admin import ReadOnlyList
from kuancheng.reports.models import DailyStatus, MonitorRun
from kuancheng.reports.monitoring.monitor import Summary


@admin.register(DailyStatus)
class DailyStatusAdmin(ReadOnlyList):
    """Kept rows, to be read by whoever checks what was known on a day."""

    list_display = (
        "date",
        "project",
        "light",
        "report_state",
        "completed_ytd",
        "completion_rate",
        "gap",
        "overdue_milestones",
        "computed_at",
    )
    list_display_links = ("date", "project")
    list_filter = ("light", "basis")
    list_select_related = ("project",)
    date_hierarchy = "date"
    search_fields = ("project__search_key",)
    show_facets = admin.ShowFacets.NEVER
    show_full_result_count = False
    # For SQL, and for machines; `why` says the same.
    exclude = ("fired_rules", "reasons")
    readonly_fields = ("why",)

    @admin.display(description="亮灯原因")
    def why(self, row: DailyStatus) -> str:
        return "；".join(each["text"] for each in row.reasons) or "没有触发任何一条亮灯规则"


@admin.register(MonitorRun)
class MonitorRunAdmin(ReadOnlyList):
    """When each day was monitored, and what it brought."""

    list_display = ("date", "finished", "projects", "written", "seconds", "brought", "page")
    list_display_links = None
    ordering = ("-date",)
    empty_value_display = "—"
    exclude = ("summary",)
    readonly_fields = ("brought",)

    @admin.display(description="完成时间", ordering="finished_at")
    def finished(self, run: MonitorRun) -> str:
        return (
            f"{timezone.localtime(run.finished_at):%Y-%m-%d %H:%M}"
            if run.finished_at
            else "没有完成"
        )

    @admin.display(description="情况")
    def brought(self, run: MonitorRun) -> str:
        if not run.summary:
            return "—"
        summary = Summary.from_json(run.summary)
        return f"转红 {len(summary.red)}，转黄 {len(summary.yellow)}，恢复 {len(summary.recovered)}，临期 {summary.due_count}"

    @admin.display(description="摘要")
    def page(self, run: MonitorRun) -> str:
        return format_html(
            '<a href="{}?date={}">查看</a>', reverse("daily"), f"{run.date:%Y-%m-%d}"
        )
