"""The register's resources."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from django.db.models import Count
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from kuancheng import clock
from kuancheng.asking.parameters import AsOfParameters
from kuancheng.drf.rows import Record, reading
from kuancheng.drf.views import RecordsViewSet
from projects.api.evidence import add_evidence
from projects.api.filtersets import (
    HAPPENED,
    AgencyFilterSet,
    BaselineFilterSet,
    ListingFilterSet,
    MilestoneFilterSet,
    OfficialFilterSet,
    ProgrammeFilterSet,
    ProjectFilterSet,
)
from projects.api.schedule_serializers import (
    BaselineDetailSerializer,
    BaselineSerializer,
    EntrySerializer,
    ScheduleSerializer,
)
from projects.api.schedules import MAX_SUGGESTED, project_schedule
from projects.api.serializers import (
    AgencySerializer,
    AssignmentSerializer,
    ListingSerializer,
    MilestoneSerializer,
    OfficialSerializer,
    ProgrammeSerializer,
    ProjectDetailSerializer,
    ProjectSerializer,
    ProjectStopSerializer,
    StaySerializer,
    TargetSerializer,
)
from projects.choices import SINGLE_ROLES
from projects.models import (
    Agency,
    Assignment,
    Baseline,
    BaselineEntry,
    Listing,
    Milestone,
    MilestoneEvidence,
    Official,
    Programme,
    Project,
    Stop,
)
from projects.planning import Timeline, project_timeline, timelines
from projects.rules.standing import is_judged
from projects.rules.stops import Standstill
from projects.rules.year_classes import class_in
from projects.services.year_classes import classings_of
from projects.targets import standings

Promised = tuple[int | None, date | None]
"""A baseline's number and the finish that it planned."""

NO_DAYS: Record = dict.fromkeys(
    (
        "latest_start",
        "latest_finish",
        "earliest_start",
        "earliest_finish",
        "float_days",
        "critical",
    )
)
"""What a milestone shows whose project has no schedule."""


class ProjectViewSet(RecordsViewSet):
    """Projects by code."""

    queryset = Project.objects.all()
    serializer_class = ProjectSerializer
    lookup_field = "code"
    lookup_value_regex = r"[A-Za-z0-9-]{1,32}"
    parameters = {
        "list": ProjectFilterSet,
        "retrieve": AsOfParameters,
        "schedule": AsOfParameters,
    }
    about = {
        "list": "登记在册的重点项目。包保领导、项目秘书为截至日期（as_of）时在任的人，清单为这一天所在的；"
        "年度类别为截至日期那一年的；截至日期以后才发生的实际日期为空；阶段、状态为当前登记的值。",
        "retrieve": "按编号查一个重点项目：列表中的一行，加上责任人及其历史（assignments）、在各清单上的起止（listings）"
        "和停工（stops）。",
        "schedule": "按承诺竣工日期倒排、按截至日期（as_of）正排：能否守住承诺、晚几天、关键节点、"
        f"建议（节点不超过 {MAX_SUGGESTED} 个时）和各节点的最迟、最早日期；不能排期时说明原因。",
    }

    def get_serializer_class(self) -> type[ProjectSerializer]:
        """The history of who was responsible is shown of a single project only."""
        return ProjectDetailSerializer if self.action == "retrieve" else ProjectSerializer

    answers = {"schedule": ScheduleSerializer}

    @extend_schema(responses=ScheduleSerializer)
    @action(detail=True)
    def schedule(self, request: Request, **kwargs: str) -> Response:
        """What can be said of the project's timeline. Six queries."""
        project = self.named().first()
        if project is None:
            raise self.not_found()
        found = project_timeline(project, self.as_of)
        return Response(project_schedule(project, found, self.as_of))

    def with_parts(self, records: Sequence[Record]) -> None:
        """People in office, lists, the class of the year, and no day that has not come. Three queries.

        Of a single project also who was responsible, its stays on lists and when it stood still:
        three queries more.
        """
        people, lists = self._people(records), self._lists(records)
        classes = classings_of(_ids(records))
        for record in records:
            by_year = {year: row.year_class for year, row in classes.get(record["pk"], {}).items()}
            record["year_class"] = class_in(self.as_of.year, by_year, record["year_class"]).code
            record["programmes"] = lists[record["pk"]]
            for role in SINGLE_ROLES:
                record[role.value] = people.get((record["pk"], role.value))
            not_yet_come(record, HAPPENED, self.as_of)
        if self.action == "retrieve":
            self._with_assignments(records)
            self._with_listings(records)
            self._with_stops(records)

    def _with_assignments(self, records: Sequence[Record]) -> None:
        plan, found = reading(AssignmentSerializer), defaultdict(list)
        tenures = Assignment.objects.filter(project__in=_ids(records)).order_by("since", "pk")
        for tenure in tenures.values("project", *plan.columns):
            tenure["current"] = _holds(tenure, self.as_of)
            found[tenure["project"]].append(plan.row(tenure))
        for record in records:
            record["assignments"] = found[record["pk"]]

    def _with_listings(self, records: Sequence[Record]) -> None:
        plan, found = reading(StaySerializer), defaultdict(list)
        stays = Listing.objects.filter(project__in=_ids(records)).order_by("since", "pk")
        for stay in stays.values("project", *plan.columns):
            stay["current"] = _holds(stay, self.as_of)
            found[stay["project"]].append(plan.row(stay))
        for record in records:
            record["listings"] = found[record["pk"]]

    def _with_stops(self, records: Sequence[Record]) -> None:
        plan, found = reading(ProjectStopSerializer), defaultdict(list)
        begun = Stop.objects.filter(project__in=_ids(records), stopped_on__lte=self.as_of)
        for stop in begun.order_by("stopped_on", "pk").values("project", *plan.columns):
            not_yet_come(stop, ("resumed_on",), self.as_of)
            stop["days"] = Standstill(stop["stopped_on"], stop["resumed_on"]).days(self.as_of)
            found[stop["project"]].append(plan.row(stop))
        for record in records:
            record["stops"] = found[record["pk"]]

    def _people(self, records: Sequence[Record]) -> dict[tuple[int, str], Record]:
        tenures = Assignment.objects.on(self.as_of).leading().order_by("since", "pk")
        found = tenures.filter(project__in=_ids(records)).values_list(
            "project", "role", "official", "official__name"
        )
        return {
            (project, role): {"id": official, "name": name}
            for project, role, official, name in found
        }

    def _lists(self, records: Sequence[Record]) -> dict[int, list[Record]]:
        found: dict[int, list[Record]] = defaultdict(list)
        listings = Listing.objects.on(self.as_of).filter(project__in=_ids(records))
        for project, code, name in listings.order_by(
            "-programme__year", "programme__code"
        ).values_list("project", "programme__code", "programme__name"):
            found[project].append({"code": code, "name": name})
        return found


class MilestoneViewSet(RecordsViewSet):
    """Milestones of all projects."""

    queryset = Milestone.objects.all()
    serializer_class = MilestoneSerializer
    lookup_field = "id"
    parameters = {"list": MilestoneFilterSet, "retrieve": AsOfParameters}
    about = {
        "list": "各项目的节点（含前期手续）。是否完成、超期天数和最迟、最早日期按截至日期（as_of）算；"
        "基线为截至日期前已批准的。项目不能排期时最迟、最早日期为空，"
        "原因见 /projects/{code}/schedule/。",
        "retrieve": "按记录号查一个节点。",
    }

    def with_parts(self, records: Sequence[Record]) -> None:
        """How late each is, its days in the schedule, and its baselines and its evidence. Seven queries."""
        found = self._timelines(records)
        days, baselines = _days(found), self._baselines(records)
        binding = {project.code for project in found if is_judged(project.standing)}
        add_evidence(records, MilestoneEvidence, "milestone", self.request)
        for record in records:
            not_yet_come(record, ("actual_start", "actual_finish"), self.as_of)
            planned, finished = record["planned_finish"], record["actual_finish"] is not None
            counts = not finished and planned and record["project__code"] in binding
            late = (self.as_of - planned).days if counts else 0
            record["finished"], record["overdue_days"] = finished, max(late, 0)
            record |= days.get((record["project__code"], str(record["order"])), NO_DAYS)
            record |= slips(record, baselines.get(record["pk"], ()))

    def _timelines(self, records: Sequence[Record]) -> dict[Project, Timeline]:
        codes = {record["project__code"] for record in records}
        return timelines(Project.objects.filter(code__in=codes), self.as_of)

    def _baselines(self, records: Sequence[Record]) -> dict[int, list[Promised]]:
        """What the approved baselines promised, first to last, by milestone."""
        entries = BaselineEntry.objects.filter(
            milestone__in=_ids(records), baseline__number__isnull=False
        )
        if self.as_of < clock.today():
            entries = entries.filter(baseline__approved_at__date__lte=self.as_of)
        found: dict[int, list[Promised]] = defaultdict(list)
        for milestone, number, finish in entries.order_by("baseline__number").values_list(
            "milestone", "baseline__number", "planned_finish"
        ):
            found[milestone].append((number, finish))
        return found


def _days(found: Mapping[Project, Timeline]) -> dict[tuple[str, str], Record]:
    """The days of every milestone, by the project's code and the milestone's number."""
    return {
        (project.code, each.step.key): {name: getattr(each, name) for name in NO_DAYS}
        for project, timeline in found.items()
        if timeline.schedule
        for each in timeline.schedule.steps
    }


def slips(record: Record, baselines: Sequence[Promised]) -> Record:
    """A milestone's first and last promised finish, and how far from each it is now."""
    now = record["actual_finish"] or record["planned_finish"]
    first = dict(baselines).get(1)
    last = baselines[-1][1] if baselines else None
    return {
        "baseline_finish": first,
        "last_baseline_finish": last,
        "slip_days": (now - first).days if now and first else None,
        "last_slip_days": (now - last).days if now and last else None,
    }


class BaselineViewSet(RecordsViewSet):
    """Baselines of all projects, and proposals where they are asked for."""

    queryset = Baseline.objects.all()
    serializer_class = BaselineSerializer
    lookup_field = "id"
    parameters = {"list": BaselineFilterSet}
    about = {
        "list": "各项目批准过的计划（基线），批准后不再变动；待批准的计划调整用 state=proposed 查。"
        "各节点的计划日期见单个基线。",
        "retrieve": "按记录号查一个基线，带各节点的计划日期。",
    }

    def get_serializer_class(self) -> type[BaselineSerializer]:
        """Entries are shown of a single baseline only."""
        alone = self.action == "retrieve"
        return BaselineDetailSerializer if alone else BaselineSerializer

    def with_parts(self, records: Sequence[Record]) -> None:
        """The entries of a single one: one query."""
        if self.action != "retrieve":
            return
        entries = BaselineEntry.objects.filter(baseline__in=_ids(records)).order_by("order", "pk")
        plan, found = reading(EntrySerializer), defaultdict(list)
        for entry in entries.values("baseline", *plan.columns):
            found[entry["baseline"]].append(plan.row(entry))
        for record in records:
            record["entries"] = found[record["pk"]]


class OfficialViewSet(RecordsViewSet):
    """Officials."""

    queryset = Official.objects.all()
    serializer_class = OfficialSerializer
    lookup_field = "id"
    parameters = {"list": OfficialFilterSet}
    about = {
        "list": "包保领导、专班人员、项目秘书等干部。",
        "retrieve": "按记录号查一名干部。",
    }


class AgencyViewSet(RecordsViewSet):
    """Agencies."""

    queryset = Agency.objects.all()
    serializer_class = AgencySerializer
    lookup_field = "id"
    parameters = {"list": AgencyFilterSet}
    about = {
        "list": "职能部门、属地（街道/镇）和建设单位。",
        "retrieve": "按记录号查一个单位。",
    }


class ProgrammeViewSet(RecordsViewSet):
    """Programmes by code, with their targets."""

    queryset = Programme.objects.all()
    serializer_class = ProgrammeSerializer
    lookup_field = "code"
    lookup_value_regex = r"[A-Za-z0-9_-]{1,40}"
    parameters = {"list": ProgrammeFilterSet, "retrieve": AsOfParameters}
    about = {
        "list": "清单/专项及其目标。实际值按这一天清单内的项目合计，或取截至日期（as_of）时最近的读数；"
        "没有填报金额的项目不计入合计，个数见 not_reported。",
        "retrieve": "按编号查一份清单/专项。",
    }

    def with_parts(self, records: Sequence[Record]) -> None:
        """Targets where they stand, and how many projects are listed. Five queries."""
        ids, target = _ids(records), reading(TargetSerializer)
        stand = standings(Programme.objects.filter(pk__in=ids), self.as_of)
        counts: dict[int, int] = dict(
            Listing.objects.on(self.as_of)
            .filter(programme__in=ids)
            .order_by()
            .values_list("programme")
            .annotate(Count("pk"))
        )
        for record in records:
            record["targets"] = [target.row(vars(each)) for each in stand.get(record["pk"], [])]
            record["projects_listed"] = counts.get(record["pk"], 0)


class ListingViewSet(RecordsViewSet):
    """Which project was on which list, from when until when."""

    queryset = Listing.objects.all()
    serializer_class = ListingSerializer
    lookup_field = "id"
    parameters = {"list": ListingFilterSet, "retrieve": AsOfParameters}
    about = {
        "list": "项目在清单/专项上的起止：列入和调出的日期、原因和文号。"
        "给出 as_of 时只列这一天在清单上的；不给出时列全部，含已调出的和将列入的。"
        "同一项目调出后重新列入的有两行。",
        "retrieve": "按记录号查一段。",
    }

    def with_parts(self, records: Sequence[Record]) -> None:
        """Whether each holds on the day. No query."""
        for record in records:
            record["current"] = _holds(record, self.as_of)


def _holds(record: Record, day: date) -> bool:
    """Whether a row from `since` until `until` holds on that day."""
    until = record["until"]
    return bool(record["since"] <= day and (until is None or until >= day))


def not_yet_come(record: Record, names: tuple[str, ...], as_of: date) -> None:
    """Blanks the days that lie after `as_of`: what happened then had not happened yet."""
    for name in names:
        if record[name] is not None and record[name] > as_of:
            record[name] = None


def _ids(records: Sequence[Record]) -> list[int]:
    return [record["pk"] for record in records]
