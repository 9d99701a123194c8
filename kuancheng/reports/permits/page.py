"""What the list of permits shows, and the screen on which one is extended."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.asking.paging import page_of
from kuancheng.asking.parameters import Days
from kuancheng.reports.judging.permits import Permit, permits_on
from kuancheng.reports.judging.terms import calendars_on
from kuancheng.reports.permits.questions import (
    Narrowing,
    PermitFilter,
    in_states,
    permits_asked,
    soon_on,
)
from projects.choices import PermitKind
from projects.models import Milestone, PermitExtension, Project
from projects.rules.permits import STATE_NAMES, longest
from projects.services.rights import own_projects

PAGE_SIZE = 50
EXTEND = "projects.add_permitextension"


def narrowed(asked: PermitFilter) -> Narrowing:
    """What the page's filters say."""
    said = asked.form.cleaned_data
    agency = said["agency"]
    return Narrowing(
        said["search"] or "",
        tuple(said["kind"] or ()),
        frozenset({agency.pk} if agency else ()),
    )


def permit_list(asked: PermitFilter, reader: User) -> dict[str, Any]:
    """The template's context. A fixed number of queries. NoSuchPage past the end."""
    said, days = asked.form.cleaned_data, asked.days
    found = permits_asked(days, narrowed(asked))
    counts = Counter(each.reading.state for each in found)
    shown = page_of(in_states(found, said["state"] or ()), said["page"], PAGE_SIZE)
    return {
        "as_of": days.as_of,
        "known_at": days.known_at,
        "form": asked.form,
        "kinds": PermitKind.choices,
        "kind": said["kind"],
        "states": [(code.value, name, counts[code]) for code, name in STATE_NAMES.items()],
        "state": said["state"],
        "total": len(found),
        "soon": soon_on(days),
        "page": shown,
        "mine": extendable(shown, days, reader),
        "narrowed": any(said[name] for name in ("search", "kind", "state", "agency")),
    }


def extendable(permits: Iterable[Permit], days: Days, reader: User) -> set[int]:
    """The projects among them whose extensions the reader may record, today. One query at most."""
    if days != Days(clock.today(), None) or not reader.has_perm(EXTEND):
        return set()
    return own_projects(reader, {each.project.pk for each in permits})


def permit_of(milestone: Milestone, days: Days) -> Permit | None:
    """A milestone's permit; None where it has obtained none that lapses. Six queries."""
    found = permits_on(Q(pk=milestone.project_id), days, calendars_on(days.known_at), soon_on(days))
    return next((each for each in found if each.milestone == milestone), None)


def extension_page(
    project: Project, permit: Permit, extension: PermitExtension | None
) -> dict[str, Any]:
    """The context of the screen that records an extension, or corrects `extension`."""
    until = permit.reading.until
    return {
        "project": project,
        "permit": permit,
        "term": permit.held.term,
        "extension": extension,
        "longest": longest(permit.held.kind, until) if until and not extension else None,
    }
