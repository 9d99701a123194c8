"""Stops, for other systems."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from rest_framework import serializers

from kuancheng.asking.filters import (
    AsOfFilter,
    CodesFilter,
    DayFilter,
    OneOfFilter,
    OrderingFilter,
    RecordsFilter,
)
from kuancheng.asking.parameters import AsOfParameters, ListParameters
from kuancheng.drf.rows import Record, RowSerializer
from kuancheng.drf.views import RecordsViewSet
from kuancheng.reports.stopping.questions import STATES
from projects.choices import StopReason
from projects.models import Agency, Project, Stop
from projects.rules.stops import Standstill


class StopSerializer(RowSerializer):
    """A stop, with what is owed of it on a day."""

    lasts = serializers.BooleanField(help_text="截至日期时是否还在停工")
    days = serializers.IntegerField(help_text="到截至日期为止停工的天数，停工第一天为 1")
    report_due = serializers.DateField(help_text="报告发证机关的期限：停工之日起一个月")
    report_late_days = serializers.IntegerField(help_text="报告逾期的天数，没有逾期为 0")
    recheck_due = serializers.DateField(help_text="从这一天起，复工前须先核验施工许可证")
    recheck_missing = serializers.BooleanField(help_text="停工已满一年且没有核验")

    class Meta:
        model = Stop
        fields = (
            "id",
            "project",
            "reason",
            "note",
            "stopped_on",
            "lasts",
            "days",
            "reported_on",
            "report_document",
            "report_due",
            "report_late_days",
            "resume_asked_on",
            "recheck_on",
            "recheck_document",
            "recheck_due",
            "recheck_missing",
            "resumed_on",
            "resume_document",
            "approved_on",
            "version",
            "updated_at",
        )
        parts = (
            "lasts",
            "days",
            "report_due",
            "report_late_days",
            "recheck_due",
            "recheck_missing",
        )


class StopParameters(ListParameters):
    """What a list of stops is narrowed to."""

    as_of = AsOfFilter(label="截至日期，按这一天回答；不填为今天")
    project = RecordsFilter(queryset=Project.objects.all(), key="code", label="项目编号")
    lead_agency = RecordsFilter(
        "project__lead_agency", queryset=Agency.objects.all(), label="责任单位记录号"
    )
    reason = CodesFilter(choices=StopReason.choices, label="停工原因")
    state = OneOfFilter(choices=list(STATES.items()), label="状态，不填为全部")
    stopped_after = DayFilter("stopped_on", "gte", label="停工日期不早于这一天")
    stopped_before = DayFilter("stopped_on", "lte", label="停工日期不晚于这一天")
    ordering = OrderingFilter(
        columns={
            "stopped_on": "stopped_on",
            "resumed_on": "resumed_on",
            "project": "project__code",
        },
        default="-stopped_on",
    )


class StopViewSet(RecordsViewSet):
    """Stops that have begun by the day."""

    queryset = Stop.objects.all()
    serializer_class = StopSerializer
    lookup_field = "id"
    parameters = {"list": StopParameters, "retrieve": AsOfParameters}
    about = {
        "list": "停工：原因、起止、报告发证机关、复工。天数、逾期和是否还在停工按截至日期回答；"
        "之后的日期不算已发生。",
        "retrieve": "按记录号查一次停工。",
    }

    def get_queryset(self) -> Any:
        """Those that the caller may see and that have begun; of a list, those of the state."""
        found = Stop.objects.visible_to(self.request.user).filter(stopped_on__lte=self.as_of)
        state = self.asked.form.cleaned_data.get("state")
        lasting = Q(resumed_on=None) | Q(resumed_on__gt=self.as_of)
        if state in (None, "", "all"):
            return found
        return found.filter(lasting if state == "lasting" else ~lasting)

    def with_parts(self, records: Sequence[Record]) -> None:
        """What the rules say of each on the day. No query."""
        for record in records:
            told(record, self.as_of)


def told(record: Record, day: Any) -> None:
    """Adds what the rules say of a stop on a day; what is dated later has not happened."""
    for name in ("reported_on", "resume_asked_on", "recheck_on", "resumed_on", "approved_on"):
        if record[name] and record[name] > day:
            record[name] = None
    fact = Standstill(
        record["stopped_on"], record["resumed_on"], record["reported_on"], record["recheck_on"]
    )
    record |= {
        "lasts": fact.covers(day),
        "days": fact.days(day),
        "report_due": fact.report_due,
        "report_late_days": fact.report_late_by(day),
        "recheck_due": fact.recheck_due,
        "recheck_missing": fact.lacks_recheck(day),
    }
