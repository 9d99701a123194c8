"""What has been raised already, beside what it was raised from, and who may raise more."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.asking.parameters import Days
from kuancheng.reports.judging.known import end_of
from projects.models import Matter, MatterStep
from projects.rules.matters.origin import Origin
from projects.rules.matters.steps import OPEN, STATE_NAMES, State
from projects.services.rights import own_projects

Thing = tuple[int, tuple[str, str]]
"""A project, and what of it a matter is about."""


@dataclass(frozen=True)
class Raised:
    """A matter that was raised from something, and where it stood."""

    matter: Matter
    state: State

    @property
    def state_name(self) -> str:
        """Where it stood, in words."""
        return STATE_NAMES[self.state]

    @property
    def is_over(self) -> bool:
        """Whether nothing is to be done any more, so that the thing may be raised again."""
        return self.state not in {State.DRAFT, *OPEN}


@dataclass(frozen=True)
class Raising:
    """Of some projects, what is raised by what it is about, and which may raise more."""

    found: Mapping[Thing, tuple[Raised, ...]]
    own: frozenset[int]

    def of(self, project: int, origin: Origin) -> tuple[Raised, ...]:
        """The matters about the same thing, the latest first."""
        return self.found.get((project, origin.thing), ())

    def may(self, project: int, origin: Origin) -> bool:
        """Whether the reader may raise it: not while it stands."""
        standing = any(not each.is_over for each in self.of(project, origin))
        return project in self.own and not standing


def raising(projects: Iterable[int], days: Days, reader: User) -> Raising:
    """What a page shows beside what it tells. Two queries, of a past day three.

    Only on today's page may anything be raised.
    """
    ids = set(projects)
    now = days.known_at is None and days.as_of == clock.today()
    found: dict[Thing, list[Raised]] = defaultdict(list)
    for each in _raised_now(ids) if now else _raised_then(ids, days.latest):
        project, origin = each.matter.project_id, each.matter.origin
        if project is not None and origin is not None:
            found[project, origin.thing].append(each)
    may = now and reader.has_perm("projects.add_matter")
    own = own_projects(reader, ids) if may else frozenset[int]()
    return Raising({thing: tuple(each) for thing, each in found.items()}, frozenset(own))


def _raised_now(projects: set[int]) -> Iterable[Raised]:
    for matter in Matter.objects.raised_for(projects):
        yield Raised(matter, matter.standing)


def _raised_then(projects: set[int], day: date) -> Iterable[Raised]:
    """As the steps up to the end of a day had left them. A step is never changed."""
    taken = MatterStep.objects.filter(at__lte=end_of(day))
    matters = Matter.objects.raised_for(projects).filter(created_at__lte=end_of(day))
    for matter in matters.prefetch_related(Prefetch("steps", taken)):
        yield Raised(matter, matter.story().state)
