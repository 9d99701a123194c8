"""What every step on a review begins with: the review locked, for whoever may change it."""

from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db.models import F

from kuancheng.access.models import User
from kuancheng.access.rights import require
from kuancheng.records.announcing import announce
from kuancheng.records.versions import require_version
from projects.choices import ReviewState
from projects.models import AgendaItem, WeeklyReview
from projects.models.review import OfReview

ADD, CHANGE = "projects.add_weeklyreview", "projects.change_weeklyreview"

PREPARING = (ReviewState.PREPARING,)
AGENDA = (ReviewState.PREPARING, ReviewState.RUNNING)
UNTIL_FINAL = (ReviewState.PREPARING, ReviewState.RUNNING, ReviewState.DRAFTED)
MINUTED = (ReviewState.RUNNING, ReviewState.DRAFTED)


def locked(
    review: WeeklyReview, actor: User, states: Collection[str], seen: int | None = None
) -> WeeklyReview:
    """The review as it is now, locked. NotAllowed; StaleRecord where `seen` is not its version;
    ValidationError where it is in none of the states."""
    require(actor, CHANGE)
    held: WeeklyReview = WeeklyReview.objects.select_for_update(of=("self",)).get(pk=review.pk)
    if seen is not None:
        require_version(held, seen)
    if held.state not in states:
        raise ValidationError(_not_now(held, states))
    return held


def locked_item(
    item: AgendaItem, actor: User, states: Collection[str], seen: int | None = None
) -> AgendaItem:
    """An item under the lock of its review, as `locked`; `seen` is the item's version."""
    review = locked(item.review, actor, states)
    held = AgendaItem.objects.select_related("project", "matter").get(pk=item.pk)
    held.review = review
    if seen is not None:
        require_version(held, seen)
    return held


def save_review(review: WeeklyReview, actor: User) -> WeeklyReview:
    """Checks and saves a review that is locked or new; its version and pulse move on."""
    if review.pk is not None:
        review.version += 1
        # What belongs to it may have moved it on since it was read, under the same lock.
        now = WeeklyReview.objects.values_list("pulse", flat=True).get(pk=review.pk)
        review.pulse = now + 1
    review.full_clean()
    announce(review.save_by(actor))
    return review


def save_part(part: OfReview, actor: User) -> None:
    """Checks and saves what belongs to a review that is locked; the review's pulse moves on."""
    if part.pk is not None:
        part.version += 1
    part.full_clean()
    announce(part.save_by(actor))
    beat(part.review)


def delete_part(part: OfReview, actor: User) -> None:
    """Deletes what belongs to a review that is locked; its history stays."""
    announce(part.delete_by(actor))
    beat(part.review)


def beat(review: WeeklyReview) -> None:
    """Moves the review's pulse on. One query."""
    WeeklyReview.objects.filter(pk=review.pk).update(pulse=F("pulse") + 1)


def _not_now(held: WeeklyReview, states: Collection[str]) -> str:
    names = "、".join(ReviewState(each).label for each in ReviewState if each in states)
    return f"{held}现在是“{held.get_state_display()}”，只有“{names}”时可以这样办理。"
