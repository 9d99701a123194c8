"""What every judged row shows other systems: its reasons."""

from typing import Any

from rest_framework import serializers

from kuancheng.drf.rows import Code, Record
from kuancheng.reports.choices import LightChoice
from kuancheng.reports.rules.owing import owes_report


class ReasonList(serializers.ListSerializer[Any]):
    """The reasons of a row as they are sent: what they are about is said in their text."""

    def read(self, record: Record) -> list[Record]:
        names = list(self.child.fields)  # type: ignore[union-attr]
        return [{name: each[name] for name in names} for each in record[str(self.source)]]


class ReasonSerializer(serializers.Serializer[Any]):
    """One rule that fired."""

    about = "亮灯的一条原因"

    class Meta:
        list_serializer_class = ReasonList

    rule = serializers.CharField(help_text="规则代码，例如 milestone_overdue")
    light = Code(LightChoice.choices, help_text="这条规则亮的灯")
    text = serializers.CharField(help_text="原因")
    days = serializers.IntegerField(allow_null=True, help_text="天数：正数为已超期，负数为还有几天")
    points = serializers.DecimalField(
        max_digits=16, decimal_places=2, allow_null=True, help_text="与序时进度的差距（百分点）"
    )
    agency = serializers.CharField(help_text="责任单位，没有时为空字符串")


class ReportOwed(serializers.BooleanField):
    """Whether a report is owed for every month."""

    def columns(self) -> tuple[str, ...]:
        return "stage", "standing", "done", "stood_still"

    def read(self, record: Record) -> bool:
        stage, standing, done, still = (record[column] for column in self.columns())
        return owes_report(stage, standing, done=done, stood_still=still)


class Overridden(serializers.BooleanField):
    """Whether the light was set by hand."""

    def columns(self) -> tuple[str, ...]:
        return ("reasons",)

    def read(self, record: Record) -> bool:
        return any(each["rule"] == "override" for each in record["reasons"])
