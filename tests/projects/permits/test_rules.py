"""Until when permits hold, what may be extended, and how the days are counted; by hand."""

from datetime import date

import pytest

from projects.rules.calendars import Calendars
from projects.rules.permits import (
    STATE_NAMES,
    TERMS,
    Extension,
    Held,
    State,
    Works,
    ask_by,
    check_extension,
    check_extensions,
    countdown,
    longest,
    may_extend,
    read,
    validity,
)

PLAIN = Calendars()
D = date


@pytest.mark.parametrize(
    ("kind", "obtained", "until"),
    [
        ("construction", D(2024, 7, 15), D(2024, 10, 15)),
        ("verification", D(2022, 11, 18), D(2024, 11, 18)),
        ("eia", D(2019, 12, 3), D(2024, 12, 3)),
        ("other", D(2024, 1, 1), None),
    ],
)
def test_law_says_how_long_a_kind_holds(kind: str, obtained: date, until: date | None) -> None:
    assert validity(kind, obtained) == until


def test_document_comes_before_the_law_and_the_last_extension_before_both() -> None:
    typed, longer = D(2024, 12, 1), Extension(D(2024, 9, 1), D(2024, 9, 9), D(2025, 1, 15))
    assert validity("construction", D(2024, 7, 15), (), typed) == typed
    assert validity("construction", D(2024, 7, 15), (longer,), typed) == D(2025, 1, 15)


# 2024-10-01 to 07 are holidays, Saturday 2024-10-12 is worked: 8 to 12 October are five days.
@pytest.mark.parametrize(
    ("as_of", "until", "left"),
    [
        (D(2024, 10, 15), D(2024, 10, 15), 0),
        (D(2024, 10, 15), D(2024, 10, 16), 1),
        (D(2024, 10, 18), D(2024, 10, 20), 0),
        (D(2024, 9, 30), D(2024, 10, 12), 5),
        (D(2024, 10, 15), D(2024, 11, 26), 30),
        (D(2024, 12, 31), D(2025, 1, 6), 3),
        (D(2025, 1, 27), D(2025, 2, 8), 4),
        (D(2026, 2, 13), D(2026, 2, 24), 2),
        (D(2030, 1, 7), D(2030, 1, 14), 5),
        (D(2100, 12, 24), date.max, 5),
    ],
)
def test_countdown_is_in_working_days_after_the_day(as_of: date, until: date, left: int) -> None:
    assert countdown(as_of, until, PLAIN) == left


def test_office_days_move_the_countdown() -> None:
    shut = Calendars(overrides={D(2024, 10, 16): False})
    assert countdown(D(2024, 10, 15), D(2024, 10, 17), shut) == 1


# From Friday 2024-10-11 on, 30 working days are left up to Thursday 2024-11-21: Saturday the 12th
# is worked, then five days a week.
@pytest.mark.parametrize(
    ("kind", "until", "by"),
    [
        ("verification", D(2024, 11, 21), D(2024, 10, 11)),
        ("verification", D(2024, 11, 22), D(2024, 10, 13)),
        ("construction", D(2024, 11, 21), D(2024, 11, 21)),
        ("other", D(2024, 11, 21), D(2024, 11, 21)),
        ("eia", D(2024, 11, 21), None),
        ("verification", D(1999, 6, 30), D(1999, 5, 19)),
        ("verification", D(2101, 6, 30), D(2101, 5, 19)),
    ],
)
def test_last_day_to_ask(kind: str, until: date, by: date | None) -> None:
    assert ask_by(kind, until, PLAIN) == by
    if by and kind == "verification" and 2000 < until.year < 2100:
        assert countdown(by, until, PLAIN) >= 30
        assert countdown(by.replace(day=by.day + 1), until, PLAIN) < 30


@pytest.mark.parametrize(
    ("as_of", "state", "left", "lapsed"),
    [
        (D(2024, 10, 14), State.VALID, 31, 0),
        (D(2024, 10, 15), State.EXPIRING, 30, 0),
        (D(2024, 11, 26), State.EXPIRING, 0, 0),
        (D(2024, 11, 27), State.LAPSED, None, 1),
    ],
)
def test_a_permit_is_soon_over_within_30_working_days(
    as_of: date, state: State, left: int | None, lapsed: int
) -> None:
    held = Held("other", D(2024, 1, 2), D(2024, 11, 26))
    found = read(held, Works("normal"), as_of, PLAIN)
    assert (found.state, found.left, found.lapsed) == (state, left, lapsed)
    assert not found.guessed


@pytest.mark.parametrize(
    ("works", "state"),
    [
        (Works("normal", started=D(2024, 9, 1)), State.STARTED),
        (Works("suspended", started=D(2024, 9, 1), completed=D(2024, 9, 2)), State.STARTED),
        (Works("deferred"), State.UNNEEDED),
        (Works("withdrawn"), State.UNNEEDED),
        (Works("normal", completed=D(2024, 9, 2)), State.UNNEEDED),
        (Works("suspended"), State.LAPSED),
    ],
)
def test_a_permit_is_needed_until_work_begins(works: Works, state: State) -> None:
    held = Held("construction", D(2024, 1, 2))
    assert read(held, works, D(2024, 10, 15), PLAIN).state == state
    assert set(STATE_NAMES) == set(State)


def test_without_a_day_nothing_lapses_and_it_is_said() -> None:
    held = Held("other", D(2024, 1, 2))
    assert read(held, Works("normal"), D(2034, 1, 1), PLAIN).state == State.UNDATED


def test_years_without_decreed_holidays_are_said_to_be_guessed() -> None:
    held = Held("eia", D(2024, 7, 24))
    assert read(held, Works("normal"), D(2024, 10, 15), PLAIN).guessed


def test_an_extension_counts_from_the_day_of_its_grant() -> None:
    longer = Extension(D(2024, 10, 1), D(2024, 10, 20), D(2025, 1, 15))
    held = Held("construction", D(2024, 7, 15), None, (longer,))
    assert read(held, Works("normal"), D(2024, 10, 19), PLAIN).until == D(2024, 10, 15)
    assert read(held, Works("normal"), D(2024, 10, 20), PLAIN).until == D(2025, 1, 15)


VERIFIED = Held("verification", D(2022, 11, 21))  # until 2024-11-21, asked by 2024-10-11
BUILT = Held("construction", D(2024, 7, 15))  # until 2024-10-15
ONCE = Extension(D(2024, 10, 1), D(2024, 10, 8), D(2025, 1, 15))
TWICE = Extension(D(2025, 1, 2), D(2025, 1, 8), D(2025, 4, 15))
OPEN = Held("other", D(2024, 1, 2), D(2024, 9, 30))


@pytest.mark.parametrize(
    ("held", "asked", "granted", "until"),
    [
        (VERIFIED, D(2024, 10, 11), D(2024, 11, 4), D(2025, 11, 21)),
        (BUILT, D(2024, 10, 15), D(2024, 10, 20), D(2025, 1, 15)),
        (
            Held("construction", BUILT.obtained, None, (ONCE,)),
            TWICE.asked_on,
            TWICE.granted_on,
            TWICE.until,
        ),
        (OPEN, D(2024, 9, 30), D(2024, 9, 30), D(2034, 9, 30)),
    ],
)
def test_what_the_law_allows(held: Held, asked: date, granted: date, until: date) -> None:
    assert check_extension(held, asked, granted, until, PLAIN) is None


@pytest.mark.parametrize(
    ("held", "asked", "granted", "until", "field", "says"),
    [
        (VERIFIED, D(2024, 10, 12), D(2024, 11, 4), D(2025, 6, 1), "asked_on",
         ("30 个工作日前", "最晚应在 2024-10-11", "第十二条", "2024-10-12")),
        (VERIFIED, D(2024, 11, 22), D(2024, 11, 25), D(2025, 6, 1), "asked_on",
         ("已于 2024-11-21 到期失效", "最晚应在 2024-10-11", "重新办理")),
        (VERIFIED, D(2024, 9, 2), D(2024, 9, 20), D(2025, 11, 22), "until",
         ("不超过 1 年", "最晚到 2025-11-21")),
        (VERIFIED, D(2024, 9, 2), D(2024, 9, 20), D(2024, 11, 21), "until",
         ("应晚于现在的最后有效日 2024-11-21",)),
        (VERIFIED, D(2022, 11, 20), D(2024, 9, 20), D(2025, 1, 1), "asked_on",
         ("早于取得手续的 2022-11-21",)),
        (VERIFIED, D(2024, 9, 2), D(2024, 9, 1), D(2025, 1, 1), "granted_on",
         ("批准日期 2024-09-01 早于申请日期 2024-09-02",)),
        (Held("verification", VERIFIED.obtained, None, (
            Extension(D(2024, 9, 2), D(2024, 9, 20), D(2025, 11, 21)),)),
         D(2025, 1, 2), D(2025, 1, 9), D(2026, 1, 1), "", ("最多延期 1 次", "已延期 1 次")),
        (BUILT, D(2024, 10, 16), D(2024, 10, 20), D(2025, 1, 15), "asked_on",
         ("已于 2024-10-15 到期失效", "《建筑法》第九条")),
        (BUILT, D(2024, 10, 8), D(2024, 10, 9), D(2025, 1, 16), "until",
         ("不超过 3 个月", "最晚到 2025-01-15")),
        (Held("construction", BUILT.obtained, None, (ONCE, TWICE)),
         D(2025, 4, 1), D(2025, 4, 2), D(2025, 7, 15), "", ("最多延期 2 次", "2025-04-15")),
        (Held("eia", D(2019, 12, 3)), D(2024, 10, 8), D(2024, 10, 9), D(2025, 1, 1), "",
         ("没有延期", "2024-12-03", "重新审核")),
        (OPEN, D(2024, 10, 1), D(2024, 10, 2), D(2025, 1, 1), "asked_on",
         ("已于 2024-09-30 到期失效",)),
        (Held("other", D(2024, 1, 2)), D(2024, 2, 1), D(2024, 2, 2), D(2025, 1, 1), "",
         ("还没有登记“有效期至”",)),
    ],
)  # fmt: skip
def test_what_the_law_refuses_says_the_rule_and_the_last_day(
    held: Held, asked: date, granted: date, until: date, field: str, says: tuple[str, ...]
) -> None:
    found = check_extension(held, asked, granted, until, PLAIN)
    assert found is not None
    assert found.field == field
    assert all(each in found.text for each in says), found.text


def test_extensions_are_judged_each_after_those_before_it() -> None:
    held = Held("construction", BUILT.obtained, None, (TWICE, ONCE))
    assert check_extensions(held, PLAIN) is None
    found = check_extensions(Held("construction", BUILT.obtained, None, (TWICE,)), PLAIN)
    assert found is not None
    assert found[0] == TWICE


@pytest.mark.parametrize(
    ("held", "as_of", "may"),
    [
        (VERIFIED, D(2024, 10, 11), True),
        (VERIFIED, D(2024, 10, 12), False),
        (BUILT, D(2024, 10, 15), True),
        (BUILT, D(2024, 10, 16), False),
        (Held("construction", BUILT.obtained, None, (ONCE, TWICE)), D(2025, 1, 9), False),
        (Held("eia", D(2024, 1, 2)), D(2024, 10, 15), False),
        (Held("other", D(2024, 1, 2)), D(2024, 10, 15), False),
    ],
)
def test_who_may_still_ask(held: Held, as_of: date, may: bool) -> None:
    assert may_extend(held, as_of, PLAIN) is may


def test_longest_extension() -> None:
    assert longest("construction", D(2024, 11, 30)) == D(2025, 2, 28)
    assert longest("other", D(2024, 11, 30)) is None
    assert all(term.source and term.words for term in TERMS.values())
