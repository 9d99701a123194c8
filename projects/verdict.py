"""What a schedule says of the promises, in sentences: the project's page and previews share them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from projects.planning import Timeline
from projects.rules.calendars import ONE_DAY, WORKING, Calendars
from projects.rules.schedule import Suggestion, suggestions


@dataclass(frozen=True)
class Verdict:
    """Whether the promise can be kept, in words; without a schedule, what is missing for one."""

    sentence: str
    late: bool
    chain: tuple[str, ...] = ()
    advice: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


def verdict(ahead: Timeline) -> Verdict:
    """The verdict in words. No queries."""
    found = ahead.schedule
    if found is None or ahead.plan is None or ahead.promised is None:
        return Verdict("", late=False, problems=ahead.problems)
    names = {step.key: step.label for step in ahead.plan.steps}
    if ahead.forecast is None:
        return Verdict(ahead.unforecast, late=False)
    late = not found.feasible
    return Verdict(
        sentence=_sentence(ahead.promised, ahead.forecast, ahead.plan.calendars),
        late=late,
        chain=tuple(names[key] for key in found.critical),
        advice=_advice(ahead, names) if late else (),
        flags=(*_broken(ahead, names), *found.flags),
    )


def _sentence(promised: date, forecast: date, calendars: Calendars) -> str:
    promise = f"承诺 {promised} 竣工，预计最早 {forecast} 竣工，"
    late = (forecast - promised).days
    if late <= 0:
        return f"{promise}可以按期竣工。"
    working = calendars.line(WORKING).between(promised + ONE_DAY, forecast + ONE_DAY)
    return f"{promise}晚 {late} 天（{working} 个工作日）。"


def _broken(ahead: Timeline, names: Mapping[str, str]) -> Iterator[str]:
    """Promises besides the completion that cannot be kept: commissioning, confirmed days."""
    found = ahead.schedule
    if found is None:
        return
    if found.late_by and found.finish != ahead.promised:
        yield (
            f"承诺 {found.finish} 投产，预计最早 {found.earliest_finish} 投产，"
            f"晚 {found.late_by} 天（{found.late_by_working} 个工作日）。"
        )
    confirmed = {each.step.key for each in found.steps if each.step.start_by}
    for each in found.broken:
        if each.key in confirmed:
            what = "开始" if each.what == "start" else "完成"
            yield (
                f"节点“{names[each.key]}”已定 {each.promised} {what}，最早 {each.earliest}，"
                f"晚 {each.late_by} 天。"
            )


def _advice(ahead: Timeline, names: Mapping[str, str]) -> tuple[str, ...]:
    if ahead.plan is None or ahead.schedule is None:
        return ()
    durations = {each.step.key: each.step.duration for each in ahead.schedule.steps}
    return tuple(_advised(each, names, durations) for each in suggestions(ahead.plan))


def _advised(each: Suggestion, names: Mapping[str, str], durations: Mapping[str, int]) -> str:
    if each.kind == "parallel":
        return f"“{names[each.key]}”与“{names[each.after]}”并行"
    return f"“{names[each.key]}”由 {durations[each.key]} 天压缩到 {each.days} 天"
