"""What the wall chart draws of one project: its plan, how far that is fulfilled, its flags."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Max, Min, Q

from investment.choices import ReportState
from investment.models import StatusReport
from investment.rules.rates import HUNDRED, round_half_up
from kuancheng.asking.parameters import Days
from kuancheng.reports.choices import LightChoice
from kuancheng.reports.drawing.gantt import Point, Span
from kuancheng.reports.drawing.lanes import FORECAST, flag, pause_spans, started, stop_spans
from kuancheng.reports.judging.known import end_of, records, sort_records
from kuancheng.reports.judging.terms import rows_on
from kuancheng.reports.models import DailyStatus
from kuancheng.reports.rules.fulfilment import Fulfilment, fulfilment
from projects.models import Baseline, Milestone, Pause, Project, Stop
from projects.planning import happened
from projects.rules.calendars import ONE_DAY
from projects.rules.standing import is_judged

UNREAD = ("after", "document_number", "late_reason", "note")
"""Columns of a milestone that are not drawn."""


@dataclass
class Found:
    """A project and its records as far as they are drawn, as they are or were on record.

    `percent` is the physical progress that was last approved, of a project without dated steps.
    """

    project: Project
    milestones: list[Milestone] = field(default_factory=list)
    pauses: list[Pause] = field(default_factory=list)
    stops: list[Stop] = field(default_factory=list)
    baseline: tuple[date, date] | None = None
    percent: Decimal | None = None

    @property
    def steps(self) -> list[Milestone]:
        """The milestones that have a day."""
        return [each for each in self.milestones if each.planned_finish]


def gather(projects: Sequence[Project], days: Days) -> dict[int, Found]:
    """What is drawn of these projects, by their ids. Five queries at most, as known on a day six."""
    ids, known_at = [each.pk for each in projects], days.known_at
    if known_at is not None:
        projects = records(Project, Q(id__in=ids), known_at)
    found = {each.pk: Found(each) for each in projects}
    ours = Q(project__in=ids)
    for milestone in sort_records(records(Milestone, ours, known_at, unread=UNREAD), "order"):
        found[milestone.project_id].milestones.append(milestone)
    for pause in sort_records(records(Pause, ours, known_at), "first"):
        found[pause.project_id].pauses.append(pause)
    for stop in sort_records(records(Stop, ours, known_at), "stopped_on"):
        found[stop.project_id].stops.append(stop)
    # What is approved never changes: its day says who knew of it.
    first = Baseline.objects.filter(ours, number=1, approved_at__lte=end_of(days.latest))
    baselines = first.annotate(
        begins=Min("entries__planned_start"), ends=Max("entries__planned_finish")
    )
    for project_id, promised, begins, ends in baselines.values_list(
        "project_id", "promised_completion", "begins", "ends"
    ):
        drawn = [each for each in (begins, ends, promised) if each]
        if drawn:
            found[project_id].baseline = min(drawn), max(drawn)
    for project_id, percent in _percents(
        [pk for pk, each in found.items() if not each.steps], days
    ):
        found[project_id].percent = percent
    return found


def _percents(ids: list[int], days: Days) -> Iterator[tuple[int, Decimal]]:
    """The physical progress of these projects, the latest last. One query, none without ids."""
    reports = rows_on(StatusReport, days.known_at).filter(
        project__in=ids,
        state=ReportState.APPROVED,
        month__lte=days.as_of,
        physical_percent__isnull=False,
    )
    yield from reports.order_by("month").values_list("project_id", "physical_percent")


def spans_of(status: DailyStatus, found: Found, as_of: date) -> Iterator[Span]:
    """Stops, the baseline, the plan and how far it is fulfilled, pauses, and what the forecast adds."""
    yield from stop_spans(found.stops, as_of)
    if found.baseline:
        first, last = found.baseline
        yield Span("baseline", first, last, f"基线1（首次批准）{first} 至 {last}")
    planned = _planned(found)
    if planned:
        yield Span("plan", *planned, f"计划 {planned[0]} 至 {planned[1]}")
        yield from _filled(status, found, planned, as_of)
    yield from pause_spans(found.pauses, as_of)
    promised, forecast = status.promised_completion, status.forecast_completion
    if promised and forecast and forecast > promised:
        late = f"预计 {forecast} 竣工，比承诺 {promised} 晚 {status.forecast_late_days} 天"
        yield Span("overrun", promised + ONE_DAY, forecast, late)


def _planned(found: Found) -> tuple[date, date] | None:
    """From the first planned day of the milestones to the last, or of the project itself."""
    project = found.project
    days = [
        day
        for each in found.milestones
        for day in (each.planned_start, each.planned_finish)
        if day is not None
    ]
    days = days or [day for day in (project.planned_start, project.planned_completion) if day]
    return (min(days), max(days)) if days else None


def _filled(
    status: DailyStatus, found: Found, planned: tuple[date, date], as_of: date
) -> Iterator[Span]:
    """The plan's bar as far as it is fulfilled, and what is missing until the day or beyond it."""
    first, last = planned
    done = [(each.planned_finish, _is_done(each, as_of)) for each in found.steps]
    come = fulfilment([(day, each) for day, each in done if day], as_of)
    if come is None:
        if found.percent is not None:
            until = first + timedelta(days=round((last - first).days * found.percent / HUNDRED))
            yield Span("done", first, until, f"形象进度 {round_half_up(found.percent, 1)}%")
        return
    told = f"完成节点 {status.milestones_done} / {status.milestones_total}{_begun(found, as_of)}"
    if not _judged(status):
        yield Span("idle", first, come.until, f"{told}；项目不参与研判")
        return
    yield Span("done", first, min(come.until, as_of), f"{told}{_standing(come)}")
    if come.behind:
        short = f"{come.until} 到期的节点未完成，落后 {come.behind} 天"
        yield Span("behind", come.until + ONE_DAY, as_of, short)
    if come.ahead:
        yield Span(
            "ahead", max(first, as_of + ONE_DAY), come.until, f"提前做到 {come.until} 的计划"
        )


def _is_done(milestone: Milestone, as_of: date) -> bool:
    return happened(milestone.actual_finish, as_of) is not None


def _begun(found: Found, as_of: date) -> str:
    begun = [day for each in found.milestones if (day := started(each, as_of))]
    first = min(begun, default=happened(found.project.actual_start, as_of))
    return f"，实际 {first} 开始" if first else ""


def _standing(come: Fulfilment) -> str:
    if come.behind:
        return f"；计划兑现到 {come.until}，落后 {come.behind} 天"
    return (
        f"；计划兑现到 {come.until}，提前 {come.ahead} 天" if come.ahead else "；到期节点均已完成"
    )


def _judged(status: DailyStatus) -> bool:
    """Whether days can be late: not where nothing is judged, and never of a grey light."""
    return is_judged(status.standing) and status.light != LightChoice.GREY


def points_of(status: DailyStatus, found: Found, as_of: date) -> Iterator[Point]:
    """The flags of its steps, and a forecast that is later than promised."""
    flags = (flag(each, as_of, judged=_judged(status)) for each in found.milestones)
    yield from (point for point in flags if point)
    if status.forecast_completion and status.forecast_late_days:
        late = f"预计 {status.forecast_completion} 竣工，比承诺晚 {status.forecast_late_days} 天"
        yield Point(FORECAST, status.forecast_completion, late)
