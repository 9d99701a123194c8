"""What the list of matters and the page of one show."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.asking.paging import page_of
from kuancheng.reports.matters.questions import FLAGS, TURNS, MatterFilter, flagged, of_turn
from projects.limits import limits_on
from projects.models import Matter, Pause
from projects.planning import site_calendars, timeline
from projects.querysets import MatterQuerySet
from projects.rules.calendars import WORKING, Calendars
from projects.rules.matters.clock import Reading, read
from projects.services.matters.drafts import like_it
from projects.services.matters.taking import steps_open_to

PAGE_SIZE = 50
NEXT = ("issue", "sign", "answer", "close", "extend", "pause")
"""Steps that move a matter on: their buttons stand out."""


@dataclass(frozen=True)
class Row:
    """A matter and how it stands today."""

    matter: Matter
    reading: Reading


@dataclass(frozen=True)
class Unsolved:
    """What a blocked milestone does to the project if the matter is only done when it is due."""

    until: date
    forecast: date
    promised: date
    now: date | None

    @property
    def late(self) -> int:
        """Days after the promise."""
        return max(0, (self.forecast - self.promised).days)


def matter_list(asked: MatterFilter, user: User) -> dict[str, Any]:
    """The template's context. A fixed number of queries, whatever the number of matters.

    NoSuchPage past the end.
    """
    said, today = asked.form.cleaned_data, clock.today()
    every: MatterQuerySet = Matter.objects.visible_to(user)
    narrowed = of_turn(every, said["turn"], user)
    calendars, limits = site_calendars(), limits_on(today)
    line = calendars.line(WORKING)
    found = flagged(narrowed, said["flag"], today, line, limits) if said["flag"] else narrowed
    # The ids of the page first: sorted without their long texts, whatever the number of matters.
    ids = asked.filter_queryset(found).values_list("pk", flat=True)
    shown = page_of(ids, said["page"], PAGE_SIZE)
    matters = _for_list(Matter.objects.filter(pk__in=list(shown))).in_bulk()
    listed = [matters[pk] for pk in shown if pk in matters]
    return {
        "today": today,
        "limits": limits,
        "form": asked.form,
        "page": shown,
        "rows": [Row(each, read(each.story(), today, calendars, limits)) for each in listed],
        "turns": [(code, name, of_turn(every, code, user).count()) for code, name in TURNS],
        "flags": [
            (code, name, flagged(narrowed, code, today, line, limits).count())
            for code, name in FLAGS
        ],
        "turn": said["turn"],
        "flag": said["flag"],
        "project": said["project"],
        "may_raise": user.has_perm("projects.add_matter"),
    }


def _for_list(found: QuerySet[Matter]) -> QuerySet[Matter]:
    return found.select_related(
        "project", "enterprise", "lead_agency", "verifier"
    ).prefetch_related("steps")


def matter_page(matter: Matter, user: User) -> dict[str, Any]:
    """The template's context: where it stands, why, every step, and what the user may do now."""
    today, calendars = clock.today(), site_calendars()
    limits = limits_on(today)
    steps = list(matter.steps.select_related("actor", "agency").prefetch_related("evidence"))
    story = matter.story()
    reading = read(story, today, calendars, limits)
    return {
        "today": today,
        "limits": limits,
        "matter": matter,
        "story": story,
        "reading": reading,
        "steps": steps[::-1],
        "ways": [(step.value, name) for step, name in steps_open_to(matter, user)],
        "next_steps": NEXT,
        "twins": like_it(matter) if not story.issued else [],
        "unsolved": unsolved(matter, reading, today, calendars),
        "may_edit": may_edit(matter, user),
    }


def may_edit(matter: Matter, user: User) -> bool:
    """Whether the draft is the user's to change."""
    own = matter.author_id == user.pk or user.has_perm("projects.oversee_matter")
    return matter.standing == "draft" and own and user.has_perm("projects.change_matter")


def unsolved(
    matter: Matter, reading: Reading, today: date, calendars: Calendars
) -> Unsolved | None:
    """The project's forecast if the blocked milestone stands still until the matter is due.

    None where nothing is blocked, or nothing can be forecast. Three queries.
    """
    project, blocked = matter.project, matter.milestone
    held = reading.due if matter.story().is_open else None
    if project is None or blocked is None or held is None or blocked.actual_finish:
        return None
    until = max(held, today)
    milestones = list(project.milestones.order_by("order", "pk"))
    pauses = list(project.pauses.all())
    stop = Pause(project=project, milestone=blocked, first=today, last=until)
    now = timeline(project, milestones, pauses, calendars, today)
    then = timeline(project, milestones, [*pauses, stop], calendars, today)
    if then.forecast is None or then.promised is None:
        return None
    return Unsolved(until, then.forecast, then.promised, now.forecast)
