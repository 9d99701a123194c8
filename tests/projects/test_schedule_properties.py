"""What holds for every schedule, against a second opinion that walks day by day.

The second opinion shares nothing with the engine: it asks the statutory calendar itself, works
off one day after another, and knows neither lines of days nor an order of steps.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta

from chinese_calendar import is_workday
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from projects.rules.calendars import CALENDAR, CONSTRUCTION, UNITS, WORKING, Calendars
from projects.rules.schedule import (
    Dated,
    Pause,
    Plan,
    Schedule,
    Step,
    Suggestion,
    schedule,
    suggestions,
)

DAY = timedelta(days=1)
FIRST, LAST = date(2024, 1, 1), date(2025, 6, 30)

bounded = settings(
    derandomize=True,
    database=None,
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


# The second opinion


def counts(plan: Plan, step: Step, day: date) -> bool:
    """Whether a step can work on that day."""
    for pause in step.pauses:
        if pause.first <= day <= (pause.last or plan.as_of - DAY):
            return False
    if step.unit == WORKING:
        return works(plan, day)
    return step.unit == CALENDAR or not in_winter(plan, day)


def works(plan: Plan, day: date) -> bool:
    if day in plan.calendars.overrides:
        return plan.calendars.overrides[day]
    return is_workday(day) if day.year <= 2026 else day.weekday() < 5


def in_winter(plan: Plan, day: date) -> bool:
    today = (day.month, day.day)
    for first, last in plan.calendars.winter:
        if first <= last and first <= today <= last:
            return True
        if first > last and (today >= first or today <= last):
            return True
    return False


def days(first: date, end: date) -> Iterator[date]:
    """Each day from the first to the one before the end."""
    while first < end:
        yield first
        first += DAY


def left(plan: Plan, step: Step) -> int:
    if step.actual_start is None:
        return step.duration
    spent = sum(counts(plan, step, day) for day in days(step.actual_start, plan.as_of))
    return max(1, step.duration - spent)


def worked_off(
    plan: Plan, more: Mapping[str, int] | None = None
) -> tuple[dict[str, date], dict[str, date]]:
    """First and last days, from working off day after day; `more` days of work for some steps."""
    begun = {s.key: s.actual_start for s in plan.steps if s.actual_start}
    ended = {s.key: s.actual_finish for s in plan.steps if s.actual_finish}
    begun = ended | begun
    work = {s.key: left(plan, s) + (more or {}).get(s.key, 0) for s in plan.steps}
    today = plan.as_of
    while len(ended) < len(plan.steps):
        ready = [
            step
            for step in plan.steps
            if step.key not in ended
            and counts(plan, step, today)
            and (
                step.actual_start or all(key in ended and ended[key] < today for key in step.after)
            )
        ]
        for step in ready:
            begun.setdefault(step.key, today)
            work[step.key] -= 1
            if work[step.key] == 0:
                ended[step.key] = today
        today += DAY
    return begun, ended


def pulled_back(plan: Plan) -> dict[str, tuple[date, date]]:
    """Latest first and last days: steps without an answered follower first, sliding back."""
    latest: dict[str, tuple[date, date]] = {}
    while len(latest) < len(plan.steps):
        for step in plan.steps:
            followers = [other for other in plan.steps if step.key in other.after]
            if step.key not in latest and all(other.key in latest for other in followers):
                limits = [latest[other.key][0] - DAY for other in followers]
                latest[step.key] = slid_back(plan, step, min([plan.finish, *limits]))
    return latest


def slid_back(plan: Plan, step: Step, day: date) -> tuple[date, date]:
    window: list[date] = []
    while True:
        if counts(plan, step, day) and (step.finish_by is None or day <= step.finish_by):
            window.append(day)
        if len(window) > step.duration:
            window.pop(0)
        in_time = step.start_by is None or day <= step.start_by
        if len(window) == step.duration and window[-1] == day and in_time:
            return day, window[0]
        day -= DAY


# Plans at random

# Neither in the order in which they wait for each other, nor in the order of their names.
KEYS = ("m", "c", "x", "a", "k", "z", "b")
WINTERS = (
    (((11, 1), (3, 31)),),
    (),
    (((1, 5), (2, 10)),),
    (((12, 1), (1, 31)), ((3, 1), (3, 20))),
)


@st.composite
def calendars(draw: st.DrawFn) -> Calendars:
    overrides = draw(st.dictionaries(st.dates(FIRST, LAST), st.booleans(), max_size=4))
    return Calendars(overrides=overrides, winter=draw(st.sampled_from(WINTERS)))


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Nothing has begun, nothing is promised but the whole."""
    steps = []
    for number in range(draw(st.integers(1, len(KEYS)))):
        before = draw(st.sets(st.sampled_from(KEYS[:number]), max_size=3)) if number else set()
        duration, unit = draw(st.integers(1, 25)), draw(st.sampled_from(UNITS))
        steps.append(Step(KEYS[number], duration, unit=unit, after=tuple(sorted(before))))
    as_of = draw(st.dates(FIRST, LAST))
    finish = as_of + draw(st.integers(-60, 500)) * DAY
    return Plan(finish, as_of, tuple(draw(st.permutations(steps))), draw(calendars()))


@st.composite
def plans_under_way(draw: st.DrawFn) -> Plan:
    """Some steps are done or begun, also out of order; some are paused or promised themselves."""
    plan = draw(plans())
    return replace(plan, steps=tuple(draw(lived(step, plan.as_of)) for step in plan.steps))


@st.composite
def lived(draw: st.DrawFn, step: Step, as_of: date) -> Step:
    ago = sorted(draw(st.tuples(st.integers(0, 60), st.integers(0, 60))))
    begun = draw(st.sampled_from((None, None, as_of - ago[1] * DAY)))
    ended = draw(st.sampled_from((None, None, None, as_of - ago[0] * DAY)))
    return replace(
        step,
        actual_start=begun,
        actual_finish=ended,
        start_by=draw(promises(as_of)),
        finish_by=draw(promises(as_of)),
        pauses=tuple(draw(st.lists(pauses(as_of), max_size=2))),
    )


@st.composite
def promises(draw: st.DrawFn, as_of: date) -> date | None:
    """One step in five is promised by itself."""
    return as_of + draw(st.integers(-30, 300)) * DAY if draw(st.integers(1, 5)) == 1 else None


@st.composite
def pauses(draw: st.DrawFn, as_of: date) -> Pause:
    first = as_of + draw(st.integers(-40, 20)) * DAY
    return Pause(first, draw(st.none() | st.integers(0, 15).map(lambda days: first + days * DAY)))


@st.composite
def plans_just_late(draw: st.DrawFn, under_way: bool = True) -> Plan:
    """Late by a few days, so that a single change may help."""
    plan = draw(plans_under_way() if under_way else plans())
    _, ended = worked_off(plan)
    finish = max(ended.values()) - draw(st.integers(1, 12)) * DAY
    steps = (replace(step, start_by=None, finish_by=None) for step in plan.steps)
    return replace(plan, finish=finish, steps=tuple(steps))


def by_key(computed: Schedule) -> dict[str, Dated]:
    return {each.step.key: each for each in computed.steps}


def lasting(plan: Plan, key: str, days: int) -> Plan:
    return with_step(plan, key, lambda step: replace(step, duration=days))


def with_step(plan: Plan, key: str, change: Callable[[Step], Step]) -> Plan:
    return replace(
        plan, steps=tuple(change(step) if step.key == key else step for step in plan.steps)
    )


# What holds


@given(plan=plans_under_way())
@bounded
def test_earliest_days_are_those_of_working_off_day_by_day(plan: Plan) -> None:
    begun, ended = worked_off(plan)
    computed = schedule(plan)
    assert {key: each.earliest_finish for key, each in by_key(computed).items()} == ended
    assert {key: each.earliest_start for key, each in by_key(computed).items()} == begun
    assert computed.earliest_finish == max(ended.values())


@given(plan=plans_under_way())
@bounded
def test_latest_days_are_those_of_sliding_back_day_by_day(plan: Plan) -> None:
    computed = by_key(schedule(plan))
    assert {
        key: (each.latest_start, each.latest_finish) for key, each in computed.items()
    } == pulled_back(plan)


@given(plan=plans_under_way())
@bounded
def test_float_and_lateness_are_the_days_counted_one_by_one(plan: Plan) -> None:
    computed = schedule(plan)
    for each in computed.steps:
        ahead = sum(
            counts(plan, each.step, day) for day in days(each.earliest_start, each.latest_start)
        )
        behind = sum(
            counts(plan, each.step, day) for day in days(each.latest_start, each.earliest_start)
        )
        assert each.float_days == ahead - behind
    late = [day + DAY for day in days(plan.finish, computed.earliest_finish)]
    assert computed.late_by == len(late)
    assert computed.late_by_working == sum(works(plan, day) for day in late)
    broken = [
        (each.step.key, what, promised, (earliest - promised).days)
        for each in computed.steps
        for what, promised, earliest in (
            ("start", each.step.start_by, each.earliest_start),
            ("finish", each.step.finish_by, each.earliest_finish),
        )
        if promised and earliest > promised
    ]
    assert [(one.key, one.what, one.promised, one.late_by) for one in computed.broken] == broken
    assert computed.feasible is not bool(late or broken)


@given(plan=plans())
@bounded
def test_backward_and_forward_agree_on_whether_the_promise_can_be_kept(plan: Plan) -> None:
    computed = schedule(plan)
    assert computed.feasible is (computed.earliest_finish <= plan.finish)
    assert computed.feasible is all(each.float_days >= 0 for each in computed.steps)
    for each in computed.steps:
        assert (each.float_days >= 0) is (each.latest_start >= each.earliest_start)
        assert (each.float_days >= 0) is (each.latest_finish >= each.earliest_finish)


@given(plan=plans_under_way())
@bounded
def test_step_is_critical_when_one_more_of_its_days_moves_the_end(plan: Plan) -> None:
    computed = schedule(plan)
    for each in computed.steps:
        if each.step.actual_finish is None:
            _, ended = worked_off(plan, {each.step.key: 1})
            assert each.critical is (max(ended.values()) > computed.earliest_finish)
        else:
            assert not each.critical
        if each.step.is_open:
            longer = lasting(plan, each.step.key, each.step.duration + 1)
            moved = schedule(longer).earliest_finish > computed.earliest_finish
            assert each.critical is moved
    chain = [by_key(computed)[key] for key in computed.critical]
    assert chain == sorted(chain, key=lambda each: (each.earliest_start, each.earliest_finish))
    assert set(computed.critical) == {each.step.key for each in computed.steps if each.critical}


@given(plan=plans())
@bounded
def test_steps_begin_and_end_on_their_own_days_and_last_their_duration(plan: Plan) -> None:
    for each in schedule(plan).steps:
        for first, last in (
            (each.earliest_start, each.earliest_finish),
            (each.latest_start, each.latest_finish),
        ):
            assert counts(plan, each.step, first)
            assert counts(plan, each.step, last)
            lasts = sum(counts(plan, each.step, day) for day in days(first, last + DAY))
            assert lasts == each.step.duration


@given(plan=plans())
@bounded
def test_steps_come_after_those_that_they_wait_for(plan: Plan) -> None:
    computed = by_key(schedule(plan))
    for each in computed.values():
        assert each.earliest_start >= plan.as_of
        assert each.latest_finish <= plan.finish
        for before in each.step.after:
            assert each.earliest_start > computed[before].earliest_finish
            assert each.latest_start > computed[before].latest_finish


@given(plan=plans_under_way(), holiday=st.dates(FIRST, LAST))
@bounded
def test_one_more_holiday_makes_nothing_earlier(plan: Plan, holiday: date) -> None:
    closed = replace(plan.calendars, overrides={**plan.calendars.overrides, holiday: False})
    assert_nothing_earlier(plan, replace(plan, calendars=closed))


@given(plan=plans_under_way())
@bounded
def test_longer_winter_makes_nothing_earlier(plan: Plan) -> None:
    colder = replace(plan.calendars, winter=(*plan.calendars.winter, ((10, 20), (4, 10))))
    assert_nothing_earlier(plan, replace(plan, calendars=colder))


@given(plan=plans_under_way(), number=st.integers(0, 6), longer=st.integers(1, 40))
@bounded
def test_longer_duration_never_improves_the_finish(plan: Plan, number: int, longer: int) -> None:
    step = plan.steps[number % len(plan.steps)]
    slower = lasting(plan, step.key, step.duration + longer)
    assert_nothing_earlier(plan, slower)
    assert schedule(slower).late_by >= schedule(plan).late_by


@given(plan=plans_under_way(), waited=st.integers(1, 30))
@bounded
def test_day_of_waiting_makes_nothing_earlier(plan: Plan, waited: int) -> None:
    # An open pause would grow with the waiting, which is later still.
    assert_nothing_earlier(plan, replace(plan, as_of=plan.as_of + waited * DAY))


def assert_nothing_earlier(plan: Plan, hindered: Plan) -> None:
    before, after = by_key(schedule(plan)), by_key(schedule(hindered))
    for key, each in before.items():
        assert after[key].earliest_start >= each.earliest_start
        assert after[key].earliest_finish >= each.earliest_finish


@given(plan=plans_under_way())
@bounded
def test_order_of_the_input_does_not_matter(plan: Plan) -> None:
    steps = [
        replace(step, after=tuple(reversed(step.after)), pauses=tuple(reversed(step.pauses)))
        for step in reversed(plan.steps)
    ]
    turned = replace(plan, steps=tuple(steps))
    one, other = schedule(plan), schedule(turned)
    assert [days_of(each) for each in other.steps] == [days_of(each) for each in one.steps][::-1]
    assert one.critical == other.critical
    assert (one.feasible, one.earliest_finish) == (other.feasible, other.earliest_finish)
    assert (one.late_by, one.late_by_working) == (other.late_by, other.late_by_working)
    assert set(one.broken) == set(other.broken)
    assert suggestions(plan) == suggestions(turned)


def days_of(each: Dated) -> tuple[object, ...]:
    return (
        each.step.key,
        (each.latest_start, each.latest_finish),
        (each.earliest_start, each.earliest_finish),
        (each.float_days, each.critical),
    )


@given(plan=plans())
@bounded
def test_permits_ignore_the_winter(plan: Plan) -> None:
    permits = replace(plan, steps=tuple(replace(step, unit=WORKING) for step in plan.steps))
    summer = replace(permits, calendars=replace(plan.calendars, winter=()))
    assert schedule(permits) == schedule(summer)


@given(plan=plans_under_way())
@bounded
def test_outdoor_work_never_begins_ends_or_counts_in_winter(plan: Plan) -> None:
    outdoor = replace(
        plan,
        steps=tuple(replace(step, unit=CONSTRUCTION) for step in plan.steps),
        calendars=Calendars(overrides=plan.calendars.overrides),
    )
    for each in schedule(outdoor).steps:
        planned = [each.latest_start, each.latest_finish]
        if each.step.actual_finish is None:
            planned.append(each.earliest_finish)
        if each.step.is_open:
            planned.append(each.earliest_start)
        assert all(4 <= day.month <= 10 for day in planned)


@given(plan=plans_just_late() | plans_just_late(under_way=False) | plans_under_way())
@bounded
def test_every_suggestion_keeps_all_promises_when_it_is_rerun(plan: Plan) -> None:
    told = suggestions(plan)
    assert len(told) <= 5
    assert len(set(told)) == len(told)
    if schedule(plan).feasible:
        assert told == ()
    for suggestion in told:
        assert schedule(changed(plan, suggestion)).feasible


@given(plan=plans_just_late(under_way=False))
@bounded
def test_suggested_cut_is_as_small_as_can_be_and_none_is_missed(plan: Plan) -> None:
    cuts = {each.key: each.days or 0 for each in suggestions(plan) if each.kind == "shorten"}
    steps = {step.key: step for step in plan.steps}
    sizes = [steps[key].duration - days for key, days in cuts.items()]
    assert sizes == sorted(sizes)
    for key, days in cuts.items():
        assert not schedule(lasting(plan, key, days + 1)).feasible
    if len(cuts) < 3:
        assert not any(
            schedule(lasting(plan, key, 1)).feasible for key in steps.keys() - cuts.keys()
        )


def changed(plan: Plan, suggestion: Suggestion) -> Plan:
    """The plan as the suggestion says in words, made here once more."""
    if suggestion.kind == "shorten":
        assert suggestion.days is not None
        return lasting(plan, suggestion.key, suggestion.days)
    (beside,) = (step for step in plan.steps if step.key == suggestion.after)
    return with_step(
        plan,
        suggestion.key,
        lambda step: replace(
            step,
            after=tuple(key for key in step.after if key != beside.key) + beside.after,
        ),
    )


def test_random_plans_are_worth_asking() -> None:
    """So that no property above runs dry."""
    feasible: list[bool] = []
    kinds: list[str] = []

    @given(plan=plans_under_way(), late=plans_just_late(under_way=False))
    @bounded
    def look(plan: Plan, late: Plan) -> None:
        feasible.append(schedule(plan).feasible)
        kinds.extend({each.kind for each in suggestions(late)})

    look()
    assert 10 <= sum(feasible) <= len(feasible) - 10
    assert kinds.count("shorten") >= 10
    assert kinds.count("parallel") >= 10
