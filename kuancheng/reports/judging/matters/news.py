"""What became of matters between two days: newly late, red, unsigned or silent, issued, closed.

A step is never changed, so a past day is told from the steps up to it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any, Self

from django.db.models import Exists, OuterRef, Q

from projects.limits import limits_on
from projects.models import Matter, MatterStep
from projects.planning import site_calendars
from projects.rules.calendars import WORKING, Calendars, Line
from projects.rules.matters.clock import Limits, read
from projects.rules.matters.steps import State, Step
from projects.rules.matters.story import fold

KINDS = {
    "overdue": "新超期",
    "red": "新转红",
    "unsigned": "逾期未签收",
    "silent": "久无动静",
    "issued": "新交办",
    "closed": "新销号",
}
"""What may be news of a matter, in the order in which it is told."""

NAMED = 50
"""So many of a kind are named; the rest is counted."""

RUNNING = (State.ISSUED, State.WORKING)
SLACK = timedelta(days=3)
"""How much wider than the days in question matters are looked for."""


@dataclass(frozen=True)
class MatterChange:
    """A matter of which there is news. `code` and `name` are its project's, empty for none."""

    id: int
    title: str
    number: str
    code: str
    name: str
    agency: str
    due: str


@dataclass(frozen=True)
class MatterNews:
    """How many there are of each kind, and the first of them."""

    counts: Mapping[str, int]
    named: Mapping[str, tuple[MatterChange, ...]]

    def as_json(self) -> dict[str, Any]:
        """As a run keeps it."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Self:
        """As it was kept."""
        named = {
            kind: tuple(MatterChange(**each) for each in found)
            for kind, found in kept["named"].items()
        }
        return cls(kept["counts"], named)

    @property
    def told(self) -> tuple[tuple[str, str, int, tuple[MatterChange, ...]], ...]:
        """Code, label, number and the named ones, kind by kind; what did not happen is left out."""
        return tuple(
            (kind, label, self.counts[kind], self.named.get(kind, ()))
            for kind, label in KINDS.items()
            if self.counts.get(kind)
        )


def matter_news(day: date, earlier: date) -> MatterNews:
    """What a day brought against an earlier one. Four queries.

    Read are the matters of which a step was taken since, or whose clock may have passed a limit.
    """
    calendars, limits = site_calendars(), limits_on(day)
    found: dict[str, list[MatterChange]] = {kind: [] for kind in KINDS}
    ids = _candidates(day, earlier, calendars.line(WORKING), limits)
    steps = (
        MatterStep.objects.filter(matter__in=ids.values("pk"), day__lte=day)
        .select_related("matter__project", "agency")
        .order_by("matter_id", "number")
    )
    for _, taken in groupby(steps, key=lambda step: step.matter_id):
        own = list(taken)
        for kind in _news(own, day, earlier, calendars, limits):
            found[kind].append(_change(own))
    return MatterNews(
        {kind: len(each) for kind, each in found.items()},
        {kind: tuple(each[:NAMED]) for kind, each in found.items() if each},
    )


def _candidates(day: date, earlier: date, line: Line, limits: Limits) -> Any:
    """Matters that may be news: with a step since, or near a limit, or once paused."""

    def near(working_days: int) -> tuple[date, date]:
        first = line.moved(line.on_or_before(earlier), -working_days)
        last = line.moved(line.on_or_before(day), -working_days)
        return first - SLACK, last + SLACK

    steps = MatterStep.objects.filter(matter=OuterRef("pk"))
    sent_back = steps.filter(step=Step.RETURN, day__range=near(limits.red_after_yellow))
    by_clock = (
        Q(due_on__range=near(0))
        | Q(due_on__range=near(limits.red_after_yellow))
        | Q(issued_on__range=near(limits.sign))
        | Q(spoken_on__range=near(limits.silence))
        | Exists(sent_back)
        | Exists(steps.filter(step=Step.PAUSE))
    )
    since = Exists(steps.filter(day__gt=earlier))
    return Matter.objects.filter(since | (Q(state__in=RUNNING) & by_clock))


def _news(
    steps: Sequence[MatterStep], day: date, earlier: date, calendars: Calendars, limits: Limits
) -> Iterator[str]:
    before = _flags([each for each in steps if each.day <= earlier], earlier, calendars, limits)
    yield from _flags(steps, day, calendars, limits) - before
    today = {Step(each.step) for each in steps if each.day > earlier}
    if Step.ISSUE in today:
        yield "issued"
    if Step.CLOSE in today and fold(each.taken for each in steps).state == State.CLOSED:
        yield "closed"


def _flags(
    steps: Iterable[MatterStep], day: date, calendars: Calendars, limits: Limits
) -> frozenset[str]:
    """What is wrong with a matter at the end of a day."""
    story = fold(each.taken for each in steps)
    if story.state not in RUNNING:
        return frozenset()
    reading = read(story, day, calendars, limits)
    if reading.paused:
        return frozenset()
    found = {
        "overdue": reading.late > 0,
        "red": reading.colour == "red",
        "unsigned": reading.unsigned > 0,
        "silent": reading.silent >= limits.silence,
    }
    return frozenset(kind for kind, true in found.items() if true)


def _change(steps: Sequence[MatterStep]) -> MatterChange:
    matter = steps[0].matter
    agency = next((each.agency.name for each in reversed(steps) if each.agency), "")
    return MatterChange(
        id=matter.pk,
        title=matter.title,
        number=matter.number,
        code=matter.project.code if matter.project else "",
        name=matter.project.name if matter.project else "",
        agency=agency,
        due=matter.due_on.isoformat() if matter.due_on else "",
    )
