"""Permits that lapse, for other systems."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from kuancheng.asking.filters import RecordsFilter
from kuancheng.asking.parameters import ListParameters, days_of
from kuancheng.drf.rows import CodeNamed, Named
from kuancheng.drf.views import AskedViewSet
from kuancheng.reports.judging.permits import Permit
from kuancheng.reports.permits.questions import (
    STATES,
    Narrowing,
    PermitQuestions,
    in_states,
    permits_asked,
)
from projects.choices import PermitKind
from projects.models import Agency, PermitExtension, Project


class PermitParameters(PermitQuestions, ListParameters):
    """Permits."""

    project = RecordsFilter(
        queryset=Project.objects.all(), key="code", method="aside", label="项目编号"
    )
    agency = RecordsFilter(queryset=Agency.objects.all(), method="aside", label="责任单位记录号")


class PermitExtensionSerializer(serializers.Serializer[Any]):
    """An extension that the authority granted."""

    about = "手续延期"

    id = serializers.IntegerField(help_text="记录号")
    document = serializers.CharField(help_text="延期文号")
    asked_on = serializers.DateField(help_text="申请日期")
    granted_on = serializers.DateField(help_text="批准日期，从这一天起算数")
    until = serializers.DateField(help_text="延期至，当天有效")
    note = serializers.CharField(help_text="说明")


class PermitSerializer(serializers.Serializer[Any]):
    """A permit that was obtained, and what it is on the day."""

    about = "手续"

    project = CodeNamed(help_text="项目")
    milestone = Named(help_text="取得这项手续的节点")
    kind = serializers.ChoiceField(PermitKind.choices, help_text="手续种类")
    kind_label = serializers.CharField(help_text="手续种类（中文）")
    document_number = serializers.CharField(help_text="批准文号")
    agency = Named(allow_null=True, help_text="责任单位：节点的，没有时为项目的")
    obtained = serializers.DateField(help_text="取得日期")
    valid_until = serializers.DateField(
        allow_null=True, help_text="截至日期时的最后有效日，当天有效；没有登记为空"
    )
    state = serializers.ChoiceField(STATES, help_text="状态；开工以后手续不再失效")
    state_label = serializers.CharField(help_text="状态（中文）")
    workdays_left = serializers.IntegerField(
        allow_null=True, help_text="到最后有效日还有几个工作日，失效、开工或没有登记为空"
    )
    lapsed_days = serializers.IntegerField(help_text="已失效几天（日历日），没有失效为 0")
    ask_by = serializers.DateField(
        allow_null=True, help_text="最晚在哪天申请延期；不能或不用延期为空"
    )
    extensions = PermitExtensionSerializer(many=True, help_text="截至日期前批准的延期，按先后")


class PermitViewSet(AskedViewSet):
    """Permits that lapse, as of a day and as known on any."""

    http_method_names = ["get", "head"]
    queryset = Project.objects.all()
    serializer_class = PermitSerializer
    parameters = {"list": PermitParameters}
    about = {
        "list": "已取得、会失效的手续：核准 2 年、施工许可 3 个月、环评 5 年，批文载明的以批文为准，"
        "延期从批准之日起算数。最先到期的在前。"
    }

    def noun(self) -> str:
        return "手续"

    @extend_schema(responses=PermitSerializer(many=True))
    def list(self, request: Request) -> Response:
        """One page of the permits."""
        said = self.asked.form.cleaned_data
        narrowing = Narrowing(
            said["search"] or "",
            tuple(said["kind"] or ()),
            frozenset(said["agency"] or ()),
            frozenset(said["project"] or ()),
        )
        found = in_states(permits_asked(days_of(self.asked), narrowing), said["state"] or ())
        page = self.paginate_queryset(found) or []
        return self.get_paginated_response([_row(each) for each in page])


def _row(permit: Permit) -> dict[str, Any]:
    reading, agency, step = permit.reading, permit.agency, permit.milestone
    return {
        "project": {"code": permit.project.code, "name": permit.project.name},
        "milestone": {"id": step.pk, "name": step.name},
        "kind": permit.held.kind,
        "kind_label": PermitKind(permit.held.kind).label,
        "document_number": step.document_number,
        "agency": {"id": agency.pk, "name": agency.name} if agency else None,
        "obtained": permit.held.obtained,
        "valid_until": reading.until,
        "state": reading.state.value,
        "state_label": permit.state_name,
        "workdays_left": reading.left,
        "lapsed_days": reading.lapsed,
        "ask_by": permit.ask_by,
        "extensions": [_extension(each) for each in permit.extensions],
    }


def _extension(row: PermitExtension) -> dict[str, Any]:
    return {
        "id": row.pk,
        "document": row.document,
        "asked_on": row.asked_on,
        "granted_on": row.granted_on,
        "until": row.until,
        "note": row.note,
    }
