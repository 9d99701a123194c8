"""Matters for other systems: the list, one with its steps, and the figures."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from kuancheng import clock
from kuancheng.asking.filters import OneOfFilter, RecordsFilter
from kuancheng.asking.parameters import ListParameters, Parameters
from kuancheng.drf.rows import Record, reading
from kuancheng.drf.views import RecordsViewSet
from kuancheng.reports.judging.matters.figures import BY, counts, counts_by, names_of
from kuancheng.reports.matters.figures import FiguresParameters, in_order, total_of
from kuancheng.reports.matters.questions import MatterFilter, flagged, of_turn
from kuancheng.reports.matters.serializers import (
    FiguresSerializer,
    MatterDetailSerializer,
    MatterSerializer,
    MatterSummarySerializer,
    StepSerializer,
    figures_of,
    named,
)
from projects.api.evidence import add_evidence
from projects.limits import limits_on
from projects.models import Agency, Matter, MatterEvidence, MatterStep, Official, Programme, Project
from projects.planning import site_calendars
from projects.querysets import MatterQuerySet
from projects.rules.calendars import WORKING
from projects.rules.matters.clock import read
from projects.rules.matters.figures import Counts, Period
from projects.rules.matters.story import fold


class MatterParameters(MatterFilter, ListParameters):
    """What the page's list is narrowed to, each time to several records, in pages."""

    lead_agency = RecordsFilter(queryset=Agency.objects.all(), label="牵头单位记录号")
    project = RecordsFilter(queryset=Project.objects.all(), key="code", label="项目编号")


class MatterSummaryParameters(FiguresParameters):
    """What the figures are narrowed to, each time to several records, and what they are cut by."""

    lead_agency = RecordsFilter(
        queryset=Agency.objects.all(), method="aside", label="牵头单位记录号"
    )
    lead_official = RecordsFilter(
        queryset=Official.objects.all(),
        method="aside",
        label="包保领导记录号：办结、退回按当日，未销号按期末在任的算",
    )
    programme = RecordsFilter(
        queryset=Programme.objects.all(), key="code", method="aside", label="清单/专项编号"
    )
    by = OneOfFilter(choices=list(BY.items()), label="另按哪一项分组；不填不分组")


class MatterViewSet(RecordsViewSet):
    """Matters as they stand today, and what a period of them came to."""

    queryset = Matter.objects.all()
    serializer_class = MatterSerializer
    lookup_field = "id"
    parameters = {
        "list": MatterParameters,
        "retrieve": Parameters,
        "summary": MatterSummaryParameters,
    }
    about = {
        "list": "事项（难点问题、议定事项、领导批示、督办、助企诉求）及今天的情况：时限、超期、颜色、级别"
        "及原因，天数均为工作日。默认在办的在前、先到期的在前。",
        "retrieve": "按记录号查一件事项，带配合单位和全部办理记录及佐证。",
        "summary": "一年或一月到截至日期为止的办结率、按期办结率、延期办结、平均用时、退回率。销号后重开的，"
        "自重开之日起不再计为办结；按 known_at 可查当时的数。",
    }

    answers = {"summary": MatterSummarySerializer}

    def get_queryset(self) -> MatterQuerySet:
        """Those that the caller may see; of a list, those of the turn and flag asked for."""
        found: MatterQuerySet = Matter.objects.visible_to(self.request.user)
        if self.action != "list":
            return found
        said, today = self.asked.form.cleaned_data, clock.today()
        found = of_turn(found, said["turn"], self.request.user)
        if not said["flag"]:
            return found
        line, limits = site_calendars().line(WORKING), limits_on(today)
        return flagged(found, said["flag"], today, line, limits)

    def get_serializer_class(self) -> type[MatterSerializer]:
        """Steps are shown of a single matter only."""
        return MatterDetailSerializer if self.action == "retrieve" else MatterSerializer

    def with_parts(self, records: Sequence[Record]) -> None:
        """How each stands today: four queries; and of a single one its steps: four more."""
        steps: dict[int, list[MatterStep]] = defaultdict(list)
        ids = [record["pk"] for record in records]
        for step in MatterStep.objects.filter(matter__in=ids).order_by("matter", "number"):
            steps[step.matter_id].append(step)
        today, calendars = clock.today(), site_calendars()
        limits = limits_on(today)
        for record in records:
            story = fold(each.taken for each in steps[record["pk"]])
            found = vars(read(story, today, calendars, limits))
            level = found.pop("level") if story.issued else record["level"]
            record |= found | {
                "level_in_force": level,
                "colour": found["colour"] or None,
                "original_due": story.original,
                "extensions": story.extensions,
            }
            if self.action == "retrieve":
                record["steps"] = self._steps(record["pk"])
                supporters = Agency.objects.filter(supported_matters=record["pk"])
                record["supporters"] = [named(each) for each in supporters]

    def _steps(self, matter: int) -> list[Record]:
        """Every step of a matter, with what it stands on. Two queries."""
        plan = reading(StepSerializer)
        rows = list(MatterStep.objects.filter(matter=matter).values("pk", *plan.columns))
        add_evidence(rows, MatterEvidence, "step", self.request)
        return [plan.row(row) for row in sorted(rows, key=lambda row: row["number"])]

    @extend_schema(responses=MatterSummarySerializer)
    @action(detail=False)
    def summary(self, request: Request) -> Response:
        """The figures of a period. Two queries; one more for names, and two by month."""
        asked: Any = self.asked
        scope, days, by = asked.scope(), asked.days, asked.form.cleaned_data["by"]
        months = replace(scope, period=Period.year_of(scope.period.last))
        groups = counts_by(months if by == "month" else scope, by) if by else {}
        total = total_of(scope, groups, by) if by else counts(scope)
        found = figures_of(total) | {
            "as_of": days.as_of,
            "known_at": days.known_at,
            "first": scope.period.first,
            "last": scope.period.last,
            "groups": _groups(groups, by) if by else None,
        }
        return Response(reading(MatterSummarySerializer).row(found))


def _groups(found: dict[Any, Counts], by: str) -> list[Record]:
    names, row = names_of(by, found), reading(FiguresSerializer).row
    return [
        {"key": _key(by, key, names)} | row(figures_of(each)) for key, each in in_order(found, by)
    ]


def _key(by: str, key: Any, names: dict[Any, str]) -> Record | None:
    """What the group is called; None for matters where it is not registered."""
    if key is None:
        return None
    return {"id": names[key] if by == "month" else str(key), "name": names[key]}
