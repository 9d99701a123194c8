"""What the money shows of itself to other systems."""

from typing import Any

from rest_framework import serializers

from investment.models import MONTH_FIELDS, AnnualPlan, StatusReport
from kuancheng.drf.rows import Month, Record, Row

AMOUNTS = ("amount", *MONTH_FIELDS)


class StatusReportSerializer(Row):
    """What one month brought to one project, in whatever state it is."""

    month = Month(read_only=True, help_text="月份")

    class Meta:
        model = StatusReport
        fields = (
            "id",
            "project",
            "month",
            "completed",
            "physical_percent",
            "physical_progress",
            "problems",
            "next_step",
            "explanation",
            "state",
            "submitted_at",
            "approved_at",
            "version",
            "updated_at",
        )


class MonthlyAmounts(serializers.ListField):
    """The twelve months of a plan, as typed or spread by the seasonal curve."""

    child = serializers.DecimalField(max_digits=14, decimal_places=2)

    def columns(self) -> tuple[str, ...]:
        return AMOUNTS

    def read(self, record: Record) -> list[str]:
        return [f"{amount:.2f}" for amount in _plan(record).monthly()]


class Typed(serializers.BooleanField):
    """Whether the months were broken down by hand."""

    def columns(self) -> tuple[str, ...]:
        return AMOUNTS

    def read(self, record: Record) -> bool:
        return _plan(record).is_typed


class AnnualPlanSerializer(Row):
    """A project's plan for a year."""

    months = MonthlyAmounts(
        read_only=True,
        min_length=12,
        max_length=12,
        help_text="1月到12月的计划（万元）：已分月的照填，未分月的按季节曲线分解",
    )
    months_typed = Typed(read_only=True, help_text="各月是否为填报的数；否则为分解的数")

    class Meta:
        model = AnnualPlan
        fields = ("id", "project", "year", "amount", "goal", "months", "months_typed", "updated_at")


def _plan(record: Record) -> AnnualPlan:
    columns: dict[str, Any] = {name: record[name] for name in AMOUNTS}
    return AnnualPlan(**columns)
