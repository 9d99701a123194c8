"""The data's quality, for other systems."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from kuancheng.asking.filters import CodesFilter, RecordsFilter
from kuancheng.asking.parameters import ListParameters, days_of
from kuancheng.drf.rows import CodeNamed, Named
from kuancheng.drf.views import AskedViewSet
from kuancheng.reports.judging.findings import LABELS, Flaw, flaws
from kuancheng.reports.questions import statuses_on
from projects.models import Agency, Project

WEIGHTS = (("error", "须改正"), ("doubt", "请核对"))


class QualityParameters(ListParameters):
    """Findings."""

    project = RecordsFilter("pk", queryset=Project.objects.all(), key="code", label="项目编号")
    lead_agency = RecordsFilter(queryset=Agency.objects.all(), label="责任单位记录号")
    rule = CodesFilter(choices=list(LABELS.items()), method="aside", label="问题")
    weight = CodesFilter(choices=WEIGHTS, method="aside", label="程度")

    def aside(self, queryset: QuerySet[Any], name: str, value: object) -> Any:
        """The view reads it: findings are no rows of a table."""
        return queryset


class FlawSerializer(serializers.Serializer[Any]):
    """One finding on one project."""

    about = "数据问题"

    project = CodeNamed(help_text="项目")
    lead_agency = Named(allow_null=True, help_text="责任单位")
    rule = serializers.ChoiceField(list(LABELS.items()), help_text="问题")
    rule_label = serializers.CharField(help_text="问题（中文）")
    weight = serializers.ChoiceField(WEIGHTS, help_text="程度：error 须改正，doubt 请核对")
    weight_label = serializers.CharField(help_text="程度（中文）")
    text = serializers.CharField(help_text="说明，金额为万元")


class QualityViewSet(AskedViewSet):
    """What the records leave out or say against each other, today."""

    http_method_names = ["get", "head"]
    queryset = Project.objects.all()
    serializer_class = FlawSerializer
    parameters = {"list": QualityParameters}
    about = {
        "list": "按现在的登记检查出的数据问题：漏填、前后矛盾、计划与资金不符。按项目编号排列。"
    }

    def noun(self) -> str:
        return "数据问题"

    @extend_schema(responses=FlawSerializer(many=True))
    def list(self, request: Request) -> Response:
        """One page of the findings."""
        days, asked = days_of(self.asked), self.asked.form.cleaned_data
        projects = self.asked.filter_queryset(self.get_queryset())
        rows = statuses_on(days.as_of).filter(project__in=projects)
        found = [
            _row(flaw)
            for flaw in flaws(rows, days)
            if (not asked["rule"] or flaw.rule in asked["rule"])
            and (not asked["weight"] or flaw.weight in asked["weight"])
        ]
        return self.get_paginated_response(self.paginate_queryset(found) or [])


def _row(flaw: Flaw) -> dict[str, Any]:
    agency = flaw.project.lead_agency
    return {
        "project": {"code": flaw.project.code, "name": flaw.project.name},
        "lead_agency": {"id": agency.pk, "name": agency.name} if agency else None,
        "rule": flaw.rule,
        "rule_label": flaw.label,
        "weight": flaw.weight,
        "weight_label": dict(WEIGHTS)[str(flaw.weight)],
        "text": flaw.text,
    }
