"""A matter cut into spans: nothing that changes nothing begins one, and no open state is forgotten."""

from datetime import date

from projects.rules.calendars import WORKING, Calendars
from projects.rules.matters.figures import Counts, Period
from projects.rules.matters.spans import PHASES, Phase, Verdict, spans
from projects.rules.matters.steps import OPEN, State, Step
from projects.rules.matters.story import Taken

LINE = Calendars().line(WORKING)
ISSUE = Taken(Step.ISSUE, date(2024, 9, 9), due=date(2024, 9, 20), level=1, agency=1)


def taken(step: Step, day: int) -> Taken:
    return Taken(step, date(2024, 9, day))


def test_every_state_in_which_somebody_has_it_is_in_a_phase() -> None:
    assert {*OPEN, State.CLOSED} == set(PHASES)


def test_signing_and_noting_begin_no_span() -> None:
    found = spans([ISSUE, taken(Step.SIGN, 10), taken(Step.NOTE, 12), taken(Step.ANSWER, 13)], LINE)
    assert [(each.phase, each.begun, each.ended) for each in found] == [
        (Phase.HELD, 0, 3),
        (Phase.ANSWERED, 3, None),
    ]
    assert [each.late_on for each in found] == [date(2024, 9, 23), None]


def test_a_draft_and_what_is_void_has_none_that_lasts() -> None:
    assert spans([], LINE) == ()
    [held] = spans([ISSUE, taken(Step.VOID, 12)], LINE)
    assert held.ended == 1


def test_a_return_begins_one_with_its_verdict() -> None:
    steps = [ISSUE, taken(Step.SIGN, 9), taken(Step.ANSWER, 12), taken(Step.RETURN, 13)]
    last = spans(steps, LINE)[-1]
    assert (last.phase, last.verdict, last.first) == (
        Phase.HELD,
        Verdict.RETURNED,
        date(2024, 9, 13),
    )


def test_months_of_a_period_end_with_its_last_day() -> None:
    months = Period.year_of(date(2024, 3, 15)).months
    assert [(each.first.month, each.last.day) for each in months] == [(1, 31), (2, 29), (3, 15)]
    assert Period.month_of(date(2024, 1, 1)).months == (Period(date(2024, 1, 1), date(2024, 1, 1)),)


def test_counts_add_up() -> None:
    assert Counts(closed=1, used=3) + Counts(closed=2, open=1) == Counts(closed=3, used=3, open=1)
