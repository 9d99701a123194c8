"""手续的有效期: until when a permit holds, how long it may be extended, and what it is on a day.

Sources: 核准 《企业投资项目核准和备案管理条例》第十二条; 施工许可 《建筑法》第九条; 环评
《环境影响评价法》第二十四条. Other permits hold as long as their document says.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from projects.rules.calendars import FIRST_YEAR, LAST_YEAR, ONE_DAY, WORKING, Calendars
from projects.rules.periods import months_later
from projects.rules.standing import is_judged

VERIFICATION, CONSTRUCTION, EIA, OTHER = "verification", "construction", "eia", "other"

SOON = 30
"""Working days before the lapse in which a permit is 将到期. Our default."""

A_WEEK = 5
"""Working days of a week where no calendar reaches."""


@dataclass(frozen=True)
class Term:
    """What the law says of a kind of permit.

    It holds `months` (None: as long as its document says) and may be extended `times` times
    (None: no limit is known), each by at most `extension_months`, asked for `ask_before` working
    days before it lapses.
    """

    name: str
    months: int | None
    times: int | None
    extension_months: int | None
    ask_before: int
    source: str
    words: str


TERMS = {
    VERIFICATION: Term(
        *("项目核准", 24, 1, 12, 30, "《企业投资项目核准和备案管理条例》第十二条"),
        "核准后 2 年内开工；需要延期的，届满 30 个工作日前申请，只能延期一次，最长 1 年。",
    ),
    CONSTRUCTION: Term(
        *("施工许可", 3, 2, 3, 0, "《建筑法》第九条"),
        "领证之日起 3 个月内开工；不能按期的申请延期，以两次为限，每次不超过 3 个月，逾期自行废止。",
    ),
    EIA: Term(
        *("环评", 60, 0, None, 0, "《环境影响评价法》第二十四条"),
        "自批准之日起超过 5 年方开工的，报原审批部门重新审核，没有延期。",
    ),
    OTHER: Term(
        *("其他有期限的手续", None, None, None, 0, "批准文件载明的有效期"),
        "按批准文件载明的“有效期至”计算。",
    ),
}
"""The kinds of permit that lapse. 备案 does not: its holder explains himself on the platform."""


class State(StrEnum):
    """What a permit that was obtained is on a day."""

    LAPSED = "lapsed"
    EXPIRING = "expiring"
    VALID = "valid"
    UNDATED = "undated"
    STARTED = "started"
    UNNEEDED = "unneeded"


STATE_NAMES = {
    State.LAPSED: "已失效",
    State.EXPIRING: "将到期",
    State.VALID: "有效",
    State.UNDATED: "有效期未登记",
    State.STARTED: "已开工，不再失效",
    State.UNNEEDED: "不再需要",
}
"""What people call the states, the most urgent first."""


@dataclass(frozen=True)
class Extension:
    """An extension that the authority granted; `name` is how people find it."""

    asked_on: date
    granted_on: date
    until: date
    name: str = ""


@dataclass(frozen=True)
class Held:
    """A permit as it was obtained, with its extensions; `typed_until` is what the document says."""

    kind: str
    obtained: date
    typed_until: date | None = None
    extensions: tuple[Extension, ...] = ()

    @property
    def term(self) -> Term:
        """What the law says of it."""
        return TERMS[self.kind]

    def on(self, day: date) -> "Held":
        """The same, with what had been granted by that day."""
        granted = tuple(each for each in self.extensions if each.granted_on <= day)
        return Held(self.kind, self.obtained, self.typed_until, granted)


@dataclass(frozen=True)
class Works:
    """Where the project stood on the day: what has not happened by then is None."""

    standing: str
    started: date | None = None
    completed: date | None = None

    @property
    def needs_permits(self) -> bool:
        """Whether a permit may still lapse: nothing has begun, and something is to begin."""
        return self.started is None and self.completed is None and is_judged(self.standing)


@dataclass(frozen=True)
class Reading:
    """A permit on a day: its last valid day, and how far off that is.

    `left` counts the working days after the day up to the last valid one, 0 on that one itself,
    None once it is over; `lapsed` the calendar days since. `guessed` says that the count reaches
    into years whose holidays nobody has decreed yet.
    """

    state: State
    until: date | None
    left: int | None = None
    lapsed: int = 0
    guessed: bool = False


@dataclass(frozen=True)
class Refusal:
    """Why an extension cannot be: the field that is wrong, and a sentence with the remedy."""

    field: str
    text: str


def validity(
    kind: str,
    obtained: date,
    extensions: Sequence[Extension] = (),
    typed_until: date | None = None,
) -> date | None:
    """The last day on which it holds; None where only the document knows, and nobody typed it.

    What the document says comes before what the law computes, and the last extension before both.
    Example: a construction permit of 2024-07-15 holds until 2024-10-15, that day included.
    """
    if extensions:
        return max(each.until for each in extensions)
    months = TERMS[kind].months
    if typed_until is not None or months is None:
        return typed_until
    return months_later(obtained, months)


def valid_until(held: Held) -> date | None:
    """The same, of a permit."""
    return validity(held.kind, held.obtained, held.extensions, held.typed_until)


def countdown(as_of: date, until: date, calendars: Calendars) -> int:
    """Working days after a day up to another, that one included; 0 when both are the same."""
    first, last = (min(max(day, _FIRST), _LAST) for day in (as_of, until))
    return calendars.line(WORKING).between(first + ONE_DAY, last + ONE_DAY)


_FIRST, _LAST = date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31)


def read(held: Held, works: Works, as_of: date, calendars: Calendars, soon: int = SOON) -> Reading:
    """What a permit is on a day, as its extensions stood then."""
    until = valid_until(held.on(as_of))
    if not works.needs_permits:
        return Reading(State.STARTED if works.started else State.UNNEEDED, until)
    if until is None:
        return Reading(State.UNDATED, None)
    if until < as_of:
        return Reading(State.LAPSED, until, None, (as_of - until).days)
    left = countdown(as_of, until, calendars)
    years = range(as_of.year, min(until.year, LAST_YEAR) + 1)
    guessed = not all(calendars.is_known(year) for year in years)
    return Reading(State.EXPIRING if left <= soon else State.VALID, until, left, 0, guessed)


def ask_by(kind: str, until: date, calendars: Calendars) -> date | None:
    """The last day on which an extension may be asked for; None where there is none.

    Of a 核准 the day after which 30 working days are still left, the last valid one included.
    """
    term = TERMS[kind]
    if term.times == 0:
        return None
    if not term.ask_before:
        return until
    if not FIRST_YEAR < until.year <= LAST_YEAR:
        return until - timedelta(days=term.ask_before // A_WEEK * 7)
    return calendars.line(WORKING).moved(until + ONE_DAY, -term.ask_before) - ONE_DAY


def longest(kind: str, until: date) -> date | None:
    """The last day to which it may be extended; None where no limit is known."""
    months = TERMS[kind].extension_months
    return None if months is None else months_later(until, months)


def check_extension(
    held: Held, asked_on: date, granted_on: date, until: date, calendars: Calendars
) -> Refusal | None:
    """Why a permit, extended as it is, cannot be extended so; None when it can."""
    last = valid_until(held)
    if last is None:
        return Refusal("", "还没有登记“有效期至”，请先按批准文件填写，再登记延期。")
    return (
        _too_often(held, last)
        or _out_of_order(held, asked_on, granted_on)
        or _too_late(held, asked_on, last, calendars)
        or _too_far(held, until, last)
    )


def check_extensions(held: Held, calendars: Calendars) -> tuple[Extension, Refusal] | None:
    """The first of a permit's extensions that could not be, each judged after those before it."""
    done: tuple[Extension, ...] = ()
    for each in sorted(held.extensions, key=lambda one: (one.asked_on, one.until)):
        before = Held(held.kind, held.obtained, held.typed_until, done)
        wrong = check_extension(before, each.asked_on, each.granted_on, each.until, calendars)
        if wrong:
            return each, wrong
        done = (*done, each)
    return None


def may_extend(held: Held, as_of: date, calendars: Calendars) -> bool:
    """Whether an extension could still be asked for on that day."""
    until = valid_until(held)
    if until is None or (held.term.times is not None and len(held.extensions) >= held.term.times):
        return False
    by = ask_by(held.kind, until, calendars)
    return by is not None and as_of <= by


def _too_often(held: Held, last: date) -> Refusal | None:
    term, done = held.term, len(held.extensions)
    if term.times == 0:
        return Refusal(
            "",
            f"{term.name}没有延期（{term.source}）：最后有效日是 {last}，超过后报原审批部门重新审核，"
            "审核同意后请在节点填写新的“有效期至”。",
        )
    if term.times is not None and done >= term.times:
        return Refusal(
            "",
            f"{term.name}最多延期 {term.times} 次（{term.source}），已延期 {done} 次，"
            f"最后有效日是 {last}；到期请重新办理，登记错了请更正原来的延期。",
        )
    return None


def _out_of_order(held: Held, asked_on: date, granted_on: date) -> Refusal | None:
    if asked_on < held.obtained:
        return Refusal(
            "asked_on", f"申请日期 {asked_on} 早于取得手续的 {held.obtained}，请核对申请日期。"
        )
    if granted_on < asked_on:
        return Refusal(
            "granted_on", f"批准日期 {granted_on} 早于申请日期 {asked_on}，请核对两个日期。"
        )
    return None


def _too_late(held: Held, asked_on: date, last: date, calendars: Calendars) -> Refusal | None:
    term, by = held.term, ask_by(held.kind, last, calendars)
    if by is None or asked_on <= by:
        return None
    if asked_on > last:
        return Refusal(
            "asked_on",
            f"手续已于 {last} 到期失效，失效后不能延期，最晚应在 {by} 申请（{term.source}）；"
            "请核对申请日期，确已失效的请重新办理。",
        )
    return Refusal(
        "asked_on",
        f"延期须在届满 {term.ask_before} 个工作日前申请，最晚应在 {by} 申请（{term.source}），"
        f"填写的申请日期是 {asked_on}；请核对申请日期，确已错过的请重新办理。",
    )


def _too_far(held: Held, until: date, last: date) -> Refusal | None:
    term, most = held.term, longest(held.kind, last)
    if until <= last:
        return Refusal(
            "until", f"“延期至” {until} 应晚于现在的最后有效日 {last}，请按批准文件填写。"
        )
    if most is not None and until > most:
        return Refusal(
            "until",
            f"{term.name}每次延期不超过 {_months(term)}（{term.source}），最晚到 {most}，"
            f"填写的是 {until}，请核对批准文件。",
        )
    return None


def _months(term: Term) -> str:
    months = term.extension_months or 0
    return f"{months // 12} 年" if months % 12 == 0 else f"{months} 个月"
