"""Permits as of a day and as known at the end of one: facts of a light, and rows of a list."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from kuancheng.asking.parameters import Days
from kuancheng.reports.judging.known import records, sort_records
from kuancheng.reports.rules.lights import PermitFact
from projects.models import Agency, Milestone, PermitExtension, Project
from projects.models.permit import held_permit
from projects.planning import happened
from projects.rules.calendars import Calendars
from projects.rules.permits import (
    SOON,
    STATE_NAMES,
    Held,
    Reading,
    State,
    Works,
    ask_by,
    countdown,
    may_extend,
    read,
)
from projects.rules.standing import JUDGED_STANDINGS

ENDED = (State.STARTED, State.UNNEEDED)
"""States of what lapses no more."""

LONG = ("scope", "source_quote")
"""Columns of projects that say nothing to permits."""


@dataclass(frozen=True)
class Permit:
    """A permit that was obtained by a day, and what it was then.

    `held` has the extensions granted by then, `extensions` their records, the first first.
    `ask_by` is the last day to ask for another, None where none is needed or can be.
    """

    project: Project
    milestone: Milestone
    held: Held
    reading: Reading
    extensions: tuple[PermitExtension, ...]
    ask_by: date | None = None

    @property
    def kind(self) -> str:
        """What people call its kind."""
        return self.held.term.name

    @property
    def state_name(self) -> str:
        """What people call its state."""
        return STATE_NAMES[self.reading.state]

    @property
    def agency(self) -> Agency | None:
        """Who answers for it: the milestone's own agency, else the project's."""
        return self.milestone.agency or self.project.lead_agency

    @property
    def urgency(self) -> tuple[int, date, str, int]:
        """For sorting: what lapses first stands first, what lapses no more last."""
        placed = self.reading.state in ENDED, self.reading.state == State.UNDATED
        rank = 2 if placed[0] else int(placed[1])
        return rank, self.reading.until or date.max, self.project.code, self.milestone.order

    @property
    def countdown(self) -> str:
        """How far off its last day is, in words."""
        found = self.reading
        if found.state == State.LAPSED:
            return f"已失效 {found.lapsed} 天"
        if found.left is None:
            return "—"
        if found.left == 0:
            return "不足 1 个工作日"
        return f"还有 {found.left} 个工作日"


def extensions_on(wanted: Q, known_on: date | None) -> list[PermitExtension]:
    """Extensions that match, as they stand now or were on record on a day, the first first. One query."""
    return sort_records(records(PermitExtension, wanted, known_on), "until")


def works_of(project: Project, as_of: date) -> Works:
    """What permits ask of a project on a day."""
    started = happened(project.actual_start, as_of)
    return Works(project.standing, started, happened(project.actual_completion, as_of))


def permits_of(
    project: Project,
    milestones: Iterable[Milestone],
    extensions: Iterable[PermitExtension],
    as_of: date,
    calendars: Calendars,
    soon: int = SOON,
) -> list[Permit]:
    """A project's permits on a day, from records at hand. No queries."""
    by_step: dict[int, list[PermitExtension]] = defaultdict(list)
    for each in extensions:
        if each.granted_on <= as_of:
            by_step[each.milestone_id].append(each)
    works, found = works_of(project, as_of), []
    for step in milestones:
        rows = tuple(by_step[step.pk])
        held = held_permit(step, tuple(each.as_fact() for each in rows))
        if held is not None and held.obtained <= as_of:
            reading = read(held, works, as_of, calendars, soon)
            by = _ask_by(held, reading, as_of, calendars)
            found.append(Permit(project, step, held, reading, rows, by))
    return found


def _ask_by(held: Held, reading: Reading, as_of: date, calendars: Calendars) -> date | None:
    if reading.state in ENDED or reading.until is None or not may_extend(held, as_of, calendars):
        return None
    return ask_by(held.kind, reading.until, calendars)


def permit_facts(
    project: Project,
    milestones: Iterable[Milestone],
    extensions: Iterable[PermitExtension],
    as_of: date,
    calendars: Calendars,
) -> tuple[PermitFact, ...]:
    """The permits that are still needed and have a last day. No queries."""
    if not works_of(project, as_of).needs_permits:
        return ()
    return tuple(
        PermitFact(
            each.milestone.name,
            each.reading.until,
            countdown(as_of, each.reading.until, calendars),
            each.milestone.agency.name if each.milestone.agency else "",
            str(each.milestone.pk),
            each.milestone.document_number,
        )
        for each in permits_of(project, milestones, extensions, as_of, calendars)
        if each.reading.until is not None
    )


def permits_on(wanted: Q, days: Days, calendars: Calendars, soon: int = SOON) -> list[Permit]:
    """The permits of the projects that match, on a day, the first to lapse first.

    Three queries, or five as known on a day, whatever the number of projects.
    """
    known, as_of = days.known_at, days.as_of
    projects = records(Project, wanted, known, related=("lead_agency",), unread=LONG)
    ours = {each.pk: each for each in projects}
    obtained = ~Q(permit="") & Q(actual_finish__lte=as_of)
    steps: dict[int, list[Milestone]] = defaultdict(list)
    for step in records(Milestone, obtained, known, related=("agency",)):
        if step.project_id in ours:
            steps[step.project_id].append(step)
    extensions: dict[int, list[PermitExtension]] = defaultdict(list)
    for each in extensions_on(Q(), known):
        extensions[each.project_id].append(each)
    found = [
        permit
        for key, some in steps.items()
        for permit in permits_of(ours[key], some, extensions[key], as_of, calendars, soon)
    ]
    return sorted(found, key=lambda each: each.urgency)


def needed_on(days: Days) -> Q:
    """Projects whose permits may still lapse on a day."""
    started = Q(actual_start__lte=days.as_of) | Q(actual_completion__lte=days.as_of)
    return Q(standing__in=JUDGED_STANDINGS) & ~started
