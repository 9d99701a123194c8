"""一项一表: what one sheet of A4 tells of a project, however much there is to tell."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from kuancheng.access.models import User
from kuancheng.asking.parameters import Days
from kuancheng.reports.project.page import Person, project_facts
from kuancheng.reports.project.photos import photos_of
from kuancheng.reports.project.schedule import Step
from projects.choices import Phase, Role
from projects.models import Official, Project
from projects.rules.permits import State

LAPSING = (State.LAPSED, State.EXPIRING)
REASONS_SHOWN, STEPS_SHOWN, PHOTOS_SHOWN = 4, 5, 2


@dataclass(frozen=True)
class Holders:
    """Who holds a role now."""

    role: str
    people: tuple[str, ...]


@dataclass(frozen=True)
class PhaseStanding:
    """How many steps of a phase are done."""

    phase: str
    done: int
    total: int


def project_brief(project: Project, days: Days, reader: User) -> dict[str, Any]:
    """The template's context, as of a day. A fixed number of queries.

    Http404 when the project was not registered yet.
    """
    facts = project_facts(project, days, reader)
    steps, reasons = facts["schedule"].steps, facts["status"].reasons
    shown = pressing(steps)
    still_open = sum(each.standing != "done" for each in steps)
    return facts | {
        "listed": "、".join(each.name for each in facts["programmes"]),
        "holders": list(_holders(facts["people"])),
        "reasons": reasons[:REASONS_SHOWN],
        "reasons_more": max(0, len(reasons) - REASONS_SHOWN),
        "phases": list(_phases(steps)),
        "lapsing": [each for each in facts["permits"] if each.reading.state in LAPSING][:2],
        "steps": shown,
        "steps_more": still_open - len(shown),
        "photos": photos_of(facts["reports"], steps)[:PHOTOS_SHOWN],
    }


def pressing(steps: Sequence[Step]) -> list[Step]:
    """The open steps that come first: the longest overdue, then the next due, undated ones last."""
    ranks = {"late": 0, "idle": 1, "ahead": 1, "undated": 2}
    still_open = [each for each in steps if each.standing in ranks]

    def rank(step: Step) -> tuple[int, int, int]:
        late = step.standing == "late"
        return ranks[step.standing], -step.days if late else step.days, step.milestone.order

    return sorted(still_open, key=rank)[:STEPS_SHOWN]


def _holders(people: Iterable[Person]) -> Iterator[Holders]:
    current = [each.assignment for each in people if each.current]
    for role, held in groupby(current, key=lambda each: each.role):
        yield Holders(Role(role).label, tuple(_called(each.official) for each in held))


def _called(official: Official) -> str:
    return f"{official}（{official.post}）" if official.post else str(official)


def _phases(steps: Sequence[Step]) -> Iterator[PhaseStanding]:
    for phase in Phase:
        own = [each for each in steps if each.milestone.phase == phase]
        if own:
            done = sum(each.standing == "done" for each in own)
            yield PhaseStanding(str(phase.label), done, len(own))
