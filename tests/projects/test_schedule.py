"""倒排工期 by hand: schedules worked out on a calendar sheet, and plans that are refused."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import permutations

import pytest

from projects.rules.calendars import CALENDAR, CONSTRUCTION, WORKING, Calendars, span
from projects.rules.schedule import (
    Broken,
    Pause,
    Plan,
    PlanError,
    Schedule,
    Step,
    Suggestion,
    schedule,
    suggestions,
)


def d(text: str) -> date:
    return date.fromisoformat(text)


def row(computed: Schedule, key: str) -> str:
    """latest start~finish, earliest start~finish, float, and * when critical."""
    each = next(each for each in computed.steps if each.step.key == key)
    return (
        f"{each.latest_start}~{each.latest_finish} {each.earliest_start}~{each.earliest_finish} "
        f"{each.float_days}{'*' if each.critical else ''}"
    )


@dataclass(frozen=True)
class Case:
    """A plan and what it must come to; `late` are calendar and working days."""

    says: str
    as_of: str
    finish: str
    steps: tuple[Step, ...]
    rows: Mapping[str, str]
    end: str
    late: tuple[int, int] = (0, 0)
    broken: tuple[Broken, ...] = ()
    calendars: Calendars = field(default_factory=Calendars)

    def plan(self) -> Plan:
        return Plan(d(self.finish), d(self.as_of), self.steps, self.calendars)


CASES = [
    Case(
        "working days skip the weekends",
        # Earliest: 15 16 17 18 | 21. Latest: 25 | 28 29 30 31. Between: 15-18 and 21-24, 8 days.
        as_of="2024-10-15",
        finish="2024-10-31",
        steps=(Step("a", 5),),
        rows={"a": "2024-10-25~2024-10-31 2024-10-15~2024-10-21 8*"},
        end="2024-10-21",
    ),
    Case(
        "calendar days count every day",
        # 15 to 24 are ten days; 22 to 31 as well.
        as_of="2024-10-15",
        finish="2024-10-31",
        steps=(Step("a", 10, unit=CALENDAR),),
        rows={"a": "2024-10-22~2024-10-31 2024-10-15~2024-10-24 7*"},
        end="2024-10-24",
    ),
    Case(
        "National Day 2024: its make-up Sunday and Saturday are worked",
        # Saturday 28 September is off. 29 (Sun) 30 | 8 9. Latest: 9 10 11 12 (Sat); 13 is a Sunday.
        as_of="2024-09-28",
        finish="2024-10-13",
        steps=(Step("a", 4),),
        rows={"a": "2024-10-09~2024-10-12 2024-09-29~2024-10-09 3*"},
        end="2024-10-09",
    ),
    Case(
        "National Day 2025: promised for a holiday, late by the make-up Saturday",
        # 28 (Sun) 29 30 | 9 10 11 (Sat). Latest: 24 25 26 | 28 29 30. Too late by 24 25 26.
        as_of="2025-09-27",
        finish="2025-10-08",
        steps=(Step("a", 6),),
        rows={"a": "2025-09-24~2025-09-30 2025-09-28~2025-10-11 -3*"},
        end="2025-10-11",
        late=(3, 3),
    ),
    Case(
        "Spring Festival 2025: from 28 January to 4 February nobody works",
        # 24 26 (Sun) 27 | 5 6. Latest: 5 6 7 8 (Sat) 10. Between: 24 26 27.
        as_of="2025-01-24",
        finish="2025-02-10",
        steps=(Step("a", 5),),
        rows={"a": "2025-02-05~2025-02-10 2025-01-24~2025-02-06 3*"},
        end="2025-02-06",
    ),
    Case(
        "a step that fits exactly has no float",
        # Five calendar days from 24 to 28 January, the festival's first day among them.
        as_of="2025-01-24",
        finish="2025-01-28",
        steps=(Step("a", 5, unit=CALENDAR),),
        rows={"a": "2025-01-24~2025-01-28 2025-01-24~2025-01-28 0*"},
        end="2025-01-28",
    ),
    Case(
        "winter cuts outdoor work in two, promised inside it",
        # 15-31 October are 17, 1-13 April the other 13. Latest: 2-31 October. Too late by 2-14.
        # Working days after 31 March: 1 2 3, Qingming 4-6, 7-11; 12 and 13 are a weekend.
        as_of="2024-10-15",
        finish="2025-03-31",
        steps=(Step("a", 30, unit=CONSTRUCTION),),
        rows={"a": "2024-10-02~2024-10-31 2024-10-15~2025-04-13 -13*"},
        end="2025-04-13",
        late=(13, 8),
    ),
    Case(
        "one outdoor day asked for in winter waits for 1 April",
        as_of="2024-11-15",
        finish="2025-04-01",
        steps=(Step("a", 1, unit=CONSTRUCTION),),
        rows={"a": "2025-04-01~2025-04-01 2025-04-01~2025-04-01 0*"},
        end="2025-04-01",
    ),
    Case(
        "two seasons of outdoor work",
        # 1 April-31 October are 214; 86 more: April 30, May 31, 25 June. Back from 31 October 2025:
        # 214, then October 31, September 30, 7-31 August 25. 1 April-6 August: 30+31+30+31+6.
        as_of="2024-04-01",
        finish="2025-10-31",
        steps=(Step("a", 300, unit=CONSTRUCTION),),
        rows={"a": "2024-08-07~2025-10-31 2024-04-01~2025-06-25 128*"},
        end="2025-06-25",
    ),
    Case(
        "the winter of a single season replaced, the next one as usual",
        # 15 October-10 November are 27, then 21 22 23 March. Latest before 1 November 2025.
        # Between: 27, 21-31 March 11, April to September 183, 1 October.
        as_of="2024-10-15",
        finish="2025-12-31",
        steps=(Step("a", 30, unit=CONSTRUCTION),),
        calendars=Calendars(winters={2024: ((d("2024-11-11"), d("2025-03-20")),)}),
        rows={"a": "2025-10-02~2025-10-31 2024-10-15~2025-03-23 222*"},
        end="2025-03-23",
    ),
    Case(
        "without a winter outdoor days are calendar days",
        # 15 October + 29 days is 13 November.
        as_of="2024-10-15",
        finish="2024-11-20",
        steps=(Step("a", 30, unit=CONSTRUCTION),),
        calendars=Calendars(winter=()),
        rows={"a": "2024-10-22~2024-11-20 2024-10-15~2024-11-13 7*"},
        end="2024-11-13",
    ),
    Case(
        "leap February: 29 February is a day",
        # a: 27 28 29. b: Friday 1, Monday 4 March. Latest b: 4 5; a before it: 1 2 3 March.
        as_of="2024-02-27",
        finish="2024-03-05",
        steps=(Step("a", 3, unit=CALENDAR), Step("b", 2, after=("a",))),
        rows={
            "a": "2024-03-01~2024-03-03 2024-02-27~2024-02-29 3*",
            "b": "2024-03-04~2024-03-05 2024-03-01~2024-03-04 1*",
        },
        end="2024-03-04",
    ),
    Case(
        "a chain of all units: the winter absorbs what comes before it",
        # a: 15 October-3 November. b: 4-8 November. c: 1-10 April; a day more for a or b is free.
        # Latest c: 21-30 June; b: 16-20 June (21 is a Saturday); a: 27 May-15 June.
        # a between: 17+30+31+31+28+31+30+26. c: 30+31+20.
        # b between: November 20, December 22, January 19, February 19, March 21, April 22, May 19,
        # 3-13 June 9.
        as_of="2024-10-15",
        finish="2025-06-30",
        steps=(
            Step("a", 20, unit=CALENDAR),
            Step("b", 5, unit=WORKING, after=("a",)),
            Step("c", 10, unit=CONSTRUCTION, after=("b",)),
        ),
        rows={
            "a": "2025-05-27~2025-06-15 2024-10-15~2024-11-03 224",
            "b": "2025-06-16~2025-06-20 2024-11-04~2024-11-08 151",
            "c": "2025-06-21~2025-06-30 2025-04-01~2025-04-10 81*",
        },
        end="2025-04-10",
    ),
    Case(
        "fan-out and fan-in: the longer branch is critical, the shorter has room",
        # a 1-2, b 3-5, c 3-7, d 8. Back from 12: d 12, b 9-11, c 7-11, a before c: 5-6.
        as_of="2025-06-01",
        finish="2025-06-12",
        steps=(
            Step("a", 2, unit=CALENDAR),
            Step("b", 3, unit=CALENDAR, after=("a",)),
            Step("c", 5, unit=CALENDAR, after=("a",)),
            Step("d", 1, unit=CALENDAR, after=("b", "c")),
        ),
        rows={
            "a": "2025-06-05~2025-06-06 2025-06-01~2025-06-02 4*",
            "b": "2025-06-09~2025-06-11 2025-06-03~2025-06-05 6",
            "c": "2025-06-07~2025-06-11 2025-06-03~2025-06-07 4*",
            "d": "2025-06-12~2025-06-12 2025-06-08~2025-06-08 4*",
        },
        end="2025-06-08",
    ),
    Case(
        "the same plan promised too early is late by three days, one of them a working day",
        # Back from Thursday 5: d 5, b 2-4, c 31 May-4 June, a 29-30 May. After 5: Friday, weekend.
        as_of="2025-06-01",
        finish="2025-06-05",
        steps=(
            Step("a", 2, unit=CALENDAR),
            Step("b", 3, unit=CALENDAR, after=("a",)),
            Step("c", 5, unit=CALENDAR, after=("a",)),
            Step("d", 1, unit=CALENDAR, after=("b", "c")),
        ),
        rows={
            "a": "2025-05-29~2025-05-30 2025-06-01~2025-06-02 -3*",
            "b": "2025-06-02~2025-06-04 2025-06-03~2025-06-05 -1",
            "c": "2025-05-31~2025-06-04 2025-06-03~2025-06-07 -3*",
            "d": "2025-06-05~2025-06-05 2025-06-08~2025-06-08 -3*",
        },
        end="2025-06-08",
        late=(3, 1),
    ),
    Case(
        "promised before today",
        # 15 16. Latest: 29 (Sun) 30 September. Between: 29 30 | 8-12 | 14. After 1: 8-12 | 14 15 16.
        as_of="2024-10-15",
        finish="2024-10-01",
        steps=(Step("a", 2),),
        rows={"a": "2024-09-29~2024-09-30 2024-10-15~2024-10-16 -8*"},
        end="2024-10-16",
        late=(15, 8),
    ),
    Case(
        "done steps stand, a started one needs what is left",
        # b has had 8 9 10 11 12 14, needs four more: 15-18. c: 21 22 23. Latest c: 23 24 25;
        # b ten back from 22: 22 21 | 18-14 | 12 11 10; a ten back from 9: 9 8 | 30 29 27-23 20.
        # a between: 2-6, 9-14, 18 19 September.
        as_of="2024-10-15",
        finish="2024-10-25",
        steps=(
            Step("a", 10, actual_start=d("2024-09-02"), actual_finish=d("2024-09-20")),
            Step("b", 10, after=("a",), actual_start=d("2024-10-08")),
            Step("c", 3, after=("b",)),
        ),
        rows={
            "a": "2024-09-20~2024-10-09 2024-09-02~2024-09-20 13",
            "b": "2024-10-10~2024-10-22 2024-10-08~2024-10-18 2*",
            "c": "2024-10-23~2024-10-25 2024-10-21~2024-10-23 2*",
        },
        end="2024-10-23",
    ),
    Case(
        "a step that has overrun needs one more day",
        # Fourteen days spent of five: done today at the earliest. It did start in time (float 5),
        # yet is late: 11 12 (Sat) 14 15 are working days.
        as_of="2024-10-15",
        finish="2024-10-10",
        steps=(Step("a", 5, unit=CALENDAR, actual_start=d("2024-10-01")),),
        rows={"a": "2024-10-06~2024-10-10 2024-10-01~2024-10-15 5*"},
        end="2024-10-15",
        late=(5, 4),
    ),
    Case(
        "a step started today has spent nothing",
        as_of="2024-10-15",
        finish="2024-10-17",
        steps=(Step("a", 3, actual_start=d("2024-10-15")),),
        rows={"a": "2024-10-15~2024-10-17 2024-10-15~2024-10-17 0*"},
        end="2024-10-17",
    ),
    Case(
        "a step started on a Sunday keeps its start; the Sunday is not spent",
        # Spent: Monday 14. Left: 15 16. Latest: 16 17 18.
        as_of="2024-10-15",
        finish="2024-10-18",
        steps=(Step("a", 3, actual_start=d("2024-10-13")),),
        rows={"a": "2024-10-16~2024-10-18 2024-10-13~2024-10-16 2*"},
        end="2024-10-16",
    ),
    Case(
        "an outdoor step under way, seen in winter, goes on in April",
        # Spent: 22-31 October, ten. Left: twenty from 1 April. Latest: the thirty days of April.
        # Between: 22-31 October.
        as_of="2025-01-10",
        finish="2025-04-30",
        steps=(Step("a", 30, unit=CONSTRUCTION, actual_start=d("2024-10-22")),),
        rows={"a": "2025-04-01~2025-04-30 2024-10-22~2025-04-20 10*"},
        end="2025-04-20",
    ),
    Case(
        "a closed pause is not spent",
        # 1 September-14 October are 44, less ten: 34. Left: six, 15-20. Latest: October 31 and
        # 22-30 September. Between: 1-21 September less ten.
        as_of="2024-10-15",
        finish="2024-10-31",
        steps=(
            Step(
                "a",
                40,
                unit=CONSTRUCTION,
                actual_start=d("2024-09-01"),
                pauses=(Pause(d("2024-09-11"), d("2024-09-20")),),
            ),
        ),
        rows={"a": "2024-09-22~2024-10-31 2024-09-01~2024-10-20 11*"},
        end="2024-10-20",
    ),
    Case(
        "an open pause stops the clock up to yesterday",
        # Spent: 23-27 29 30 September, seven. Left: 15 16 17. Latest ten back from 16:
        # 16 15 | 30 29 | 27-23 | 20. Too late by 20.
        as_of="2024-10-15",
        finish="2024-10-16",
        steps=(Step("a", 10, actual_start=d("2024-09-23"), pauses=(Pause(d("2024-10-08")),)),),
        rows={"a": "2024-09-20~2024-10-16 2024-09-23~2024-10-17 -1*"},
        end="2024-10-17",
        late=(1, 1),
    ),
    Case(
        "a pause ahead is stepped over",
        # 15 16 | 19 20 21. Latest: 14 15 16 | 19 20. 21 is a Monday.
        as_of="2024-10-15",
        finish="2024-10-20",
        steps=(Step("a", 5, unit=CALENDAR, pauses=(Pause(d("2024-10-17"), d("2024-10-18")),)),),
        rows={"a": "2024-10-14~2024-10-20 2024-10-15~2024-10-21 -1*"},
        end="2024-10-21",
        late=(1, 1),
    ),
    Case(
        "a start promised for 1 April, a finish for 20 May, besides the whole for October",
        # a: 10-14 March. b: April. c: after Labour Day 6-9 and 12 May; a day more for b is free.
        # Latest c: 14 15 16 | 19 20; b would be 14 April-13 May, but starts by 1 April;
        # a: 25-28 | 31 March. a between: 10-14, 17-21, 24. c between: 6-9, 12 13.
        as_of="2025-03-10",
        finish="2025-10-31",
        steps=(
            Step("a", 5),
            Step("b", 30, unit=CONSTRUCTION, after=("a",), start_by=d("2025-04-01")),
            Step("c", 5, after=("b",), finish_by=d("2025-05-20")),
        ),
        rows={
            "a": "2025-03-25~2025-03-31 2025-03-10~2025-03-14 11",
            "b": "2025-04-01~2025-04-30 2025-04-01~2025-04-30 0",
            "c": "2025-05-14~2025-05-20 2025-05-06~2025-05-12 6*",
        },
        end="2025-05-12",
    ),
    Case(
        "a promise of a single step broken while the whole is in time",
        # a: 7 8 April. b: 9-18, promised to start on 1. Latest a: 28 | 31 March.
        # a too late by 28 31 1 2 3 (Qingming 4-6).
        as_of="2025-04-07",
        finish="2025-10-31",
        steps=(
            Step("a", 2),
            Step("b", 10, unit=CONSTRUCTION, after=("a",), start_by=d("2025-04-01")),
        ),
        rows={
            "a": "2025-03-28~2025-03-31 2025-04-07~2025-04-08 -5*",
            "b": "2025-04-01~2025-04-10 2025-04-09~2025-04-18 -8*",
        },
        end="2025-04-18",
        broken=(Broken("b", "start", d("2025-04-01"), d("2025-04-09"), 8),),
    ),
    Case(
        "overrides of single days: a Wednesday off, a Saturday worked",
        # 15 17 18 19 (Sat); the promise is Sunday 20.
        as_of="2024-10-15",
        finish="2024-10-20",
        steps=(Step("a", 4),),
        calendars=Calendars(overrides={d("2024-10-16"): False, d("2024-10-19"): True}),
        rows={"a": "2024-10-15~2024-10-19 2024-10-15~2024-10-19 0*"},
        end="2024-10-19",
    ),
    Case(
        "out of order: a step begun before its predecessor no longer waits for it",
        # b has had five of ten: 15-19. a: 15-18, one day of room, so only b is critical.
        # By the plan a should have ended before b's latest start, 16: a is three days behind that.
        as_of="2024-10-15",
        finish="2024-10-25",
        steps=(
            Step("a", 4, unit=CALENDAR),
            Step("b", 10, unit=CALENDAR, after=("a",), actual_start=d("2024-10-10")),
        ),
        rows={
            "a": "2024-10-12~2024-10-15 2024-10-15~2024-10-18 -3",
            "b": "2024-10-16~2024-10-25 2024-10-10~2024-10-19 6*",
        },
        end="2024-10-19",
    ),
    Case(
        "out of order: after a done step the next waits for that one only",
        # b is done, a is open: c begins today, a too.
        as_of="2024-10-15",
        finish="2024-10-31",
        steps=(
            Step("a", 9, unit=CALENDAR),
            Step("b", 5, unit=CALENDAR, after=("a",), actual_finish=d("2024-10-01")),
            Step("c", 6, unit=CALENDAR, after=("b",)),
        ),
        rows={
            "a": "2024-10-12~2024-10-20 2024-10-15~2024-10-23 -3*",
            "b": "2024-10-21~2024-10-25 2024-10-01~2024-10-01 20",
            "c": "2024-10-26~2024-10-31 2024-10-15~2024-10-20 11",
        },
        end="2024-10-23",
    ),
    Case(
        "a step done today lets the next one begin tomorrow",
        as_of="2024-10-15",
        finish="2024-10-16",
        steps=(
            Step("a", 1, actual_start=d("2024-10-14"), actual_finish=d("2024-10-15")),
            Step("b", 1, after=("a",)),
        ),
        rows={
            "a": "2024-10-15~2024-10-15 2024-10-14~2024-10-15 1",
            "b": "2024-10-16~2024-10-16 2024-10-16~2024-10-16 0*",
        },
        end="2024-10-16",
    ),
    Case(
        "all done, on 10 September: nothing presses any more",
        as_of="2024-10-15",
        finish="2024-09-30",
        steps=(Step("a", 3, unit=CALENDAR, actual_finish=d("2024-09-10")),),
        rows={"a": "2024-09-28~2024-09-30 2024-09-10~2024-09-10 18"},
        end="2024-09-10",
    ),
    Case(
        "all done, but late: 8-12 October are working days",
        as_of="2024-10-15",
        finish="2024-09-30",
        steps=(Step("a", 3, unit=CALENDAR, actual_finish=d("2024-10-12")),),
        rows={"a": "2024-09-28~2024-09-30 2024-10-12~2024-10-12 -14"},
        end="2024-10-12",
        late=(12, 5),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.says)
def test_schedule_worked_out_by_hand(case: Case) -> None:
    computed = schedule(case.plan())
    assert {key: row(computed, key) for key in case.rows} == case.rows
    assert {each.step.key for each in computed.steps} == case.rows.keys()
    assert computed.finish == d(case.finish)
    assert computed.earliest_finish == d(case.end)
    assert (computed.late_by, computed.late_by_working) == case.late
    assert computed.broken == case.broken
    assert computed.feasible is (case.late == (0, 0) and not case.broken)
    assert computed.flags == ()


def test_critical_chain_comes_in_the_order_of_its_days() -> None:
    steps = (
        Step("z", 2, unit=CALENDAR),
        Step("a", 1, unit=CALENDAR, after=("m",)),
        Step("m", 5, unit=CALENDAR, after=("z",)),
        Step("b", 3, unit=CALENDAR, after=("z",)),
    )
    assert schedule(Plan(d("2025-12-31"), d("2025-06-01"), steps)).critical == ("z", "m", "a")


def test_open_pause_that_begins_ahead_stops_nothing_yet() -> None:
    paused = Step("a", 5, unit=CALENDAR, pauses=(Pause(d("2024-10-17")),))
    computed = schedule(Plan(d("2024-10-31"), d("2024-10-15"), (paused,)))
    assert computed.earliest_finish == d("2024-10-19")


def test_promise_of_a_step_after_that_of_the_whole_gives_no_room() -> None:
    step = Step("a", 5, unit=CALENDAR, start_by=d("2024-12-01"), finish_by=d("2024-12-31"))
    computed = schedule(Plan(d("2024-10-31"), d("2024-10-15"), (step,)))
    assert computed.steps[0].latest_start == d("2024-10-27")
    assert computed.broken == ()


def test_finish_broken_by_a_started_step_is_told_beside_its_start() -> None:
    step = Step(
        "a",
        10,
        unit=CALENDAR,
        actual_start=d("2024-10-11"),
        start_by=d("2024-10-08"),
        finish_by=d("2024-10-17"),
    )
    assert schedule(Plan(d("2024-10-31"), d("2024-10-15"), (step,))).broken == (
        Broken("a", "start", d("2024-10-08"), d("2024-10-11"), 3),
        Broken("a", "finish", d("2024-10-17"), d("2024-10-20"), 3),
    )


# What would still keep a promise


def test_suggestion_cuts_a_step_by_as_much_as_will_do_or_runs_two_beside_each_other() -> None:
    # a 15-18, b 19-28, c 29 October-2 November: two days after 31 October.
    steps = (
        Step("a", 4, unit=CALENDAR),
        Step("b", 10, unit=CALENDAR, after=("a",)),
        Step("c", 5, unit=CALENDAR, after=("b",)),
    )
    assert suggestions(Plan(d("2024-10-31"), d("2024-10-15"), steps)) == (
        Suggestion("shorten", "a", days=2),
        Suggestion("shorten", "b", days=8),
        Suggestion("shorten", "c", days=3),
        Suggestion("parallel", "c", after="b"),  # 19-23, beside b, still after a
        Suggestion("parallel", "b", after="a"),  # 15-24, c 25-29
    )


def test_step_run_beside_another_still_waits_for_what_that_one_waits_for() -> None:
    # a 15-24, b and c after it: not even beside b does c end by 26, as it would if it began today.
    steps = (
        Step("a", 10, unit=CALENDAR, actual_start=d("2024-10-15")),
        Step("b", 1, unit=CALENDAR, after=("a",)),
        Step("c", 3, unit=CALENDAR, after=("b",)),
    )
    plan = Plan(d("2024-10-26"), d("2024-10-15"), steps)
    assert Suggestion("parallel", "c", after="b") not in suggestions(plan)


def test_cut_before_the_winter_may_save_all_of_it() -> None:
    # a ends on 31 October, so b waits for April although a has room till then: a day less will do.
    steps = (
        Step("a", 17, unit=CALENDAR),
        Step("b", 1, unit=CONSTRUCTION, after=("a",)),
    )
    plan = Plan(d("2024-12-31"), d("2024-10-15"), steps)
    assert schedule(plan).critical == ("b",)
    assert suggestions(plan) == (
        Suggestion("shorten", "a", days=16),
        Suggestion("parallel", "b", after="a"),
    )


def test_cut_of_a_started_step_is_more_than_what_it_has_spent() -> None:
    # Ten of twelve days are spent: 15 16. To end on the 14th is too late for any cut.
    step = Step("a", 12, unit=CALENDAR, actual_start=d("2024-10-05"))
    assert suggestions(Plan(d("2024-10-15"), d("2024-10-15"), (step,))) == (
        Suggestion("shorten", "a", days=11),
    )
    assert suggestions(Plan(d("2024-10-14"), d("2024-10-15"), (step,))) == ()


def test_suggestions_help_a_promise_of_a_single_step_too() -> None:
    # b is promised for 24 October, and would end on the 25th; c comes much later.
    steps = (
        Step("a", 5, unit=CALENDAR),
        Step("b", 6, unit=CALENDAR, after=("a",), finish_by=d("2024-10-24")),
        Step("c", 90, unit=CALENDAR),
    )
    assert suggestions(Plan(d("2025-03-31"), d("2024-10-15"), steps)) == (
        Suggestion("shorten", "a", days=4),
        Suggestion("shorten", "b", days=5),
        Suggestion("parallel", "b", after="a"),
    )


def test_kept_promise_needs_no_suggestion() -> None:
    assert suggestions(Plan(d("2024-10-31"), d("2024-10-15"), (Step("a", 3),))) == ()


def test_suggestions_are_at_most_five_and_leave_room_for_pairs() -> None:
    steps = tuple(
        Step(f"s{i}", 9, unit=CALENDAR, after=(f"s{i - 1}",) if i else ()) for i in range(9)
    )
    # 81 days from 15 October end on 3 January.
    kinds = [each.kind for each in suggestions(Plan(d("2025-01-01"), d("2024-10-15"), steps))]
    assert kinds == ["shorten"] * 3 + ["parallel"] * 2


# Plans that are refused

OPEN = Step("a", 3, name="土方")
FULL_YEAR = Calendars(winter=(((4, 1), (3, 31)),))


def refused(*steps: Step, calendars: Calendars | None = None) -> tuple[tuple[str, str], ...]:
    with pytest.raises(PlanError) as caught:
        Plan(d("2024-12-31"), d("2024-10-15"), steps, calendars or Calendars())
    assert str(caught.value) == "".join(sentence for _, sentence in caught.value.errors)
    return caught.value.errors


@pytest.mark.parametrize(
    ("steps", "key", "sentence"),
    [
        (
            (OPEN, Step("b", 3, name="主体", after=("x",))),
            "b",
            "步骤“主体”的前置步骤“x”不存在，请改正或去掉。",
        ),
        (
            (Step("a", 0, name="土方"),),
            "a",
            "步骤“土方”的工期是 0 天，应为 1 到 10000 天。",
        ),
        (
            (Step("a", -5, name="土方"),),
            "a",
            "步骤“土方”的工期是 -5 天，应为 1 到 10000 天。",
        ),
        (
            (Step("a", 10_001, name="土方"),),
            "a",
            "步骤“土方”的工期是 10001 天，应为 1 到 10000 天。",
        ),
        (
            (Step("a", 3, name="土方", unit="weeks"),),
            "a",
            "步骤“土方”的工期单位“weeks”不可用，应为 working、calendar、construction 之一。",
        ),
        (
            (OPEN, Step("a", 4, name="主体")),
            "a",
            "步骤编号“a”重复，请改成不同的编号。",
        ),
        (
            (Step("a", 3, name="土方", actual_start=d("2024-10-16")),),
            "a",
            "步骤“土方”的实际开始日期 2024-10-16 晚于截至日期 2024-10-15，请检查。",
        ),
        (
            (Step("a", 3, name="土方", actual_finish=d("2024-11-01")),),
            "a",
            "步骤“土方”的实际完成日期 2024-11-01 晚于截至日期 2024-10-15，请检查。",
        ),
        (
            (Step("a", 3, name="土方", actual_start=d("1999-12-31")),),
            "a",
            "步骤“土方”的实际开始日期 1999-12-31 早于 2000 年，请检查。",
        ),
        (
            (
                Step(
                    "a",
                    3,
                    name="土方",
                    actual_start=d("2024-10-08"),
                    actual_finish=d("2024-10-07"),
                ),
            ),
            "a",
            "步骤“土方”的实际完成 2024-10-07 早于实际开始 2024-10-08，请检查。",
        ),
        (
            (Step("a", 3, name="土方", pauses=(Pause(d("2024-10-08"), d("2024-10-07")),)),),
            "a",
            "步骤“土方”的暂停止日 2024-10-07 早于起日 2024-10-08，请检查。",
        ),
        ((), "", "没有步骤，无法排期，请至少填写一个步骤。"),
        (
            tuple(Step(f"s{number}", 0) for number in range(1_001)),
            "",
            "一次最多排 1000 个步骤，现在有 1001 个，请拆分后分别排期。",
        ),
    ],
)
def test_wrong_plan_is_refused_with_one_sentence(
    steps: tuple[Step, ...], key: str, sentence: str
) -> None:
    assert refused(*steps) == ((key, sentence),)


def test_cycle_is_told_step_by_step_whatever_the_order_of_the_rows() -> None:
    steps = (
        Step("a", 1, name="设计", after=("c",)),
        Step("b", 1, name="招标", after=("a",)),
        Step("c", 1, name="施工", after=("b",)),
        Step("d", 1, name="验收", after=("c", "e")),
        Step("e", 1, name="备案", after=("d",)),
    )
    for rows in permutations(steps):
        assert refused(*rows) == (
            (
                "a",
                "前后关系绕成了圈：“设计” → “招标” → “施工” → “设计”，请去掉其中一个前置。",
            ),
        )


def test_step_that_waits_for_itself_is_a_cycle() -> None:
    assert refused(Step("a", 1, name="设计", after=("a",))) == (
        ("a", "前后关系绕成了圈：“设计” → “设计”，请去掉其中一个前置。"),
    )


def test_winter_that_swallows_the_year_names_the_outdoor_steps() -> None:
    steps = (Step("a", 3, name="土方", unit=CONSTRUCTION), Step("b", 3, name="许可"))
    assert refused(*steps, calendars=FULL_YEAR) == (
        ("", "冬季停工期占满了全年，步骤“土方”没有可以施工的日子，请缩短停工期。"),
    )
    assert refused(OPEN, calendars=FULL_YEAR) == (
        ("", "冬季停工期占满了全年，没有可以施工的日子，请缩短停工期。"),
    )


def test_all_mistakes_are_told_at_once() -> None:
    errors = refused(Step("a", 0), Step("b", 1, unit="weeks", after=("x",)), Step("a", 1))
    assert [key for key, _ in errors] == ["a", "b", "b", "a"]


@pytest.mark.parametrize(
    ("finish", "as_of", "sentence"),
    [
        ("0001-01-01", "2024-10-15", "承诺完成日期 0001-01-01 应在 2000 到 2100 年之间，请检查。"),
        ("9999-12-31", "2024-10-15", "承诺完成日期 9999-12-31 应在 2000 到 2100 年之间，请检查。"),
        ("2024-12-31", "0001-01-01", "截至日期 0001-01-01 应在 2000 到 2100 年之间，请检查。"),
        ("2024-12-31", "2101-01-01", "截至日期 2101-01-01 应在 2000 到 2100 年之间，请检查。"),
    ],
)
def test_dates_outside_the_century_are_refused(finish: str, as_of: str, sentence: str) -> None:
    with pytest.raises(PlanError) as caught:
        Plan(d(finish), d(as_of), (OPEN,))
    assert caught.value.errors == (("", sentence),)


@pytest.mark.parametrize(
    ("finish", "as_of", "steps", "guilty"),
    [
        # Forward: 27 years of calendar days from 2090.
        ("2099-12-31", "2090-01-01", (Step("a", 10_000, name="土方", unit=CALENDAR),), "土方"),
        # Backward: the first of two that need 20 years before 2024.
        (
            "2024-12-31",
            "2024-01-01",
            (
                Step("a", 4_000, name="土方", unit=CALENDAR),
                Step("b", 8_000, name="主体", unit=CALENDAR, after=("a",)),
            ),
            "土方",
        ),
        # A pause without an end in sight.
        (
            "2024-12-31",
            "2024-01-01",
            (Step("a", 1, name="土方", pauses=(Pause(d("2023-12-01"), d("9999-12-31")),)),),
            "土方",
        ),
        # A promise of its own before the calendar begins.
        ("2024-12-31", "2024-01-01", (Step("a", 1, name="土方", finish_by=date.min),), "土方"),
    ],
)
def test_plan_that_runs_out_of_the_calendar_names_the_step(
    finish: str, as_of: str, steps: tuple[Step, ...], guilty: str
) -> None:
    plan = Plan(d(finish), d(as_of), steps)
    for ask in (schedule, suggestions):
        with pytest.raises(PlanError) as caught:
            ask(plan)
        assert [sentence for _, sentence in caught.value.errors] == [
            f"步骤“{guilty}”排到了 2000 到 2100 年以外，请检查它和前后步骤的工期与日期。"
        ]


def test_plan_may_end_on_the_very_last_day() -> None:
    plan = Plan(d("2100-12-31"), d("2100-12-22"), (Step("a", 10, unit=CALENDAR),))
    assert row(schedule(plan), "a") == "2100-12-22~2100-12-31 2100-12-22~2100-12-31 0*"


def test_plan_of_a_thousand_steps_is_computed() -> None:
    steps = tuple(
        Step(f"s{i}", 1, unit=CALENDAR, after=(f"s{i - 1}",) if i else ()) for i in range(1_000)
    )
    computed = schedule(Plan(d("2030-01-01"), d("2024-10-15"), steps))
    assert computed.earliest_finish == d("2027-07-11")  # 15 October 2024 + 999 days
    assert len(computed.critical) == 1_000


# What the result rests on


def test_years_beyond_the_decrees_are_flagged_with_the_steps() -> None:
    # Working steps in 2027 by their latest days; the outdoor and the done one rest on no decree.
    steps = (
        Step("a", 5, name="初设"),
        Step("b", 5, name="招标", after=("a",)),
        Step("c", 5, name="土方", unit=CONSTRUCTION),
        Step("d", 5, name="立项", actual_finish=d("2024-09-02")),
    )
    assert schedule(Plan(d("2027-03-31"), d("2024-10-15"), steps)).flags == (
        "“初设”、“招标”排到 2027 年，该年放假安排尚未公布，工作日暂按周一至周五计算。",
    )


def test_each_year_beyond_the_decrees_names_its_own_steps() -> None:
    # 262 weekdays: "初设" runs from 1 July 2026 to 2027, "招标" follows in 2027 and 2028.
    steps = (Step("a", 250, name="初设"), Step("b", 250, name="招标", after=("a",)))
    computed = schedule(Plan(d("2028-12-29"), d("2026-07-01"), steps))
    assert [each.earliest_finish.year for each in computed.steps] == [2027, 2028]
    assert [flag.split("排到")[0] for flag in computed.flags] == ["“初设”、“招标”"] * 2
    assert [flag.split("排到")[1][:7] for flag in computed.flags] == [" 2027 年", " 2028 年"]


def test_year_entered_by_the_office_is_no_longer_flagged() -> None:
    decree = dict.fromkeys(span(d("2027-10-01"), d("2027-10-11")), False)
    plan = Plan(d("2027-03-31"), d("2027-01-04"), (Step("a", 5),), Calendars(overrides=decree))
    assert schedule(plan).flags == ()


def test_a_flag_names_five_steps_and_counts_the_others() -> None:
    steps = tuple(Step(f"{number}", 5) for number in range(7))
    (flag,) = schedule(Plan(d("2027-03-31"), d("2027-01-04"), steps)).flags
    assert flag.startswith("“0”、“1”、“2”、“3”、“4”等 7 个步骤排到 2027 年")
