"""Random steps on random days: the clock equals a day-by-day recount that shares no code with it."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from projects.rules.calendars import Calendars
from projects.rules.matters.clock import DEFAULTS, read
from projects.rules.matters.dues import wrong_extension, wrong_pause
from projects.rules.matters.steps import WAYS, State, Step, refusal
from projects.rules.matters.story import Taken, fold
from tests.projects.matters.recount import BEGIN, Recount, days

UNTRIED = {
    *(Step.VOID, Step.MERGE, Step.OBJECT, Step.UPHOLD),
    *(Step.APPEAL, Step.DENY_APPEAL, Step.GRANT_APPEAL),
}
TRIED = [step for step in Step if step not in UNTRIED]


steps = st.lists(
    st.tuples(st.sampled_from(TRIED), st.integers(0, 12), st.integers(1, 15), st.integers(0, 5)),
    max_size=25,
)


@settings(max_examples=150, deadline=None)
@given(
    steps=steps,
    closed=st.frozensets(st.sampled_from(days(BEGIN, date(2024, 12, 31))), max_size=8),
    after=st.integers(0, 40),
)
def test_clock_is_the_recount(
    steps: list[tuple[Step, int, int, int]], closed: frozenset[date], after: int
) -> None:
    site = Calendars(dict.fromkeys(closed, False))
    recount = Recount(closed)
    taken: list[Taken] = []
    today = BEGIN
    for step, wait, ahead, back in [(Step.ISSUE, 0, 12, 0), (Step.SIGN, 0, 1, 0), *steps]:
        story = fold(taken)
        if refusal(step, story.state, frozenset(WAYS[step].by)):
            continue
        for _ in range(wait):
            today += timedelta(1)
            recount.night(today)
        chosen = today + timedelta(ahead)
        first = today - timedelta(back)
        each = Taken(step, today, level=1 + back % 4)
        if step in {Step.ISSUE, Step.REASSIGN, Step.REOPEN}:
            each = Taken(step, today, due=chosen, agency=back)
            if story.resting:
                continue
            recount.set_due(chosen, today)
            if step == Step.REASSIGN:
                recount.charged.clear()
                recount.held = False
            recount.spoken = today
        elif step == Step.EXTEND:
            if wrong_extension(story, chosen, today, site):
                continue
            each = Taken(step, today, due=chosen)
            recount.set_due(chosen, today)
        elif step == Step.PAUSE:
            if wrong_pause(story, first, None, today, site):
                continue
            each = Taken(step, today, first=first)
            recount.rests.append((first, None))
        elif step == Step.RESUME or step == Step.ANSWER:
            before = today - timedelta(1)
            recount.rests = [
                (begin, before if last is None else last)
                for begin, last in recount.rests
                if last is not None or begin <= before
            ]
        if step in {Step.NOTE, Step.RESUME, Step.SIGN, Step.RETURN}:
            recount.spoken = today
        if step in {Step.ISSUE, Step.REASSIGN, Step.REOPEN, Step.RETURN}:
            recount.held = True
        elif step == Step.ANSWER:
            recount.held = False
        taken.append(each)
    for _ in range(after):
        today += timedelta(1)
        recount.night(today)
    story = fold(taken)
    found = read(story, today, site, DEFAULTS)
    charged = [each for each in recount.charged if not recount.resting(each)]
    late = [each for each in charged if each > recount.due()]
    assert found.due == recount.due()
    assert found.used == len(charged)
    assert found.late == len(late)
    if found.paused:
        assert (found.colour, found.silent) == ("", 0)
    elif story.state == State.WORKING:
        assert found.silent == len([each for each in charged if each > recount.spoken])
        assert (found.colour in {"yellow", "red"}) is bool(late or story.sent_back)
