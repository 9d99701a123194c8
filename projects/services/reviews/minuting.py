"""纪要: made final by a second person, which issues what was decided and freezes a copy."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.access.rights import NotAllowed
from kuancheng.audit import acts
from kuancheng.records.announcing import together
from projects.choices import MatterLevel, Presence, ReviewState
from projects.followups import Became, followups
from projects.models import Decision, Matter, WeeklyReview
from projects.rules.matters.steps import State, Step
from projects.services.matters.taking import take_step
from projects.services.matters.turn import Given, MatterRefused
from projects.services.reviews.agenda import before_of
from projects.services.reviews.deciding import LONGEST_TITLE
from projects.services.reviews.holding import locked, save_review


@transaction.atomic
@acts.decision("会议纪要定稿", "review")
def finalise_review(*, review: WeeklyReview, seen: int, actor: User) -> WeeklyReview:
    """定稿: issues every decision's matter, and keeps the minutes as they are now, for good.

    By somebody of the office who is not its clerk, and not who noted all of the decisions:
    NotAllowed. StaleRecord; ValidationError that names the decision which cannot be issued, and
    nothing is issued then. Final already it stays as it is.
    """
    final = WeeklyReview.objects.filter(pk=review.pk, state=ReviewState.FINAL).first()
    if final is not None:
        return final
    held = locked(review, actor, (ReviewState.DRAFTED,), seen)
    decisions = list(
        held.decisions.standing().select_related("agency", "author").order_by("number")
    )
    _require_second(held, decisions, actor)
    with together():
        for decision in decisions:
            _issue(decision, actor)
        held.state, held.final_at = ReviewState.FINAL, clock.now()
        held.final_by = actor
        held.minutes = minutes_of(held)
        save_review(held, actor)
    return held


def may_finalise(review: WeeklyReview, actor: User) -> str:
    """Why somebody may not make the minutes final, in Chinese; empty if he may. One query."""
    if actor.pk == review.clerk_id:
        return "纪要是您记录的，请由项目中心的另一位同事定稿。"
    authors = set(review.decisions.standing().values_list("author", flat=True))
    if authors == {actor.pk}:
        return "议定事项都是您记录的，请由项目中心的另一位同事定稿。"
    return ""


def _require_second(review: WeeklyReview, decisions: list[Decision], actor: User) -> None:
    if said := may_finalise(review, actor):
        raise NotAllowed(said)
    waiting = review.items.filter(left_out=False, outcome="").order_by("order").first()
    if waiting is not None:
        raise ValidationError(
            f"第 {waiting.order} 项“{waiting}”还没有结果，请标为已议或顺延，再定稿。"
        )


def _issue(decision: Decision, actor: User) -> None:
    matter = Matter.objects.select_for_update(of=("self",)).get(pk=decision.matter_id)
    if matter.standing != State.DRAFT:
        return  # the office has issued or voided it by hand
    given = Given(due=decision.due, level=decision.level, agency=decision.agency)
    try:
        take_step(matter=matter, step=Step.ISSUE, actor=actor, seen=matter.version, given=given)
    except (ValidationError, MatterRefused) as error:
        said = "；".join(error.messages) if isinstance(error, ValidationError) else str(error)
        text = decision.text[:LONGEST_TITLE]
        raise ValidationError(
            f"第 {decision.number} 条“{text}”不能交办：{said}请更正这一条，再定稿。"
        ) from error


def minutes_of(review: WeeklyReview) -> dict[str, Any]:
    """The minutes as they are frozen: what a reader of the paper reads, in words and days.

    {"number", "title", "day", "start", "place", "chair", "clerk", "attendance": {presence:
    [{"who", "reason", "substitute"}]}, "items": [{"order", "name", "code", "light", "reasons",
    "outcome", "note", "decisions": [...]}], "previous": [...]}. Twelve queries.
    """
    before = before_of(review)
    return {
        "number": review.number,
        "title": review.title,
        "day": review.day.isoformat(),
        "start": f"{review.start:%H:%M}",
        "place": review.place,
        "chair": _person(review.chair),
        "clerk": str(review.clerk),
        "attendance": _attendance(review),
        "items": _items(review),
        "previous_title": before.title if before else "",
        "previous": _previous(before, review),
    }


def _person(official: Any) -> str:
    return f"{official.name}（{official.post}）" if official.post else str(official.name)


def _attendance(review: WeeklyReview) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = {each.value: [] for each in Presence}
    seats = review.attendances.select_related("official", "agency").order_by("pk")
    for each in seats:
        found[each.presence].append(
            {"who": each.who, "reason": each.reason, "substitute": each.substitute}
        )
    return found


def _items(review: WeeklyReview) -> list[dict[str, Any]]:
    items = review.items.filter(left_out=False).select_related("project", "matter")
    related = ("agency", "person", "verifier", "matter")
    standing = review.decisions.standing().select_related(*related).order_by("number")
    by_item: dict[int, list[dict[str, Any]]] = {}
    for each in standing:
        by_item.setdefault(each.item_id, []).append(_decision(each))
    return [
        {
            "order": place,
            "name": each.name,
            "code": each.project.code if each.project else "",
            "light": each.light,
            "kinds": each.kinds,
            "reasons": [reason["text"] for reason in each.reasons],
            "outcome": each.get_outcome_display(),
            "note": each.note,
            "decisions": by_item.get(each.pk, []),
        }
        for place, each in enumerate(items.order_by("order", "pk"), 1)
    ]


def _decision(decision: Decision) -> dict[str, Any]:
    return {
        "number": decision.number,
        "text": decision.text,
        "agency": decision.agency.name,
        "person": decision.person.name if decision.person else "",
        "due": decision.due.isoformat(),
        "level": MatterLevel(decision.level).label,
        "verifier": str(decision.verifier),
        "matter": decision.matter_id,
        "matter_number": decision.matter.number,
    }


def previous_decisions(review: WeeklyReview, before: WeeklyReview | None) -> list[Became]:
    """The standing decisions of the review before, and what had become of them on the day of this.

    Four queries.
    """
    if before is None:
        return []
    related = ("agency", "matter", "item__project", "review")
    decided = before.decisions.standing().select_related(*related).order_by("number")
    return followups(decided, min(clock.today(), review.day))


def _previous(before: WeeklyReview | None, review: WeeklyReview) -> list[dict[str, Any]]:
    return [
        {
            "number": each.decision.number,
            "text": each.decision.text,
            "agency": each.decision.agency.name,
            "due": each.due.isoformat(),
            "state": each.word,
            "answer": each.answer,
        }
        for each in previous_decisions(review, before)
    ]
