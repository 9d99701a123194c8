"""A matter cut into spans of days: whose it was, and what its close came to, for figures.

Figures are counted in SQL over many matters; what is counted is decided here, one matter at a
time, from its steps and the calendar alone.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from projects.rules.calendars import ONE_DAY, Line
from projects.rules.matters.clock import charged_days, due_day
from projects.rules.matters.steps import State, Step
from projects.rules.matters.story import Rest, Story, Taken, after


class Phase(StrEnum):
    """With whom a matter is: the agency, the verifier, nobody any more."""

    HELD = "held"
    ANSWERED = "answered"
    CLOSED = "closed"


class Verdict(StrEnum):
    """What the verifier said of an answer; a span begins with it."""

    CLOSED = "closed"
    RETURNED = "returned"


class Close(StrEnum):
    """How a matter was closed.

    On time: no day was charged after the original due day, as pauses move it. Extended (延期办结):
    some were, none after the day that an extension set. Late: some were after that.
    """

    ON_TIME = "on_time"
    EXTENDED = "extended"
    LATE = "late"


@dataclass(frozen=True)
class Span:
    """Days on which nothing changed that a figure asks for.

    It begins on `first` with the step `begun`, ends before the day of the step `ended` (None while
    it lasts) and, where a pause that was granted ahead begins or ends, before the day `cut`. Steps
    are named by their place, from 0.

    `late_on` is the first day charged after the due day, were nothing more to happen. Of a span
    that a close begins, `close`, the days `used` (working days charged in all rounds) and the step
    `undone` that opened it again say what it came to.
    """

    begun: int
    first: date
    phase: Phase
    agency: int | None
    late_on: date | None
    paused: bool = False
    ended: int | None = None
    cut: date | None = None
    verdict: Verdict | None = None
    close: Close | None = None
    used: int = 0
    undone: int | None = None


PHASES = {
    State.ISSUED: Phase.HELD,
    State.WORKING: Phase.HELD,
    State.ANSWERED: Phase.ANSWERED,
    State.CLOSED: Phase.CLOSED,
}
ROUNDS = {Step.ISSUE, Step.REASSIGN}
"""Steps that set an original due day; so does whatever opens a closed matter again."""


def spans(steps: Sequence[Taken], line: Line) -> tuple[Span, ...]:
    """The spans of a matter, first to last; none of a draft, and none once it is void or merged.

    `steps` are in their order, no day before the one before it; `line` are the working days.
    """
    found: list[Span] = []
    story, since = Story(), date.min
    for place, taken in enumerate(steps):
        before, story = story, after(story, taken)
        if taken.step in ROUNDS or _undone(before, story):
            since = taken.day
        verdict = _verdict(before, story)
        begun = tuple(_begun(place, taken.day, story, since, verdict, line))
        if verdict is None and _goes_on(found, begun):
            continue
        _end(found, place, before, story)
        found += begun
    return tuple(found)


def first_late(story: Story, line: Line) -> date | None:
    """The first day charged after the due day, if nothing more happens; None if none will be."""
    due = due_day(story, line)
    return None if due is None else next(_charged_after(story, due, line), None)


def _charged_after(story: Story, due: date, line: Line) -> Iterator[date]:
    for first, last in story.turns:
        end = bisect_right(line.days, last) if last else len(line.days)
        for day in line.days[bisect_right(line.days, max(first, due)) : end]:
            rest = next((each for each in story.rests if _covers(each, day)), None)
            if rest is None:
                yield day
            elif rest.last is None:
                break


def _covers(rest: Rest, day: date) -> bool:
    return rest.first <= day and (rest.last is None or day <= rest.last)


def _undone(before: Story, story: Story) -> bool:
    return before.state == State.CLOSED and story.state != State.CLOSED


def _verdict(before: Story, story: Story) -> Verdict | None:
    if before.state == State.ANSWERED and story.state == State.WORKING:
        return Verdict.RETURNED
    closes = before.state != State.CLOSED and story.state == State.CLOSED
    return Verdict.CLOSED if closes else None


def _begun(
    place: int, day: date, story: Story, since: date, verdict: Verdict | None, line: Line
) -> Iterator[Span]:
    """The spans that a step begins: one, or one for each stretch of the pauses granted ahead."""
    phase = PHASES.get(story.state)
    if phase is None:
        return
    span = Span(place, day, phase, story.agency, first_late(story, line), verdict=verdict)
    if phase != Phase.HELD:
        if verdict == Verdict.CLOSED:
            close, used = _close(story, since, line), len(charged_days(story, day, line))
            span = replace(span, close=close, used=used)
        yield span
        return
    turns = sorted({day, *(each for each in _edges(story.rests) if each > day)})
    for first, cut in zip(turns, [*turns[1:], None], strict=True):
        paused = any(_covers(rest, first) for rest in story.rests)
        yield replace(span, first=first, cut=cut, paused=paused)
        span = replace(span, verdict=None)


def _edges(rests: Iterable[Rest]) -> Iterator[date]:
    for rest in rests:
        yield rest.first
        if rest.last:
            yield rest.last + ONE_DAY


def _close(story: Story, since: date, line: Line) -> Close:
    if first_late(story, line):
        return Close.LATE
    promised = replace(story, due=story.original, set_on=since)
    return Close.EXTENDED if story.extensions and first_late(promised, line) else Close.ON_TIME


def _goes_on(found: Sequence[Span], begun: Sequence[Span]) -> bool:
    """Whether the step changed nothing that counts: the last spans simply last."""
    if not found or not begun or found[-1].ended is not None:
        return False
    last, [new, *more] = found[-1], begun
    same = ("phase", "agency", "late_on", "paused")
    return not more and last.cut is None and last.first <= new.first and _alike(last, new, same)


def _alike(one: Span, other: Span, names: Iterable[str]) -> bool:
    return all(getattr(one, name) == getattr(other, name) for name in names)


def _end(found: list[Span], place: int, before: Story, story: Story) -> None:
    """Ends what lasts with this step, and says of a close that it is undone."""
    undone = _undone(before, story)
    for number, each in enumerate(found):
        if each.ended is None:
            each = replace(each, ended=place)
        if undone and each.close and each.undone is None:
            each = replace(each, undone=place)
        found[number] = each
