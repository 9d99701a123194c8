"""申诉 and 复核: what may be appealed against and until when, and how long its review may take.

政府督查工作条例 §16-18: the conclusion is told to the agency, which may ask for a review within 30 days;
it is decided within 30 days by people who took no part in the conclusion.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from projects.rules.calendars import WORKING, Calendars
from projects.rules.matters import dues
from projects.rules.matters.clock import DEFAULTS, Limits, red_since
from projects.rules.matters.steps import PART_NAMES, Part, State
from projects.rules.matters.story import Story


@dataclass(frozen=True)
class Review:
    """An appeal that waits, at the end of a day. `late` are calendar days after `due`.

    `closing` says what it is against; `reasons` say the same in Chinese.
    """

    asked: date
    due: date
    closing: bool
    late: int
    reasons: tuple[str, ...]


def conclusion_day(
    story: Story, day: date, calendars: Calendars, limits: Limits = DEFAULTS
) -> date | None:
    """The day of what can be appealed against: of the closing, before that of turning red."""
    if story.state == State.CLOSED:
        return story.closed
    return red_since(story, day, calendars, limits)


def wrong_appeal(story: Story, day: date, calendars: Calendars, limits: Limits = DEFAULTS) -> str:
    """Why an appeal cannot be lodged, in Chinese; empty if it can."""
    closed = story.state == State.CLOSED
    waiting = story.appealed
    if waiting and (waiting.closing or not closed):
        return f"{waiting.day:%Y-%m-%d} 的申诉正等待{PART_NAMES[Part.REVIEWER]}复核，不能再提。"
    if story.closing_final if closed else story.red_final:
        return "这一结论已经复核维持，为最终决定，不能再申诉。"
    since = conclusion_day(story, day, calendars, limits)
    if since is None:
        return "事项没有销号，也没有亮红牌，还没有可以申诉的结论。"
    return dues.wrong_appeal(since, day, limits)


def review_of(
    story: Story, day: date, calendars: Calendars, limits: Limits = DEFAULTS
) -> Review | None:
    """How the review stands; None where no appeal waits. A last day on a holiday moves on."""
    if story.appealed is None:
        return None
    asked, closing = story.appealed.day, story.appealed.closing
    due = calendars.line(WORKING).on_or_after(asked + timedelta(days=limits.review_days))
    late = max(0, (day - due).days)
    return Review(asked, due, closing, late, tuple(_reasons(asked, due, closing, late)))


def _reasons(asked: date, due: date, closing: bool, late: int) -> Iterator[str]:
    against = "对销号结论" if closing else "对红牌"
    yield f"{asked:%Y-%m-%d} 牵头单位{against}提出申诉，应于 {due:%Y-%m-%d} 前作出复核决定"
    if late:
        yield f"复核已超过期限 {late} 天"
