"""The clock of a matter: when it is due, whether it is late, how it looks, who is called.

All days are working days of the statutory calendar; the first that is charged is the one after
the day on which the agency got the matter. The limits are the system's own defaults.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from projects.rules.calendars import ONE_DAY, WORKING, Calendars, Line
from projects.rules.matters.steps import State
from projects.rules.matters.story import Rest, Story

HIGHEST = 4
"""区主要领导."""


@dataclass(frozen=True)
class Limits:
    """The ladder's numbers, in working days; `appeal_days` and `review_days` are calendar days."""

    sign: int = 1
    verify: int = 3
    objection: int = 1
    extension_before: int = 1
    most_extensions: int = 2
    pause_back: int = 3
    silence: int = 5
    soon: int = 3
    red_after_yellow: int = 5
    heads: int = 1
    lead_official: int = 5
    district: int = 15
    appeal_days: int = 30
    review_days: int = 30


DEFAULTS = Limits()


@dataclass(frozen=True)
class Reading:
    """A matter at the end of a day. Counts are working days, 0 where there is nothing to count.

    `due` is the day in force: set by people, moved by pauses. `late` are the days after it that
    are charged to the agency, `left` those up to it (None when late, over or not issued). `used`
    are all days charged, in every round. `colour` is that of the order which is due now: “blue”,
    “yellow”, “red” or none. `level` is the higher of the recorded one and the ladder's.
    `unsigned` and `unverified` count days beyond their limits. `reasons` say why, in Chinese.
    """

    due: date | None
    paused: bool
    left: int | None
    late: int
    used: int
    colour: str
    level: int
    silent: int
    unsigned: int
    unverified: int
    reasons: tuple[str, ...]


def read(story: Story, day: date, calendars: Calendars, limits: Limits = DEFAULTS) -> Reading:
    """How the matter stands; of one that is over, what it came to."""
    line = calendars.line(WORKING)
    due = due_day(story, line)
    charged = charged_days(story, day, line)
    over = tuple(each for each in charged if due and each > due)
    held_against = unlifted(story, over)
    yellow = _yellow_since(story, held_against)
    paused = story.is_open and any(_covers(rest, day) for rest in story.rests)
    running = story.state in {State.ISSUED, State.WORKING} and not paused
    left = counted(line, day, due) if due and running and not over else None
    ladder = _ladder(story, len(held_against), limits)
    return Reading(
        due=due,
        paused=paused,
        left=left,
        late=len(over),
        used=len(charged),
        colour=_colour(left, yellow, charged, limits) if running else "",
        level=max(story.level, ladder),
        silent=_silent(story, charged) if running else 0,
        unsigned=_beyond(story.issued, day, limits.sign, line, story.state == State.ISSUED),
        unverified=_beyond(story.answered, day, limits.verify, line, story.state == State.ANSWERED),
        reasons=tuple(_reasons(story, due, len(over), ladder)),
    )


def due_day(story: Story, line: Line) -> date | None:
    """The due day in force: a holiday moves to the next working day, a pause adds what it took.

    Only days of pauses after the one on which the due day was set move it; a pause without an end
    adds its days when it ends.
    """
    if story.due is None:
        return None
    due = line.on_or_after(story.due)
    since = story.set_on or story.due
    for rest in sorted(story.rests, key=lambda each: each.first):
        first = max(rest.first, since + ONE_DAY)
        if rest.last and first <= min(rest.last, due):
            due = line.moved(due, line.between(first, rest.last + ONE_DAY))
    return due


def charged_days(story: Story, day: date, line: Line) -> tuple[date, ...]:
    """The working days on which the agency had the matter and its clock ran."""
    found: list[date] = []
    for first, last in story.turns:
        begin = bisect_right(line.days, first)
        end = bisect_right(line.days, min(last or day, day))
        found += line.days[begin:end]
    return tuple(each for each in found if not any(_covers(rest, each) for rest in story.rests))


def counted(line: Line, first: date, last: date) -> int:
    """Working days after `first` up to `last`; negative when `last` comes before."""
    return line.between(first + ONE_DAY, last + ONE_DAY)


def _covers(rest: Rest, day: date) -> bool:
    return rest.first <= day and (rest.last is None or day <= rest.last)


def _yellow_since(story: Story, over: tuple[date, ...]) -> date | None:
    """Since when it is yellow in this round: late, or sent back."""
    days = [*over[:1], *([story.sent_back] if story.sent_back else [])]
    return min(days, default=None)


def _colour(
    left: int | None, yellow: date | None, charged: tuple[date, ...], limits: Limits
) -> str:
    if yellow:
        since = sum(each > yellow for each in charged)
        return "red" if since >= limits.red_after_yellow else "yellow"
    return "blue" if left is not None and left <= limits.soon else ""


def _ladder(story: Story, late: int, limits: Limits) -> int:
    """The level that the ladder has climbed to; 0 before the matter is issued."""
    if story.issued is None:
        return 0
    if late >= limits.district or len(story.returned) - story.excused >= 2:
        return HIGHEST
    return 1 + (late >= limits.heads) + (late >= limits.lead_official)


def _silent(story: Story, charged: tuple[date, ...]) -> int:
    """Days charged since anybody said anything; 0 before it is signed."""
    if story.state != State.WORKING or story.spoken is None:
        return 0
    return sum(each > story.spoken for each in charged)


def _beyond(since: date | None, day: date, limit: int, line: Line, counts: bool) -> int:
    return max(0, counted(line, since, day) - limit) if since and counts else 0


def _reasons(story: Story, due: date | None, late: int, ladder: int) -> Iterator[str]:
    if late and due:
        yield f"应于 {due:%Y-%m-%d} 办结，超期 {late} 个工作日"
    if story.sent_back:
        yield f"{story.sent_back:%Y-%m-%d} 被退回，现为第 {story.round} 轮"
    if ladder > story.level:
        yield f"交办时为 {story.level} 级，按规则升为 {ladder} 级"
    if story.lifted and (late or story.returned):
        yield f"{story.lifted:%Y-%m-%d} 复核支持申诉，此前的超期和退回不再计入亮牌和升级"


def unlifted(story: Story, over: tuple[date, ...]) -> tuple[date, ...]:
    """The days late that no review has lifted."""
    return tuple(each for each in over if story.lifted is None or each > story.lifted)


def red_since(
    story: Story, day: date, calendars: Calendars, limits: Limits = DEFAULTS
) -> date | None:
    """Since when the matter is red in this round, also where it was answered or paused since.

    None where it has not turned red up to the day.
    """
    line = calendars.line(WORKING)
    due = due_day(story, line)
    charged = charged_days(story, day, line)
    over = tuple(each for each in charged if due and each > due)
    yellow = _yellow_since(story, unlifted(story, over))
    after = [each for each in charged if yellow and each > yellow]
    nth = max(limits.red_after_yellow, 1)
    return after[nth - 1] if len(after) >= nth else None
