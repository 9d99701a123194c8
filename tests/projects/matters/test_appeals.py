"""申诉 and 复核 as tables, on days around the National Day holiday of 2024."""

from datetime import date

import pytest

from projects.rules.matters.appeals import review_of, wrong_appeal
from projects.rules.matters.clock import Limits, read, red_since
from projects.rules.matters.dues import deciders, moot_reason
from projects.rules.matters.steps import Part, State, Step
from projects.rules.matters.story import Story, Taken
from tests.projects.matters.test_clock import SITE, day, issued, taken, working

ANSWERED = (taken(Step.ANSWER, "09-19"),)
CLOSED = (*ANSWERED, taken(Step.CLOSE, "09-20"))
LATE = working()
"""Due on 09-20: late on 09-23, red on 09-29, a Sunday that is worked."""


class TestRedSince:
    def test_is_the_fifth_working_day_after_yellow(self) -> None:
        for on in ("09-28", "09-29", "10-16"):
            expected = day("09-29") if on != "09-28" else None
            assert red_since(LATE, day(on), SITE) == expected, on
            assert (read(LATE, day(on), SITE).colour == "red") is (on != "09-28"), on

    def test_outlives_the_answer_and_a_pause(self) -> None:
        answered = working(taken(Step.ANSWER, "09-30"))
        assert read(answered, day("10-08"), SITE).colour == ""
        assert red_since(answered, day("10-08"), SITE) == day("09-29")

    def test_counts_from_a_return(self) -> None:
        back = working(*ANSWERED, taken(Step.RETURN, "09-20"), due="10-31")
        assert red_since(back, day("09-26"), SITE) is None
        assert red_since(back, day("09-27"), SITE) == day("09-27")

    def test_follows_the_offices_limit(self) -> None:
        assert red_since(LATE, day("09-29"), SITE, Limits(red_after_yellow=2)) == day("09-25")


class TestWhatMayBeAppealed:
    @pytest.mark.parametrize(
        ("story", "on", "words"),
        [
            (working(), "09-10", "还没有可以申诉的结论"),
            (LATE, "09-27", "还没有可以申诉的结论"),
            (LATE, "09-29", ""),
            (LATE, "10-29", ""),
            (LATE, "10-30", "最迟 2024-10-29"),
            (working(*CLOSED), "09-20", ""),
            (working(*CLOSED), "10-20", ""),
            (working(*CLOSED), "10-21", "最迟 2024-10-20"),
        ],
    )
    def test_within_thirty_days_of_the_conclusion(self, story: Story, on: str, words: str) -> None:
        said = wrong_appeal(story, day(on), SITE)
        assert (said == "") is (words == "")
        assert words in said

    def test_one_waits_and_one_is_all(self) -> None:
        asked = working(*CLOSED, taken(Step.APPEAL, "09-23"))
        assert "2024-09-23 的申诉正等待" in wrong_appeal(asked, day("09-24"), SITE)
        denied = working(*CLOSED, taken(Step.APPEAL, "09-23"), taken(Step.DENY_APPEAL, "09-24"))
        assert "最终决定" in wrong_appeal(denied, day("09-25"), SITE)
        assert denied.state == State.CLOSED

    def test_next_closing_is_another_conclusion(self) -> None:
        again = working(
            *CLOSED,
            taken(Step.APPEAL, "09-23"),
            taken(Step.DENY_APPEAL, "09-24"),
            taken(Step.REOPEN, "09-25", due="10-10"),
            taken(Step.ANSWER, "09-26"),
            taken(Step.CLOSE, "09-27"),
        )
        assert wrong_appeal(again, day("09-27"), SITE) == ""

    def test_one_against_the_closing_takes_in_one_against_the_red(self) -> None:
        story = working(
            taken(Step.APPEAL, "09-29"), taken(Step.ANSWER, "09-30"), taken(Step.CLOSE, "10-08")
        )
        assert wrong_appeal(story, day("10-09"), SITE) == ""
        assert story.appealed is not None
        assert not story.appealed.closing


class TestGranted:
    def test_against_the_closing_works_on_from_a_new_due_day(self) -> None:
        story = working(
            *ANSWERED,
            taken(Step.RETURN, "09-20"),
            taken(Step.ANSWER, "09-23"),
            taken(Step.CLOSE, "09-24"),
            taken(Step.APPEAL, "09-25"),
            taken(Step.GRANT_APPEAL, "09-27", due="10-12"),
        )
        assert (story.state, story.round, story.closed) == (State.WORKING, 3, None)
        found = read(story, day("10-12"), SITE)
        assert (found.due, found.late, found.colour) == (day("10-12"), 0, "blue")
        assert "复核支持申诉" in found.reasons[-1]

    def test_red_is_lifted_from_that_day_and_comes_again_of_itself(self) -> None:
        story = working(taken(Step.APPEAL, "09-29"), taken(Step.GRANT_APPEAL, "09-30"))
        found = read(story, day("09-30"), SITE)
        assert (found.late, found.colour, found.level) == (7, "", 1)
        assert read(story, day("10-08"), SITE).colour == "yellow"
        assert read(story, day("10-12"), SITE).colour == "yellow"
        assert read(story, day("10-14"), SITE).colour == "red"
        assert red_since(story, day("10-15"), SITE) == day("10-14")
        assert wrong_appeal(story, day("10-15"), SITE) == ""

    def test_returns_before_it_call_nobody_any_more(self) -> None:
        twice = (
            taken(Step.ANSWER, "09-10"),
            taken(Step.RETURN, "09-11"),
            taken(Step.ANSWER, "09-12"),
            taken(Step.RETURN, "09-13"),
        )
        assert read(working(*twice), day("09-23"), SITE).level == 4
        story = working(
            *twice, taken(Step.APPEAL, "09-23"), taken(Step.GRANT_APPEAL, "09-24", due="10-10")
        )
        found = read(story, day("09-24"), SITE)
        assert (found.level, found.colour, found.late, len(story.returned)) == (1, "", 0, 2)
        assert found.reasons == ("2024-09-24 复核支持申诉，此前的超期和退回不再计入亮牌和升级",)

    def test_red_of_a_matter_that_was_closed_meanwhile_leaves_it_closed(self) -> None:
        story = working(
            taken(Step.APPEAL, "09-29"),
            taken(Step.ANSWER, "09-30"),
            taken(Step.CLOSE, "10-08"),
            taken(Step.GRANT_APPEAL, "10-09"),
        )
        assert (story.state, story.closed, story.appealed) == (State.CLOSED, day("10-08"), None)


def test_denied_red_is_final_for_its_round() -> None:
    denied = (taken(Step.APPEAL, "09-29"), taken(Step.DENY_APPEAL, "09-30"))
    assert "最终决定" in wrong_appeal(working(*denied), day("10-08"), SITE)
    assert read(working(*denied), day("10-08"), SITE).colour == "red"
    moved = working(*denied, taken(Step.REASSIGN, "10-08", agency=2, due="10-18"))
    assert not moved.red_final


class TestReview:
    def test_is_due_thirty_days_after_it_was_asked(self) -> None:
        story = working(taken(Step.APPEAL, "09-29"))
        found = review_of(story, day("10-29"), SITE)
        assert found is not None
        assert (found.due, found.late, found.closing) == (day("10-29"), 0, False)
        assert found.reasons == (
            "2024-09-29 牵头单位对红牌提出申诉，应于 2024-10-29 前作出复核决定",
        )
        late = review_of(story, day("10-31"), SITE)
        assert late is not None
        assert late.reasons[-1] == "复核已超过期限 2 天"

    def test_last_day_on_a_weekend_moves_on(self) -> None:
        found = review_of(working(taken(Step.APPEAL, "09-27")), day("09-27"), SITE)
        assert found is not None
        assert found.due == day("10-28")

    def test_nothing_waits_without_an_appeal(self) -> None:
        assert review_of(working(), day("09-27"), SITE) is None

    def test_stops_reopening_and_lies_before_a_reviewer(self) -> None:
        asked = working(*CLOSED, taken(Step.APPEAL, "09-23"))
        assert "先由未参与的人复核" in moot_reason(Step.REOPEN, asked)
        assert deciders(asked) == {Part.REVIEWER}
        void = working(taken(Step.APPEAL, "09-29"), taken(Step.VOID, "09-30"))
        assert deciders(void) == frozenset()


@pytest.mark.parametrize(
    ("steps", "who"),
    [
        ((taken(Step.OBJECT, "09-10"),), {Part.OFFICE}),
        ((taken(Step.OBJECT, "09-10"), taken(Step.UPHOLD, "09-10")), set()),
        ((taken(Step.ASK_EXTENSION, "09-10", due="10-10"),), {Part.OFFICE}),
        (
            (
                taken(Step.ASK_EXTENSION, "09-10", due="10-10"),
                taken(Step.EXTEND, "09-10"),
                taken(Step.ASK_EXTENSION, "09-11", due="10-20"),
            ),
            {Part.LEAD_OFFICIAL},
        ),
    ],
)
def test_requests_lie_before_whoever_decides(steps: tuple[Taken, ...], who: set[Part]) -> None:
    assert deciders(issued(*steps)) == who


def test_moved_matter_carries_no_colour_of_the_agency_before() -> None:
    story = issued(
        taken(Step.SIGN, "09-09"),
        taken(Step.ANSWER, "09-10"),
        taken(Step.RETURN, "09-11"),
        taken(Step.REASSIGN, "09-12", agency=2, due="10-18"),
    )
    found = read(story, day("09-23"), SITE)
    assert (found.colour, found.level, found.reasons) == ("", 1, ())
    assert story.returned == (date(2024, 9, 11),)
