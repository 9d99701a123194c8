"""What became of a matter: its steps, folded in their order into how it stands."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from projects.rules.matters.steps import WAYS, State, Step


@dataclass(frozen=True)
class Taken:
    """One step that was taken on a day. What a step does not say is None.

    `due` is the day it sets or asks for, `first` and `last` the pause it asks for (`last` None
    until it is resumed), `level` 1 to 4, `agency` the one that leads from now on.
    """

    step: Step
    day: date
    due: date | None = None
    first: date | None = None
    last: date | None = None
    level: int | None = None
    agency: int | None = None


@dataclass(frozen=True)
class Rest:
    """Days, inclusive, on which the clock stands still; no last day while it does."""

    first: date
    last: date | None


@dataclass(frozen=True)
class Appeal:
    """An appeal that waits for its review: since when, and against the closing or against a red."""

    day: date
    closing: bool


@dataclass(frozen=True)
class Story:
    """A matter as its steps left it. Days are the site's own.

    `set_on` is the day on which `due` was set: only pauses from then on move it. `original` is
    the due day of the round's issue. `turns` are days on which the agency got the matter back or
    gave it away, `sent_back` the day of this round's return. A review that granted an appeal took
    away what had come before: days late up to `lifted`, and the first `excused` returns, count for
    no colour and no rung. `closing_final` and `red_final` say that an appeal was turned down.
    """

    state: State = State.DRAFT
    agency: int | None = None
    level: int = 1
    round: int = 1
    issued: date | None = None
    signed: date | None = None
    answered: date | None = None
    closed: date | None = None
    due: date | None = None
    original: date | None = None
    set_on: date | None = None
    spoken: date | None = None
    returned: tuple[date, ...] = ()
    sent_back: date | None = None
    extensions: int = 0
    asked_due: date | None = None
    asked_rest: Rest | None = None
    rests: tuple[Rest, ...] = ()
    objected: date | None = None
    objection_final: bool = False
    appealed: Appeal | None = None
    closing_final: bool = False
    red_final: bool = False
    lifted: date | None = None
    excused: int = 0
    turns: tuple[tuple[date, date | None], ...] = ()

    @property
    def resting(self) -> Rest | None:
        """The pause that has no end yet."""
        return next((rest for rest in self.rests if rest.last is None), None)

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something about it."""
        return self.state in {State.ISSUED, State.WORKING, State.ANSWERED}


def fold(steps: Iterable[Taken]) -> Story:
    """The steps folded, oldest first. They were allowed when they were taken: nothing is refused."""
    story = Story()
    for each in steps:
        story = after(story, each)
    return story


def after(story: Story, taken: Taken) -> Story:
    """The story one step on."""
    to = WAYS[taken.step].to
    moved = replace(story, state=to) if to else story
    change = CHANGES.get(taken.step)
    return change(moved, taken) if change else moved


def _issue(story: Story, taken: Taken) -> Story:
    return replace(
        story,
        agency=taken.agency,
        level=taken.level or story.level,
        issued=taken.day,
        due=taken.due,
        original=taken.due,
        set_on=taken.day,
        spoken=taken.day,
        turns=((taken.day, None),),
    )


def _reassign(story: Story, taken: Taken) -> Story:
    """Another agency begins anew: a round of its own, nobody signed, nothing is pending."""
    return replace(
        story,
        agency=taken.agency,
        round=story.round + 1,
        issued=taken.day,
        signed=None,
        due=taken.due,
        original=taken.due,
        set_on=taken.day,
        spoken=taken.day,
        extensions=0,
        asked_due=None,
        asked_rest=None,
        rests=_ended(story.rests, taken.day),
        objected=None,
        objection_final=False,
        sent_back=None,
        appealed=None,
        red_final=False,
        lifted=None,
        excused=len(story.returned),
        turns=((taken.day, None),),
    )


def _sign(story: Story, taken: Taken) -> Story:
    # Who signs takes it: an objection that nobody has decided is dropped.
    return replace(story, signed=taken.day, spoken=taken.day, objected=None)


def _object(story: Story, taken: Taken) -> Story:
    return replace(story, objected=taken.day)


def _uphold(story: Story, taken: Taken) -> Story:
    return replace(story, objected=None, objection_final=True)


def _note(story: Story, taken: Taken) -> Story:
    return replace(story, spoken=taken.day)


def _answer(story: Story, taken: Taken) -> Story:
    return replace(
        story,
        answered=taken.day,
        spoken=taken.day,
        asked_due=None,
        asked_rest=None,
        rests=_ended(story.rests, taken.day),
        turns=_given_away(story.turns, taken.day),
    )


def _close(story: Story, taken: Taken) -> Story:
    return replace(story, closed=taken.day, closing_final=False)


def _back(story: Story, taken: Taken) -> Story:
    """Returned to the agency: the same due day unless a new one is set; another round."""
    return replace(
        story,
        round=story.round + 1,
        answered=None,
        returned=(*story.returned, taken.day),
        sent_back=taken.day,
        due=taken.due or story.due,
        set_on=taken.day if taken.due else story.set_on,
        spoken=taken.day,
        red_final=False,
        turns=(*story.turns, (taken.day, None)),
    )


def _reopen(story: Story, taken: Taken) -> Story:
    """Worked on again from a new due day; the days between do not count against anybody."""
    return replace(
        story,
        round=story.round + 1,
        answered=None,
        closed=None,
        sent_back=None,
        due=taken.due,
        original=taken.due,
        set_on=taken.day,
        spoken=taken.day,
        extensions=0,
        red_final=False,
        turns=(*story.turns, (taken.day, None)),
    )


def _appeal(story: Story, taken: Taken) -> Story:
    """One against the closing takes in one against a red that still waits."""
    return replace(story, appealed=Appeal(taken.day, story.state == State.CLOSED))


def _deny_appeal(story: Story, taken: Taken) -> Story:
    closing = story.appealed is not None and story.appealed.closing
    return replace(
        story,
        appealed=None,
        closing_final=story.closing_final or closing,
        red_final=story.red_final or not closing,
    )


def _grant_appeal(story: Story, taken: Taken) -> Story:
    """What was held against the agency is lifted; a closing that falls is worked on again."""
    closing = story.appealed is not None and story.appealed.closing
    cleared = replace(
        story,
        appealed=None,
        lifted=taken.day,
        excused=len(story.returned),
        sent_back=None,
        due=taken.due or story.due,
        set_on=taken.day if taken.due else story.set_on,
    )
    return _reopen(replace(cleared, state=State.WORKING), taken) if closing else cleared


def _ask_extension(story: Story, taken: Taken) -> Story:
    return replace(story, asked_due=taken.due)


def _extend(story: Story, taken: Taken) -> Story:
    return replace(
        story,
        due=taken.due or story.asked_due,
        set_on=taken.day,
        asked_due=None,
        extensions=story.extensions + 1,
    )


def _refuse_extension(story: Story, taken: Taken) -> Story:
    return replace(story, asked_due=None)


def _ask_pause(story: Story, taken: Taken) -> Story:
    return replace(story, asked_rest=Rest(taken.first or taken.day, taken.last))


def _pause(story: Story, taken: Taken) -> Story:
    rest = story.asked_rest or Rest(taken.first or taken.day, taken.last)
    return replace(story, rests=(*story.rests, rest), asked_rest=None)


def _refuse_pause(story: Story, taken: Taken) -> Story:
    return replace(story, asked_rest=None)


def _resume(story: Story, taken: Taken) -> Story:
    """Work goes on from this day: the day before is the last of the pause."""
    return replace(story, rests=_ended(story.rests, taken.day), spoken=taken.day)


def _set_level(story: Story, taken: Taken) -> Story:
    return replace(story, level=taken.level or story.level)


def _end(story: Story, taken: Taken) -> Story:
    """Nobody decides any more on what was asked."""
    return replace(
        story,
        closed=taken.day,
        asked_due=None,
        asked_rest=None,
        objected=None,
        appealed=None,
        turns=_given_away(story.turns, taken.day),
    )


def _ended(rests: tuple[Rest, ...], day: date) -> tuple[Rest, ...]:
    before = date.fromordinal(day.toordinal() - 1)
    return tuple(
        Rest(each.first, before) if each.last is None or each.last > before else each
        for each in rests
        if each.first <= before
    )


def _given_away(
    turns: tuple[tuple[date, date | None], ...], day: date
) -> tuple[tuple[date, date | None], ...]:
    return tuple((first, last or day) for first, last in turns)


CHANGES = {
    Step.ISSUE: _issue,
    Step.REASSIGN: _reassign,
    Step.SIGN: _sign,
    Step.OBJECT: _object,
    Step.UPHOLD: _uphold,
    Step.NOTE: _note,
    Step.ANSWER: _answer,
    Step.CLOSE: _close,
    Step.RETURN: _back,
    Step.REOPEN: _reopen,
    Step.APPEAL: _appeal,
    Step.DENY_APPEAL: _deny_appeal,
    Step.GRANT_APPEAL: _grant_appeal,
    Step.ASK_EXTENSION: _ask_extension,
    Step.EXTEND: _extend,
    Step.REFUSE_EXTENSION: _refuse_extension,
    Step.ASK_PAUSE: _ask_pause,
    Step.PAUSE: _pause,
    Step.REFUSE_PAUSE: _refuse_pause,
    Step.RESUME: _resume,
    Step.SET_LEVEL: _set_level,
    Step.VOID: _end,
    Step.MERGE: _end,
}
