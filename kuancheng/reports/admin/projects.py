"""Today's judgement beside each project of the register."""

from typing import Any

from django.contrib import admin
from django.db.models import F, FilteredRelation, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html

from investment.choices import ReportState
from investment.rules.rates import round_half_up
from kuancheng import clock
from kuancheng.reports.choices import LIGHT_WORDS, Basis, LightChoice, Unreported, shown_state
from kuancheng.reports.judging import daily
from kuancheng.reports.project.schedule import preview_chart
from kuancheng.reports.querysets import reported_as
from kuancheng.reports.rules.lights import Light
from kuancheng.reports.rules.owing import owes_report
from projects.admin import ProjectAdmin
from projects.admin.columns import Known, amount
from projects.admin.filters import PickFilter
from projects.admin.project.page import list_columns
from projects.models import Project

JUDGED = (
    "light",
    "severity",
    "annual_plan",
    "completion_rate",
    "gap",
    "stage",
    "standing",
    "report_state",
    "done",
    "stood_still",
)
"""Columns of today's row that the list of projects shows and sorts by."""


class LightFilter(PickFilter):
    title = "亮灯"
    parameter_name = "light"

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]
    ) -> list[tuple[str, str]]:
        return [
            (light.value, f"{light.label} {LIGHT_WORDS[Light(light)]}") for light in LightChoice
        ]

    def pick(self, request: HttpRequest, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        found: QuerySet[Any] = queryset.filter(today__light=value)
        return found


class ReportFilter(PickFilter):
    title = "统计月填报"
    parameter_name = "report"

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]
    ) -> list[tuple[str, str]]:
        return [(each.value, str(each.label)) for each in (*Unreported, *ReportState)]

    def pick(self, request: HttpRequest, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        found: QuerySet[Any] = queryset.filter(reported_as(value, "today_"))
        return found


admin.site.unregister(Project)


@admin.register(Project)
class JudgedProjectAdmin(ProjectAdmin):
    """The register's list with today's light, plan, rate and report, sorted and filtered in SQL."""

    list_display = list_columns(judgement=("lamp",), money=("plan", "rate", "difference", "report"))
    list_filter = (LightFilter, ReportFilter, *ProjectAdmin.list_filter)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        todays = Q(daily_statuses__basis=Basis.DAILY, daily_statuses__date=clock.today())
        projects = super().get_queryset(request)
        projects = projects.annotate(today=FilteredRelation("daily_statuses", condition=todays))
        return projects.annotate(**{f"today_{name}": F(f"today__{name}") for name in JUDGED})

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        today = clock.today()
        daily.ensure(today, today=today)
        return super().changelist_view(request, extra_context)

    def preview_chart(self, project: Project, preview: Any) -> Any:
        planned = [row for row in preview.rows if row.planned]
        return preview_chart(planned, list(project.pauses.all()), clock.today())

    @admin.display(description="亮灯", ordering=Known("today_severity"))
    def lamp(self, project: Any) -> str:
        if not project.today_light:
            return "—"
        light = LightChoice(project.today_light)
        return format_html(
            '<span class="lamp lamp-{}">{}</span> {}',
            light.value,
            light.label[0],
            LIGHT_WORDS[Light(light)],
        )

    @admin.display(description="年度计划（万元）", ordering=Known("today_annual_plan"))
    def plan(self, project: Any) -> str:
        return amount(project.today_annual_plan)

    @admin.display(description="完成率", ordering=Known("today_completion_rate"))
    def rate(self, project: Any) -> str:
        rate = project.today_completion_rate
        return "—" if rate is None else f"{round_half_up(rate, 1)}%"

    @admin.display(description="差距（百分点）", ordering=Known("today_gap"))
    def difference(self, project: Any) -> str:
        gap = project.today_gap
        return "—" if gap is None else f"{round_half_up(gap, 1):+}".replace("-", "−")

    @admin.display(description="统计月填报", ordering="today_report_state")
    def report(self, project: Any) -> str:
        owed = owes_report(
            project.today_stage,
            project.today_standing,
            done=project.today_done,
            stood_still=bool(project.today_stood_still),
        )
        state = shown_state(project.today_report_state, owed=owed)
        return format_html('<span class="state state-{}">{}</span>', state.value, state.label)
