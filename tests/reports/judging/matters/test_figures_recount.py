"""Random matters: every figure equals a recount, day by day, that shares no code with it."""

from collections import Counter
from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from django.utils import timezone

from kuancheng.reports.judging.matters import spans
from kuancheng.reports.judging.matters.figures import Scope, counts, counts_by
from projects.models import Agency, CalendarDay, Matter, MatterStep
from projects.rules.matters.figures import Counts, Period
from projects.rules.workdays import is_workday
from tests import factories

pytestmark = pytest.mark.django_db

BEGIN, ONE = date(2023, 11, 20), timedelta(1)
CLOSED_DAY = date(2024, 2, 21)
WAYS = {
    "issued": ["sign", "sign", "sign", "reassign", "void", "extend"],
    "working": ["note", "answer", "answer", "answer", "extend", "extend", "pause", "resume", "reassign", "merge"],
    "answered": ["close", "close", "close", "return"],
    "closed": ["reopen"],
}  # fmt: skip
LEADS_TO = {
    "issue": "issued",
    "reassign": "issued",
    "sign": "working",
    "answer": "answered",
    "close": "closed",
    "return": "working",
    "reopen": "working",
    "void": "gone",
    "merge": "gone",
}
COUNTED = tuple(each.name for each in fields(Counts))


def works(day: date) -> bool:
    return is_workday(day) and day != CLOSED_DAY


@dataclass
class Written:
    """One step: what is written down of it."""

    step: str
    day: date
    at: date
    due: date | None = None
    first: date | None = None
    last: date | None = None
    agency: int | None = None


def invent(random: Random, agencies: list[int]) -> list[Written]:
    """A matter's steps; some are written down days after they were taken."""
    day = BEGIN + timedelta(random.randrange(150))
    written = [
        Written("issue", day, day, day + timedelta(random.randrange(1, 30)), agency=agencies[0])
    ]
    state, rested = "issued", False
    for _ in range(random.randrange(12)):
        day += timedelta(random.randrange(9))
        name = random.choice(WAYS[state])
        if name in ("pause", "extend", "reassign") if rested else name == "resume":
            continue
        if name == "reopen" and random.random() < 0.6:
            break
        each = Written(name, day, day + timedelta(random.choice([0, 0, 0, 0, 6])))
        each.at = max(each.at, written[-1].at)
        if name in ("extend", "reopen", "reassign"):
            each.due = day + timedelta(random.randrange(1, 30))
        if name == "return" and random.random() < 0.3:
            each.due = day + timedelta(random.randrange(1, 20))
        if name == "pause":
            each.first = day - timedelta(random.randrange(2)) if len(written) > 3 else day
        if name == "reassign":
            each.agency = random.choice(agencies)
        if name in ("pause", "resume", "answer"):
            rested = name == "pause"
        written.append(each)
        state = LEADS_TO.get(name, state)
        if state == "gone":
            break
    return written


@dataclass
class Day:
    """The matter at the end of a day: one evening after another from the first step on."""

    state: str = "none"
    agency: int | None = None
    charged: list[date] = field(default_factory=list)
    rests: list[list[Any]] = field(default_factory=list)
    grace: tuple[date, int] = (BEGIN, 0)
    promise: tuple[date, int] = (BEGIN, 0)
    extended: bool = False

    def take(self, each: Written) -> None:
        self.state = LEADS_TO.get(each.step, self.state)
        if each.step in ("issue", "reassign"):
            self.agency, self.charged = each.agency, []
        if each.step in ("issue", "reassign", "reopen"):
            self.extended = False
            self.promise = self.grace = granted(each.day, each.due)
        elif each.due:
            self.grace = granted(each.day, each.due)
        if each.step == "extend":
            self.extended = True
        if each.step == "pause":
            self.rests.append([each.first, None])
        if each.step in ("resume", "answer"):
            kept = [rest for rest in self.rests if rest[0] < each.day]
            self.rests = [[first, last or each.day - ONE] for first, last in kept]

    def rests_on(self, day: date) -> bool:
        return any(first <= day and (last is None or day <= last) for first, last in self.rests)

    def own(self) -> list[date]:
        return [each for each in self.charged if not self.rests_on(each)]

    def late(self, grace: tuple[date, int]) -> bool:
        day, left = grace
        while left > 0:
            day += ONE
            over = any(last is not None and first <= day <= last for first, last in self.rests)
            left -= works(day) and not over
        return any(each > day for each in self.own())


def granted(day: date, due: date | None) -> tuple[date, int]:
    """The day from which so many working days of grace are left."""
    assert due is not None
    while not works(due):
        due += ONE
    return day, sum(works(day + timedelta(each)) for each in range(1, (due - day).days + 1))


def recount(
    written: list[Written], period: Period, known: date | None, found: dict[Any, Counter[str]]
) -> None:
    told = [each for each in written if known is None or each.at <= known]
    matter, place, day = Day(), 0, written[0].day
    while day <= period.last and told:
        if matter.state in ("issued", "working") and works(day):
            matter.charged.append(day)
        while place < len(told) and told[place].day <= day:
            each = told[place]
            matter.take(each)
            if each.step in ("close", "return") and day >= period.first:
                verdict(matter, each.step, told[place + 1 :], period, found[matter.agency])
            place += 1
        day += ONE
    leave(matter, period.last, found[matter.agency])


def verdict(
    matter: Day, step: str, then: list[Written], period: Period, found: Counter[str]
) -> None:
    found["verdicts"] += 1
    if step == "return":
        found["returned"] += 1
        return
    if then:
        assert then[0].step == "reopen"
        found["reopened"] += 1
        found["undone"] += then[0].day > period.last
        return
    found["closed"] += 1
    found["used"] += len(matter.own())
    over = matter.late(matter.grace)
    beyond = matter.extended and matter.late(matter.promise)
    found["late" if over else "extended" if beyond else "on_time"] += 1


def leave(matter: Day, last: date, found: Counter[str]) -> None:
    if matter.state not in ("issued", "working", "answered"):
        return
    late, paused = matter.late(matter.grace), matter.rests_on(last)
    found["open"] += 1
    found["answered"] += matter.state == "answered"
    found["paused"] += paused
    found["slipped"] += late
    found["overdue"] += late and not paused and matter.state != "answered"


def write(histories: list[list[Written]]) -> None:
    CalendarDay.objects.create(date=CLOSED_DAY, works=False, name="临时放假")
    model, author = factories.matter(), factories.user()
    base = {"project": model.project, "author": author, "text": "x", "kind": "difficulty"}
    matters = Matter.objects.bulk_create(Matter(title="x", **base) for _ in histories)
    MatterStep.objects.bulk_create(
        MatterStep(
            matter=matter,
            number=number,
            actor=author,
            step=each.step,
            day=each.day,
            at=timezone.make_aware(datetime(each.at.year, each.at.month, each.at.day, 12)),  # noqa: DTZ001
            due=each.due,
            first=each.first,
            last=each.last,
            agency_id=each.agency,
        )
        for matter, steps in zip(matters, histories, strict=True)
        for number, each in enumerate(steps, 1)
    )
    assert spans.keep_all() == len(histories)


def test_figures_are_the_recount() -> None:
    random = Random(10)
    agencies = [factories.agency().pk for _ in range(3)]
    histories = [invent(random, agencies) for _ in range(200)]
    write(histories)
    seen: Counter[str] = Counter()
    asked = [
        (date(2023, 12, 31), None), (date(2024, 2, 29), None), (date(2024, 2, 29), date(2024, 3, 4)),
        (date(2024, 3, 10), date(2024, 3, 10)), (date(2024, 4, 6), None), (date(2024, 10, 15), None),
    ]  # fmt: skip
    for last, known in asked:
        for period in (Period.month_of(last), Period.year_of(last)):
            expected: dict[Any, Counter[str]] = {each: Counter() for each in [None, *agencies]}
            for each in histories:
                recount(each, period, known, expected)
            scope = Scope(period, known)
            found = counts_by(scope, "agency")
            for agency in agencies:
                assert vars(found.get(agency, Counts())) == told(expected[agency]), (period, known)
            total = sum(found.values(), Counts())
            assert counts(scope) == total
            seen.update(vars(total))
        year = counts_by(Scope(Period.year_of(last), known), "month")
        assert year[last.replace(day=1)] == counts(Scope(Period.month_of(last), known))
    assert set(COUNTED) == set(seen)
    assert all(seen.values())
    assert Agency.objects.count() >= len(agencies)


def told(expected: Counter[str]) -> dict[str, int]:
    return {name: expected[name] for name in COUNTED}
