"""Permits as of a day and as known at the end of one: facts of a light, and rows of a list."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from kuancheng.asking.parameters import Days
from kuancheng.reports.judging.known import records, sort_records
from kuancheng.reports.rules.lights import PermitFact
from projects.models import Milestone, PermitExtension, Project
from projects.models.permit import held_permit
from projects.planning import happened
from projects.rules.calendars import Calendars
from projects.rules.permits import SOON, Held, Reading, Works, countdown, read


@dataclass(frozen=True)
class Permit:
    """A permit that was obtained by a day, and what it was then.

    `held` has the extensions granted by then, `extensions` their records, the first first.
    """

    project: Project
    milestone: Milestone
    held: Held
    reading: Reading
    extensions: tuple[PermitExtension, ...]


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
            found.append(Permit(project, step, held, reading, rows))
    return found


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


def permits_on(
    projects: Sequence[Project], days: Days, calendars: Calendars, soon: int = SOON
) -> list[Permit]:
    """The permits of several projects on a day, by project. Two queries, or three."""
    ours = Q(project__in=[each.pk for each in projects])
    steps: dict[int, list[Milestone]] = defaultdict(list)
    wanted = ours & ~Q(permit="")
    for step in sort_records(
        records(Milestone, wanted, days.known_at, related=("agency",)), "order"
    ):
        steps[step.project_id].append(step)
    extensions: dict[int, list[PermitExtension]] = defaultdict(list)
    for each in extensions_on(ours, days.known_at):
        extensions[each.project_id].append(each)
    return [
        permit
        for project in projects
        for permit in permits_of(
            project, steps[project.pk], extensions[project.pk], days.as_of, calendars, soon
        )
    ]
