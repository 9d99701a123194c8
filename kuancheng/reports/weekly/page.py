"""What the list of reviews, the page of one, and its minutes show."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.asking.paging import page_of
from kuancheng.reports.judging.known import records, sort_records
from kuancheng.reports.weekly.questions import ReviewFilter, known_on
from projects.choices import ItemOutcome, Presence, ReviewState
from projects.followups import Became, followups
from projects.models import AgendaItem, Attendance, Decision, WeeklyReview
from projects.models.review import WEEKDAYS
from projects.rules.reviews import too_long
from projects.services.reviews.agenda import before_of
from projects.services.reviews.holding import ADD, CHANGE
from projects.services.reviews.minuting import may_finalise, minutes_of
from projects.services.reviews.preparing import next_setting

PAGE_SIZE = 20
LATEST = 5
"""So many decisions are shown on a project's page."""

OF_DECISION = ("agency", "person", "verifier", "matter", "item", "author", "review")


@dataclass(frozen=True)
class Tally:
    """What a review's decisions came to by a day."""

    total: int = 0
    closed: int = 0
    waiting: int = 0
    late: int = 0

    @property
    def open(self) -> int:
        """Those that somebody still has to do something about."""
        return self.total - self.closed


@dataclass(frozen=True)
class Row:
    """A review in the list."""

    review: WeeklyReview
    items: int
    tally: Tally


@dataclass(frozen=True)
class Shown:
    """An item of the agenda with what was decided on it."""

    item: AgendaItem
    decisions: tuple[Became, ...]


def tally_of(found: Iterable[Became]) -> Tally:
    """The decisions that stand, by how they stand."""
    standing = [each for each in found if not each.decision.withdrawn]
    return Tally(
        total=len(standing),
        closed=sum(not each.is_open for each in standing),
        waiting=sum(each.state == "answered" for each in standing),
        late=sum(each.is_open and each.late > 0 for each in standing),
    )


def review_list(asked: ReviewFilter, reader: User) -> dict[str, Any]:
    """The template's context. Fifteen queries at most. NoSuchPage past the end."""
    days, said, known = asked.days, asked.form.cleaned_data, known_on(asked)
    shown = page_of(asked.found(), said["page"], PAGE_SIZE)
    ids = [each.pk for each in shown]
    items = records(AgendaItem, Q(review__in=ids, left_out=False), known)
    decided = _became(Q(review__in=ids), days.as_of, known)
    by_review: dict[int, list[Became]] = defaultdict(list)
    for each in decided:
        by_review[each.decision.review_id].append(each)
    counted: dict[int, int] = defaultdict(int)
    for item in items:
        counted[item.review_id] += 1
    waiting = WeeklyReview.objects.open().first()
    return {
        "as_of": days.as_of,
        "known_at": days.known_at,
        "page": shown,
        "rows": [Row(each, counted[each.pk], tally_of(by_review[each.pk])) for each in shown],
        "states": ReviewState.choices,
        "state": said["state"] or [],
        "since": said["since"],
        "until": said["until"],
        "search": said["search"] or "",
        "open": waiting,
        "next": next_setting(clock.today()) if waiting is None else None,
        "may_begin": waiting is None and reader.has_perm(ADD),
        "narrowed": any(said[name] for name in ("state", "since", "until", "search")),
    }


def _became(wanted: Q, as_of: date, known: date | None) -> list[Became]:
    """Decisions and how their matters stood, in their order. Five queries; more as known."""
    found = records(Decision, wanted, known, related=OF_DECISION)
    return followups(sort_records(found, "review_id", "number"), as_of, known)


def review_page(asked: Any, review: WeeklyReview, reader: User) -> dict[str, Any]:
    """The template's context of one review as it is, or as it was known. Thirty queries at most."""
    days, known = asked.days, known_on(asked)
    items = items_of(review, known)
    on = [each for each in items if not each.left_out]
    decided = _became(Q(review=review.pk), days.as_of, known)
    by_item: dict[int, list[Became]] = defaultdict(list)
    for each in decided:
        by_item[each.decision.item_id].append(each)
    minutes, before = sum(each.minutes for each in on), before_of(review)
    return {
        "as_of": days.as_of,
        "known_at": days.known_at,
        "review": review,
        "weekday": WEEKDAYS[review.day.weekday()][1],
        "items": [Shown(each, tuple(by_item[each.pk])) for each in on],
        "left_out": [each for each in items if each.left_out],
        "minutes": minutes,
        "too_long": too_long(minutes),
        "seats": seats_of(review, known),
        "before": before,
        "previous": previous_of(review, before, days.as_of, known),
        "tally": tally_of(decided),
        "now": known is None,
        "may": known is None and reader.has_perm(CHANGE),
        "why_not_final": may_finalise(review, reader) if review.state == "drafted" else "",
        "unsettled": sum(not each.outcome for each in on),
        "carried": ItemOutcome.CARRIED,
    }


def items_of(review: WeeklyReview, known: date | None) -> list[AgendaItem]:
    """The items in their order, with project and matter. One query; four as known."""
    found = records(AgendaItem, Q(review=review.pk), known, related=("project", "matter"))
    return sort_records(found, "order")


def seats_of(review: WeeklyReview, known: date | None = None) -> list[tuple[str, list[Attendance]]]:
    """Who attends, by how, in words; ways in which nobody does are left out. One query."""
    found = records(Attendance, Q(review=review.pk), known, related=("official", "agency"))
    ordered = sort_records(found)
    return [
        (str(each.label), own)
        for each in Presence
        if (own := [seat for seat in ordered if seat.presence == each])
    ]


def previous_of(
    review: WeeklyReview, before: WeeklyReview | None, as_of: date, known: date | None
) -> Sequence[Became]:
    """What the review before decided, and what had become of it: today while this one is prepared,
    on its own day afterwards. Six queries."""
    if before is None:
        return ()
    day = as_of if review.state == ReviewState.PREPARING else min(as_of, review.day)
    return _became(Q(review=before.pk, withdrawn=""), day, known)


def decided_for(project: int, as_of: date, known_at: date | None) -> list[Became]:
    """The latest decisions on a project by a day, the latest first. Nine queries, one for none."""
    found = Decision.objects.standing().filter(item__project=project, review__day__lte=as_of)
    latest = found.order_by("-review__day", "-number").values_list("pk", flat=True)
    ids = list(latest[:LATEST])
    if not ids:
        return []
    became = _became(Q(id__in=ids), as_of, known_at)
    place = {pk: number for number, pk in enumerate(ids)}
    return sorted(became, key=lambda each: place[each.decision.pk])


def minutes_page(asked: Any, review: WeeklyReview, reader: User) -> dict[str, Any]:
    """The template's context: the frozen copy, or how the minutes would read now.

    What became of each decision stands beside it, as of the day. Twenty queries at most.
    """
    days, known = asked.days, known_on(asked)
    frozen = review.minutes if review.state == ReviewState.FINAL else None
    decided = _became(Q(review=review.pk), days.as_of, known)
    return {
        "as_of": days.as_of,
        "known_at": days.known_at,
        "review": review,
        "frozen": frozen is not None,
        "copy": frozen or (minutes_of(review) if known is None else None),
        "day": review.day,
        "became": {each.decision.number: each for each in decided},
        "tally": tally_of(decided),
        "may": known is None and reader.has_perm(CHANGE) and review.state == "drafted",
        "why_not_final": may_finalise(review, reader) if review.state == "drafted" else "",
    }
