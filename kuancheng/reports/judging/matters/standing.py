"""Open matters as facts of a light: as of a day, and as known at the end of one."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.db.models import Q

from kuancheng.asking.parameters import Days
from kuancheng.reports.judging.known import end_of, sort_records
from kuancheng.reports.rules.lights import MatterFact
from projects.limits import limits_on
from projects.models import Matter, MatterStep
from projects.rules.calendars import Calendars
from projects.rules.matters.clock import Limits, Reading, read
from projects.rules.matters.steps import STATE_NAMES, State
from projects.rules.matters.story import Story, fold


@dataclass(frozen=True)
class Standing:
    """A matter as its steps had left it on a day; `since` is the day of its first step."""

    matter: Matter
    story: Story
    reading: Reading
    agency: str
    since: date
    as_of: date

    @property
    def days_open(self) -> int:
        """Days since it was first issued."""
        return (self.as_of - self.since).days

    @property
    def state_name(self) -> str:
        """Where it stood, in words."""
        return STATE_NAMES[self.story.state]


def standings_on(
    projects: Iterable[int], as_of: date, known_on: date | None, calendars: Calendars
) -> dict[int, list[Standing]]:
    """The matters that were open on a day, by project, the first due first. Two queries.

    A step is never changed, so what was known is what had been written.
    """
    found: dict[int, list[Standing]] = defaultdict(list)
    wanted = Q(matter__project__in=projects)
    for standing in _open(wanted, Days(as_of, known_on), calendars):
        if standing.matter.project_id is not None:
            found[standing.matter.project_id].append(standing)
    return found


def open_where(wanted: Q, days: Days, calendars: Calendars) -> list[Standing]:
    """The matters among `wanted`, asked of matters, that were open on a day. Two queries."""
    closed = Q(state=State.CLOSED, closed_on__lte=days.latest)
    candidates = Matter.objects.filter(wanted).exclude(closed).values("pk")
    return _open(Q(matter__in=candidates), days, calendars, "matter__project")


def _open(wanted: Q, days: Days, calendars: Calendars, *related: str) -> list[Standing]:
    written = wanted & Q(day__lte=days.as_of)
    if days.known_at is not None:
        written &= Q(at__lte=end_of(days.known_at))
    taken = MatterStep.objects.filter(written).order_by()
    steps = sort_records(taken.select_related("matter", "agency", *related), "matter_id", "number")
    limits = limits_on(days.as_of)
    standings = [
        _standing(list(some), days.as_of, calendars, limits)
        for _, some in groupby(steps, key=lambda step: step.matter_id)
    ]
    found = [each for each in standings if each.story.is_open]
    return sorted(found, key=lambda each: (each.reading.due or date.max, each.matter.pk))


def _standing(
    steps: Sequence[MatterStep], as_of: date, calendars: Calendars, limits: Limits
) -> Standing:
    story = fold(each.taken for each in steps)
    agency = next((each.agency for each in reversed(steps) if each.agency), None)
    name = agency.name if agency else ""
    reading = read(story, as_of, calendars, limits)
    return Standing(steps[0].matter, story, reading, name, steps[0].day, as_of)


def matters_on(
    projects: Iterable[int], as_of: date, known_on: date | None, calendars: Calendars
) -> dict[int, list[MatterFact]]:
    """What agencies had to do on a day, by project: neither answered nor paused. Two queries."""
    found = standings_on(projects, as_of, known_on, calendars)
    return {
        project: [fact for each in standings if (fact := _fact(each))]
        for project, standings in found.items()
    }


def _fact(standing: Standing) -> MatterFact | None:
    reading = standing.reading
    if standing.story.state == State.ANSWERED or reading.paused or reading.due is None:
        return None
    return MatterFact(
        title=standing.matter.title,
        level=reading.level,
        due=reading.due,
        agency=standing.agency,
        key=str(standing.matter.pk),
    )
