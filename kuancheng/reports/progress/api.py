"""Progress for other systems, and what only this floor can add to the resources below."""

from datetime import date
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from kuancheng.asking.filters import (
    AsOfFilter,
    CodesFilter,
    OneOfFilter,
    RecordsFilter,
)
from kuancheng.asking.parameters import KnownParameters, ListParameters, days_of
from kuancheng.drf.rows import reading
from kuancheng.drf.views import RecordsViewSet
from kuancheng.reports.choices import LightChoice
from kuancheng.reports.judging.parts import with_industry
from kuancheng.reports.judging.terms import reporting_calendar, rules_on
from kuancheng.reports.models import DailyStatus
from kuancheng.reports.progress.groups import GROUPS, groups
from kuancheng.reports.progress.serializers import ProgressSerializer, SummarySerializer
from kuancheng.reports.questions import (
    ProgressFilter,
    ProgressOrdering,
    on_programmes,
    statuses_on,
)
from projects.api.filtersets import ProjectFilterSet
from projects.api.views import ProjectViewSet
from projects.models import Agency, Official, Programme, Project


class LitProjectFilterSet(ProjectFilterSet):
    """Projects, also by their light."""

    light = CodesFilter(choices=LightChoice.choices, method="by_light", label="截至日期时的亮灯")

    def by_light(self, queryset: QuerySet[Any], name: str, value: list[str]) -> QuerySet[Any]:
        if not value:
            return queryset
        lit = statuses_on(self.day).filter(light__in=value)
        return queryset.filter(pk__in=lit.values("project"))


class LitProjectViewSet(ProjectViewSet):
    """Projects by code, found also by their light."""

    parameters = ProjectViewSet.parameters | {"list": LitProjectFilterSet}


class SummaryParameters(ProgressFilter):
    """What progress rows can be narrowed to, each time to several records."""

    as_of = AsOfFilter(label="截至日期，按这一天研判；不填为今天")
    project = RecordsFilter(queryset=Project.objects.all(), key="code", label="项目编号")
    programme = RecordsFilter(
        queryset=Programme.objects.all(), key="code", method="by_programme", label="清单/专项编号"
    )
    lead_official = RecordsFilter(queryset=Official.objects.all(), label="包保领导记录号")
    liaison_officer = RecordsFilter(queryset=Official.objects.all(), label="项目秘书记录号")
    lead_agency = RecordsFilter(queryset=Agency.objects.all(), label="责任单位记录号")
    subdistrict = RecordsFilter(queryset=Agency.objects.all(), label="属地记录号")

    def by_programme(self, queryset: QuerySet[Any], name: str, value: list[int]) -> QuerySet[Any]:
        return queryset.filter(on_programmes(value, self.days))


class GroupedParameters(SummaryParameters):
    """The same, added up by group as well."""

    group_by = OneOfFilter(
        choices=[(name, each.label) for name, each in GROUPS.items()],
        label="另按哪一项分组汇总；不填不分组",
    )


class ProgressParameters(SummaryParameters, ListParameters):
    """The same, sorted and in pages."""

    ordering = ProgressOrdering(default="code")


class ProgressViewSet(RecordsViewSet):
    """Progress rows of a day, by the project's code, and what they add up to."""

    queryset = DailyStatus.objects.all()
    serializer_class = ProgressSerializer
    lookup_field = "project__code"
    lookup_url_kwarg = "code"
    lookup_value_regex = ProjectViewSet.lookup_value_regex
    parameters = {
        "list": ProgressParameters,
        "retrieve": KnownParameters,
        "summary": GroupedParameters,
    }
    about = {
        "list": "每个项目一行：亮灯及原因、投资（万元）、完成率与序时进度（%）、差距（百分点）、节点。"
        "完成投资只计已复核的填报，截至统计月份；空值为未填报或不适用。",
        "retrieve": "按项目编号查一个项目的进展。",
        "summary": "按同样的条件汇总：项目数、各灯个数、投资合计（万元）及未填报的项目数、完成率与差距。",
    }

    answers = {"summary": SummarySerializer}

    def noun(self) -> str:
        return "项目进展"

    def get_queryset(self) -> QuerySet[DailyStatus]:
        return statuses_on(self.as_of, self.known_at)

    @property
    def known_at(self) -> date | None:
        """The day whose records the answer is drawn from, None for the present."""
        return days_of(self.asked).known_at

    @extend_schema(responses=SummarySerializer)
    @action(detail=False)
    def summary(self, request: Request) -> Response:
        """What the rows asked for add up to. Two queries, and two for the rules; two more by group."""
        rows: Any = self.asked.filter_queryset(self.get_queryset())
        rules = rules_on(self.as_of, self.known_at)
        calendar = reporting_calendar(rules, self.known_at)
        counts = rows.by_light()
        by = self.asked.form.cleaned_data.get("group_by")
        found = vars(rows.totals(basis=rules.basis)) | {
            "as_of": self.as_of,
            "money_month": calendar.money_month(self.as_of),
            "lights": {code: counts.get(code, 0) for code in LightChoice.values},
            "basis": rules.basis,
            "groups": groups(
                with_industry(rows, self.known_at), by, rules.basis, days_of(self.asked)
            )
            if by
            else None,
        }
        return Response(reading(SummarySerializer).row(found))
