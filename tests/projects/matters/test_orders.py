"""Which order a day brings, and which rung, around the National Day holiday of 2024.

2024-09-14 (a Saturday), 09-29 (a Sunday) and 10-12 (a Saturday) are worked; 09-15 to 09-17 and
10-01 to 10-07 are off.
"""

import json

import pytest

from projects.rules.calendars import Calendars
from projects.rules.matters.clock import DEFAULTS, Limits, read
from projects.rules.matters.orders import climbed_to, cut, digest_of, orders_due, sheet_of
from projects.rules.matters.rungs import Person, Rungs, words_of
from projects.rules.matters.steps import Step
from projects.rules.matters.story import Appeal, Story, Taken
from tests.projects.matters.test_clock import SITE, day, issued, taken, working


def due(story: Story, on: str, limits: Limits = DEFAULTS, site: Calendars = SITE) -> list[str]:
    reading = read(story, day(on), site, limits)
    return [f"{each.kind} {each.colour}".strip() for each in orders_due(story, reading, limits)]


def rung(story: Story, on: str, recorded: int = 0, limits: Limits = DEFAULTS) -> int:
    return climbed_to(story, read(story, day(on), SITE, limits), recorded)


def heard(*more: Taken, until: str = "10-16") -> Story:
    """Signed, and never silent: only its due day of 09-20 counts."""
    days = ("09-13", "09-19", "09-25", "09-30", "10-09", "10-14")
    notes = [taken(Step.NOTE, each) for each in days if each <= until]
    return working(*notes, *more)


@pytest.mark.parametrize(
    ("on", "wanted"),
    [
        ("09-13", []),  # 4 working days left
        ("09-14", ["supervise blue"]),  # 3, on a Saturday that is worked
        ("09-16", ["supervise blue"]),  # 中秋
        ("09-20", ["supervise blue"]),
        ("09-22", ["supervise blue"]),  # a Sunday: not late yet
        ("09-23", ["supervise yellow"]),
        ("09-27", ["supervise yellow"]),  # 5 late, 4 after the first yellow day
        ("09-29", ["supervise red"]),
        ("10-05", ["supervise red"]),
    ],
)
def test_supervision_follows_the_due_day(on: str, wanted: list[str]) -> None:
    assert due(heard(until=on), on) == wanted


@pytest.mark.parametrize(
    ("on", "wanted"),
    [("09-10", []), ("09-11", ["remind"]), ("09-12", ["remind"])],
)
def test_reminder_of_what_nobody_signs(on: str, wanted: list[str]) -> None:
    assert due(issued(), on) == wanted


@pytest.mark.parametrize(
    ("on", "wanted"),
    [("09-30", []), ("10-07", []), ("10-08", ["remind"])],  # 4 working days, then the fifth
)
def test_reminder_of_silence_skips_the_holiday(on: str, wanted: list[str]) -> None:
    assert due(working(on="09-25", due="10-25"), on) == wanted


def test_reminding_does_not_break_the_silence() -> None:
    reminded = taken(Step.REMIND, "09-12")
    assert read(working(reminded, due="10-25"), day("09-18"), SITE).silent == 6


@pytest.mark.parametrize(
    ("more", "on"),
    [
        ([taken(Step.ANSWER, "09-30")], "10-15"),
        ([taken(Step.ASK_PAUSE, "09-12"), taken(Step.PAUSE, "09-12")], "10-15"),
        ([taken(Step.ANSWER, "09-18"), taken(Step.CLOSE, "09-19")], "10-15"),
        ([taken(Step.VOID, "09-18")], "10-15"),
    ],
)
def test_nothing_is_pressed_that_does_not_run(more: list[Taken], on: str) -> None:
    story = working(*more)
    assert due(story, on) == []
    assert rung(story, on) == 0


def test_sent_back_is_yellow_at_once_and_red_five_days_on() -> None:
    back = working(
        taken(Step.ANSWER, "09-11"), taken(Step.RETURN, "09-12", due="10-25"), due="10-25"
    )
    assert due(back, "09-12") == ["supervise yellow"]
    assert due(back, "09-19") == ["supervise yellow"]
    assert "supervise red" in due(back, "09-20")


@pytest.mark.parametrize(
    ("on", "wanted"),
    [
        ("09-20", 0),
        ("09-22", 0),
        ("09-23", 2),  # 1 late
        ("09-26", 2),  # 4
        ("09-27", 3),  # 5
        ("10-07", 3),
        ("10-15", 3),  # 14
        ("10-16", 4),  # 15
    ],
)
def test_rung_of_each_day(on: str, wanted: int) -> None:
    assert rung(heard(until=on), on) == wanted


def test_rung_is_reached_once_and_from_above_what_is_on_record() -> None:
    assert rung(heard(), "09-27", recorded=3) == 0
    assert rung(heard(), "09-27", recorded=2) == 3
    assert rung(working(level=3), "09-27") == 0
    assert rung(working(level=3), "10-16") == 4


def test_second_rejection_goes_to_the_top() -> None:
    once = (taken(Step.ANSWER, "09-10"), taken(Step.RETURN, "09-11"))
    twice = (*once, taken(Step.ANSWER, "09-12"), taken(Step.RETURN, "09-13"))
    assert rung(working(*once), "09-13") == 0
    assert rung(working(*twice), "09-13") == 4


def test_moved_matter_is_a_round_of_its_own() -> None:
    moved = issued(taken(Step.REASSIGN, "09-11", agency=2, due="09-27"))
    assert moved.round == 2
    assert due(moved, "09-12") == []


def test_calendar_that_is_corrected_moves_what_is_due() -> None:
    free = Calendars(overrides={day("09-23"): False})
    assert due(heard(until="09-23"), "09-23") == ["supervise yellow"]
    assert due(heard(until="09-23"), "09-23", site=free) == ["supervise blue"]


def test_limits_are_those_of_the_version() -> None:
    strict = Limits(soon=4, heads=2)
    assert due(heard(until="09-13"), "09-13", strict) == ["supervise blue"]
    assert rung(heard(until="09-23"), "09-23", limits=strict) == 0


def test_reasons_say_why() -> None:
    story = heard(until="09-14")
    (blue,) = orders_due(story, read(story, day("09-14"), SITE), DEFAULTS)
    assert (blue.name, blue.reasons) == (
        "督办单（蓝色）",
        ("应于 2024-09-20 办结，还有 3 个工作日",),
    )
    late = heard(until="09-29")
    (red,) = orders_due(late, read(late, day("09-29"), SITE), DEFAULTS)
    assert red.reasons[0] == "应于 2024-09-20 办结，超期 6 个工作日"
    assert red.reasons[-1] == "达到黄色督办条件后又过 5 个工作日"
    (remind,) = orders_due(issued(), read(issued(), day("09-12"), SITE), DEFAULTS)
    assert remind.reasons == ("交办后 1 个工作日内应签收，已逾期 2 个工作日",)


HEAD = Person(1, "王", "局长", 7)
IN_CHARGE = Person(2, "李", "副局长（分管）", 7)
CLERK = Person(3, "张", "科员", 7)
LEADER = Person(9, "赵", "区长")


class TestRungs:
    rungs = Rungs(("分管",), ("局长",), (), (LEADER,))

    @pytest.mark.parametrize(
        ("level", "wanted"), [(1, (IN_CHARGE,)), (2, (HEAD,)), (3, (LEADER,)), (4, (LEADER,))]
    )
    def test_each_is_known_by_post_or_by_name(self, level: int, wanted: tuple[Person]) -> None:
        assert self.rungs.on(level, [IN_CHARGE, HEAD, CLERK], [LEADER]) == wanted

    def test_whom_the_office_named_goes_before_a_post(self) -> None:
        named = Rungs(("分管",), ("局长",), (CLERK, LEADER))
        assert named.on(1, [HEAD, IN_CHARGE, CLERK], []) == (CLERK,)

    def test_without_a_post_the_first_of_the_agency_stands(self) -> None:
        assert self.rungs.on(1, [CLERK], []) == (CLERK,)
        assert self.rungs.on(1, [HEAD, CLERK], []) == (CLERK,)
        assert self.rungs.on(2, [CLERK], []) == (CLERK,)

    def test_nobody_where_nobody_is_on_record(self) -> None:
        assert [Rungs().on(level, [], []) for level in (1, 2, 3, 4)] == [()] * 4

    def test_words_are_read_with_any_comma(self) -> None:
        assert words_of("局长、主任，书记 镇长") == ("局长", "主任", "书记", "镇长")


class TestContent:
    def test_digest_is_of_the_words_not_of_their_order(self) -> None:
        content = {"b": ["一"], "a": "二"}
        turned = json.loads(json.dumps(dict(sorted(content.items()))))
        assert digest_of(content) == digest_of(turned)
        assert digest_of(content) != digest_of(content | {"a": "三"})

    def test_long_words_are_cut_and_said_so(self) -> None:
        assert cut("一\n二", 10) == "一 二"
        short = cut("字" * 1_000, 40)
        assert len(short) == 40
        assert short.endswith("字……（全文见事项页）")


@pytest.mark.parametrize(
    ("step", "before", "wanted"),
    [
        (Step.ISSUE, Story(), "assign"),
        (Step.REASSIGN, Story(), "assign"),
        (Step.REOPEN, Story(), "assign"),
        (Step.REMIND, Story(), "remind"),
        (Step.RETURN, Story(), None),
        (Step.GRANT_APPEAL, Story(appealed=Appeal(day("09-20"), closing=True)), "assign"),
        (Step.GRANT_APPEAL, Story(appealed=Appeal(day("09-20"), closing=False)), None),
        (Step.DENY_APPEAL, Story(appealed=Appeal(day("09-20"), closing=True)), None),
    ],
)
def test_which_step_writes_which_sheet(step: Step, before: Story, wanted: str | None) -> None:
    assert sheet_of(step, before) == wanted
