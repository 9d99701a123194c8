"""The league, for other systems: every score with its sum, and the projects that make it up."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from investment.rules.rates import round_half_up
from kuancheng.asking.filters import CodesFilter, RecordsFilter, SearchFilter
from kuancheng.asking.parameters import BadParameters, ListParameters
from kuancheng.drf.rows import CodeNamed, Named
from kuancheng.drf.views import AskedViewSet
from kuancheng.reports.choices import FormulaChoice, LeagueSpan, LeagueSubject, MeasureChoice
from kuancheng.reports.judging.league.months import league_of
from kuancheng.reports.judging.league.table import Cell, Line
from kuancheng.reports.judging.league.versions import groups_on
from kuancheng.reports.league.entrant import shares_of
from kuancheng.reports.league.page import Answer, answer
from kuancheng.reports.league.questions import LeagueQuestions
from kuancheng.reports.models import LeagueGroup
from kuancheng.reports.rules.league.ranking import Listed
from kuancheng.reports.rules.league.scoring import Indicator

LISTS = [(Listed.RED, "红榜"), (Listed.BLACK, "黑榜"), (Listed.EXEMPT, "免列黑榜")]


class LeagueParameters(LeagueQuestions, ListParameters):
    """Tables of a month."""

    group = RecordsFilter(
        queryset=LeagueGroup.objects.all(), method="aside", label="分组的记录号，不填为全部"
    )

    def groups(self) -> list[LeagueGroup]:
        """Those asked for that race in the month, in their order."""
        chosen = self.form.cleaned_data["group"]
        racing = groups_on(self.month_asked(), self.days.known_at)
        return [each for each in racing if not chosen or each.pk in chosen]


class ShareParameters(LeagueParameters):
    """The projects behind one entrant's figures."""

    entrant = SearchFilter(method="aside", label="对象的键，见 league 的 lines.entrant；必填")
    measure = CodesFilter(choices=MeasureChoice.choices, method="aside", label="指标")


def _decimal(help_text: str, places: int = 2, *, null: bool = False) -> Any:
    return serializers.DecimalField(
        max_digits=20, decimal_places=places, allow_null=null, help_text=help_text
    )


class LeagueCellSerializer(serializers.Serializer[Any]):
    """One indicator of one entrant."""

    about = "赛马指标"

    measure = serializers.ChoiceField(MeasureChoice.choices, help_text="指标")
    measure_label = serializers.CharField(help_text="指标（中文）")
    formula = serializers.ChoiceField(FormulaChoice.choices, help_text="算法")
    numerator = _decimal("分子；金额为万元")
    denominator = _decimal("分母；金额为万元，0 为没有分母")
    unit = serializers.CharField(help_text="分子分母的单位")
    rate = _decimal("比率（%），保留 6 位；没有分母为空", 6, null=True)
    projects = serializers.IntegerField(help_text="分母里的项目数")
    missing = serializers.IntegerField(help_text="没有年度计划、分子分母都不计的项目数")
    weight = _decimal("分值")
    points = _decimal("得分；不计为空", null=True)
    arithmetic = serializers.CharField(help_text="算式，或不计的原因")


class LeagueAddedSerializer(serializers.Serializer[Any]):
    """What one item adds or deducts."""

    about = "赛马加减分"

    name = serializers.CharField(help_text="加减分项")
    points = _decimal("得分，扣分为负")
    arithmetic = serializers.CharField(help_text="算式")
    entries = serializers.ListField(
        child=serializers.DictField(), help_text="逐次记录：id、month、reason"
    )


class LeagueLineSerializer(serializers.Serializer[Any]):
    """One entrant of a table."""

    about = "赛马对象"

    entrant = serializers.CharField(help_text="对象的键：单位或干部的记录号，或行业门类代码")
    name = serializers.CharField(help_text="名称")
    rank = serializers.IntegerField(allow_null=True, help_text="名次；不排名为空")
    rank_before = serializers.IntegerField(allow_null=True, help_text="上月名次")
    moved = serializers.IntegerField(allow_null=True, help_text="升（正）降（负）几位")
    projects = serializers.IntegerField(help_text="期末在清单上的项目数")
    indicators = LeagueCellSerializer(many=True, help_text="各项指标")
    adjustments = LeagueAddedSerializer(many=True, help_text="加减分")
    basic = _decimal("指标合计", null=True)
    total = _decimal("总分；没有指标可算为空", null=True)
    arithmetic = serializers.CharField(help_text="总分的算式")
    why = serializers.CharField(help_text="不排名的原因")
    listed = serializers.ChoiceField(LISTS, allow_null=True, help_text="红黑榜")
    listed_why = serializers.CharField(help_text="上榜或免列的依据")


class LeagueTableSerializer(serializers.Serializer[Any]):
    """A group's table."""

    about = "赛马排名表"

    group = Named(help_text="分组")
    subject = serializers.ChoiceField(LeagueSubject.choices, help_text="比什么")
    month = serializers.CharField(help_text="月份，YYYY-MM")
    span = serializers.ChoiceField(LeagueSpan.choices, help_text="当月或本年累计")
    rules = serializers.IntegerField(allow_null=True, help_text="规则版本")
    published_on = serializers.DateField(allow_null=True, help_text="发布日期；未发布为空")
    unattributed = serializers.IntegerField(help_text="没有登记归属、不计入任何一方的项目数")
    why = serializers.CharField(help_text="没有排名的原因")
    lines = LeagueLineSerializer(many=True, help_text="按名次；不排名的在后")


class LeagueViewSet(AskedViewSet):
    """Tables of a month, one a group."""

    http_method_names = ["get", "head"]
    queryset = LeagueGroup.objects.all()
    serializer_class = LeagueTableSerializer
    parameters = {"list": LeagueParameters}
    about = {
        "list": "赛马排名：每组一张表，含各项指标的分子、分母、得分和算式。"
        "已发布的月份是发布时的数，now=true 按现在的登记重算。"
    }

    def noun(self) -> str:
        return "赛马排名"

    @extend_schema(responses=LeagueTableSerializer(many=True))
    def list(self, request: Request) -> Response:
        """One page of the groups' tables."""
        asked: Any = self.asked
        month, span, days = asked.month_asked(), asked.span_asked(), asked.days
        now = bool(asked.form.cleaned_data["now"])
        page = self.paginate_queryset(asked.groups()) or []
        rows = [
            _table(Answer(each, month, span, days, league_of(each, month, span, days, now=now)))
            for each in page
        ]
        return self.get_paginated_response(rows)


class LeagueShareSerializer(serializers.Serializer[Any]):
    """A project's part in a figure."""

    about = "赛马构成"

    measure = serializers.ChoiceField(MeasureChoice.choices, help_text="指标")
    project = CodeNamed(help_text="项目")
    numerator = _decimal("分子里的份额")
    denominator = _decimal("分母里的份额")


class LeagueShareViewSet(AskedViewSet):
    """The projects that make an entrant's figures up."""

    http_method_names = ["get", "head"]
    queryset = LeagueGroup.objects.all()
    serializer_class = LeagueShareSerializer
    parameters = {"list": ShareParameters}
    about = {"list": "一个对象的各项指标由哪些项目构成，按现在的登记；份额相加即分子、分母。"}

    def noun(self) -> str:
        return "赛马构成"

    @extend_schema(responses=LeagueShareSerializer(many=True))
    def list(self, request: Request) -> Response:
        """One page of the shares."""
        asked: Any = self.asked
        entrant = asked.form.cleaned_data["entrant"]
        if not entrant:
            raise BadParameters.of("entrant", "必填：要看哪个对象，见 league 的 lines.entrant。")
        found = answer(asked, next(iter(asked.groups()), None))
        line = found.league.table.line(entrant) if found.league else None
        if line is None:
            raise BadParameters.of("entrant", "这张排名表里没有这个对象。")
        wanted = set(asked.form.cleaned_data["measure"] or ())
        rows = [each for each in _shares(found, line) if not wanted or each["measure"] in wanted]
        return self.get_paginated_response(self.paginate_queryset(rows) or [])


def _shares(found: Answer, line: Line) -> Iterator[dict[str, Any]]:
    for cell, shares in shares_of(found, line):
        for each in shares:
            yield {
                "measure": cell.measure,
                "project": {"code": each.project.code, "name": each.project.name},
                "numerator": _text(each.found.part),
                "denominator": _text(each.found.whole),
            }


def _table(found: Answer) -> dict[str, Any]:
    group: Any = found.group
    league = found.league
    table = league.table if league else None
    publication = league.publication if league else None
    formulas = {each.measure.value: each for each in league.rules.indicators} if league else {}
    published: date | None = publication.published_on if publication else None
    return {
        "group": {"id": group.pk, "name": group.name},
        "subject": group.subject,
        "month": f"{found.month:%Y-%m}",
        "span": found.span.value,
        "rules": table.rules if table else None,
        "published_on": published,
        "unattributed": table.nobody if table else 0,
        "why": table.empty if table else f"“{group}”还没有规则，不排名。",
        "lines": [_line(each, formulas) for each in table.lines] if table else [],
    }


def _line(line: Line, formulas: dict[str, Indicator]) -> dict[str, Any]:
    return {
        "entrant": line.entrant,
        "name": line.name,
        "rank": line.rank,
        "rank_before": line.before,
        "moved": line.moved,
        "projects": line.projects,
        "indicators": [_cell(each, formulas[each.measure]) for each in line.cells],
        "adjustments": [
            {
                "name": each.name,
                "points": _text(each.points),
                "arithmetic": each.said,
                "entries": [vars(time) for time in each.times],
            }
            for each in line.added
        ],
        "basic": _text(line.basic),
        "total": _text(line.total),
        "arithmetic": line.said,
        "why": line.why,
        "listed": line.listed or None,
        "listed_why": line.list_said,
    }


def _cell(cell: Cell, indicator: Indicator) -> dict[str, Any]:
    return {
        "measure": cell.measure,
        "measure_label": cell.label,
        "formula": indicator.formula.kind.value,
        "numerator": _text(cell.part),
        "denominator": _text(cell.whole),
        "unit": cell.unit,
        "rate": _text(cell.rate, 6),
        "projects": cell.projects,
        "missing": cell.missing,
        "weight": _text(cell.weight),
        "points": _text(cell.points),
        "arithmetic": cell.said,
    }


def _text(value: Decimal | None, places: int = 2) -> str | None:
    return None if value is None else str(round_half_up(value, places))
