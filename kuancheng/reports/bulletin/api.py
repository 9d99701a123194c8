"""Bulletins for other systems: what was issued, word by word and figure by figure, with its files."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from investment.rules.reporting import parse_month
from kuancheng.asking.fields import shown
from kuancheng.asking.parameters import Parameters
from kuancheng.drf.views import AskedViewSet
from kuancheng.records.classes import DataClass
from kuancheng.reports.bulletin.files import CONTENT_TYPES, kept_file
from kuancheng.reports.bulletin.questions import FIGURE_KINDS, NO_PAST, BulletinFilter
from kuancheng.reports.choices import (
    BulletinFileKind,
    BulletinSection,
    BulletinState,
    ErratumState,
    ParagraphKind,
)
from kuancheng.reports.judging.bulletin.reading import content_of
from kuancheng.reports.models import Bulletin, BulletinFile, Erratum
from kuancheng.reports.rules.bulletin.figures import UNITS, Figure, Snapshot, Table


class BulletinFileSerializer(serializers.Serializer[Any]):
    """A file as it was issued."""

    about = "月通报文件"

    kind = serializers.ChoiceField(BulletinFileKind.choices, help_text="种类")
    name = serializers.CharField(help_text="文件名")
    digest = serializers.CharField(help_text="文件的 SHA-256")
    url = serializers.CharField(help_text="下载地址")


class BulletinErratumSerializer(serializers.Serializer[Any]):
    """An approved correction."""

    about = "月通报更正"

    figure = serializers.CharField(help_text="数据项的键")
    label = serializers.CharField(help_text="名称")  # type: ignore[assignment]
    old = serializers.CharField(help_text="原为，连同单位")
    new = serializers.CharField(help_text="更正为，连同单位")
    reason = serializers.CharField(help_text="原因")
    approved_on = serializers.DateField(help_text="批准日期")
    printed_with = serializers.CharField(
        allow_null=True, help_text="随哪一期刊出，YYYY-MM；还没有刊出为空"
    )


class BulletinRowSerializer(serializers.Serializer[Any]):
    """A bulletin in the list."""

    about = "月通报"

    month = serializers.CharField(help_text="月份，YYYY-MM")
    state = serializers.ChoiceField(BulletinState.choices, help_text="状态")
    state_label = serializers.CharField(help_text="状态（中文）")
    number = serializers.CharField(help_text="发文字号；未发布为空")
    title = serializers.CharField(help_text="标题")
    issued_on = serializers.DateField(allow_null=True, help_text="发布日期")
    digest = serializers.CharField(help_text="留存件的摘要，含上一期的摘要；未发布为空")
    errata = BulletinErratumSerializer(many=True, help_text="已批准的更正")
    files = BulletinFileSerializer(many=True, help_text="随通报留存的文件")


class BulletinParagraphSerializer(serializers.Serializer[Any]):
    """A paragraph, table or chart of the text, in its order."""

    about = "月通报段落"

    section = serializers.ChoiceField(BulletinSection.choices, help_text="部分")
    section_label = serializers.CharField(help_text="部分（中文）")
    kind = serializers.ChoiceField(ParagraphKind.choices, help_text="种类")
    key = serializers.CharField(
        help_text="模板的键；表和图为 table:、chart: 加表的键；自己加的为空"
    )
    text = serializers.CharField(help_text="文字，数字写作 ⟦键⟧；表和图为空")
    printed = serializers.CharField(help_text="印出的文字")
    typed = serializers.ListField(child=serializers.CharField(), help_text="手工写并确认过的数字")


class BulletinFigureSerializer(serializers.Serializer[Any]):
    """A figure of the month."""

    about = "月通报数据"

    key = serializers.CharField(help_text="键")
    label = serializers.CharField(help_text="名称")  # type: ignore[assignment]
    kind = serializers.ChoiceField(FIGURE_KINDS, help_text="种类")
    value = serializers.CharField(
        allow_null=True, help_text="未取整的值；金额为万元；没有报送和文字为空"
    )
    unit = serializers.CharField(help_text="印在后面的单位")
    printed = serializers.CharField(help_text="印出的数或文字")
    source = serializers.CharField(help_text="出处")  # type: ignore[assignment]
    path = serializers.CharField(help_text="看出处的页面")


class BulletinColumnSerializer(serializers.Serializer[Any]):
    """A column of a table."""

    about = "月通报表的列"

    label = serializers.CharField(help_text="列名")  # type: ignore[assignment]
    kind = serializers.ChoiceField(FIGURE_KINDS, help_text="种类")
    unit = serializers.CharField(help_text="印出的单位")


class BulletinTableSerializer(serializers.Serializer[Any]):
    """A table of the month."""

    about = "月通报的表"

    key = serializers.CharField(help_text="键")
    title = serializers.CharField(help_text="标题")
    unit = serializers.CharField(help_text="表上方的单位行")
    columns = BulletinColumnSerializer(many=True, help_text="列")
    rows = serializers.ListField(
        child=serializers.ListField(child=serializers.CharField(allow_null=True)),
        help_text="各行未取整的值，金额为万元；没有报送为空",
    )
    total = serializers.ListField(
        child=serializers.CharField(allow_null=True), help_text="合计行；没有为空列表"
    )
    annex = serializers.BooleanField(help_text="是否附件")


class BulletinSerializer(BulletinRowSerializer):
    """A whole bulletin; an issued one from its kept copy."""

    about = "月通报全文"

    addressees = serializers.CharField(help_text="主送")
    signer = serializers.CharField(help_text="落款单位")
    copied_to = serializers.CharField(help_text="抄送")
    known_at = serializers.DateTimeField(allow_null=True, help_text="数据取自何时的登记")
    previous_digest = serializers.CharField(help_text="上一期的摘要；第一期和未发布为空")
    rules = serializers.DictField(child=serializers.CharField(), help_text="所用规则和版本")
    projects = serializers.ListField(
        child=serializers.CharField(), help_text="当月清单上的项目编号"
    )
    paragraphs = BulletinParagraphSerializer(many=True, help_text="正文")
    figures = BulletinFigureSerializer(many=True, help_text="数据")
    tables = BulletinTableSerializer(many=True, help_text="表，含附件")


class OneParameters(Parameters):
    no_past = NO_PAST


class BulletinViewSet(AskedViewSet):
    """Bulletins: the issued ones; for who drafts or approves the others too."""

    http_method_names = ["get", "head"]
    queryset = Bulletin.objects.all()
    serializer_class = BulletinSerializer
    lookup_field = "month"
    lookup_value_regex = "[0-9]{4}-[0-9]{2}"
    parameters = {"list": BulletinFilter, "retrieve": OneParameters, "file": OneParameters}
    about = {
        "list": "月通报，近的在前。没有起草权限的只看到已发布的。",
        "retrieve": "一期月通报的全文、数据、表、更正和文件；已发布的取自留存件，不随登记变。",
        "file": "随通报留存的文件本身，与发布时逐字节相同。",
    }

    answers = {"list": BulletinRowSerializer}
    kept_at = {"file": DataClass.SENSITIVE}

    def get_queryset(self) -> QuerySet[Any]:
        return Bulletin.objects.visible_to(self.request.user)

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """A file comes in the format it has, whatever the caller would like best."""
        return super().perform_content_negotiation(request, force or self.action == "file")

    @extend_schema(responses=BulletinRowSerializer(many=True))
    def list(self, request: Request) -> Response:
        """One page. Four queries."""
        matching = self.asked.filter_queryset(self.get_queryset()).order_by("-month")
        page = self.paginate_queryset(matching) or []
        errata, files = _errata(page), _files(page)
        return self.get_paginated_response([_row(each, errata, files) for each in page])

    @extend_schema(responses=BulletinSerializer)
    def retrieve(self, request: Request, month: str) -> Response:
        """One bulletin."""
        found = self._found(month)
        row = _row(found, _errata([found]), _files([found]))
        return Response(row | _whole(found))

    @extend_schema(
        parameters=[
            OpenApiParameter(
                "kind", str, OpenApiParameter.PATH, enum=BulletinFileKind.values, description="种类"
            )
        ],
        responses={(200, each): OpenApiTypes.BINARY for each in CONTENT_TYPES},
    )
    @action(detail=True, url_path=f"files/(?P<kind>{'|'.join(BulletinFileKind.values)})")
    def file(self, request: Request, month: str, kind: str) -> HttpResponseBase:
        """A kept file."""
        found = BulletinFile.objects.filter(issued__bulletin=self._found(month), kind=kind).first()
        if found is None:
            raise NotFound(f"{month} 的月通报没有留存{BulletinFileKind(kind).label}。")
        return kept_file(request._request, found)

    def _found(self, month: str) -> Bulletin:
        known = self.get_queryset().select_related("issued", "gathered", "author", "submitter")
        found: Bulletin | None = None
        with suppress(ValueError):
            found = known.filter(month=parse_month(month)).first()
        if found is None:
            raise NotFound(f"没有月份为{shown(month)}的月通报，或者还没有发布。")
        return found


def _errata(bulletins: Iterable[Bulletin]) -> dict[int, list[Erratum]]:
    found: dict[int, list[Erratum]] = {}
    approved = Erratum.objects.filter(bulletin__in=list(bulletins), state=ErratumState.APPROVED)
    for each in approved.select_related("printed_with").order_by("decided_on", "pk"):
        found.setdefault(each.bulletin_id, []).append(each)
    return found


def _files(bulletins: Iterable[Bulletin]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    kept = BulletinFile.objects.filter(issued__bulletin__in=list(bulletins)).order_by("pk")
    for each in kept.values("issued__bulletin", "kind", "name", "digest"):
        found.setdefault(each["issued__bulletin"], []).append(each)
    return found


def _row(
    bulletin: Bulletin, errata: Mapping[int, list[Erratum]], files: Mapping[int, list[Any]]
) -> dict[str, Any]:
    month = f"{bulletin.month:%Y-%m}"
    return {
        "month": month,
        "state": bulletin.state,
        "state_label": bulletin.get_state_display(),
        "number": bulletin.document_number,
        "title": bulletin.title,
        "issued_on": bulletin.issued_on,
        "digest": bulletin.digest,
        "errata": [_erratum(each) for each in errata.get(bulletin.pk, [])],
        "files": [
            {
                "kind": each["kind"],
                "name": each["name"],
                "digest": each["digest"],
                "url": reverse("api-bulletin-file", args=[month, each["kind"]]),
            }
            for each in files.get(bulletin.pk, [])
        ],
    }


def _erratum(erratum: Erratum) -> dict[str, Any]:
    printed = erratum.printed_with
    return {
        "figure": erratum.figure,
        "label": erratum.label,
        "old": erratum.old,
        "new": erratum.new,
        "reason": erratum.reason,
        "approved_on": erratum.decided_on,
        "printed_with": f"{printed.month:%Y-%m}" if printed else None,
    }


def _whole(bulletin: Bulletin) -> dict[str, Any]:
    """The kept copy; of a draft what would be kept."""
    issued = bulletin.issued if bulletin.is_issued else None
    content = issued.content if issued else content_of(bulletin, ())
    snapshot = Snapshot.from_json(content["figures"])
    heads = {name: content[name] for name in ("addressees", "signer", "copied_to")}
    return heads | {
        "known_at": issued.known_at if issued else bulletin.gathered.gathered_at,
        "previous_digest": issued.previous_digest if issued else "",
        "rules": snapshot.rules,
        "projects": snapshot.projects,
        "paragraphs": [
            each | {"section_label": str(BulletinSection(each["section"]).label)}
            for each in content["paragraphs"]
        ],
        "figures": [_figure(each) for each in snapshot.figures.values()],
        "tables": [_table(each) for each in snapshot.tables],
    }


def _figure(figure: Figure) -> dict[str, Any]:
    return {
        "key": figure.key,
        "label": figure.label,
        "kind": figure.kind,
        "value": None if figure.value is None else str(figure.value),
        "unit": figure.unit,
        "printed": figure.printed,
        "source": figure.source,
        "path": figure.path,
    }


def _table(table: Table) -> dict[str, Any]:
    columns = [
        {"label": each.label, "kind": each.kind, "unit": UNITS.get(each.kind, "")}
        for each in table.columns
    ]
    return {
        "key": table.key,
        "title": table.title,
        "unit": table.unit,
        "columns": columns,
        "rows": table.rows,
        "total": table.total,
        "annex": table.annex,
    }
