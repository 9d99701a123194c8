"""What is to be scheduled: steps with their days, units, predecessors, facts and promises.

A plan that makes no sense is refused at construction, in sentences that name the step.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from graphlib import CycleError, TopologicalSorter

from projects.rules.calendars import (
    CONSTRUCTION,
    FIRST_YEAR,
    LAST_YEAR,
    UNITS,
    WORKING,
    Calendars,
    swallows_the_year,
)

MAX_STEPS = 1_000
MAX_DURATION = 10_000


class PlanError(Exception):
    """A plan that cannot be computed; `errors` are (step's key, Chinese sentence) pairs.

    The key is empty where the sentence is about the plan as a whole.
    """

    def __init__(self, errors: Sequence[tuple[str, str]]) -> None:
        super().__init__("".join(sentence for _, sentence in errors))
        self.errors = tuple(errors)


@dataclass(frozen=True)
class Pause:
    """Days on which a step stands still; without a last day, up to the day before `as_of`."""

    first: date
    last: date | None = None


@dataclass(frozen=True)
class Step:
    """One step: `duration` days of its own unit, after all steps named in `after`.

    `start_by` and `finish_by` are promises of its own, besides the plan's.
    """

    key: str
    duration: int
    name: str = ""
    unit: str = WORKING
    after: tuple[str, ...] = ()
    actual_start: date | None = None
    actual_finish: date | None = None
    start_by: date | None = None
    finish_by: date | None = None
    pauses: tuple[Pause, ...] = ()

    @property
    def label(self) -> str:
        """What people call it."""
        return self.name or self.key

    @property
    def is_open(self) -> bool:
        """Whether it has not started: only then does it still wait for those before it."""
        return self.actual_start is None and self.actual_finish is None


@dataclass(frozen=True)
class Plan:
    """What is to be scheduled, promised for `finish`. PlanError when it makes no sense."""

    finish: date
    as_of: date
    steps: tuple[Step, ...]
    calendars: Calendars = field(default_factory=Calendars)

    def __post_init__(self) -> None:
        errors = list(_errors(self))
        if errors:
            raise PlanError(errors)

    def order(self) -> tuple[str, ...]:
        """The steps' keys, each after those that it waits for."""
        return tuple(_sorter(self.steps).static_order())


def _sorter(steps: Iterable[Step]) -> TopologicalSorter[str]:
    # Sorted keys first: the order of the input rows must not matter, not even among equals.
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for step in sorted(steps, key=lambda each: each.key):
        sorter.add(step.key, *sorted(step.after))
    return sorter


def _errors(plan: Plan) -> Iterator[tuple[str, str]]:
    """Everything that is wrong with a plan, as (key, sentence)."""
    yield from (("", sentence) for sentence in _errors_of_the_whole(plan))
    if len(plan.steps) > MAX_STEPS:
        return
    names = {step.key: step.label for step in plan.steps}
    wrong = [
        (step.key, sentence)
        for step in plan.steps
        for sentence in (*_step_errors(step, names), *_date_errors(step, plan.as_of))
    ]
    times = Counter(step.key for step in plan.steps)
    twice = [key for key, number in times.items() if number > 1]
    wrong += [(key, f"步骤编号“{key}”重复，请改成不同的编号。") for key in twice]
    yield from wrong or _cycle(plan.steps, names)


def _errors_of_the_whole(plan: Plan) -> Iterator[str]:
    if not plan.steps:
        yield "没有步骤，无法排期，请至少填写一个步骤。"
    if len(plan.steps) > MAX_STEPS:
        yield f"一次最多排 {MAX_STEPS} 个步骤，现在有 {len(plan.steps)} 个，请拆分后分别排期。"
    for what, day in (("承诺完成日期", plan.finish), ("截至日期", plan.as_of)):
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            yield f"{what} {day} 应在 {FIRST_YEAR} 到 {LAST_YEAR} 年之间，请检查。"
    if swallows_the_year(plan.calendars.winter):
        outdoor = "、".join(f"“{step.label}”" for step in plan.steps if step.unit == CONSTRUCTION)
        steps = f"步骤{outdoor}" if outdoor else ""
        yield f"冬季停工期占满了全年，{steps}没有可以施工的日子，请缩短停工期。"


def _step_errors(step: Step, names: Mapping[str, str]) -> Iterator[str]:
    label = f"步骤“{step.label}”"
    if not 1 <= step.duration <= MAX_DURATION:
        yield f"{label}的工期是 {step.duration} 天，应为 1 到 {MAX_DURATION} 天。"
    if step.unit not in UNITS:
        yield f"{label}的工期单位“{step.unit}”不可用，应为 {'、'.join(UNITS)} 之一。"
    for before in step.after:
        if before not in names:
            yield f"{label}的前置步骤“{before}”不存在，请改正或去掉。"


def _date_errors(step: Step, as_of: date) -> Iterator[str]:
    label = f"步骤“{step.label}”"
    for what, day in (("开始", step.actual_start), ("完成", step.actual_finish)):
        if day is not None and day > as_of:
            yield f"{label}的实际{what}日期 {day} 晚于截至日期 {as_of}，请检查。"
        if day is not None and day.year < FIRST_YEAR:
            yield f"{label}的实际{what}日期 {day} 早于 {FIRST_YEAR} 年，请检查。"
    if step.actual_start and step.actual_finish and step.actual_finish < step.actual_start:
        yield f"{label}的实际完成 {step.actual_finish} 早于实际开始 {step.actual_start}，请检查。"
    for pause in step.pauses:
        if pause.last is not None and pause.last < pause.first:
            yield f"{label}的暂停止日 {pause.last} 早于起日 {pause.first}，请检查。"


def _cycle(steps: Iterable[Step], names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    try:
        _sorter(steps).prepare()
    except CycleError as error:
        ring = error.args[1]
        words = " → ".join(f"“{names[key]}”" for key in ring)
        yield ring[0], f"前后关系绕成了圈：{words}，请去掉其中一个前置。"
