"""What the list of matters and the page of one show."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Prefetch, QuerySet, prefetch_related_objects
from django.http import QueryDict
from django.urls import reverse

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.asking.paging import page_of
from kuancheng.reports.choices import ListPage
from kuancheng.reports.listing.chips import chips, without_filters
from kuancheng.reports.listing.saved import past_default, view_menu
from kuancheng.reports.matters.questions import FLAGS, TURNS, MatterQuestion, of_turn
from kuancheng.reports.models import FrontPage
from kuancheng.reports.raising.origins import way_back
from projects.limits import limits_on
from projects.models import Escalation, Matter, MatterStep, Order, Pause
from projects.planning import site_calendars, timeline
from projects.rules.calendars import Calendars
from projects.rules.matters.appeals import review_of
from projects.rules.matters.clock import Reading, read
from projects.rules.matters.orders import DueOrder, OrderKind, orders_due
from projects.rules.matters.steps import DECIDES, STEP_NAMES, Step
from projects.services.matters.parts import OVERSEE_MATTERS
from projects.services.matters.taking import steps_open_to
from projects.services.matters.twins import like_it

PAGE_SIZE = 50
PICKS = ("state", "kind", "factor", "level")
"""Filters of which several values can be ticked."""

ORDERED = {"": "在办的在前，最早到期在前", "-issued": "最近交办在前", "-level": "交办级别最高在前"}
BULK_STEPS = (Step.ISSUE, Step.REMIND, Step.EXTEND)
"""What the office does to many matters at once."""

NEXT = ("issue", "sign", "answer", "close", "extend", "pause", "deny_appeal", "grant_appeal")
"""Steps that move a matter on: their buttons stand out."""


WHOLE = (
    Prefetch(
        "steps",
        MatterStep.objects.select_related("actor", "agency", "on_behalf_of").prefetch_related(
            "evidence"
        ),
    ),
    Prefetch("orders", Order.objects.select_related("acknowledged_by")),
)
"""What became of one matter, with all that its page says of it: read once for all who ask."""


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


def matter_list(question: MatterQuestion, params: QueryDict) -> dict[str, Any]:
    """The template's context. A fixed number of queries, whatever the number of matters.

    NoSuchPage past the end.
    """
    asked, reader = question.asked, question.reader
    said = asked.form.cleaned_data
    # The ids of the page first: sorted without their long texts, whatever the number of matters.
    shown = page_of(question.rows.values_list("pk", flat=True), said["page"], PAGE_SIZE)
    matters = for_list(Matter.objects.filter(pk__in=list(shown))).in_bulk()
    listed = [matters[pk] for pk in shown if pk in matters]
    front = FrontPage.objects.filter(user=reader, page=ListPage.MATTERS).first()
    address = past_default(params, front)
    return {
        "today": question.today,
        "limits": question.limits,
        "form": asked.form,
        "picks": [asked.form[name] for name in PICKS],
        "ticked": sum(bool(said[name]) for name in PICKS),
        "chips": chips(asked, address),
        "all_address": f"?{without_filters(address).urlencode()}",
        "view_asked": address.get("view"),
        "orders": _orders(",".join(said["ordering"] or ())),
        "views": view_menu(ListPage.MATTERS, reader, said["view"], params, front),
        "page": shown,
        "rows": rows_of(listed, question),
        "turns": [
            (code, name, of_turn(question.every, code, reader).count()) for code, name in TURNS
        ],
        "flags": [(code, name, question.with_flag(code).count()) for code, name in FLAGS],
        "turn": said["turn"],
        "flag": said["flag"],
        "project": said["project"],
        "back": address.urlencode(),
        "bulk_steps": [(each.value, STEP_NAMES[each]) for each in BULK_STEPS],
        "may_raise": reader.has_perm("projects.add_matter"),
        "may_oversee": reader.has_perm(OVERSEE_MATTERS),
        "may_import": reader.has_perm("sheets.add_sheetimport")
        and reader.has_perm("projects.change_matter"),
    }


def _orders(asked: str) -> list[tuple[str, str, bool]]:
    """The orders that the form offers, and whether each is on; one asked by a heading is kept."""
    offered = ORDERED | {asked: ORDERED.get(asked, "按所选列")}
    return [(code, name, code == asked) for code, name in offered.items()]


def rows_of(matters: Iterable[Matter], question: MatterQuestion) -> list[Row]:
    """Matters, with their steps prefetched, and how each stands. No query."""
    day, calendars, limits = question.today, question.calendars, question.limits
    return [Row(each, read(each.story(), day, calendars, limits)) for each in matters]


def for_list(found: QuerySet[Matter]) -> QuerySet[Matter]:
    """Matters with what a row of the list says. Two queries."""
    return found.select_related(
        "project", "enterprise", "lead_agency", "verifier"
    ).prefetch_related("steps")


def matter_page(matter: Matter, user: User) -> dict[str, Any]:
    """The template's context: where it stands, why, every step, and what the user may do now."""
    today, calendars = clock.today(), site_calendars()
    limits = limits_on(today)
    prefetch_related_objects([matter], *WHOLE)
    steps, orders = list(matter.steps.all()), list(matter.orders.all())
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
        "review": review_of(story, today, calendars, limits),
        "absorbed": absorbed(matter),
        "unsolved": unsolved(matter, reading, today, calendars),
        "days_open": (today - steps[0].day).days if story.is_open else None,
        "back": way_back(matter),
        "may_edit": may_edit(matter, user),
    }


def absorbed(matter: Matter) -> list[Matter]:
    """The matters that were merged into it, with their steps. Two queries."""
    found = matter.absorbed.order_by("pk").prefetch_related(
        Prefetch("steps", MatterStep.objects.select_related("actor", "on_behalf_of"))
    )
    return list(found)


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


def about(matter: Matter, step: Step) -> MatterStep | None:
    """What a deciding step is about: the latest request or answer. Three queries at most."""
    wanted = DECIDES.get(step)
    # A matter is also moved where nobody objected.
    if wanted is None or (step == Step.REASSIGN and not matter.story().objected):
        return None
    said = matter.steps.filter(step=wanted.value).order_by("-number")
    full = said.select_related("actor", "agency", "on_behalf_of").prefetch_related("evidence")
    found: MatterStep | None = full.first()
    return found


def may_edit(matter: Matter, user: User) -> bool:
    """Whether the draft is the user's to change."""
    own = matter.author_id == user.pk or user.has_perm("projects.oversee_matter")
    return matter.standing == "draft" and own and user.has_perm("projects.change_matter")


def unsolved(
    matter: Matter, reading: Reading, today: date, calendars: Calendars
) -> Unsolved | None:
    """The project's forecast if the blocked milestone stands still until the matter is due.

    None where nothing is blocked, or nothing can be forecast. Four queries.
    """
    project, blocked = matter.project, matter.milestone
    held = reading.due if matter.story().is_open else None
    if project is None or blocked is None or held is None or blocked.actual_finish:
        return None
    until = max(held, today)
    milestones = list(project.milestones.order_by("order", "pk"))
    pauses, stops = list(project.pauses.all()), list(project.stops.all())
    held_up = Pause(project=project, milestone=blocked, first=today, last=until)
    now = timeline(project, milestones, pauses, calendars, today, stops=stops)
    then = timeline(project, milestones, [*pauses, held_up], calendars, today, stops=stops)
    if then.forecast is None or then.promised is None:
        return None
    return Unsolved(until, then.forecast, then.promised, now.forecast)
