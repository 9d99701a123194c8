"""The lights kept day by day, for other systems."""

from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery

from kuancheng.asking.filters import (
    CodesFilter,
    DayFilter,
    FlagFilter,
    OrderingFilter,
    RecordsFilter,
)
from kuancheng.asking.parameters import ListParameters
from kuancheng.drf.rows import RowSerializer
from kuancheng.drf.views import RecordsViewSet
from kuancheng.reports.choices import Basis, LightChoice
from kuancheng.reports.judging.serializers import Overridden, ReasonSerializer
from kuancheng.reports.models import DailyStatus
from projects.models import Project


class LightHistorySerializer(RowSerializer):
    """A project's light on a day, as it was kept on that day."""

    reasons = ReasonSerializer(many=True, read_only=True, help_text="当天的全部原因，最严重的在前")
    overridden = Overridden(read_only=True, help_text="是否人工调灯")

    class Meta:
        model = DailyStatus
        fields = (
            "id",
            "project",
            "date",
            "light",
            "computed_light",
            "overridden",
            "reasons",
            "gap",
            "overdue_milestones",
            "max_overdue_days",
            "report_state",
        )


class LightHistoryFilterSet(ListParameters):
    """Kept days."""

    project = RecordsFilter(queryset=Project.objects.all(), key="code", label="项目编号")
    light = CodesFilter(choices=LightChoice.choices, label="亮灯")
    date_after = DayFilter("date", "gte", label="不早于这一天")
    date_before = DayFilter("date", "lte", label="不晚于这一天")
    changed = FlagFilter(method="by_change", label="是否与前一个留存日的灯不同；首个留存日不算变化")
    ordering = OrderingFilter(
        columns={"date": "date", "project": "project__code"},
        default="-date,project",
    )

    def by_change(
        self, queryset: QuerySet[DailyStatus], name: str, value: bool | None
    ) -> QuerySet[DailyStatus]:
        """The light differs from that of the kept day before."""
        if value is None:
            return queryset
        earlier = DailyStatus.objects.filter(
            basis=Basis.DAILY, project=OuterRef("project"), date__lt=OuterRef("date")
        ).order_by("-date")
        before = queryset.annotate(before=Subquery(earlier.values("light")[:1]))
        if value:
            return before.exclude(before=None).exclude(before=F("light"))
        return before.filter(before=F("light")) | before.filter(~Exists(earlier))


class LightHistoryViewSet(RecordsViewSet):
    """What was kept each day; a past day never changes."""

    queryset = DailyStatus.objects.filter(basis=Basis.DAILY)
    serializer_class = LightHistorySerializer
    lookup_field = "id"
    parameters = {"list": LightHistoryFilterSet}
    about = {
        "list": "日监测每天留存的亮灯及原因，留存后不再改动；没有运行日监测的日子没有记录。",
        "retrieve": "按记录号查一天的留存。",
    }

    def noun(self) -> str:
        return "亮灯留存"

    def get_queryset(self) -> Any:
        return self.queryset.all()
