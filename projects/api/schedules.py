"""Schedules through the API: a project's own, and one computed from what is sent."""

from collections.abc import Iterable
from datetime import date

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from kuancheng import clock
from kuancheng.drf.body import StrictJSONParser
from kuancheng.drf.rows import Record, reading
from kuancheng.drf.views import AskedViewSet
from projects.api.schedule_body import PreviewBody, plan_of, refusal
from projects.api.schedule_serializers import (
    BrokenSerializer,
    PreviewSerializer,
    ScheduledStep,
    StepDays,
    SuggestionSerializer,
)
from projects.models import Project
from projects.planning import Timeline, site_calendars
from projects.rules.calendars import ONE_DAY, WORKING
from projects.rules.plan import Plan, PlanError
from projects.rules.schedule import Broken, Dated, Schedule, schedule, suggestions

MAX_SUGGESTED = 300
"""Steps of the largest plan that suggestions are worked out for: each one is a rerun."""

EXAMPLE = OpenApiExample(
    "两个步骤",
    request_only=True,
    value={
        "finish": "2025-10-31",
        "as_of": "2024-10-15",
        "winter": [["11-01", "03-31"]],
        "holidays": {"2025-10-01": "off", "2025-10-11": "work"},
        "steps": [
            {"key": "a", "name": "施工许可", "duration": 20, "unit": "working"},
            {"key": "b", "name": "主体", "duration": 150, "unit": "construction", "after": ["a"]},
        ],
    },
)

NOTHING: Record = {
    **dict.fromkeys(("feasible", "finish", "earliest_finish")),
    **{name: [] for name in ("critical", "steps", "broken", "flags", "suggestions")},
}
"""What a project without a schedule shows."""


class ScheduleViewSet(AskedViewSet):
    """Schedules that belong to no project; nothing is kept."""

    queryset = Project.objects.all()
    http_method_names = ["post"]
    parser_classes = [StrictJSONParser]
    about = {
        "preview": "按承诺完成日期倒排、按截至日期正排，不保存任何数据：能否守住承诺、晚几天、"
        "哪些步骤关键、怎样改能守住。日期含首尾，工期 1 天的步骤当天开始当天完成。"
        f"建议只对不超过 {MAX_SUGGESTED} 个步骤的计划给出。",
    }

    answers = {"preview": PreviewSerializer}

    def noun(self) -> str:
        return "倒排工期"

    @extend_schema(request=PreviewBody, responses=PreviewSerializer, examples=[EXAMPLE])
    @action(detail=False, methods=["post"])
    def preview(self, request: Request) -> Response:
        """The schedule of the plan in the body. Two queries, for the site's calendars."""
        asked = PreviewBody().run_validation(request.data)
        plan = plan_of(asked, site_calendars(), clock.today())
        try:
            found = schedule(plan)
        except PlanError as error:
            raise refusal(error, plan.calendars) from None
        days = reading(StepDays)
        return Response(
            {
                "feasible": found.feasible,
                "earliest_finish": found.earliest_finish,
                "late_by": found.late_by,
                "late_by_working": found.late_by_working,
                "critical": found.critical,
                "steps": [days.row(_days(each)) for each in found.steps],
            }
            | _verdict(plan, found, found.broken)
        )


def project_schedule(project: Project, found: Timeline, as_of: date) -> Record:
    """A project's schedule as `ScheduleSerializer` describes it. No queries."""
    answer: Record = {
        "project": {"code": project.code, "name": project.name},
        "as_of": as_of,
        "promised": found.promised,
        "forecast": found.forecast,
        "late_by": found.late_by,
        "late_by_working": _late_by_working(found),
        "problems": found.problems,
    }
    if found.schedule is None or found.plan is None:
        return answer | NOTHING
    return answer | _scheduled(found.plan, found.schedule)


def _scheduled(plan: Plan, found: Schedule) -> Record:
    names, steps = _names(plan), reading(ScheduledStep)
    # All that is to be built is promised for the completion; only confirmed days are a step's own.
    own = {each.key for each in plan.steps if each.start_by}
    return {
        "feasible": found.feasible,
        "finish": found.finish,
        "earliest_finish": found.earliest_finish,
        "critical": [names[key] for key in found.critical],
        "steps": [steps.row(vars(each.step) | _days(each)) for each in found.steps],
    } | _verdict(plan, found, [each for each in found.broken if each.key in own])


def _late_by_working(found: Timeline) -> int | None:
    if found.plan is None or found.promised is None or found.forecast is None:
        return None
    working = found.plan.calendars.line(WORKING)
    return max(0, working.between(found.promised + ONE_DAY, found.forecast + ONE_DAY))


def _verdict(plan: Plan, found: Schedule, promises: Iterable[Broken]) -> Record:
    """What of the engine's answer names steps: broken promises, flags, suggestions."""
    names = _names(plan)
    broken, suggested = reading(BrokenSerializer), reading(SuggestionSerializer)
    tried = suggestions(plan) if len(plan.steps) <= MAX_SUGGESTED else ()
    return {
        "broken": [broken.row(vars(each) | {"step": names[each.key]}) for each in promises],
        "flags": found.flags,
        "suggestions": [
            suggested.row(vars(each) | {"step": names[each.key], "after": names.get(each.after)})
            for each in tried
        ],
    }


def _names(plan: Plan) -> dict[str, Record]:
    return {step.key: {"key": step.key, "name": step.label} for step in plan.steps}


def _days(dated: Dated) -> Record:
    return vars(dated) | {"key": dated.step.key}
