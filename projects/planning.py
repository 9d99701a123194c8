"""A project's milestones as a plan for the schedule rules, and what the rules say of it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from projects.choices import Phase, Standing
from projects.models import CalendarDay, Milestone, Pause, Project, Stop, WinterWindow
from projects.rules import plan as plans
from projects.rules.calendars import ONE_DAY, Calendars
from projects.rules.schedule import Dated, Schedule, schedule
from projects.rules.standing import is_judged


@dataclass(frozen=True)
class Timeline:
    """What can be said of a project's schedule on a day.

    Without a `schedule`, `problems` are the Chinese sentences that say what is missing or wrong.
    `forecast` is the earliest possible completion (production steps left out), `late_by` its
    calendar days after the promise, 0 when it keeps it. Both are None once the project is
    completed, and while it is 暂缓 or 退出; `unforecast` then says so.
    """

    promised: date | None
    plan: plans.Plan | None = None
    schedule: Schedule | None = None
    problems: tuple[str, ...] = ()
    forecast: date | None = None
    late_by: int | None = None
    unforecast: str = ""

    def dated(self, milestone: Milestone) -> Dated | None:
        """A milestone's days, where there is a schedule."""
        found = self.schedule.steps if self.schedule else ()
        return next((each for each in found if each.step.key == key_of(milestone)), None)


def key_of(milestone: Milestone) -> str:
    """How the plan calls a milestone: by the number that the office gave it."""
    return str(milestone.order)


def site_calendars() -> Calendars:
    """The statutory calendar with the office's days and winters. Two queries."""
    days = CalendarDay.objects.order_by().values_list("date", "works")
    winters = WinterWindow.objects.order_by().values_list("year", "first", "last")
    return calendars_of(frozenset(days), frozenset(winters))


@lru_cache(maxsize=16)
def calendars_of(
    days: frozenset[tuple[date, bool]], winters: frozenset[tuple[int, date, date]]
) -> Calendars:
    """Calendars by what they consist of: their lines of days are worked out once a process."""
    by_year = {year: ((first, last),) for year, first, last in winters}
    return Calendars(overrides=dict(days), winters=by_year)


def project_timeline(project: Project, as_of: date) -> Timeline:
    """The timeline of one project. Five queries."""
    milestones = list(project.milestones.order_by("order", "pk"))
    pauses, stops = list(project.pauses.all()), list(project.stops.all())
    return timeline(project, milestones, pauses, site_calendars(), as_of, stops=stops)


def timelines(projects: Iterable[Project], as_of: date) -> dict[Project, Timeline]:
    """The timelines of several projects. Five queries, and the projects' own."""
    milestones: dict[int, list[Milestone]] = defaultdict(list)
    pauses: dict[int, list[Pause]] = defaultdict(list)
    stops: dict[int, list[Stop]] = defaultdict(list)
    found = list(projects)
    for milestone in Milestone.objects.filter(project__in=found).order_by("order", "pk"):
        milestones[milestone.project_id].append(milestone)
    for pause in Pause.objects.filter(project__in=found):
        pauses[pause.project_id].append(pause)
    for stop in Stop.objects.filter(project__in=found):
        stops[stop.project_id].append(stop)
    calendars = site_calendars()
    return {
        each: timeline(
            each, milestones[each.pk], pauses[each.pk], calendars, as_of, stops=stops[each.pk]
        )
        for each in found
    }


def timeline(
    project: Project,
    milestones: Sequence[Milestone],
    pauses: Iterable[Pause],
    calendars: Calendars,
    as_of: date,
    *,
    stops: Iterable[Stop],
) -> Timeline:
    """The same, from records at hand. No queries."""
    promised = project.planned_completion
    missing = _missing(promised, milestones)
    if missing or promised is None:
        return Timeline(promised, problems=(missing,))
    halts = _halts(milestones, pauses, stops, as_of)
    steps = _steps(milestones, halts, promised, calendars, as_of)
    finish = max(promised, project.planned_commissioning or promised)
    try:
        plan = plans.Plan(finish, as_of, steps, calendars)
        found = schedule(plan)
    except plans.PlanError as error:
        return Timeline(promised, problems=tuple(sentence for _, sentence in error.errors))
    if unforecast := _unforecast(project, as_of):
        return Timeline(promised, plan, found, unforecast=unforecast)
    built = {key_of(each) for each in milestones if each.phase != Phase.PRODUCTION}
    forecast = max(each.earliest_finish for each in found.steps if each.step.key in built)
    return Timeline(promised, plan, found, (), forecast, max(0, (forecast - promised).days))


def _unforecast(project: Project, as_of: date) -> str:
    if happened(project.actual_completion, as_of):
        return "项目已竣工，不再预测。"
    if not is_judged(project.standing):
        return f"项目{Standing(project.standing).label}，不预测竣工。"
    return ""


def _missing(promised: date | None, milestones: Sequence[Milestone]) -> str:
    if promised is None:
        return "没有登记计划竣工日期，无法倒排。"
    if not any(each.phase != Phase.PRODUCTION for each in milestones):
        return "没有登记节点，无法倒排。"
    if len(milestones) > 1 and not any(each.after for each in milestones):
        return "节点没有登记前置关系，无法倒排；请填写每个节点的“前置”。"
    return ""


def _halts(
    milestones: Sequence[Milestone], pauses: Iterable[Pause], stops: Iterable[Stop], as_of: date
) -> dict[int, list[plans.Pause]]:
    """The days on which each step stands still, by its id; the engine counts each day once.

    A stop halts the works that it finds unfinished; permits and acceptance go on.
    """
    found: dict[int, list[plans.Pause]] = defaultdict(list)
    for pause in pauses:
        if pause.first <= as_of or pause.last is not None:
            found[pause.milestone_id].append(plans.Pause(pause.first, pause.last))
    works = [each for each in milestones if each.phase == Phase.CONSTRUCTION]
    for stop in stops:
        first, end = stop.stopped_on, stop.as_fact.known_end(as_of)
        if first > as_of or end == first:
            continue
        last = end - ONE_DAY if end else None
        for step in works:
            if step.actual_finish is None or step.actual_finish >= first:
                found[step.pk].append(plans.Pause(first, last))
    return found


def _steps(
    milestones: Sequence[Milestone],
    halts: Mapping[int, Sequence[plans.Pause]],
    promised: date,
    calendars: Calendars,
    as_of: date,
) -> tuple[plans.Step, ...]:
    return tuple(
        plans.Step(
            key=key_of(each),
            name=each.name,
            duration=duration_of(each, calendars),
            unit=each.unit,
            after=tuple(map(str, each.predecessors)),
            actual_start=happened(each.actual_start, as_of),
            actual_finish=happened(each.actual_finish, as_of),
            start_by=each.planned_start if each.confirmed else None,
            finish_by=_finish_by(each, promised),
            pauses=tuple(halts.get(each.pk, ())),
        )
        for each in milestones
    )


def duration_of(milestone: Milestone, calendars: Calendars) -> int:
    """The duration as registered, else the days of its unit from planned start to finish."""
    if milestone.duration:
        return milestone.duration
    if milestone.planned_start is None or milestone.planned_finish is None:
        return 1
    line = calendars.line(milestone.unit)
    return max(1, line.between(milestone.planned_start, milestone.planned_finish + ONE_DAY))


def _finish_by(milestone: Milestone, promised: date) -> date | None:
    """Whichever comes first: a confirmed day, or, of what is to be built, the completion."""
    confirmed = milestone.planned_finish if milestone.confirmed else None
    completion = None if milestone.phase == Phase.PRODUCTION else promised
    return min((day for day in (confirmed, completion) if day), default=None)


def happened(day: date | None, as_of: date) -> date | None:
    """A day of the past; None for one that has not come."""
    return day if day is not None and day <= as_of else None
