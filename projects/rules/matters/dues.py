"""What may be asked of a matter's clock: due days, extensions, pauses, objections, appeals."""

from datetime import date, timedelta

from projects.rules.calendars import WORKING, Calendars
from projects.rules.matters.clock import DEFAULTS, Limits, counted, due_day
from projects.rules.matters.steps import Part, Step
from projects.rules.matters.story import Story


def wrong_due(due: date | None, day: date) -> str:
    """Why a due day cannot be set on a day, in Chinese; empty if it can."""
    if due is None:
        return "请填写办结时限。"
    if due <= day:
        return f"办结时限 {due:%Y-%m-%d} 不晚于今天（{day:%Y-%m-%d}），请填以后的日期。"
    return ""


def kept_due(due: date, calendars: Calendars) -> tuple[date, str]:
    """The due day as it counts, and what to say when a holiday moved it."""
    kept = calendars.line(WORKING).on_or_after(due)
    said = f"{due:%Y-%m-%d} 不是工作日，时限顺延到 {kept:%Y-%m-%d}。" if kept != due else ""
    return kept, said


def wrong_objection(
    story: Story, day: date, calendars: Calendars, limits: Limits = DEFAULTS
) -> str:
    """Why an objection cannot be raised any more."""
    if story.objection_final:
        return "异议已经处理过，决定为最终决定，请签收办理。"
    if story.objected:
        return f"{story.objected:%Y-%m-%d} 已提出异议，正等待处理。"
    if story.issued and counted(calendars.line(WORKING), story.issued, day) > limits.objection:
        return f"异议须在交办后 {limits.objection} 个工作日内提出，现已超过，请签收办理。"
    return ""


def wrong_extension(
    story: Story, to: date | None, day: date, calendars: Calendars, limits: Limits = DEFAULTS
) -> str:
    """Why an extension to a day cannot be asked for."""
    line = calendars.line(WORKING)
    due = due_day(story, line)
    if story.asked_due:
        return f"延期到 {story.asked_due:%Y-%m-%d} 的申请正等待审批，不能再提。"
    if story.extensions >= limits.most_extensions:
        return f"已延期 {story.extensions} 次，最多 {limits.most_extensions} 次，不能再延。"
    if story.resting:
        return "事项已暂停，时限不走；恢复办理后再申请延期。"
    if due is None or counted(line, day, due) < limits.extension_before:
        last = line.moved(due, -limits.extension_before) if due else day
        return (
            f"延期须在到期前至少 {limits.extension_before} 个工作日申请，"
            f"最迟 {last:%Y-%m-%d}，现已超过。"
        )
    if to is None or to <= due:
        return f"延期后的时限应晚于现在的时限 {due:%Y-%m-%d}。"
    return ""


def is_moot(step: Step, story: Story, limits: Limits = DEFAULTS) -> bool:
    """Whether there is nothing for a step to do: nothing was asked, or it is so already."""
    moot = {
        Step.OBJECT: bool(story.objected) or story.objection_final,
        Step.UPHOLD: story.objected is None,
        Step.REMIND: story.resting is not None,
        Step.ASK_EXTENSION: bool(story.asked_due or story.resting)
        or story.extensions >= limits.most_extensions,
        Step.EXTEND: story.asked_due is None,
        Step.REFUSE_EXTENSION: story.asked_due is None,
        Step.ASK_PAUSE: bool(story.asked_rest or story.resting),
        Step.PAUSE: story.asked_rest is None,
        Step.REFUSE_PAUSE: story.asked_rest is None,
        Step.RESUME: story.resting is None,
    }
    return moot.get(step, False)


def granter(story: Story) -> Part:
    """Who decides on the extension that is asked for: the office once, then the lead official."""
    return Part.LEAD_OFFICIAL if story.extensions else Part.OFFICE


def wrong_pause(
    story: Story,
    first: date,
    last: date | None,
    day: date,
    calendars: Calendars,
    limits: Limits = DEFAULTS,
) -> str:
    """Why a pause cannot be asked for."""
    if story.asked_rest:
        return f"{story.asked_rest.first:%Y-%m-%d} 起的暂停申请正等待审批，不能再提。"
    if story.resting:
        return f"{story.resting.first:%Y-%m-%d} 起已经暂停。"
    if last and last < first:
        return "暂停的止日早于起日。"
    if counted(calendars.line(WORKING), first, day) > limits.pause_back:
        return f"暂停的起日最多在 {limits.pause_back} 个工作日以前，{first:%Y-%m-%d} 太早。"
    if any(_meet(each.first, each.last, first, last) for each in story.rests):
        return "这段日子里已经暂停过，请改起止日期。"
    return ""


def _meet(first: date, last: date | None, begin: date, end: date | None) -> bool:
    return begin <= (last or date.max) and first <= (end or date.max)


def wrong_appeal(since: date | None, day: date, limits: Limits = DEFAULTS) -> str:
    """Why an appeal against what was decided on a day comes too late."""
    if since is None:
        return "还没有可以申诉的结论。"
    last = since + timedelta(days=limits.appeal_days)
    if day > last:
        return f"申诉须在 {limits.appeal_days} 天内提出，最迟 {last:%Y-%m-%d}，现已超过。"
    return ""
