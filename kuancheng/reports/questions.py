"""The questions that can be asked of progress rows: pages, API and export share them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar

from django.db import DatabaseError
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.forms import CheckboxSelectMultiple
from django.http import QueryDict
from django_filters import ChoiceFilter, Filter

from investment.choices import ReportState
from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.asking.fields import FlagField, NumberField
from kuancheng.asking.filters import (
    CodesFilter,
    FlagFilter,
    NumberFilter,
    OneOfFilter,
    OrderingFilter,
    RecordFilter,
    SearchFilter,
    SettingFilter,
)
from kuancheng.asking.parameters import Days, KnownParameters, Parameters, ask, filled
from kuancheng.database import faults
from kuancheng.reports.choices import Basis, Density, LightChoice, Unreported
from kuancheng.reports.columns import COMPOSED, LISTED, orderings
from kuancheng.reports.judging import daily
from kuancheng.reports.judging.lists import listed_projects
from kuancheng.reports.judging.parts import PARTS, in_part, of_projects
from kuancheng.reports.models import DailyStatus, Follow
from kuancheng.reports.querysets import DailyStatusQuerySet, fired, reported_as
from kuancheng.reports.rules.lights import RULES
from projects.choices import AgencyKind, Industry, Role, Stage, Standing, YearClass
from projects.models import Agency, Assignment, Official, Programme, Project
from projects.rules.standing import JUDGED_STANDINGS

PICKS = ("stage", "year_class", "standing", "industry")
"""Filters of which several values can be ticked."""

ORDERINGS: dict[str, object] = {**orderings(), **COMPOSED}
"""What rows are sorted by, and what does it; `-` before a name turns it round."""


class ProgressOrdering(OrderingFilter):
    """Sorts progress rows; what is composed of several orders is spelled out."""

    def __init__(self, *, default: str) -> None:
        super().__init__(columns=ORDERINGS, default=default, tie="project__code")

    def filter(self, qs: QuerySet[DailyStatus], value: list[str] | None) -> QuerySet[DailyStatus]:
        return super().filter(
            qs, [part for name in value or self.default for part in _spelled(name)]
        )


def _spelled(name: str) -> Iterator[str]:
    """`-worst` is every part of it turned round."""
    turned = name.startswith("-")
    for part in COMPOSED.get(name.removeprefix("-"), (name.removeprefix("-"),)):
        falling = part.startswith("-") != turned
        yield f"-{part.removeprefix('-')}" if falling else part.removeprefix("-")


def on_programmes(programmes: Iterable[Any], days: Days) -> Q:
    """Rows of projects on any of these lists (records or ids), as the lists stood on the day."""
    return Q(project__in=listed_projects(programmes, days))


class FlagSetting(SettingFilter):
    """是 or 否, for the view to read."""

    field_class = FlagField


class WithinFilter(Filter):
    """Rows of projects that are judged and whose next milestone is due within so many days."""

    field_class = NumberField

    def __init__(self, *, label: str) -> None:
        super().__init__(minimum=0, maximum=366, label=label)

    def filter(self, qs: QuerySet[DailyStatus], value: int | None) -> QuerySet[DailyStatus]:
        if value is None:
            return qs
        last: date = self.parent.days.as_of + timedelta(days=value)
        return qs.filter(next_milestone_finish__lte=last, standing__in=JUDGED_STANDINGS)


class ProgressFilter(KnownParameters):
    """What progress rows are narrowed to, by page and API alike."""

    search = SearchFilter("project__search_key", label="搜索：名称、编号、拼音或拼音首字母")
    light = CodesFilter(choices=LightChoice.choices, label="亮灯")
    stage = CodesFilter(choices=Stage.choices, label="阶段", widget=CheckboxSelectMultiple)
    standing = CodesFilter(choices=Standing.choices, label="状态", widget=CheckboxSelectMultiple)
    year_class = CodesFilter(
        choices=YearClass.choices, label="年度类别", widget=CheckboxSelectMultiple
    )
    industry = CodesFilter(
        choices=Industry.choices,
        method="by_industry",
        label="行业门类",
        widget=CheckboxSelectMultiple,
    )
    report_state = ChoiceFilter(
        choices=[*Unreported.choices, *ReportState.choices],
        method="by_report_state",
        label="统计月填报",
        empty_label="全部填报状态",
    )
    rule = CodesFilter(choices=list(RULES.items()), method="by_rule", label="触发的亮灯规则")
    overridden = FlagFilter(method="by_override", label="是否人工调灯")
    part = CodesFilter(choices=PARTS, method="by_part", label="四率构成")
    pending = FlagFilter(method="by_pending", label="本年是否有待复核的填报")
    due_within = WithinFilter(label="下一节点在几天内到期（含第 0 天）")

    def by_industry(
        self, queryset: QuerySet[DailyStatus], name: str, value: list[str]
    ) -> QuerySet[DailyStatus]:
        """Any of the industries."""
        return queryset.filter(of_projects(self.days.known_at, industry__in=value))

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
            queryset = queryset.filter(in_part(code, self.days))
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


LEADING = Agency.objects.filter(
    Exists(Project.objects.filter(lead_agency=OuterRef("pk")))
    | Exists(Project.history.filter(lead_agency=OuterRef("pk")))
)
"""Agencies that lead a project or led one: a past day may be asked for theirs."""


def in_role(role: Role) -> QuerySet[Official]:
    """Who holds that role in some project, or held it, be it struck out since."""
    held = {"role": role, "official": OuterRef("pk")}
    return Official.objects.filter(
        Exists(Assignment.objects.filter(**held)) | Exists(Assignment.history.filter(**held))
    )


class PageFilter(ProgressFilter):
    """The same as a page's form offers it: one record of each kind, an order, a page."""

    programme = RecordFilter(
        queryset=Programme.objects.all(),
        to_field_name="code",
        method="by_programme",
        label="清单/专项",
        empty_label="全部清单",
    )
    lead_official = RecordFilter(
        queryset=in_role(Role.LEAD_OFFICIAL),
        label="包保领导",
        empty_label="全部包保领导",
        null_label="（未登记）",
        null_value="none",
    )
    liaison_officer = RecordFilter(
        queryset=in_role(Role.LIAISON_OFFICER),
        label="项目秘书",
        empty_label="全部项目秘书",
    )
    lead_agency = RecordFilter(
        queryset=LEADING,
        label="责任单位",
        empty_label="全部责任单位",
        null_label="（未登记）",
        null_value="none",
    )
    subdistrict = RecordFilter(
        queryset=Agency.objects.filter(kind=AgencyKind.SUBDISTRICT),
        label="属地",
        empty_label="全部属地",
        null_label="（未登记）",
        null_value="none",
    )
    ordering = ProgressOrdering(default="code")
    page = NumberFilter(minimum=1, label="页码，从 1 起")

    def by_programme(
        self, queryset: QuerySet[DailyStatus], name: str, value: Programme
    ) -> QuerySet[DailyStatus]:
        """On the list."""
        return queryset.filter(on_programmes([value], self.days))


class CodesSetting(CodesFilter):
    """Several codes that the view reads; they narrow nothing."""

    def filter(self, qs: QuerySet[DailyStatus], value: list[str]) -> QuerySet[DailyStatus]:
        return qs


class ListFilter(PageFilter):
    """What the progress list is asked: also how it is shown, and what is the reader's own.

    `followed` narrows to what the reader follows, by `progress_question`, which knows him.
    """

    light = CodesFilter(choices=LightChoice.choices, label="亮灯", widget=CheckboxSelectMultiple)
    ordering = ProgressOrdering(default="worst")
    followed = FlagSetting(label="只看我关注的")
    columns = CodesSetting(
        choices=[(name, each.label) for name, each in LISTED.items()],
        label="列",
        widget=CheckboxSelectMultiple,
    )
    density = OneOfFilter(choices=Density.choices, label="行距")
    view = NumberFilter(minimum=0, label="视图的记录号；0 为不用默认视图")

    @property
    def columns_shown(self) -> list[str]:
        """The chosen columns in the list's order; without a choice those that it starts with."""
        chosen = self.form.cleaned_data["columns"]
        return [
            name for name, each in LISTED.items() if (name in chosen if chosen else each.starts)
        ]


def statuses_on(day: date, known_at: date | None = None) -> DailyStatusQuerySet:
    """The daily rows that answer for a day, written first where they are missing.

    From the facts known now, or from what was on record at the end of `known_at`. Where today's
    cannot be written, the database being full or read-only, those of the latest day that was kept
    answer, and the head of the page says so.
    """
    today = clock.today()
    try:
        daily.ensure(day, today=today, known_on=known_at)
    except DatabaseError as error:
        latest = _latest_kept(error) if day == today and known_at is None else None
        if latest is None:
            raise
        return DailyStatus.objects.filter(basis=Basis.DAILY, date=latest)
    return DailyStatus.objects.on(day, today=today, known_on=known_at)


def _latest_kept(error: DatabaseError) -> date | None:
    """The latest day with rows of its own, where nothing can be kept just now."""
    fault = faults.fault_of(error)
    if fault is None or not fault.stays:
        return None
    faults.note(fault)
    return daily.newest_kept(None)


Asked = TypeVar("Asked", bound=Parameters)


def asked_of(kind: type[Asked], params: QueryDict) -> Asked:
    """A page's query string, understood. BadParameters when it cannot be."""
    asked = ask(kind, filled(kind, params), DailyStatus.objects.all())
    if isinstance(asked, KnownParameters):
        offer_lists(asked)
    return asked


def offer_lists(asked: KnownParameters) -> None:
    """Offers the lists that have begun by the day: next year's is none of this year's affair."""
    field: Any = asked.form.fields.get("programme")
    if field is None:
        return
    chosen = asked.form.cleaned_data.get("programme")
    begun = Q(begins__lte=asked.days.as_of) | Q(pk=getattr(chosen, "pk", None))
    field.queryset = field.queryset.filter(begun)


@dataclass(frozen=True)
class ProgressQuestion:
    """A question as understood: its days, every row of them, and the rows that answer it."""

    days: Days
    asked: PageFilter
    every: DailyStatusQuerySet
    rows: DailyStatusQuerySet

    def without(self, name: str) -> DailyStatusQuerySet:
        """The rows that answer when a filter is left out, for counting what it hides."""
        rows = self.every
        for each, value in self.asked.form.cleaned_data.items():
            if each != name:
                rows = self.asked.filters[each].filter(rows, value)
        return rows


def progress_question(asked: PageFilter, reader: User | None = None) -> ProgressQuestion:
    """The rows of a list, a chart or an export; `reader` is whose followed projects are meant."""
    days = asked.days
    every = statuses_on(days.as_of, days.known_at)
    if reader is not None and asked.form.cleaned_data.get("followed"):
        every = every.filter(project__in=Follow.objects.filter(user=reader).values("project"))
    return ProgressQuestion(days, asked, every, asked.filter_queryset(every))
