"""佐证 for other systems: the file itself."""

from typing import Any, ClassVar
from uuid import UUID

from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request

from investment.models import ReportEvidence
from kuancheng.drf.views import AskedViewSet
from kuancheng.records.classes import DataClass
from kuancheng.reports.evidence.page import evidence_response, find_evidence
from projects.evidence import EXTENSIONS


class EvidenceViewSet(AskedViewSet):
    """Files of reports and milestones by their tokens, in their own formats."""

    http_method_names = ["get", "head"]
    queryset = ReportEvidence.objects.all()
    lookup_field = "token"
    lookup_value_regex = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    about: ClassVar[dict[str, str]] = {
        "retrieve": "取一个佐证的文件本身（照片已去掉拍摄地点等信息）；地址见进展填报、节点和事项办理记录的 evidence。"
    }

    kept_at: ClassVar[dict[str, DataClass]] = {"retrieve": DataClass.SENSITIVE}

    def noun(self) -> str:
        return "佐证"

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """The file comes in the format it has, whatever the caller would like best."""
        return super().perform_content_negotiation(request, force=True)

    @extend_schema(
        responses={(200, content_type): OpenApiTypes.BINARY for content_type in EXTENSIONS}
    )
    def retrieve(self, request: Request, token: str) -> HttpResponseBase:
        """The file, for whoever may read its project."""
        found = find_evidence(request.user, UUID(token))
        response = evidence_response(request._request, found) if found else None
        if response is None:
            raise NotFound("没有这个佐证，可能已被删除。")
        return response
