"""What the list of matters and the page of one show."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.asking.paging import page_of
from kuancheng.reports.matters.questions import FLAGS, TURNS, MatterFilter, flagged, of_turn
from projects.limits import limits_on
from projects.models import Escalation, Matter, MatterStep, Order, Pause
from projects.planning import site_calendars, timeline
from projects.querysets import MatterQuerySet
from projects.rules.calendars import WORKING, Calendars
from projects.rules.matters.clock import Reading, read
from projects.rules.matters.orders import DueOrder, OrderKind, orders_due
from projects.services.matters.drafts import like_it
from projects.services.matters.parts import OVERSEE_MATTERS
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
class Paper:
    """What the office wrote beside the steps: an order, or a rung that was reached."""

    at: datetime
    title: str
    note: str
    link: str = ""


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
    shown = page_of(_for_list(asked.filter_queryset(found)), said["page"], PAGE_SIZE)
    return {
        "today": today,
        "limits": limits,
        "form": asked.form,
        "page": shown,
        "rows": [Row(each, read(each.story(), today, calendars, limits)) for each in shown],
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
    orders = list(matter.orders.select_related("acknowledged_by"))
    story = matter.story()
    reading = read(story, today, calendars, limits)
    return {
        "today": today,
        "limits": limits,
        "matter": matter,
        "story": story,
        "reading": reading,
        "timeline": _timeline(steps, _papers(matter, orders))[::-1],
        "order_due": _order_due(orders_due(story, reading, limits), story.round, orders)
        if user.has_perm(OVERSEE_MATTERS)
        else None,
        "ways": [(step.value, name) for step, name in steps_open_to(matter, user)],
        "next_steps": NEXT,
        "twins": like_it(matter) if not story.issued else [],
        "unsolved": unsolved(matter, reading, today, calendars),
        "may_edit": may_edit(matter, user),
    }


def _papers(matter: Matter, orders: Iterable[Order]) -> list[Paper]:
    """The matter's papers in the order of their writing. One query."""
    found = [_paper_of(each) for each in orders]
    found += [_paper_of_rung(each) for each in matter.escalations.all()]
    return sorted(found, key=lambda each: each.at)


def _paper_of(order: Order) -> Paper:
    note = "待签收回执"
    if order.acknowledged_by:
        note = f"{order.acknowledged_by}{'代签' if order.on_behalf else '签收'}"
    return Paper(order.issued_at, f"签发{order}", note, reverse("order", args=[order.pk]))


def _paper_of_rung(rung: Escalation) -> Paper:
    called = "、".join(rung.names) or "没有登记这一级的人"
    return Paper(rung.at, f"升为 {rung.get_level_display()}", called)


def _timeline(
    steps: Sequence[MatterStep], papers: Sequence[Paper]
) -> list[tuple[MatterStep, list[Paper]]]:
    """Each step, oldest first, with the papers that were written between it and the next.

    The papers stand latest first, as the page shows them.
    """
    found: list[tuple[MatterStep, list[Paper]]] = [(step, []) for step in steps]
    for paper in papers:
        before = [own for step, own in found if step.at <= paper.at]
        (before or [own for _, own in found[:1]])[-1].insert(0, paper)
    return found


def _order_due(due: Iterable[DueOrder], round_now: int, orders: Iterable[Order]) -> DueOrder | None:
    """The 督办单 whose colour has come and that nobody has written in this round."""
    written = {(each.kind, each.colour) for each in orders if each.round == round_now}
    wanted = (each for each in due if each.kind == OrderKind.SUPERVISE)
    return next((each for each in wanted if (each.kind, each.colour) not in written), None)


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
