"""The machine as a table: every step in every state, by every part."""

import pytest

from projects.rules.matters.steps import (
    OPEN,
    PART_NAMES,
    STATE_NAMES,
    STEP_NAMES,
    WAYS,
    Part,
    State,
    Step,
    lacks,
    refusal,
)


def only(*parts: Part) -> frozenset[Part]:
    return frozenset(parts)


def test_everything_has_a_name() -> None:
    assert set(STATE_NAMES) == set(State)
    assert set(STEP_NAMES) == set(WAYS) == set(Step)
    assert set(PART_NAMES) == set(Part)


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("step", Step)
def test_step_out_of_its_states_is_refused_with_where_it_belongs(step: Step, state: State) -> None:
    said = refusal(step, state, only(*Part))
    assert (said == "") is (state in WAYS[step].of)
    if said:
        assert STATE_NAMES[state] in said
        assert STEP_NAMES[step] in said


@pytest.mark.parametrize(
    ("step", "state", "may"),
    [
        (Step.ISSUE, State.DRAFT, {Part.OFFICE}),
        (Step.SIGN, State.ISSUED, {Part.LEAD, Part.OFFICE}),
        (Step.OBJECT, State.ISSUED, {Part.LEAD}),
        (Step.ANSWER, State.WORKING, {Part.LEAD}),
        (Step.CLOSE, State.ANSWERED, {Part.VERIFIER}),
        (Step.RETURN, State.ANSWERED, {Part.VERIFIER}),
        (Step.EXTEND, State.WORKING, {Part.OFFICE, Part.LEAD_OFFICIAL}),
        (Step.PAUSE, State.WORKING, {Part.OFFICE}),
        (Step.REOPEN, State.CLOSED, {Part.OFFICE, Part.VERIFIER}),
        (Step.APPEAL, State.CLOSED, {Part.LEAD}),
        (Step.DENY_APPEAL, State.CLOSED, {Part.REVIEWER}),
        (Step.GRANT_APPEAL, State.WORKING, {Part.REVIEWER}),
        (Step.VOID, State.ANSWERED, {Part.OFFICE}),
    ],
)
def test_step_is_taken_by_those_it_belongs_to(step: Step, state: State, may: set[Part]) -> None:
    assert {each for each in Part if not refusal(step, state, only(each))} == may
    assert refusal(step, state, only()) != ""


def test_refusal_says_who_may() -> None:
    said = refusal(Step.CLOSE, State.ANSWERED, only(Part.LEAD))
    assert said == "事项现在是“已反馈”：销号由核查人办理，您不是。"
    said = refusal(Step.ANSWER, State.CLOSED, only(Part.LEAD))
    assert said == "事项现在是“已销号”，不能反馈；反馈只在“办理中”时由牵头单位办理。"


@pytest.mark.parametrize(
    "step",
    [
        *(Step.CLOSE, Step.RETURN, Step.REOPEN, Step.VOID, Step.OBJECT),
        *(Step.APPEAL, Step.DENY_APPEAL, Step.GRANT_APPEAL),
    ],
)
def test_nothing_is_decided_without_words(step: Step) -> None:
    assert lacks(step, " \n", 0) == {"text": f"{STEP_NAMES[step]}须写明理由或情况。"}
    assert lacks(step, "已核", 0) == {}


def test_answer_and_pause_need_evidence() -> None:
    assert set(lacks(Step.ANSWER, "", 0)) == {"text", "evidence"}
    assert set(lacks(Step.ASK_PAUSE, "等待批复", 0)) == {"evidence"}
    assert lacks(Step.ANSWER, "已解决", 1) == {}


def test_what_is_over_stays_over_but_for_reopening_and_appeal() -> None:
    for state in (State.VOID, State.MERGED):
        assert all(refusal(step, state, only(*Part)) for step in Step)
    assert {step for step in Step if not refusal(step, State.CLOSED, only(*Part))} == {
        Step.REOPEN,
        Step.APPEAL,
        Step.DENY_APPEAL,
        Step.GRANT_APPEAL,
    }
    assert State.CLOSED not in OPEN
