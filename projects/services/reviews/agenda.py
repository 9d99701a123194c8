"""The agenda of a review: drawn from facts, put in order by people, with a time for each item."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.audit import acts
from kuancheng.records.announcing import together
from projects.choices import AgendaKind, ItemOutcome
from projects.models import AgendaItem, Project, WeeklyReview
from projects.rules.reviews import Drawn, Kept, Redrawn, Subject, moved, redraw
from projects.services.reviews.attending import draw_attendance
from projects.services.reviews.holding import (
    AGENDA,
    MINUTED,
    PREPARING,
    beat,
    delete_part,
    locked,
    locked_item,
    save_part,
    save_review,
)
from projects.services.reviews.preparing import cadence_on


@transaction.atomic
@acts.edit("生成议程", "review")
def draw_agenda(
    *, review: WeeklyReview, drawn: Sequence[Drawn], seen: int, actor: User
) -> WeeklyReview:
    """Puts what was drawn on the agenda, and whoever it concerns on the list of who attends.

    What people did before stays: order, times, items added and left out (`rules.reviews.redraw`).
    StaleRecord, NotAllowed; ValidationError once the meeting has begun.
    """
    held = locked(review, actor, PREPARING, seen)
    items = {each.pk: each for each in held.items.all()}
    change = redraw([_kept(each) for each in items.values()], drawn)
    minutes = cadence_on(held.day).item_minutes
    with together():
        made = [_made(held, each, minutes) for each in change.added]
        _write(items, made, change, actor)
        held.drawn_on, held.drawn_since = clock.today(), since_of(held)
        save_review(held, actor)
        draw_attendance(held, actor)
    return held


def since_of(review: WeeklyReview) -> date | None:
    """The day of the review before, against which the agenda is drawn; None for the first."""
    before = before_of(review)
    return before.day if before else None


def before_of(review: WeeklyReview) -> WeeklyReview | None:
    """The last review that was held before this one. One query."""
    held = WeeklyReview.objects.held().filter(day__lte=review.day).exclude(pk=review.pk)
    found: WeeklyReview | None = held.order_by("-day", "-year", "-serial").first()
    return found


def _kept(item: AgendaItem) -> Kept:
    touched = item.touched or item.by_hand or item.left_out
    subject = Subject(item.project_id, item.matter_id, "" if item.project_id else f"#{item.pk}")
    return Kept(item.pk, subject, item.order, touched, item.moved)


def _made(review: WeeklyReview, drawn: Drawn, minutes: int) -> AgendaItem:
    item = AgendaItem(review=review, minutes=minutes, order=0)
    item.project_id, item.matter_id = drawn.subject.project, drawn.subject.matter
    return _filled(item, drawn)


def _filled(item: AgendaItem, drawn: Drawn) -> AgendaItem:
    item.light = drawn.light
    item.reasons = [{"kind": kind, "text": text} for kind, text in drawn.reasons]
    item.carried_from_id = drawn.carried_from
    return item


def _write(
    items: dict[int, AgendaItem], made: Sequence[AgendaItem], change: Redrawn, actor: User
) -> None:
    """Only what differs is saved: an item that says the same keeps its version."""
    for pk in change.gone:
        delete_part(items.pop(pk), actor)
    for pk, drawn in change.renewed.items():
        _filled(items[pk], drawn)
    ordered = [made[-key - 1] if key < 0 else items[key] for key in change.order]
    for place, item in enumerate(ordered, 1):
        item.order = place
        if item.pk is None or item.changed_fields():
            save_part(item, actor)


def _in_order(review: WeeklyReview) -> list[AgendaItem]:
    return list(review.items.order_by("order", "pk"))


@transaction.atomic
@acts.edit("调整议程", "item")
def move_item(*, item: AgendaItem, by: int, seen: int, actor: User) -> AgendaItem:
    """Moves an item up (-1) or down (1) among those that are on; at the end it stays.

    StaleRecord where somebody has changed the item since. One query for each that moves.
    """
    held = locked_item(item, actor, AGENDA, seen)
    items = {each.pk: each for each in _in_order(held.review)}
    on = [pk for pk, each in items.items() if not each.left_out]
    if held.pk not in on:
        raise ValidationError("这一项不上会，请先恢复再调整顺序。")
    order = [*moved(on, held.pk, by), *(pk for pk in items if pk not in on)]
    with together():
        for place, pk in enumerate(order, 1):
            each = items[pk]
            mine = pk == held.pk
            if each.order == place and not mine:
                continue
            each.review, each.order = held.review, place
            if mine:
                each.moved = each.touched = True
                save_part(each, actor)
            else:
                # Where others came to stand is no change of theirs: their version stays.
                AgendaItem.objects.filter(pk=pk).update(order=place)
        beat(held.review)
    return items[held.pk]


@transaction.atomic
@acts.edit("调整议程", "item")
def set_minutes(*, item: AgendaItem, minutes: int, seen: int, actor: User) -> AgendaItem:
    """Gives an item its time. ValidationError by field for less than 1 or more than 120 minutes."""
    held = locked_item(item, actor, AGENDA, seen)
    held.minutes, held.touched = minutes, True
    save_part(held, actor)
    return held


@transaction.atomic
@acts.edit("增加议题", "review")
def add_item(
    *,
    review: WeeklyReview,
    actor: User,
    project: Project | None = None,
    title: str = "",
    reason: str = "",
    minutes: int | None = None,
    light: str = "",
) -> AgendaItem:
    """Adds an item by hand, at the end: of a project, or a thing that has none.

    `reason` is why, `light` the project's light by its code. A project that is on already: what
    was left out comes back, else ValidationError.
    """
    held = locked(review, actor, AGENDA)
    items = _in_order(held)
    same = next((each for each in items if project and each.project_id == project.pk), None)
    if same is not None and not same.left_out:
        said = f"“{project}”已是第 {same.order} 项，一个项目只列一项。"
        raise ValidationError({"project": said})
    item = same or AgendaItem(review=held, project=project, by_hand=True, light=light)
    item.review, item.title = held, title.strip()
    item.left_out, item.touched = False, True
    item.order = max((each.order for each in items), default=0) + 1
    item.minutes = minutes or item.minutes if same else minutes or _usual(held)
    words = reason.strip() or "手工列入"
    item.reasons = [*item.reasons, {"kind": AgendaKind.MANUAL.value, "text": words}]
    save_part(item, actor)
    return item


def _usual(review: WeeklyReview) -> int:
    return cadence_on(review.day).item_minutes


@transaction.atomic
@acts.edit("撤下议题", "item")
def leave_out(*, item: AgendaItem, seen: int, actor: User) -> AgendaItem:
    """Takes an item off the agenda; `put_back` undoes it. ValidationError once it was decided on."""
    held = locked_item(item, actor, AGENDA, seen)
    if held.decisions.standing().exists():
        raise ValidationError("这一项已有议定事项，不能撤下；请先撤回议定事项。")
    held.left_out = held.touched = True
    save_part(held, actor)
    return held


@transaction.atomic
@acts.edit("恢复议题", "item")
def put_back(*, item: AgendaItem, seen: int, actor: User) -> AgendaItem:
    """Puts an item that was left out on the agenda again, where it stood."""
    held = locked_item(item, actor, AGENDA, seen)
    held.left_out, held.touched = False, True
    save_part(held, actor)
    return held


@transaction.atomic
@acts.edit("记录议题结果", "item")
def mark_item(
    *, item: AgendaItem, outcome: str, seen: int, actor: User, note: str | None = None
) -> AgendaItem:
    """Says what became of an item at the meeting: discussed, carried to the next, or neither yet.

    `note` are the clerk's words, None to leave them. ValidationError before the meeting and once
    the minutes are final.
    """
    held = locked_item(item, actor, MINUTED, seen)
    if outcome not in {"", *ItemOutcome.values}:
        raise ValidationError({"outcome": "请选择“已议”或“顺延”。"})
    held.outcome = outcome
    if note is not None:
        held.note = note.strip()
    save_part(held, actor)
    return held


def carried_items(review: WeeklyReview) -> Iterable[AgendaItem]:
    """What the review before put off, and what it did not come to. Two queries."""
    before = before_of(review)
    if before is None:
        return []
    put_off = before.items.filter(left_out=False).exclude(outcome=ItemOutcome.DISCUSSED)
    return put_off.select_related("project", "matter")
