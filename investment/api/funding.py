"""Funding for other systems."""

from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from investment.choices import FundingSource
from investment.models import Funding
from kuancheng.asking.filters import AsOfFilter, CodesFilter, DayFilter, OrderingFilter
from kuancheng.drf.rows import RowSerializer
from kuancheng.drf.views import RecordsViewSet
from projects.api.filtersets import PartFilterSet


class FundingSerializer(RowSerializer):
    """What one source had planned and paid by a day."""

    class Meta:
        model = Funding
        fields = ("id", "project", "source", "dated", "planned", "in_place", "note", "updated_at")


class FundingFilterSet(PartFilterSet):
    """Funding."""

    as_of = AsOfFilter(method="on_day", label="只要每个来源在这一天或以前的最近一行；不填为全部")
    source = CodesFilter(choices=FundingSource.choices, label="资金来源")
    dated_after = DayFilter("dated", "gte", label="截至日期不早于")
    dated_before = DayFilter("dated", "lte", label="截至日期不晚于")
    ordering = OrderingFilter(
        columns={
            "project": "project__code",
            "dated": "dated",
            "planned": "planned",
            "in_place": "in_place",
            "updated_at": "updated_at",
        },
        default="project,-dated",
    )

    def on_day(self, queryset: QuerySet[Any], name: str, value: object) -> QuerySet[Any]:
        """The latest row of each project and source."""
        if value is None:
            return queryset
        same = Funding.objects.filter(
            project=OuterRef("project"), source=OuterRef("source"), dated__lte=value
        ).order_by("-dated")
        return queryset.filter(pk=Subquery(same.values("pk")[:1]))


class FundingViewSet(RecordsViewSet):
    """Money by source, planned and in place."""

    queryset = Funding.objects.all()
    serializer_class = FundingSerializer
    lookup_field = "id"
    parameters = {"list": FundingFilterSet}
    about = {
        "list": "各项目按来源的计划资金和到位资金（万元，均为累计），每行为截至某一天的数字。",
        "retrieve": "按记录号查一行资金。",
    }
