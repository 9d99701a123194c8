"""What the screen of a meeting shows: one item with its project, and what was decided so far."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import uuid4

from django.conf import settings

from kuancheng.access.models import User
from kuancheng.asking.parameters import BadParameters, Days
from kuancheng.reports.meeting.forms import (
    DecisionForm,
    MarkForm,
    SeatForm,
    StepForm,
    offered_agencies,
    seat_forms,
)
from kuancheng.reports.project.page import Person, project_facts
from kuancheng.reports.project.photos import photos_of
from kuancheng.reports.rules.due_picks import due_picks
from projects.choices import AgendaKind, Factor, MatterLevel, ReviewState, Role
from projects.followups import Became, followups
from projects.models import AgendaItem, Decision, Official, Project, WeeklyReview
from projects.planning import site_calendars
from projects.services.reviews.holding import CHANGE

REASONS_SHOWN, FRESH_SHOWN, MATTERS_SHOWN, DECISIONS_SHOWN, PHOTOS_SHOWN = 4, 3, 3, 3, 3
"""So much of each has room on a projector; the rest is counted."""

FIGURES = re.compile(r"[0-9.-]+")

NAMED = (Role.LEAD_OFFICIAL, Role.TASK_FORCE_HEAD, Role.LIAISON_OFFICER)
"""Who answers for a project at the meeting."""


@dataclass(frozen=True)
class Meeting:
    """A review as it is run by a reader on a day; `items` are its agenda in order."""

    review: WeeklyReview
    reader: User
    today: date

    @cached_property
    def items(self) -> list[AgendaItem]:
        """What is on the agenda, in its order. One query."""
        on = self.review.items.filter(left_out=False).select_related(
            "project__lead_agency", "matter"
        )
        return list(on.order_by("order", "pk"))

    def at(self, place: int | None) -> AgendaItem:
        """The item at a place, from 1. BadParameters for a place that is not on the agenda."""
        found = place or 1
        if found > len(self.items):
            said = f"议程共 {len(self.items)} 项，没有第 {found} 项。"
            raise BadParameters.of("item", said)
        return self.items[found - 1]

    def place_of(self, pk: int) -> int | None:
        """Where an item stands, from 1; None where it is not on this agenda."""
        places = (place for place, each in enumerate(self.items, 1) if each.pk == pk)
        return next(places, None)

    @property
    def may_write(self) -> bool:
        """Whether the reader is of the office that keeps the minutes."""
        return self.reader.has_perm(CHANGE)

    @property
    def is_running(self) -> bool:
        """Whether it has begun and not ended: its time runs."""
        return self.review.state == ReviewState.RUNNING


@dataclass(frozen=True)
class Holders:
    """Who holds a role now, in words."""

    role: str
    names: str


@dataclass
class Typed:
    """Forms that came back refused; None is filled anew."""

    decision: DecisionForm | None = None
    mark: MarkForm | None = None
    seats: list[SeatForm] | None = None


def meeting_page(
    meeting: Meeting, place: int | None, now: datetime, typed: Typed
) -> dict[str, Any]:
    """The template's context: the frame, one item, and what was decided. A fixed number of queries."""
    context = frame(meeting, now, typed) | {"item": None}
    if not meeting.items:
        return context
    return context | slide(meeting, place, typed) | standing(meeting, place)


def frame(meeting: Meeting, now: datetime, typed: Typed) -> dict[str, Any]:
    """What does not change from item to item. Four queries at most."""
    review, writes = meeting.review, meeting.may_write
    seats = review.attendances.select_related("official", "agency").order_by("pk")
    elapsed = (now - review.begun_at).total_seconds() if review.begun_at else 0
    return {
        "review": review,
        "places": len(meeting.items),
        "minutes": sum(each.minutes for each in meeting.items),
        "running": meeting.is_running,
        "elapsed": max(0, int(elapsed)),
        "writes": writes,
        "may_begin": writes and review.state == ReviewState.PREPARING,
        "may_end": writes and meeting.is_running,
        "step": StepForm(review.version),
        "seats": typed.seats or seat_forms(seats),
        "seats_open": typed.seats is not None,
        "may_seat": writes and review.is_open,
        "csrf_cookie": settings.CSRF_COOKIE_NAME,
        "agencies": offered_agencies() if writes and review.takes_decisions else [],
    }


def slide(meeting: Meeting, place: int | None, typed: Typed) -> dict[str, Any]:
    """One item: its project as it stands today, what is open, and the clerk's forms."""
    item = meeting.at(place)
    number = meeting.place_of(item.pk) or 1
    told = [(AgendaKind(each["kind"]).label, each["text"]) for each in item.reasons]
    return {
        "review": meeting.review,
        "item": item,
        "place": number,
        "places": len(meeting.items),
        "causes": told[:REASONS_SHOWN],
        "causes_more": max(0, len(told) - REASONS_SHOWN),
        "writes": meeting.may_write and meeting.review.takes_decisions,
        "keeps": meeting.may_write,
        **_about(item, meeting),
        **_forms(item, meeting, typed),
    }


def _about(item: AgendaItem, meeting: Meeting) -> dict[str, Any]:
    if item.project is None:
        return {"project": None}
    facts = project_facts(item.project, Days(meeting.today, None), meeting.reader)
    told = _undated(" ".join(each["text"] for each in item.reasons))
    reasons, photos = facts["status"].reasons, photos_of(facts["reports"], facts["schedule"].steps)
    fresh = [each for each in reasons if _undated(each["text"]) not in told]
    before = _before(item.project, meeting)
    decided = {each.decision.matter_id for each in before}
    still_open = [each for each in facts["matters"] if each.matter.pk not in decided]
    return facts | {
        "reasons": reasons,
        "reasons_same": len(reasons) - len(fresh),
        "fresh": fresh[:FRESH_SHOWN],
        "fresh_more": max(0, len(fresh) - FRESH_SHOWN),
        "lead": str(item.project.lead_agency or ""),
        "holders": list(_holders(facts["people"])),
        "open": still_open[:MATTERS_SHOWN],
        "open_all": len(still_open),
        "open_more": max(0, len(still_open) - MATTERS_SHOWN),
        "photos": photos[:PHOTOS_SHOWN],
        "before": before,
    }


def _undated(text: str) -> str:
    """A reason without its figures: one day more is the same reason."""
    return FIGURES.sub("", text)


def _forms(item: AgendaItem, meeting: Meeting, typed: Typed) -> dict[str, Any]:
    reader = meeting.reader.pk
    agency = item.project.lead_agency if item.project else None
    blank = {"item": item.pk, "sender": reader, "token": uuid4()}
    usual = {"agency": agency, "factor": Factor.OTHER, "level": MatterLevel.IN_CHARGE}
    picks = due_picks(max(meeting.today, meeting.review.day), site_calendars())
    return {
        "picks": picks,
        "decision": typed.decision or DecisionForm(picks, initial=blank | usual),
        "mark": typed.mark or MarkForm(item, reader),
    }


def _holders(people: Sequence[Person]) -> Iterator[Holders]:
    for role in NAMED:
        held = [each.assignment for each in people if each.current and each.assignment.role == role]
        if held:
            yield Holders(role.label, "、".join(_called(each.official) for each in held))


def _called(official: Official) -> str:
    return f"{official}（{official.post}）" if official.post else str(official)


def _before(project: Project, meeting: Meeting) -> list[Became]:
    """What earlier reviews decided on a project, the latest first, and what became of it."""
    earlier = Decision.objects.standing().filter(item__project=project)
    related = ("agency", "matter", "review")
    found = earlier.exclude(review=meeting.review).select_related(*related)
    latest = found.order_by("-review__year", "-review__serial", "-number")[:DECISIONS_SHOWN]
    return followups(latest, meeting.today)


def standing(meeting: Meeting, place: int | None) -> dict[str, Any]:
    """The agenda and what was decided, this item's first: what a second screen asks for.

    A place that an agenda had before it was shortened stands for its last.
    """
    item = meeting.at(min(place or 1, max(1, len(meeting.items))))
    related = ("agency", "matter", "item__project", "item__matter", "review")
    decided = meeting.review.decisions.select_related(*related).order_by("number")
    found = followups(decided, meeting.today)
    return {
        "review": meeting.review,
        "item": item,
        "place": meeting.place_of(item.pk),
        "agenda": list(enumerate(meeting.items, 1)),
        "agenda_key": "-".join(str(each.pk) for each in meeting.items),
        "own": [each for each in found if each.decision.item_id == item.pk],
        "others": [each for each in found if each.decision.item_id != item.pk],
        "corrects": meeting.may_write and meeting.review.takes_decisions,
        "decided": sum(not each.decision.withdrawn for each in found),
    }
