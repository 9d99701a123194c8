"""What may be asked of the money."""

from investment.choices import ReportState, TurnState
from kuancheng.asking.filters import (
    CodesFilter,
    MonthFilter,
    MonthsFilter,
    OrderingFilter,
    RecordsFilter,
    YearsFilter,
)
from kuancheng.asking.parameters import ListParameters
from projects.api.filtersets import PartFilterSet
from projects.models import Programme, Project


class StatusReportFilterSet(PartFilterSet):
    """Status reports."""

    month = MonthsFilter("month", label="月份，YYYY-MM")
    month_after = MonthFilter("month", "gte", label="不早于这个月，YYYY-MM")
    month_before = MonthFilter("month", "lte", label="不晚于这个月，YYYY-MM")
    state = CodesFilter(choices=ReportState.choices, label="填报状态")
    ordering = OrderingFilter(
        columns={
            "month": "month",
            "project": "project__code",
            "completed": "completed",
            "physical_percent": "physical_percent",
            "updated_at": "updated_at",
        },
        default="-month,project",
    )


class AnnualPlanFilterSet(PartFilterSet):
    """Annual plans."""

    year = YearsFilter("year", label="年度")
    ordering = OrderingFilter(
        columns={
            "year": "year",
            "project": "project__code",
            "amount": "amount",
            "updated_at": "updated_at",
        },
        default="-year,project",
    )


class YearTurnFilterSet(ListParameters):
    """Turns of the year."""

    year = YearsFilter("year", label="转入的年度")
    state = CodesFilter(choices=TurnState.choices, label="状态")
    programme = RecordsFilter(
        queryset=Programme.objects.all(),
        key="code",
        field_name="to_programme",
        label="新年度清单编号",
    )
    project = RecordsFilter(
        queryset=Project.objects.all(),
        key="code",
        field_name="lines__project",
        label="项目编号",
    )
    ordering = OrderingFilter(columns={"year": "year", "at": "at"}, default="-at")
