"""What the list of stops, a project's section and the screen of a step show."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from kuancheng.access.models import User
from kuancheng.asking.paging import page_of
from kuancheng.asking.parameters import Days
from kuancheng.reports.judging.stops import StopOn, stops_on
from kuancheng.reports.stopping.forms import STEPS
from kuancheng.reports.stopping.questions import FLAGS, STATES, StopFilter
from projects.choices import StopReason
from projects.models import Project, Stop
from projects.services.rights import OVERSEE, own_projects
from projects.services.stops.steps import ADD, CHANGE

PAGE_SIZE = 50


@dataclass(frozen=True)
class Offered:
    """A step that the reader may take: its name in the address, and the button's words."""

    name: str
    title: str


@dataclass(frozen=True)
class StopShown:
    """A stop with the steps that its reader may take now."""

    on: StopOn
    steps: tuple[Offered, ...]


@dataclass(frozen=True)
class StopSection:
    """停工与复工 on a project's page: its stops, the latest first, and whether one may begin."""

    stops: tuple[StopShown, ...]
    total: int
    may_begin: bool

    @property
    def lasting(self) -> StopOn | None:
        """The stop that lasts on the day."""
        return next((each.on for each in self.stops if each.on.lasts), None)


def steps_for(stop: Stop, reader: User, *, own: bool) -> tuple[Offered, ...]:
    """The steps that the reader may take with a stop as it is now. No query."""
    if not own or not reader.has_perm(CHANGE):
        return ()
    office = reader.has_perm(OVERSEE)
    names = []
    if stop.reported_on is None:
        names.append("report")
    if stop.is_open and not stop.is_asked:
        names.append("ask")
    if stop.is_asked and office and stop.resume_asked_by_id != reader.pk:
        names += ["approve", "return"]
    if office or (stop.is_open and not stop.is_asked):
        names.append("correct")
    if office and stop.is_open:
        names.append("strike")
    return tuple(Offered(name, STEPS[name].title) for name in names)


def stop_section(
    project: Project, stops: Sequence[StopOn], days: Days, today: date, reader: User
) -> StopSection:
    """The section of a project's page; a past day offers no step. One query at most."""
    now = days.as_of == today and days.known_at is None
    own = now and project.pk in own_projects(reader, [project.pk])
    shown = tuple(
        StopShown(each, steps_for(each.stop, reader, own=own) if now else ()) for each in stops
    )
    running = any(each.stop.is_open or each.lasts for each in stops)
    stoppable = project.standing != "withdrawn" and project.actual_completion is None
    may = own and reader.has_perm(ADD) and not running and stoppable
    return StopSection(shown, sum(each.days for each in stops), may)


def stop_list(asked: StopFilter, reader: User) -> dict[str, Any]:
    """The template's context. Four queries at most. NoSuchPage past the end."""
    days, said = asked.days, asked.form.cleaned_data
    found = asked.found(reach_of(reader))
    everything = stops_on(reach_of(reader) & _lasting(days.as_of), days)
    return {
        "as_of": days.as_of,
        "known_at": days.known_at,
        "form": asked.form,
        "page": page_of(found, said["page"], PAGE_SIZE),
        "states": STATES.items(),
        "state": said["state"] or "lasting",
        "reasons": StopReason.choices,
        "reason": said["reason"],
        "flags": [(code, name, _count(code, everything)) for code, (name, _) in FLAGS.items()],
        "flag": said["flag"],
        "search": said["search"] or "",
        "lasting": len(everything),
        "narrowed": any(
            said[name] not in (None, [], "")
            for name in StopFilter.base_filters
            if name not in ("as_of", "known_at", "page")
        ),
    }


def reach_of(reader: User) -> Q:
    """The stops that the reader may see: those of the projects that he may see."""
    return Q() if reader.has_perm("projects.view_project") else Q(pk=None)


def _lasting(day: date) -> Q:
    return Q(resumed_on=None) | Q(resumed_on__gt=day)


def _count(flag: str, stops: Iterable[StopOn]) -> int:
    return sum(FLAGS[flag][1](each) for each in stops)
