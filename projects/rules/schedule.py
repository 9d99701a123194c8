"""倒排工期: when every step must be done at the latest, and when it can be at the earliest.

Backward from the promised finish, forward from today and what has happened; the verdict says
whether the promise can still be kept, by how many days not, and which steps press.
"""

from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice

from projects.rules.calendars import (
    FIRST_YEAR,
    LAST_YEAR,
    ONE_DAY,
    WORKING,
    Line,
    OutOfCalendar,
    without,
)
from projects.rules.plan import Pause, Plan, PlanError, Step

__all__ = [
    "Broken",
    "Dated",
    "Pause",
    "Plan",
    "PlanError",
    "Schedule",
    "Step",
    "Suggestion",
    "schedule",
    "suggestions",
]

MAX_SUGGESTIONS = 5
MAX_RERUNS = 150
NAMES_SHOWN = 5
"""Steps named in one flag; the others are counted."""


@dataclass(frozen=True)
class Dated:
    """A step with its days.

    `latest_*` come from the promises, `earliest_*` from today and what has happened. `float_days`
    are the step's own days in [earliest_start, latest_start), negative when it is too late.
    `critical`: delaying it by one of its days moves the earliest finish of the whole.
    """

    step: Step
    latest_start: date
    latest_finish: date
    earliest_start: date
    earliest_finish: date
    float_days: int
    critical: bool


@dataclass(frozen=True)
class Broken:
    """A promise of a single step that cannot be kept, `late_by` calendar days."""

    key: str
    what: str
    promised: date
    earliest: date
    late_by: int


@dataclass(frozen=True)
class Schedule:
    """The verdict and every step's days, in the order given.

    `late_by` counts calendar days, `late_by_working` working days, in (promise, earliest finish].
    `critical` are the keys of the critical steps in the order of their days. `flags` are Chinese
    sentences about what the result rests on.
    """

    finish: date
    feasible: bool
    earliest_finish: date
    late_by: int
    late_by_working: int
    critical: tuple[str, ...]
    broken: tuple[Broken, ...]
    flags: tuple[str, ...]
    steps: tuple[Dated, ...]


@dataclass(frozen=True)
class Suggestion:
    """A single change that the engine has rerun and found to keep every promise.

    `shorten`: this step from its duration to `days`. `parallel`: this step runs beside `after`,
    waiting for what `after` waits for instead of for `after` itself.
    """

    kind: str
    key: str
    days: int | None = None
    after: str = ""


Change = tuple[Suggestion, Step]
"""A suggestion and the step as it would then be."""


def schedule(plan: Plan) -> Schedule:
    """Backward and forward pass, and the verdict. PlanError when it runs out of the calendar."""
    return _Engine(plan).schedule()


def suggestions(plan: Plan) -> tuple[Suggestion, ...]:
    """Single changes that would keep the promises, each rerun; empty when they are kept anyway.

    A late step cut by as many days as it is late, the smallest cuts first, or two late ones run in
    parallel; at most five. Of a very large plan only the likeliest are tried. PlanError as
    `schedule`.
    """
    engine = _Engine(plan)
    verdict = engine.schedule()
    if verdict.feasible:
        return ()
    # Not the critical ones alone: what is cut before a winter may save all of it.
    late = sorted(
        (each for each in verdict.steps if each.float_days < 0),
        key=lambda each: (each.earliest_start, each.step.key),
    )
    cuts = _kept(engine, _cuts(late))
    pairs = _kept(engine, _pairs(late))
    shown = cuts[: MAX_SUGGESTIONS - min(len(pairs), 2)]
    return (*shown, *pairs[: MAX_SUGGESTIONS - len(shown)])


def _kept(engine: "_Engine", changes: Iterable[Change]) -> list[Suggestion]:
    """The first few of the changes that keep every promise."""
    kept = (
        suggestion for suggestion, changed in islice(changes, MAX_RERUNS) if engine.keeps(changed)
    )
    return list(islice(kept, MAX_SUGGESTIONS))


def _cuts(late: Iterable[Dated]) -> Iterator[Change]:
    for each in sorted(late, key=lambda each: -each.float_days):
        step, days = each.step, each.step.duration + each.float_days
        if days >= 1:
            yield Suggestion("shorten", step.key, days=days), replace(step, duration=days)


def _pairs(late: Iterable[Dated]) -> Iterator[Change]:
    """Those first that have the most to save: at best the shorter of the two."""
    steps = {each.step.key: each.step for each in late}
    pairs = [
        (step, steps[before])
        for step in steps.values()
        for before in sorted(steps.keys() & step.after)
    ]
    for step, before in sorted(pairs, key=lambda pair: -min(each.duration for each in pair)):
        beside = tuple({*step.after, *before.after} - {before.key})
        yield Suggestion("parallel", step.key, after=before.key), replace(step, after=beside)


class _Engine:
    """One run over one plan; steps are kept by key."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.steps = {step.key: step for step in plan.steps}
        self.order = plan.order()
        self.followers: dict[str, list[str]] = {key: [] for key in self.steps}
        for step in plan.steps:
            for before in step.after:
                self.followers[before].append(step.key)
        self.lines = {key: self._line(step) for key, step in self.steps.items()}
        self.current = ""

    def schedule(self) -> Schedule:
        try:
            return self._schedule()
        except OutOfCalendar:
            raise PlanError([(self.current, self._out_of_calendar())]) from None

    def keeps(self, changed: Step) -> bool:
        """Whether a rerun with that step changed keeps every promise.

        Its duration may change, and its predecessors to ones that come earlier in the order.
        """
        rerun = copy(self)
        rerun.steps = self.steps | {changed.key: changed}
        try:
            starts, finishes = rerun._forward()
        except OutOfCalendar:
            return False
        late = max(finishes.values()) > self.plan.finish
        return not late and not any(self._broken(starts, finishes))

    def _schedule(self) -> Schedule:
        plan = self.plan
        starts, finishes = self._forward()
        latest = self._backward()
        end = max(finishes.values())
        critical = self._critical(finishes, end)
        broken = tuple(self._broken(starts, finishes))
        dated = tuple(
            Dated(
                step=step,
                latest_start=latest[step.key][0],
                latest_finish=latest[step.key][1],
                earliest_start=starts[step.key],
                earliest_finish=finishes[step.key],
                float_days=self.lines[step.key].between(starts[step.key], latest[step.key][0]),
                critical=step.key in critical,
            )
            for step in plan.steps
        )
        working = plan.calendars.line(WORKING)
        return Schedule(
            finish=plan.finish,
            feasible=end <= plan.finish and not broken,
            earliest_finish=end,
            late_by=max(0, (end - plan.finish).days),
            late_by_working=max(0, working.between(plan.finish + ONE_DAY, end + ONE_DAY)),
            critical=tuple(sorted(critical, key=lambda key: (starts[key], finishes[key], key))),
            broken=broken,
            flags=tuple(self._flags(dated)),
            steps=dated,
        )

    def _forward(self) -> tuple[dict[str, date], dict[str, date]]:
        """Earliest starts and finishes."""
        starts: dict[str, date] = {}
        finishes: dict[str, date] = {}
        for key in self.order:
            self.current = key
            step, line = self.steps[key], self.lines[key]
            if step.actual_finish is not None:
                starts[key] = step.actual_start or step.actual_finish
                finishes[key] = step.actual_finish
            elif step.actual_start is not None:
                spent = line.between(step.actual_start, self.plan.as_of)
                left = max(1, step.duration - spent)
                starts[key] = step.actual_start
                finishes[key] = line.moved(line.on_or_after(self.plan.as_of), left - 1)
            else:
                ready = [finishes[before] + ONE_DAY for before in step.after]
                starts[key] = line.on_or_after(max([self.plan.as_of, *ready]))
                finishes[key] = line.moved(starts[key], step.duration - 1)
        return starts, finishes

    def _backward(self) -> dict[str, tuple[date, date]]:
        """Latest start and finish of each step that keep all promises."""
        latest: dict[str, tuple[date, date]] = {}
        for key in reversed(self.order):
            self.current = key
            step, line = self.steps[key], self.lines[key]
            before = [latest[each][0] - ONE_DAY for each in self.followers[key]]
            promises = [day for day in (self.plan.finish, step.finish_by) if day is not None]
            finish = line.on_or_before(min([*before, *promises]))
            start = line.moved(finish, 1 - step.duration)
            if step.start_by is not None and start > step.start_by:
                start = line.on_or_before(step.start_by)
                finish = line.moved(start, step.duration - 1)
            latest[key] = start, finish
        return latest

    def _critical(self, finishes: Mapping[str, date], end: date) -> set[str]:
        """The unfinished steps whose delay by one of their days moves `end`.

        Backward from `end` over what has not started: a step under way no longer waits for those
        before it.
        """
        begin: dict[str, date] = {}
        critical = set()
        for key in reversed(self.order):
            step, line = self.steps[key], self.lines[key]
            if step.actual_finish is not None:
                continue
            waiting = [each for each in self.followers[key] if self.steps[each].is_open]
            last = line.on_or_before(min([end, *(begin[each] - ONE_DAY for each in waiting)]))
            begin[key] = line.moved(last, 1 - step.duration)
            if not line.between(finishes[key], last):
                critical.add(key)
        return critical

    def _broken(self, starts: Mapping[str, date], finishes: Mapping[str, date]) -> Iterable[Broken]:
        for step in self.plan.steps:
            for what, promised, earliest in (
                ("start", step.start_by, starts[step.key]),
                ("finish", step.finish_by, finishes[step.key]),
            ):
                if promised is not None and earliest > promised:
                    yield Broken(step.key, what, promised, earliest, (earliest - promised).days)

    def _line(self, step: Step) -> Line:
        line = self.plan.calendars.line(step.unit)
        eve = self.plan.as_of - ONE_DAY
        return without(line, [(each.first, each.last or eve) for each in step.pauses])

    def _flags(self, dated: Iterable[Dated]) -> Iterable[str]:
        by_year: dict[int, list[str]] = {}
        for each in dated:
            if each.step.unit == WORKING and each.step.actual_finish is None:
                for year in filter(self._is_guessed, _years(each)):
                    by_year.setdefault(year, []).append(f"“{each.step.label}”")
        for year, names in sorted(by_year.items()):
            shown = "、".join(names[:NAMES_SHOWN])
            more = f"等 {len(names)} 个步骤" if len(names) > NAMES_SHOWN else ""
            yield (f"{shown}{more}排到 {year} 年，该年放假安排尚未公布，工作日暂按周一至周五计算。")

    def _is_guessed(self, year: int) -> bool:
        return not self.plan.calendars.is_known(year)

    def _out_of_calendar(self) -> str:
        return (
            f"步骤“{self.steps[self.current].label}”排到了 {FIRST_YEAR} 到 {LAST_YEAR} 年以外，"
            "请检查它和前后步骤的工期与日期。"
        )


def _years(dated: Dated) -> set[int]:
    """The years that a step's earliest or latest days lie in."""
    return {
        *range(dated.earliest_start.year, dated.earliest_finish.year + 1),
        *range(dated.latest_start.year, dated.latest_finish.year + 1),
    }
