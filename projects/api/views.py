"""The register's resources."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from django.db.models import Count

from kuancheng.drf.parameters import AsOfParameters
from kuancheng.drf.rows import Record, reading
from kuancheng.drf.views import RecordsViewSet
from projects.api.filtersets import (
    HAPPENED,
    AgencyFilterSet,
    MilestoneFilterSet,
    OfficialFilterSet,
    ProgrammeFilterSet,
    ProjectFilterSet,
)
from projects.api.serializers import (
    AgencySerializer,
    MilestoneSerializer,
    OfficialSerializer,
    ProgrammeSerializer,
    ProjectSerializer,
    TargetSerializer,
)
from projects.choices import SINGLE_ROLES
from projects.models import Agency, Assignment, Listing, Milestone, Official, Programme, Project
from projects.targets import standings


class ProjectViewSet(RecordsViewSet):
    """Projects by code."""

    queryset = Project.objects.all()
    serializer_class = ProjectSerializer
    lookup_field = "code"
    lookup_value_regex = r"[A-Za-z0-9-]{1,32}"
    parameters = {"list": ProjectFilterSet, "retrieve": AsOfParameters}
    about = {
        "list": "登记在册的重点项目。包保领导、项目秘书为截止日期（as_of）时在任的人；"
        "截止日期以后才发生的实际日期为空；阶段、状态为当前登记的值。",
        "retrieve": "按编号查一个重点项目，内容与列表中的一行相同。",
    }

    def with_parts(self, records: Sequence[Record]) -> None:
        """People in office, lists, and no day that has not come. Two queries."""
        people, lists = self._people(records), self._lists(records)
        for record in records:
            record["programmes"] = lists[record["pk"]]
            for role in SINGLE_ROLES:
                record[role.value] = people.get((record["pk"], role.value))
            not_yet_come(record, HAPPENED, self.as_of)

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
        listings = Listing.objects.filter(project__in=_ids(records))
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
        "list": "各项目的节点（含前期手续）。是否完成、超期天数按截止日期（as_of）算。",
        "retrieve": "按记录号查一个节点。",
    }

    def with_parts(self, records: Sequence[Record]) -> None:
        """Whether each is finished, or how late. No query."""
        for record in records:
            not_yet_come(record, ("actual_start", "actual_finish"), self.as_of)
            planned, finished = record["planned_finish"], record["actual_finish"] is not None
            late = 0 if finished or planned is None else (self.as_of - planned).days
            record["finished"], record["overdue_days"] = finished, max(late, 0)


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
        "list": "清单/专项及其目标。实际值按清单内项目合计，或取截止日期（as_of）时最近的读数；"
        "没有填报金额的项目不计入合计，个数见 not_reported。",
        "retrieve": "按编号查一份清单/专项。",
    }

    def with_parts(self, records: Sequence[Record]) -> None:
        """Targets where they stand, and how many projects are listed. Five queries."""
        ids, target = _ids(records), reading(TargetSerializer)
        stand = standings(Programme.objects.filter(pk__in=ids), self.as_of)
        counts: dict[int, int] = dict(
            Listing.objects.filter(programme__in=ids)
            .order_by()
            .values_list("programme")
            .annotate(Count("pk"))
        )
        for record in records:
            record["targets"] = [target.row(vars(each)) for each in stand.get(record["pk"], [])]
            record["projects_listed"] = counts.get(record["pk"], 0)


def not_yet_come(record: Record, names: tuple[str, ...], as_of: date) -> None:
    """Blanks the days that lie after `as_of`: what happened then had not happened yet."""
    for name in names:
        if record[name] is not None and record[name] > as_of:
            record[name] = None


def _ids(records: Sequence[Record]) -> list[int]:
    return [record["pk"] for record in records]
