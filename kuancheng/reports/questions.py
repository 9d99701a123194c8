"""The questions that can be asked of progress rows: page, API and export share them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import django_filters as filters
from django.core.exceptions import ValidationError
from django.db.models import F, Q, QuerySet
from django.forms import CheckboxSelectMultiple
from django.http import QueryDict

from investment.choices import ReportState
from kuancheng import clock
from kuancheng.asking.fields import AsOfField, KnownAtField
from kuancheng.asking.parameters import CodesFilter, FlagFilter
from kuancheng.reports.choices import LightChoice, Unreported
from kuancheng.reports.columns import orderings
from kuancheng.reports.judging import daily
from kuancheng.reports.models import DailyStatus
from kuancheng.reports.querysets import DailyStatusQuerySet, fired, reported_as
from kuancheng.reports.rules.lights import RULES
from projects.choices import AgencyKind, Industry, Role, Stage, Standing, YearClass
from projects.models import Agency, Official, Programme
from projects.rules.standing import JUDGED_STANDINGS

PICKS = ("stage", "year_class", "standing", "industry")
"""Filters of which several values can be ticked."""

ORDERINGS = orderings()
"""What rows are sorted by, and the column that does it; `-` before a name turns it round."""


PARTS = [
    ("start_due", "应开工"),
    ("started", "已开工"),
    ("enrolled", "已入统"),
    ("completion_due", "应竣工"),
    ("completed", "已竣工"),
]
"""What 开工率, 入统率 and 竣工率 are made of, on the day of the rows; see `in_part`."""


def in_part(code: str) -> Q:
    """The rows in one of PARTS. 应: by the planned day, or done already; 暂缓 and 退出 do not count.

    已入统 counts started projects only, since 入统率 is what share of them is enrolled.
    """
    judged = Q(standing__in=JUDGED_STANDINGS)
    started = judged & Q(project__actual_start__lte=F("date"))
    completed = judged & Q(project__actual_completion__lte=F("date"))
    return {
        "start_due": started | judged & Q(project__planned_start__lte=F("date")),
        "started": started,
        "enrolled": started & Q(project__enrolled_on__lte=F("date")),
        "completion_due": completed | judged & Q(project__planned_completion__lte=F("date")),
        "completed": completed,
    }[code]


class ProgressOrdering(filters.OrderingFilter):
    """Sorts in SQL; what is not reported comes last either way, and ties stand by code."""

    def filter(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        order: list[Any] = []
        for name in value or ():
            source = ORDERINGS[name.lstrip("-")]
            column = F(source) if isinstance(source, str) else source
            order.append(
                column.desc(nulls_last=True) if name[0] == "-" else column.asc(nulls_last=True)
            )
        return qs.order_by(*order, "project__code") if order else qs


class ProgressFilter(filters.FilterSet):
    """Filters over daily rows of one day."""

    search = filters.CharFilter(
        field_name="project__search_key",
        lookup_expr="icontains",
        label="名称、编号、拼音",
        max_length=100,
    )
    programme = filters.ModelChoiceFilter(
        field_name="project__programmes",
        queryset=Programme.objects.all(),
        to_field_name="code",
        label="清单/专项",
        empty_label="全部清单",
    )
    light = CodesFilter(choices=LightChoice.choices, label="亮灯")
    stage = CodesFilter(choices=Stage.choices, label="阶段", widget=CheckboxSelectMultiple)
    standing = CodesFilter(choices=Standing.choices, label="状态", widget=CheckboxSelectMultiple)
    year_class = CodesFilter(
        choices=YearClass.choices, label="年度类别", widget=CheckboxSelectMultiple
    )
    industry = CodesFilter(
        field_name="project__industry",
        choices=Industry.choices,
        label="行业门类",
        widget=CheckboxSelectMultiple,
    )
    lead_official = filters.ModelChoiceFilter(
        queryset=Official.objects.in_role(Role.LEAD_OFFICIAL),
        label="包保领导",
        empty_label="全部包保领导",
        null_label="（未登记）",
        null_value="none",
    )
    liaison_officer = filters.ModelChoiceFilter(
        queryset=Official.objects.in_role(Role.LIAISON_OFFICER),
        label="项目秘书",
        empty_label="全部项目秘书",
    )
    lead_agency = filters.ModelChoiceFilter(
        queryset=Agency.objects.exclude(projects_led=None).distinct(),
        label="责任单位",
        empty_label="全部责任单位",
        null_label="（未登记）",
        null_value="none",
    )
    subdistrict = filters.ModelChoiceFilter(
        queryset=Agency.objects.filter(kind=AgencyKind.SUBDISTRICT),
        label="属地",
        empty_label="全部属地",
        null_label="（未登记）",
        null_value="none",
    )
    report_state = filters.ChoiceFilter(
        choices=[*Unreported.choices, *ReportState.choices],
        method="by_report_state",
        label="统计月填报",
        empty_label="全部填报状态",
    )
    rule = CodesFilter(choices=list(RULES.items()), method="by_rule", label="触发的亮灯规则")
    overridden = FlagFilter(method="by_override", label="是否人工调灯")
    part = CodesFilter(choices=PARTS, method="by_part", label="四率构成")
    pending = FlagFilter(method="by_pending", label="本年是否有待复核的填报")
    ordering = ProgressOrdering(fields={name: name for name in ORDERINGS}, label="排序")

    class Meta:
        model = DailyStatus
        fields: list[str] = []

    def by_report_state(
        self, queryset: QuerySet[DailyStatus], name: str, value: str
    ) -> QuerySet[DailyStatus]:
        """`missing` is no report at all where one is owed, `not_owed` where none is."""
        return queryset.filter(reported_as(value))

    def by_rule(
        self, queryset: QuerySet[DailyStatus], name: str, value: list[str]
    ) -> QuerySet[DailyStatus]:
        """Any of the rules is among the reasons."""
        return queryset.filter(fired(*value))

    def by_override(
        self, queryset: QuerySet[DailyStatus], name: str, value: bool | None
    ) -> QuerySet[DailyStatus]:
        """Whether the light was set by hand."""
        if value is None:
            return queryset
        by_hand = fired("override")
        return queryset.filter(by_hand) if value else queryset.exclude(by_hand)

    def by_part(
        self, queryset: QuerySet[DailyStatus], name: str, value: list[str]
    ) -> QuerySet[DailyStatus]:
        """The projects that a rate is made of."""
        for code in value:
            queryset = queryset.filter(in_part(code))
        return queryset

    def by_pending(
        self, queryset: QuerySet[DailyStatus], name: str, value: bool | None
    ) -> QuerySet[DailyStatus]:
        """Whether reports of the year wait for review."""
        if value is None:
            return queryset
        return (
            queryset.filter(pending_reports__gt=0) if value else queryset.filter(pending_reports=0)
        )


def as_of_from(params: Mapping[str, str]) -> date:
    """The day asked for by `as_of`, today by default.

    ValidationError, in Chinese, for what is no day, lies before 2000, or has not come yet.
    """
    return AsOfField(required=False).clean(params.get("as_of")) or clock.today()


def known_at_from(params: Mapping[str, str]) -> date | None:
    """The day whose records are asked for by `known_at`; None for the present, today included."""
    known_at = KnownAtField(required=False).clean(params.get("known_at"))
    return None if known_at == clock.today() else known_at


def statuses_on(day: date, known_at: date | None = None) -> DailyStatusQuerySet:
    """The daily rows that answer for a day, written first where they are missing.

    From the facts known now, or from what was on record at the end of `known_at`.
    """
    today = clock.today()
    daily.ensure(day, today=today, known_on=known_at)
    return DailyStatus.objects.on(day, today=today, known_on=known_at)


class BadParameters(Exception):  # noqa: N818 - what the user typed, told to him
    """Parameters that cannot be answered; `errors` are Chinese sentences that name them."""

    def __init__(self, errors: list[str]) -> None:
        super().__init__("；".join(errors))
        self.errors = errors


@dataclass(frozen=True)
class ProgressQuestion:
    """A question as understood: the day, the filters, and the rows that answer it.

    `known_at` is the day whose records it is answered from, None for the present.
    """

    as_of: date
    known_at: date | None
    filterset: ProgressFilter
    rows: DailyStatusQuerySet

    def without(self, *names: str) -> DailyStatusQuerySet:
        """The rows that answer when these filters are left out, for counting what they hide."""
        params = self.filterset.data.copy()
        for name in names:
            params.pop(name, None)
        return ProgressFilter(params, self.filterset.queryset).qs


def ask(
    params: QueryDict, *, besides: tuple[str, ...] = (), knows: bool = True
) -> ProgressQuestion:
    """Understands a page's or an export's query string. BadParameters when it cannot be.

    `besides` are parameters that the page itself reads; `knows` says whether it can answer from
    the records of an earlier day (`known_at`).
    """
    if not knows and "known_at" in params:
        raise BadParameters(["known_at：这一页只按现在的登记回答，请去掉这个条件。"])
    when = when_asked(params, besides=(*ProgressFilter.base_filters, *besides))
    filterset = ProgressFilter(params, statuses_on(when.as_of, when.known_at))
    if not filterset.is_valid():
        raise BadParameters(
            [f"{name}：{'；'.join(found)}" for name, found in filterset.errors.items()]
        )
    return ProgressQuestion(when.as_of, when.known_at, filterset, filterset.qs)


@dataclass(frozen=True)
class Days:
    """The day that an answer holds for, and the day whose records it is drawn from.

    `known_at` is None for the present.
    """

    as_of: date
    known_at: date | None


def when_asked(params: QueryDict, *, besides: tuple[str, ...] = ()) -> Days:
    """The days of a page that knows `as_of`, `known_at` and `besides`. BadParameters otherwise."""
    errors = _unknown(params, {"as_of", "known_at", *besides})
    days: dict[str, Any] = {}
    for name, read in (("as_of", as_of_from), ("known_at", known_at_from)):
        try:
            days[name] = read(params)
        except ValidationError as error:
            errors.append(f"{name}：{error.messages[0]}")
    if errors:
        raise BadParameters(errors)
    return Days(**days)


def day_asked(params: QueryDict, *, besides: tuple[str, ...] = ()) -> date:
    """The day of a page that knows `as_of` and `besides`. BadParameters for anything else."""
    errors = _unknown(params, {"as_of", *besides})
    try:
        as_of = as_of_from(params)
    except ValidationError as error:
        raise BadParameters([*errors, f"as_of：{error.messages[0]}"]) from error
    if errors:
        raise BadParameters(errors)
    return as_of


def _unknown(params: QueryDict, known: set[str]) -> list[str]:
    return [f"不认识的参数“{name[:40]}”。" for name in params if name not in known]
