"""What may be asked of the register."""

from datetime import date
from typing import Any

from django.db.models import QuerySet

from kuancheng.asking.filters import (
    AmountFilter,
    AsOfFilter,
    CodesFilter,
    DayFilter,
    FlagFilter,
    MomentFilter,
    OrderingFilter,
    RecordsFilter,
    SearchFilter,
    YearsFilter,
)
from kuancheng.asking.parameters import ListParameters, days_of
from projects.choices import (
    AgencyKind,
    Industry,
    JoinReason,
    LeaveReason,
    ManagementType,
    Nature,
    Phase,
    ReplanReason,
    Role,
    Stage,
    Standing,
    YearClass,
)
from projects.models import Agency, Assignment, Listing, Official, Programme, Project
from projects.querysets import MilestoneQuerySet, in_force, stage_order

UPDATED_SINCE = "在这一时刻或以后更新的；带时区时把 + 写作 %2B"
BASELINE_STATES = (("approved", "已批准"), ("proposed", "待批准"))
HAPPENED = ("actual_start", "actual_completion", "actual_commissioning", "enrolled_on")
"""Days of a project on which something happened: before that day, it has not."""


def listed(programmes: list[int], day: date) -> QuerySet[Listing, int]:
    """Ids of the projects on any of those lists on that day."""
    stays: Any = Listing.objects.on(day).filter(programme__in=programmes)
    found: QuerySet[Listing, int] = stays.values_list("project", flat=True)
    return found


def held(role: Role, officials: list[int], day: date) -> QuerySet[Assignment, int]:
    """Ids of the projects that any of those officials holds in that role on that day."""
    tenures: Any = Assignment.objects.on(day).filter(role=role, official__in=officials)
    found: QuerySet[Assignment, int] = tenures.values_list("project", flat=True)
    return found


class ProjectQuestions(ListParameters):
    """What is asked of projects, and of what belongs to one. `path` leads to the project."""

    path = "pk"

    programme = RecordsFilter(
        queryset=Programme.objects.all(), key="code", method="by_programme", label="清单/专项编号"
    )
    lead_official = RecordsFilter(
        queryset=Official.objects.all(), method="by_person", label="包保领导记录号"
    )
    liaison_officer = RecordsFilter(
        queryset=Official.objects.all(), method="by_person", label="项目秘书记录号"
    )

    @property
    def day(self) -> date:
        """The day on which people are in office, and lists stand."""
        return days_of(self).as_of

    def by_programme(self, queryset: QuerySet[Any], name: str, value: list[int]) -> QuerySet[Any]:
        return queryset.filter(**{f"{self.path}__in": listed(value, self.day)})

    def by_person(self, queryset: QuerySet[Any], name: str, value: list[int]) -> QuerySet[Any]:
        return queryset.filter(**{f"{self.path}__in": held(Role(name), value, self.day)})


class ProjectFilterSet(ProjectQuestions):
    """Projects."""

    as_of = AsOfFilter(
        label="截至日期：责任人按这一天在任的算，清单按这一天的算，之后才发生的日期为空；不填为今天"
    )
    search = SearchFilter("search_key", label="名称、别名、编号、国家项目代码、拼音或拼音首字母")
    stage = CodesFilter(choices=Stage.choices, label="阶段")
    standing = CodesFilter(choices=Standing.choices, label="状态")
    year_class = CodesFilter(
        choices=YearClass.choices, method="by_class", label="截至日期那一年的年度类别"
    )
    industry = CodesFilter(choices=Industry.choices, label="行业门类（GB/T 4754-2017）")
    nature = CodesFilter(choices=Nature.choices, label="建设性质")
    management_type = CodesFilter(choices=ManagementType.choices, label="管理类型")
    lead_agency = RecordsFilter(queryset=Agency.objects.all(), label="责任单位记录号")
    subdistrict = RecordsFilter(queryset=Agency.objects.all(), label="属地记录号")
    owner = RecordsFilter(queryset=Agency.objects.all(), label="建设单位记录号")
    is_demo = FlagFilter(label="是否演示数据")
    total_investment_min = AmountFilter("total_investment", "gte", label="计划总投资不少于（万元）")
    total_investment_max = AmountFilter("total_investment", "lte", label="计划总投资不多于（万元）")
    planned_start_after = DayFilter("planned_start", "gte", label="计划开工不早于")
    planned_start_before = DayFilter("planned_start", "lte", label="计划开工不晚于")
    planned_completion_after = DayFilter("planned_completion", "gte", label="计划竣工不早于")
    planned_completion_before = DayFilter("planned_completion", "lte", label="计划竣工不晚于")
    actual_start_after = DayFilter("actual_start", "gte", label="实际开工不早于")
    actual_start_before = DayFilter("actual_start", "lte", label="实际开工不晚于")
    actual_completion_after = DayFilter("actual_completion", "gte", label="实际竣工不早于")
    actual_completion_before = DayFilter("actual_completion", "lte", label="实际竣工不晚于")
    enrolled = FlagFilter(method="by_enrolment", label="截至日期时是否已入统")
    updated_since = MomentFilter("updated_at", "gte", label=UPDATED_SINCE)
    ordering = OrderingFilter(
        columns={
            "code": "code",
            "name": "name",
            "stage": stage_order(),
            "total_investment": "total_investment",
            "planned_start": "planned_start",
            "planned_completion": "planned_completion",
            "actual_start": "actual_start",
            "actual_completion": "actual_completion",
            "updated_at": "updated_at",
        },
        default="code",
    )

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """A day asked for by `actual_start_after` and its like has come by `as_of`."""
        queryset = super().filter_queryset(queryset)
        asked = self.form.cleaned_data
        for name in HAPPENED:
            if asked.get(f"{name}_after") or asked.get(f"{name}_before"):
                queryset = queryset.filter(**{f"{name}__lte": self.day})
        return queryset

    def by_class(self, queryset: QuerySet[Any], name: str, value: list[str]) -> QuerySet[Any]:
        """Any of the classes, in the year of the day."""
        if not value:
            return queryset
        of_class = Project.objects.of_classes(value, self.day.year)
        return queryset.filter(pk__in=of_class.values("pk"))

    def by_enrolment(self, queryset: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        on_time = {"enrolled_on__lte": self.day}
        return queryset.filter(**on_time) if value else queryset.exclude(**on_time)


class PartFilterSet(ProjectQuestions):
    """What belongs to a project."""

    path = "project"

    project = RecordsFilter(queryset=Project.objects.all(), key="code", label="项目编号")
    lead_agency = RecordsFilter(
        "project__lead_agency", queryset=Agency.objects.all(), label="项目的责任单位记录号"
    )
    subdistrict = RecordsFilter(
        "project__subdistrict", queryset=Agency.objects.all(), label="项目的属地记录号"
    )
    search = SearchFilter("project__search_key", label="项目的名称、编号、拼音或拼音首字母")
    updated_since = MomentFilter("updated_at", "gte", label=UPDATED_SINCE)


class MilestoneFilterSet(PartFilterSet):
    """Milestones."""

    as_of = AsOfFilter(label="截至日期：是否完成、是否超期按这一天算；不填为今天")
    phase = CodesFilter(choices=Phase.choices, label="节点阶段")
    agency = RecordsFilter(queryset=Agency.objects.all(), label="节点责任单位记录号")
    finished = FlagFilter(method="by_finished", label="截至日期时是否已完成")
    overdue = FlagFilter(
        method="by_overdue", label="截至日期时是否超期未完成；项目暂缓、退出的不算超期"
    )
    planned_finish_after = DayFilter("planned_finish", "gte", label="计划完成不早于")
    planned_finish_before = DayFilter("planned_finish", "lte", label="计划完成不晚于")
    ordering = OrderingFilter(
        columns={
            "project": "project__code",
            "order": "order",
            "planned_start": "planned_start",
            "planned_finish": "planned_finish",
            "actual_finish": "actual_finish",
            "weight": "weight",
            "updated_at": "updated_at",
        },
        default="project,order",
    )

    def by_finished(self, queryset: MilestoneQuerySet, name: str, value: bool) -> QuerySet[Any]:
        if value:
            return queryset.filter(actual_finish__lte=self.day)
        return queryset.unfinished(self.day)

    def by_overdue(self, queryset: MilestoneQuerySet, name: str, value: bool) -> QuerySet[Any]:
        if value:
            return queryset.overdue(self.day)
        return queryset.exclude(pk__in=queryset.model.objects.overdue(self.day).values("pk"))


class BaselineFilterSet(PartFilterSet):
    """Baselines; approved ones unless asked otherwise."""

    updated_since = None  # type: ignore[assignment]
    state = CodesFilter(choices=BASELINE_STATES, method="by_state", label="状态，不给出为 approved")
    reason = CodesFilter(choices=ReplanReason.choices, label="原因")
    approved_since = MomentFilter(
        "approved_at", "gte", label="在这一时刻或以后批准的；带时区时把 + 写作 %2B"
    )
    ordering = OrderingFilter(
        columns={"project": "project__code", "number": "number", "approved_at": "approved_at"},
        default="project,number",
    )

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Approved ones when no state is asked for."""
        queryset = super().filter_queryset(queryset)
        asked = self.form.cleaned_data["state"]
        return queryset if asked else queryset.filter(number__isnull=False)

    def by_state(self, queryset: QuerySet[Any], name: str, value: list[str]) -> QuerySet[Any]:
        wanted = {code == "proposed" for code in value}
        return queryset if len(wanted) > 1 else queryset.filter(number__isnull=wanted.pop())


class OfficialFilterSet(ListParameters):
    """Officials."""

    as_of = AsOfFilter(label="截至日期：role 按这一天在任的算；不填为今天")
    search = SearchFilter("search_key", label="姓名、拼音或拼音首字母")
    agency = RecordsFilter(queryset=Agency.objects.all(), label="单位记录号")
    role = CodesFilter(choices=Role.choices, method="by_role", label="在任何项目上担任的角色")
    is_demo = FlagFilter(label="是否演示数据")
    updated_since = MomentFilter("updated_at", "gte", label=UPDATED_SINCE)
    ordering = OrderingFilter(
        columns={"order": "order", "name": "name", "id": "pk", "updated_at": "updated_at"},
        default="order",
    )

    def by_role(self, queryset: QuerySet[Any], name: str, value: list[str]) -> QuerySet[Any]:
        if not value:
            return queryset
        holders = (
            Assignment.objects.on(days_of(self).as_of).filter(role__in=value).values("official")
        )
        return queryset.filter(pk__in=holders)


class AgencyFilterSet(ListParameters):
    """Agencies."""

    search = SearchFilter("search_key", label="名称、拼音或拼音首字母")
    kind = CodesFilter(choices=AgencyKind.choices, label="类别")
    is_demo = FlagFilter(label="是否演示数据")
    updated_since = MomentFilter("updated_at", "gte", label=UPDATED_SINCE)
    ordering = OrderingFilter(
        columns={"order": "order", "name": "name", "id": "pk", "updated_at": "updated_at"},
        default="order",
    )


class ProgrammeFilterSet(ListParameters):
    """Programmes."""

    as_of = AsOfFilter(
        label="截至日期：清单内的项目按这一天的算，指标取这一天或以前最近的读数；不填为今天"
    )
    search = SearchFilter("name", label="名称")
    year = YearsFilter("year", label="年度")
    project = RecordsFilter(
        queryset=Project.objects.all(), key="code", method="by_project", label="清单内项目的编号"
    )
    updated_since = MomentFilter("updated_at", "gte", label=UPDATED_SINCE)
    ordering = OrderingFilter(
        columns={"year": "year", "code": "code", "name": "name", "updated_at": "updated_at"},
        default="-year,code",
    )

    def by_project(self, queryset: QuerySet[Any], name: str, value: list[int]) -> QuerySet[Any]:
        lists = (
            Listing.objects.on(days_of(self).as_of).filter(project__in=value).values("programme")
        )
        return queryset.filter(pk__in=lists)


class ListingFilterSet(ListParameters):
    """Stays on lists."""

    as_of = AsOfFilter(label="截至日期：只列这一天在清单上的；不填列全部，current 按今天算")
    search = SearchFilter("project__search_key", label="项目的名称、编号、拼音或拼音首字母")
    programme = RecordsFilter(queryset=Programme.objects.all(), key="code", label="清单/专项编号")
    project = RecordsFilter(queryset=Project.objects.all(), key="code", label="项目编号")
    reason = CodesFilter(choices=JoinReason.choices, label="列入原因")
    leave_reason = CodesFilter(choices=LeaveReason.choices, label="调出原因")
    since_after = DayFilter("since", "gte", label="列入日期不早于")
    since_before = DayFilter("since", "lte", label="列入日期不晚于")
    until_after = DayFilter("until", "gte", label="最后一天不早于")
    until_before = DayFilter("until", "lte", label="最后一天不晚于")
    updated_since = MomentFilter("updated_at", "gte", label=UPDATED_SINCE)
    ordering = OrderingFilter(
        columns={
            "programme": "programme__code",
            "number": "number",
            "project": "project__code",
            "since": "since",
            "until": "until",
            "updated_at": "updated_at",
        },
        default="programme,number,since",
    )

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Those that hold on the day, where one is asked for."""
        found = super().filter_queryset(queryset)
        day = self.form.cleaned_data["as_of"]
        return found.filter(in_force(day)) if day else found
