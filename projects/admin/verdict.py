"""What the schedule says of a promise, in sentences for a preview."""

from collections.abc import Iterator
from dataclasses import dataclass

from projects.planning import Timeline
from projects.rules.calendars import ONE_DAY, WORKING
from projects.rules.schedule import Broken, Suggestion, suggestions


@dataclass(frozen=True)
class Verdict:
    """`kept` is None where nothing can be said; `chain` are the critical steps in their order."""

    kept: bool | None
    sentence: str
    chain: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def verdict(timeline: Timeline) -> Verdict:
    """The verdict in words; the suggestions were rerun by the engine."""
    plan, found = timeline.plan, timeline.schedule
    if plan is None or found is None:
        return Verdict(None, "不能排期：" + "".join(timeline.problems))
    if timeline.forecast is None:
        return Verdict(None, "项目已经竣工。")
    names = {step.key: step.label for step in plan.steps}
    promises = [each for each in found.broken if each.promised != timeline.promised]
    notes = (
        *(_broken(each, names) for each in promises),
        *(_suggestion(each, names) for each in suggestions(plan)),
        *found.flags,
    )
    chain = tuple(names[key] for key in found.critical)
    kept = not timeline.late_by and not promises
    return Verdict(kept, "".join(_sentences(timeline, bool(promises))), chain, notes)


def _sentences(timeline: Timeline, others_broken: bool) -> Iterator[str]:
    forecast, promised, plan = timeline.forecast, timeline.promised, timeline.plan
    if forecast is None or promised is None or plan is None:
        return
    if not timeline.late_by:
        yield f"竣工能按期：最早 {forecast} 竣工，承诺 {promised}。"
    else:
        working = plan.calendars.line(WORKING).between(promised + ONE_DAY, forecast + ONE_DAY)
        yield (
            f"竣工不能按期：最早 {forecast} 竣工，比承诺的 {promised} 晚 {timeline.late_by} 天"
            f"（{working} 个工作日）。"
        )
    if others_broken:
        yield "有已定的日期保不住。"


def _broken(broken: Broken, names: dict[str, str]) -> str:
    what = "开始" if broken.what == "start" else "完成"
    return (
        f"“{names[broken.key]}”定于 {broken.promised} {what}，最早 {broken.earliest}，"
        f"晚 {broken.late_by} 天。"
    )


def _suggestion(suggestion: Suggestion, names: dict[str, str]) -> str:
    name = f"“{names[suggestion.key]}”"
    if suggestion.kind == "parallel":
        return f"{name}与“{names[suggestion.after]}”并行，就能按期。"
    return f"把{name}压缩到 {suggestion.days} 天，就能按期。"
