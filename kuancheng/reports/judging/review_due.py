"""周调度 as work of the office: one to prepare, to hold, or whose minutes are to be made final."""

from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from kuancheng.access.models import User
from projects.choices import ReviewState
from projects.models import WeeklyReview
from projects.services.reviews.holding import ADD, CHANGE
from projects.services.reviews.minuting import may_finalise
from projects.services.reviews.preparing import next_setting

SOON = 2
"""So many days before it is due a review that nobody has prepared is work."""


@dataclass(frozen=True)
class ReviewDue:
    """What is to be done, in words, and where."""

    text: str
    link: str


def review_due(user: User, today: date) -> ReviewDue | None:
    """What the user has to do about the weekly review; None where nothing is. Six queries at most."""
    if not user.has_perms([ADD, CHANGE]):
        return None
    waiting = WeeklyReview.objects.open().defer("minutes").first()
    if waiting is None:
        return _to_prepare(today)
    link = waiting.get_absolute_url()
    if waiting.state == ReviewState.DRAFTED:
        if may_finalise(waiting, user):
            return None
        minutes = reverse("weekly-minutes", args=[waiting.year, waiting.serial])
        return ReviewDue(f"{waiting}（{waiting.day}）的纪要等您定稿，定稿后交办", minutes)
    if waiting.state == ReviewState.RUNNING:
        return ReviewDue(f"{waiting}正在进行，散会后请结束会议", link)
    sent = "议程已发送" if waiting.sent_at else "议程还没有发送"
    return ReviewDue(f"{waiting}：{waiting.day} {waiting.start:%H:%M}，{sent}", link)


def _to_prepare(today: date) -> ReviewDue | None:
    due = next_setting(today).day
    if (due - today).days > SOON:
        return None
    return ReviewDue(f"{due} 的周调度还没有准备，请新建", reverse("weekly-new"))
