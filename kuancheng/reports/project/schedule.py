"""A project's schedule on its page: the verdict in words, the steps with their days, the chart."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from django.db.models import Q

from kuancheng.asking.parameters import Days
from kuancheng.reports.drawing.gantt import (
    Bar,
    Lane,
    Link,
    Month,
    Span,
    axis_around,
    bands,
    lane,
    link,
    months,
)
from kuancheng.reports.drawing.lanes import flag, pause_spans, started, stop_spans, winters
from kuancheng.reports.judging.known import end_of, records, sort_records
from kuancheng.reports.judging.terms import calendars_on
from projects.choices import DurationUnit
from projects.models import Baseline, BaselineEntry, Milestone, Pause, Project, Stop
from projects.planning import Timeline, happened, key_of, site_calendars, timeline
from projects.rules.calendars import Calendars
from projects.rules.schedule import Dated
from projects.rules.standing import is_judged
from projects.verdict import Verdict, verdict

WIDTH, TOP, ROW, FOOT = 1600, 88, 34, 30
CHART_LEFT, CHART_WIDTH = 300, 1130


@dataclass(frozen=True)
class Slip:
    """How far a milestone's finish lies after a baseline's, in days; negative when before."""

    baseline: int
    promised: date
    days: int

    @property
    def early(self) -> int:
        """Days before the baseline's."""
        return -self.days


@dataclass(frozen=True)
class Step:
    """A milestone and where it stands: done, late, ahead, idle or undated; `days` late or left.

    `idle` is past its day in a project that is not judged. `dated` is None without a schedule, and
    in such a project. `slips` are measured to its finish, or, while it is open,
    to the later of its planned and its earliest possible finish; against the first baseline and,
    where there are several, the last.
    """

    milestone: Milestone
    standing: str
    days: int
    dated: Dated | None
    slips: tuple[Slip, ...]

    @property
    def presses(self) -> bool:
        """Whether a day lost here is a day lost at the end."""
        return bool(self.dated and self.dated.critical and self.standing != "done")

    @property
    def short(self) -> int:
        """Days by which it is already too late; 0 where it is not."""
        return max(0, -self.dated.float_days) if self.dated else 0

    @property
    def unit(self) -> str:
        """What its duration counts, in a word."""
        return DurationUnit(self.milestone.unit).word


@dataclass(frozen=True)
class StepRow:
    """A step's row on the chart."""

    step: Step
    y: int
    lane: Lane


@dataclass(frozen=True)
class ProjectChart:
    """All steps of a project, drawn."""

    width: int
    height: int
    top: int
    floor: int
    rows: tuple[StepRow, ...]
    links: tuple[Link, ...]
    months: tuple[Month, ...]
    winters: tuple[Bar, ...]
    today_x: float | None


class PreviewRow(Protocol):
    """A step of a plan that is not saved: planned days as they are, and as they would be."""

    @property
    def milestone(self) -> Milestone: ...
    @property
    def dated(self) -> Dated | None: ...
    @property
    def old(self) -> tuple[date | None, date | None]: ...
    @property
    def new(self) -> tuple[date | None, date | None]: ...


@dataclass(frozen=True)
class ProjectSchedule:
    """What the page shows of a schedule; `chart` is None where no step has a day."""

    verdict: Verdict
    steps: tuple[Step, ...]
    baselines: tuple[Baseline, ...]
    chart: ProjectChart | None


def project_schedule(project: Project, days: Days, stops: Sequence[Stop]) -> ProjectSchedule:
    """Verdict, steps and chart as of a day. Six queries, or seven as known on a day.

    `project` is the record as it is or was known; of its baselines only those count that were
    approved by then.
    """
    as_of, known_at, ours = days.as_of, days.known_at, Q(project=project.pk)
    milestones = sort_records(records(Milestone, ours, known_at, related=("agency",)), "order")
    pauses = sort_records(records(Pause, ours, known_at), "first")
    calendars = calendars_on(known_at)
    ahead = timeline(project, milestones, pauses, calendars, as_of, stops=stops)
    approved = Baseline.objects.approved().filter(ours, approved_at__lte=end_of(days.latest))
    baselines = list(approved)
    # What was deleted since is on record in a baseline by its name alone.
    gone = {} if known_at is None else {each.name: each.pk for each in milestones}
    entries = _entries(baselines, gone)
    judged = is_judged(project.standing)
    shown = ahead if judged else Timeline(ahead.promised)
    steps = tuple(_step(each, shown, entries, as_of, judged=judged) for each in milestones)
    return ProjectSchedule(
        verdict=verdict(ahead),
        steps=steps,
        baselines=tuple(baselines),
        chart=_chart(
            steps,
            pauses,
            _first(entries),
            calendars,
            as_of,
            judged=judged,
            still=stop_spans(stops, as_of),
        ),
    )


Entries = Mapping[int, Mapping[int, BaselineEntry]]
"""The entries of the first and the last baseline: by its number, by milestone."""


def _entries(baselines: Sequence[Baseline], gone: Mapping[str, int]) -> Entries:
    shown = {each.pk: each.number for each in (*baselines[:1], *baselines[-1:]) if each.number}
    found: dict[int, dict[int, BaselineEntry]] = {number: {} for number in shown.values()}
    for entry in BaselineEntry.objects.filter(baseline__in=shown):
        milestone = entry.milestone_id or gone.get(entry.name)
        if milestone:
            found[shown[entry.baseline_id]][milestone] = entry
    return found


def _first(entries: Entries) -> Mapping[int, BaselineEntry]:
    return next(iter(entries.values()), {})


def _step(
    milestone: Milestone, ahead: Timeline, entries: Entries, as_of: date, *, judged: bool
) -> Step:
    dated = ahead.dated(milestone)
    standing, days = _standing(milestone, as_of, judged=judged)
    expected = _expected(milestone, dated, as_of)
    slips = []
    for number, by_milestone in entries.items():
        entry = by_milestone.get(milestone.pk)
        if expected and entry and entry.planned_finish:
            slip = (expected - entry.planned_finish).days
            slips.append(Slip(number, entry.planned_finish, slip))
    return Step(milestone, standing, days, dated, tuple(slips))


def _standing(milestone: Milestone, as_of: date, *, judged: bool) -> tuple[str, int]:
    finish, planned = happened(milestone.actual_finish, as_of), milestone.planned_finish
    if finish is not None:
        return "done", (finish - planned).days if planned else 0
    if planned is None:
        return "undated", 0
    if planned < as_of:
        return "late" if judged else "idle", (as_of - planned).days
    return "ahead", (planned - as_of).days


def _expected(milestone: Milestone, dated: Dated | None, as_of: date) -> date | None:
    finish = happened(milestone.actual_finish, as_of)
    if finish is not None:
        return finish
    days = [milestone.planned_finish, dated.earliest_finish if dated else None]
    return max((day for day in days if day), default=None)


def preview_chart(
    rows: Iterable[PreviewRow], pauses: Sequence[Pause], as_of: date
) -> ProjectChart | None:
    """A plan that is not saved, drawn over the days that it would replace. Two queries."""
    steps = []
    before: dict[int, BaselineEntry] = {}
    for row in rows:
        milestone = copy(row.milestone)
        milestone.planned_start, milestone.planned_finish = row.new
        # What is planned for a project that is put off is planned for its return.
        standing = _standing(milestone, as_of, judged=True)
        steps.append(Step(milestone, *standing, row.dated, ()))
        start, finish = row.old
        if milestone.pk and finish:
            before[milestone.pk] = BaselineEntry(planned_start=start, planned_finish=finish)
    calendars = site_calendars()
    return _chart(steps, pauses, before, calendars, as_of, judged=True, thin="现计划")


def _chart(
    steps: Sequence[Step],
    pauses: Sequence[Pause],
    baseline: Mapping[int, BaselineEntry],
    calendars: Calendars,
    as_of: date,
    *,
    judged: bool,
    thin: str = "基线1",
    still: Sequence[Span] = (),
) -> ProjectChart | None:
    spans = _spans_by_step(steps, pauses, baseline, as_of, thin)
    flags = [flag(each.milestone, as_of, judged=judged) for each in steps]
    days = [day for row in spans for each in row for day in (each.first, each.last)]
    days += [point.day for point in flags if point]
    if not days:
        return None
    axis = axis_around([*days, as_of], CHART_LEFT, CHART_WIDTH)
    rows = []
    for place, (each, row, point) in enumerate(zip(steps, spans, flags, strict=True)):
        y = TOP + place * ROW
        rows.append(StepRow(each, y, lane(axis, row, [point] if point else [], y, ROW)))
    height = len(rows) * ROW
    return ProjectChart(
        width=WIDTH,
        height=TOP + height + FOOT,
        top=TOP,
        floor=TOP + height,
        rows=tuple(rows),
        links=tuple(_links(rows)),
        months=months(axis),
        winters=bands(axis, [*winters(calendars, axis.first, axis.end), *still], TOP, height),
        today_x=axis.middle(as_of),
    )


def _spans_by_step(
    steps: Sequence[Step],
    pauses: Sequence[Pause],
    baseline: Mapping[int, BaselineEntry],
    as_of: date,
    thin: str,
) -> list[list[Span]]:
    paused: dict[int, list[Pause]] = {}
    for pause in pauses:
        paused.setdefault(pause.milestone_id, []).append(pause)
    return [
        [
            *_spans(each, baseline.get(each.milestone.pk), as_of, thin),
            *pause_spans(paused.get(each.milestone.pk, ()), as_of),
        ]
        for each in steps
    ]


def _spans(step: Step, entry: BaselineEntry | None, as_of: date, thin: str) -> Iterator[Span]:
    milestone = step.milestone
    if entry and entry.planned_finish:
        first, last = entry.planned_start or entry.planned_finish, entry.planned_finish
        yield Span("baseline", first, last, f"{thin} {first} 至 {last}")
    if milestone.planned_finish:
        first, last = milestone.planned_start or milestone.planned_finish, milestone.planned_finish
        critical = " critical" if step.presses else ""
        yield Span(f"plan{critical}", first, last, f"“{milestone.name}”计划 {first} 至 {last}")
    begun = started(milestone, as_of)
    if begun:
        finish = happened(milestone.actual_finish, as_of)
        until = str(finish) if finish else "今，仍在进行"
        yield Span("actual", begun, finish or as_of, f"“{milestone.name}”实际 {begun} 至 {until}")
    if step.dated and step.standing != "done":
        yield _leeway(step.dated)


def _leeway(dated: Dated) -> Span:
    """From the earliest start to the latest finish; the lack of it where there is too little."""
    window = (
        f"最早 {dated.earliest_start} 至 {dated.earliest_finish}，"
        f"最迟 {dated.latest_start} 至 {dated.latest_finish}"
    )
    if dated.float_days < 0:
        short = f"{window}，欠 {-dated.float_days} 天"
        return Span("short", dated.latest_start, dated.earliest_finish, short)
    leeway = f"{window}，浮动 {dated.float_days} 天"
    return Span("float", dated.earliest_start, dated.latest_finish, leeway)


def _links(rows: Sequence[StepRow]) -> Iterator[Link]:
    """From each predecessor's bar to the step's own."""
    by_key = {key_of(row.step.milestone): row for row in rows}
    for row in rows:
        for number in row.step.milestone.predecessors:
            before = by_key.get(str(number))
            start, end = before and _bar(before), _bar(row)
            if before and start and end:
                critical = row.step.presses and before.step.presses
                yield link(
                    (start.x + start.width, _middle(start)),
                    (end.x, _middle(end)),
                    critical=critical,
                )


def _bar(row: StepRow) -> Bar | None:
    """The bar that links run between: the plan's, else the first that is drawn."""
    planned = (each for each in row.lane.bars if each.kind.startswith("plan"))
    return next(planned, row.lane.bars[0] if row.lane.bars else None)


def _middle(bar: Bar) -> float:
    return round(bar.y + bar.height / 2, 1)
