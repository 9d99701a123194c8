"""The clock of a matter, on days around the National Day holiday of 2024.

2024-09-14 (a Saturday), 09-29 (a Sunday) and 10-12 (a Saturday) are worked; 09-15 to 09-17 and
10-01 to 10-07 are off.
"""

from datetime import date
from typing import Any

import pytest

from projects.rules.calendars import WORKING, Calendars
from projects.rules.matters.clock import Limits, counted, read
from projects.rules.matters.dues import (
    granter,
    kept_due,
    wrong_appeal,
    wrong_due,
    wrong_extension,
    wrong_objection,
    wrong_pause,
)
from projects.rules.matters.steps import Part, State, Step
from projects.rules.matters.story import Story, Taken, fold

SITE = Calendars()


def day(text: str) -> date:
    return date.fromisoformat(f"2024-{text}")


def taken(step: Step, on: str, **more: Any) -> Taken:
    for name in {"due", "first", "last"} & set(more):
        more[name] = day(more[name])
    return Taken(step, day(on), **more)


def issued(*more: Taken, on: str = "09-09", due: str = "09-20", level: int = 1) -> Story:
    return fold([taken(Step.ISSUE, on, due=due, level=level, agency=1), *more])


def working(*more: Taken, **issue: Any) -> Story:
    return issued(taken(Step.SIGN, issue.get("on", "09-09")), *more, **issue)


def test_day_one_is_the_next_working_day() -> None:
    story = working(on="09-30", due="10-10")
    assert read(story, day("09-30"), SITE).used == 0
    assert read(story, day("10-07"), SITE).used == 0
    assert read(story, day("10-08"), SITE).used == 1


@pytest.mark.parametrize(
    ("on", "left", "late", "colour", "level"),
    [
        ("09-13", 4, 0, "", 1),
        ("09-14", 3, 0, "blue", 1),  # a Saturday that is worked
        ("09-16", 3, 0, "blue", 1),  # 中秋
        ("09-20", 0, 0, "blue", 1),
        ("09-22", 0, 0, "blue", 1),
        ("09-23", None, 1, "yellow", 2),
        ("09-27", None, 5, "yellow", 3),
        ("09-29", None, 6, "red", 3),  # a Sunday that is worked
        ("10-15", None, 14, "red", 3),
        ("10-16", None, 15, "red", 4),
    ],
)
def test_ladder_of_a_matter_that_nobody_answers(
    on: str, left: int | None, late: int, colour: str, level: int
) -> None:
    found = read(working(), day(on), SITE)
    assert (found.left, found.late, found.colour, found.level) == (left, late, colour, level)


def test_recorded_level_holds_where_it_is_the_higher() -> None:
    assert read(working(level=3), day("09-10"), SITE).level == 3
    late = read(working(level=3), day("10-16"), SITE)
    assert late.level == 4
    assert late.reasons == (
        "应于 2024-09-20 办结，超期 15 个工作日",
        "交办时为 3 级，按规则升为 4 级",
    )


def test_due_day_on_a_holiday_is_the_next_working_day() -> None:
    story = working(due="10-03")
    assert read(story, day("09-20"), SITE).due == day("10-08")
    assert read(story, day("10-08"), SITE).late == 0
    assert read(story, day("10-09"), SITE).late == 1
    assert kept_due(day("10-03"), SITE) == (
        day("10-08"),
        "2024-10-03 不是工作日，时限顺延到 2024-10-08。",
    )
    assert kept_due(day("10-12"), SITE) == (day("10-12"), "")


class TestPause:
    def test_moves_the_due_day_by_its_working_days_and_skips_holidays(self) -> None:
        story = working(
            taken(Step.ASK_PAUSE, "09-27", first="09-27", last="10-08"),
            taken(Step.PAUSE, "09-27"),
            due="10-10",
        )
        # 09-27, 09-29, 09-30, 10-08.
        assert read(story, day("10-08"), SITE).due == day("10-15")

    def test_a_paused_matter_never_turns_overdue(self) -> None:
        story = working(taken(Step.ASK_PAUSE, "09-18", first="09-18"), taken(Step.PAUSE, "09-18"))
        found = read(story, day("12-31"), SITE)
        assert (found.paused, found.late, found.colour, found.silent) == (True, 0, "", 0)

    def test_overdue_before_the_pause_stays_what_it_was(self) -> None:
        story = working(taken(Step.ASK_PAUSE, "09-24", first="09-25"), taken(Step.PAUSE, "09-24"))
        assert read(story, day("09-24"), SITE).late == 2
        assert read(story, day("10-15"), SITE).late == 2
        back = working(
            taken(Step.ASK_PAUSE, "09-24", first="09-25"),
            taken(Step.PAUSE, "09-24"),
            taken(Step.RESUME, "10-10"),
        )
        assert read(back, day("10-10"), SITE).late == 3

    def test_second_pause_moves_what_the_first_has_moved(self) -> None:
        story = working(
            taken(Step.ASK_PAUSE, "09-10", first="09-10", last="09-12"),
            taken(Step.PAUSE, "09-10"),
            taken(Step.ASK_PAUSE, "09-24", first="09-24", last="09-24"),
            taken(Step.PAUSE, "09-24"),
        )
        # 09-20, three days on 09-25, one more 09-26.
        assert read(story, day("09-24"), SITE).due == day("09-26")

    def test_level_that_is_changed_keeps_it(self) -> None:
        story = working(
            taken(Step.ASK_PAUSE, "09-10", first="09-10", last="09-12"),
            taken(Step.PAUSE, "09-10"),
            taken(Step.SET_LEVEL, "09-13", level=3),
        )
        found = read(story, day("09-13"), SITE)
        assert (found.due, found.level) == (day("09-25"), 3)

    def test_due_day_set_later_is_not_moved_by_it(self) -> None:
        story = working(
            taken(Step.ASK_PAUSE, "09-10", first="09-10", last="09-12"),
            taken(Step.PAUSE, "09-10"),
            taken(Step.ASK_EXTENSION, "09-13", due="09-30"),
            taken(Step.EXTEND, "09-13"),
        )
        assert read(story, day("09-13"), SITE).due == day("09-30")

    def test_resumed_at_once_took_nothing(self) -> None:
        story = working(
            taken(Step.ASK_PAUSE, "09-10", first="09-11"),
            taken(Step.PAUSE, "09-10"),
            taken(Step.RESUME, "09-11"),
        )
        found = read(story, day("09-11"), SITE)
        assert (found.due, found.paused, found.used) == (day("09-20"), False, 2)


class TestAnswer:
    def test_stops_the_charge_and_verification_is_nobodys(self) -> None:
        story = working(taken(Step.ANSWER, "09-19"))
        found = read(story, day("10-16"), SITE)
        assert (found.late, found.used, found.colour) == (0, 7, "")
        assert found.unverified == 16 - 3

    def test_time_answered_is_neither_charged_nor_a_pause(self) -> None:
        """Returned three days after the due day: same due day, and nothing of it is his."""
        story = working(taken(Step.ANSWER, "09-19"), taken(Step.RETURN, "09-25"))
        assert read(story, day("09-25"), SITE).due == day("09-20")
        assert read(story, day("09-25"), SITE).late == 0
        assert read(story, day("09-26"), SITE).late == 1

    def test_returned_once_is_yellow_and_twice_goes_to_the_top(self) -> None:
        once = working(taken(Step.ANSWER, "09-11"), taken(Step.RETURN, "09-12"))
        found = read(once, day("09-12"), SITE)
        assert (found.colour, found.level, found.reasons) == (
            "yellow",
            1,
            ("2024-09-12 被退回，现为第 2 轮",),
        )
        twice = working(
            taken(Step.ANSWER, "09-11"),
            taken(Step.RETURN, "09-12"),
            taken(Step.ANSWER, "09-13"),
            taken(Step.RETURN, "09-14"),
        )
        assert read(twice, day("09-14"), SITE).level == 4

    def test_new_due_day_of_a_return_counts_from_it(self) -> None:
        story = working(taken(Step.ANSWER, "09-19"), taken(Step.RETURN, "09-25", due="10-09"))
        assert read(story, day("10-09"), SITE).late == 0
        assert read(story, day("10-10"), SITE).late == 1

    def test_late_answer_keeps_how_late_it_was(self) -> None:
        story = working(taken(Step.ANSWER, "09-24"), taken(Step.CLOSE, "09-26"))
        found = read(story, day("12-31"), SITE)
        assert (found.late, found.used, found.unverified) == (2, 10, 0)


def test_reopened_has_a_new_due_day_and_keeps_the_old_close_out_of_it() -> None:
    story = working(
        taken(Step.ANSWER, "09-12"),
        taken(Step.CLOSE, "09-13"),
        taken(Step.REOPEN, "10-10", due="10-18"),
    )
    assert (story.state, story.round, story.closed) == (State.WORKING, 2, None)
    found = read(story, day("10-11"), SITE)
    assert (found.used, found.late, found.colour) == (3 + 1, 0, "")


def test_moved_matter_starts_anew_for_its_new_agency() -> None:
    story = issued(
        taken(Step.OBJECT, "09-10"),
        taken(Step.REASSIGN, "09-11", agency=2, due="09-27"),
    )
    assert (story.state, story.agency, story.objected) == (State.ISSUED, 2, None)
    found = read(story, day("09-12"), SITE)
    assert (found.used, found.due) == (1, day("09-27"))


def test_unsigned_and_silent_are_counted_beyond_their_limits() -> None:
    assert read(issued(), day("09-10"), SITE).unsigned == 0
    assert read(issued(), day("09-12"), SITE).unsigned == 2
    quiet = working(taken(Step.NOTE, "09-12"))
    assert read(quiet, day("09-12"), SITE).silent == 0
    assert read(quiet, day("09-19"), SITE).silent == 4
    assert read(quiet, day("09-19"), SITE).used == 7


def test_calendar_corrected_later_corrects_the_clock() -> None:
    before = read(working(), day("09-23"), SITE)
    after = read(working(), day("09-23"), Calendars({day("09-23"): False}))
    assert (before.late, after.late) == (1, 0)


class TestWhatMayBeAsked:
    def test_due_day_must_come(self) -> None:
        assert wrong_due(None, day("09-09")) == "请填写办结时限。"
        assert "不晚于今天" in wrong_due(day("09-09"), day("09-09"))
        assert wrong_due(day("09-10"), day("09-09")) == ""

    @pytest.mark.parametrize(
        ("on", "words"), [("09-19", ""), ("09-20", "最迟 2024-09-19"), ("09-23", "现已超过")]
    )
    def test_extension_is_asked_a_working_day_before(self, on: str, words: str) -> None:
        said = wrong_extension(working(), day("09-30"), day(on), SITE)
        assert (said == "") is (words == "")
        assert words in said

    def test_one_extension_waits_at_a_time_and_two_are_all(self) -> None:
        asked = taken(Step.ASK_EXTENSION, "09-10", due="09-25")
        assert "正等待审批" in wrong_extension(working(asked), day("09-30"), day("09-11"), SITE)
        once = (asked, taken(Step.EXTEND, "09-11"))
        assert granter(working()) == Part.OFFICE
        assert granter(working(*once)) == Part.LEAD_OFFICIAL
        assert wrong_extension(working(*once), day("09-30"), day("09-12"), SITE) == ""
        twice = (
            *once,
            taken(Step.ASK_EXTENSION, "09-12", due="09-30"),
            taken(Step.EXTEND, "09-12"),
        )
        assert "最多 2 次" in wrong_extension(working(*twice), day("10-10"), day("09-13"), SITE)

    def test_extension_goes_beyond_the_due_day_in_force(self) -> None:
        said = wrong_extension(working(), day("09-20"), day("09-11"), SITE)
        assert said == "延期后的时限应晚于现在的时限 2024-09-20。"

    def test_pause_reaches_back_three_working_days(self) -> None:
        assert wrong_pause(working(), day("09-13"), None, day("09-19"), SITE) == ""
        assert "太早" in wrong_pause(working(), day("09-12"), None, day("09-19"), SITE)

    def test_pauses_do_not_lie_on_each_other(self) -> None:
        story = working(
            taken(Step.ASK_PAUSE, "09-10", first="09-10", last="09-12"),
            taken(Step.PAUSE, "09-10"),
        )
        assert "已经暂停过" in wrong_pause(story, day("09-12"), None, day("09-13"), SITE)
        assert wrong_pause(story, day("09-13"), None, day("09-13"), SITE) == ""
        assert "早于" in wrong_pause(story, day("09-14"), day("09-13"), day("09-13"), SITE)

    def test_objection_is_raised_within_a_working_day_and_decided_once(self) -> None:
        assert wrong_objection(issued(), day("09-10"), SITE) == ""
        assert "现已超过" in wrong_objection(issued(), day("09-11"), SITE)
        raised = taken(Step.OBJECT, "09-10")
        assert "正等待处理" in wrong_objection(issued(raised), day("09-10"), SITE)
        upheld = issued(raised, taken(Step.UPHOLD, "09-10"))
        assert "最终" in wrong_objection(upheld, day("09-10"), SITE)

    def test_appeal_within_thirty_days(self) -> None:
        assert wrong_appeal(day("09-01"), day("10-01")) == ""
        assert "最迟 2024-10-01" in wrong_appeal(day("09-01"), day("10-02"))
        assert wrong_appeal(None, day("10-02")) == "还没有可以申诉的结论。"

    def test_limits_are_the_offices_to_set(self) -> None:
        strict = Limits(heads=1, lead_official=2, district=3)
        assert read(working(), day("09-25"), SITE, strict).level == 4


def test_working_days_between_go_both_ways() -> None:
    line = SITE.line(WORKING)
    assert counted(line, day("09-30"), day("10-08")) == 1
    assert counted(line, day("10-08"), day("09-30")) == -1
