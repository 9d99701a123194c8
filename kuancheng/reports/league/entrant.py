"""One entrant's page: every indicator with its sum and the projects that make it up, and objections."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.asking.paging import Capped, capped
from kuancheng.reports.judging.league.counting import by_project, terms_of
from kuancheng.reports.judging.league.scope import Scope
from kuancheng.reports.judging.league.table import Cell, Line
from kuancheng.reports.league.page import Answer
from kuancheng.reports.models import LeagueEntry, LeagueObjection, LeaguePublication
from kuancheng.reports.rules.league.measures import MEANINGS, Counted, Meaning, Measure
from kuancheng.reports.services.league.objections import may_object, objections_end, setters
from projects.models import Project

MOST_PROJECTS = 200
OBJECT, ANSWER = "reports.add_leagueobjection", "reports.change_leaguepublication"


@dataclass(frozen=True)
class Share:
    """A project's part in a figure."""

    project: Project
    found: Counted


@dataclass(frozen=True)
class Opened:
    """An indicator opened: what it means, its cell, and the projects that make it up.

    `apart` is what the projects add up to now, where it is not what was published.
    """

    meaning: Meaning
    cell: Cell
    shares: Capped[Share]
    apart: Counted | None


def entrant_page(found: Answer, line: Line, reader: User) -> dict[str, Any]:
    """The template's context. Two queries a measure, and a dozen more."""
    publication = found.league.publication if found.league else None
    entries = {
        each.pk: each
        for each in LeagueEntry.objects.filter(
            pk__in=[time.id for added in line.added for time in added.times]
        ).select_related("author", "decided_by")
    }
    return {
        "group": found.group,
        "month": found.month,
        "span": found.span,
        "as_of": found.days.as_of,
        "known_at": found.days.known_at,
        "line": line,
        "table": found.league.table if found.league else None,
        "opened": list(_opened(found, line)),
        "entries": entries,
        "publication": publication,
        **_objecting(publication, line, reader),
    }


def _opened(found: Answer, line: Line) -> Iterator[Opened]:
    for cell, shares in shares_of(found, line):
        total = sum((each.found for each in shares), Counted())
        same = (total.part, total.whole) == (cell.part, cell.whole)
        yield Opened(
            MEANINGS[Measure(cell.measure)],
            cell,
            capped(shares, MOST_PROJECTS),
            None if same else total,
        )


def shares_of(found: Answer, line: Line) -> Iterator[tuple[Cell, list[Share]]]:
    """Each indicator of a line with the projects that make it up, by code. Two queries a measure."""
    if found.group is None or found.league is None:
        return
    scope = Scope(found.group, found.league.rules, found.month, found.span, found.days.known_at)
    terms = terms_of(scope)
    counted = {
        cell.measure: by_project(scope, Measure(cell.measure), line.entrant, terms)
        for cell in line.cells
    }
    projects = Project.objects.in_bulk({pk for each in counted.values() for pk in each})
    for cell in line.cells:
        yield cell, _shares(counted[cell.measure], projects)


def _shares(found: Mapping[int, Counted], projects: Mapping[int, Project]) -> list[Share]:
    shares = [
        Share(projects[pk], each)
        for pk, each in found.items()
        if pk in projects and (each.part or each.whole)
    ]
    return sorted(shares, key=lambda each: each.project.code)


def _objecting(publication: LeaguePublication | None, line: Line, reader: User) -> dict[str, Any]:
    """The objections to this line, and whether the reader may raise or answer one."""
    if publication is None:
        return {"objections": (), "may_object": False, "objections_end": None}
    known = LeagueObjection.objects.filter(publication=publication, entrant=line.entrant)
    last = objections_end(publication)
    return {
        "objections": [
            (each, _may_answer(each, publication, reader))
            for each in known.select_related("author", "answered_by")
        ],
        "objections_end": last,
        "may_object": clock.today() <= last
        and reader.has_perm(OBJECT)
        and may_object(publication, line.entrant, reader),
    }


def _may_answer(objection: LeagueObjection, publication: LeaguePublication, reader: User) -> bool:
    if not reader.has_perm(ANSWER) or objection.author_id == reader.pk or not objection.is_open:
        return False
    return reader.pk not in setters(publication, objection.entrant, objection.measure)
