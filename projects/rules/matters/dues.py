"""What may be asked of a matter's clock: due days, extensions, pauses, objections, appeals."""

from datetime import date, timedelta

from projects.rules.calendars import WORKING, Calendars
from projects.rules.matters.clock import DEFAULTS, Limits, counted, due_day
from projects.rules.matters.steps import PART_NAMES, Part, Step
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
    if said := moot_reason(Step.OBJECT, story, limits):
        return said
    if story.issued and counted(calendars.line(WORKING), story.issued, day) > limits.objection:
        return f"异议须在交办后 {limits.objection} 个工作日内提出，现已超过，请签收办理。"
    return ""


def wrong_extension(
    story: Story, to: date | None, day: date, calendars: Calendars, limits: Limits = DEFAULTS
) -> str:
    """Why an extension to a day cannot be asked for."""
    line = calendars.line(WORKING)
    due = due_day(story, line)
    if said := moot_reason(Step.ASK_EXTENSION, story, limits):
        return said
    if due is None or counted(line, day, due) < limits.extension_before:
        last = line.moved(due, -limits.extension_before) if due else day
        return (
            f"延期须在到期前至少 {limits.extension_before} 个工作日申请，"
            f"最迟 {last:%Y-%m-%d}，现已超过。"
        )
    if to is None or to <= due:
        return f"延期后的时限应晚于现在的时限 {due:%Y-%m-%d}。"
    return ""


def moot_reason(step: Step, story: Story, limits: Limits = DEFAULTS) -> str:
    """Why there is nothing for a step to do, in Chinese: nothing was asked, or it is so already."""
    most = limits.most_extensions
    reasons = {
        Step.OBJECT: _objected(story),
        Step.UPHOLD: "" if story.objected else "没有等待处理的异议。",
        Step.REMIND: "事项已暂停，时限不走，不催办；恢复办理后再催。" if story.resting else "",
        Step.ASK_EXTENSION: _waiting_extension(story)
        or ("事项已暂停，时限不走；恢复办理后再申请延期。" if story.resting else "")
        or (f"已延期 {most} 次，最多 {most} 次，不能再延。" if story.extensions >= most else ""),
        Step.EXTEND: "" if story.asked_due else "没有等待审批的延期申请。",
        Step.REFUSE_EXTENSION: "" if story.asked_due else "没有等待审批的延期申请。",
        Step.ASK_PAUSE: _waiting_pause(story) or _paused(story),
        Step.PAUSE: "" if story.asked_rest else "没有等待审批的暂停申请。",
        Step.REFUSE_PAUSE: "" if story.asked_rest else "没有等待审批的暂停申请。",
        Step.RESUME: "" if story.resting else "事项没有暂停，不用恢复。",
        Step.REOPEN: "牵头单位已提出申诉，先由未参与的人复核。" if story.appealed else "",
        Step.DENY_APPEAL: "" if story.appealed else "没有等待复核的申诉。",
        Step.GRANT_APPEAL: "" if story.appealed else "没有等待复核的申诉。",
    }
    return reasons.get(step, "")


def _objected(story: Story) -> str:
    if story.objection_final:
        return "异议已经处理过，决定为最终决定，请签收办理。"
    if story.objected:
        return f"{story.objected:%Y-%m-%d} 已提出异议，正等待处理（{PART_NAMES[Part.OFFICE]}）。"
    return ""


def _waiting_extension(story: Story) -> str:
    if story.asked_due is None:
        return ""
    who = PART_NAMES[granter(story)]
    return f"延期到 {story.asked_due:%Y-%m-%d} 的申请正等待审批（{who}），不能再提。"


def _waiting_pause(story: Story) -> str:
    if story.asked_rest is None:
        return ""
    first, who = story.asked_rest.first, PART_NAMES[Part.OFFICE]
    return f"{first:%Y-%m-%d} 起的暂停申请正等待审批（{who}），不能再提。"


def _paused(story: Story) -> str:
    return f"{story.resting.first:%Y-%m-%d} 起已经暂停。" if story.resting else ""


def granter(story: Story) -> Part:
    """Who decides on the extension that is asked for: the office once, then the lead official."""
    return Part.LEAD_OFFICIAL if story.extensions else Part.OFFICE


def deciders(story: Story) -> frozenset[Part]:
    """Before whom something lies that was asked: an objection, an extension, a pause, an appeal."""
    found = set()
    if story.objected or story.asked_rest:
        found.add(Part.OFFICE)
    if story.asked_due:
        found.add(granter(story))
    if story.appealed:
        found.add(Part.REVIEWER)
    return frozenset(found)


def wrong_pause(
    story: Story,
    first: date,
    last: date | None,
    day: date,
    calendars: Calendars,
    limits: Limits = DEFAULTS,
) -> str:
    """Why a pause cannot be asked for."""
    if said := moot_reason(Step.ASK_PAUSE, story, limits):
        return said
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
