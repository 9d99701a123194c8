"""Who is told of a weekly review: whoever attends of its agenda, the office of what waits."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from django.urls import reverse

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.access.rights import holders
from kuancheng.notices.kinds import NoticeKind
from kuancheng.notices.services import Note, notify_all, settle
from kuancheng.records.announcing import Announcement
from projects.choices import Presence, ReviewState
from projects.models import WeeklyReview
from projects.notices.people import NEWS, only_with, staff_of
from projects.planning import site_calendars
from projects.rules.calendars import WORKING
from projects.services.reviews.holding import ADD, CHANGE
from projects.services.reviews.preparing import cadence_on

GROUP = "周调度"
VIEW = "projects.view_weeklyreview"
BEFORE = 2
"""So many working days before a review is due the office is told that none is prepared."""

AGENDA_SENT = NoticeKind("review_agenda", "周调度议程、改期和取消", permission=VIEW, group=GROUP)
REVIEW_SOON = NoticeKind("review_soon", "周调度前一天提醒", permission=VIEW, group=GROUP)
REVIEW_DUE = NoticeKind(
    "review_due", "周调度待准备、待定稿", duty=True, permission=CHANGE, group=GROUP
)

KINDS = (AGENDA_SENT, REVIEW_SOON, REVIEW_DUE)


def heed(changes: Sequence[Announcement]) -> None:
    """Tells of an agenda that was sent, of a review that is called off, of minutes that wait."""
    ours = [each for each in changes if each.kind == WeeklyReview._meta.label_lower]
    if not ours:
        return
    related = ("chair", "clerk")
    found = WeeklyReview.objects.select_related(*related).in_bulk([each.id for each in ours])
    notes: list[Note] = []
    for each in ours:
        review = found.get(each.id)
        if review and clock.now() - review.updated_at <= NEWS:
            notes += _notes(review, each)
            _settle(review)
    notify_all(only_with(VIEW, notes, clock.today()))


def _notes(review: WeeklyReview, change: Announcement) -> Iterator[Note]:
    if "sent_at" in change.fields:
        title = f"{review}议程：{_when(review)}"
        yield _note(AGENDA_SENT, review, attending(review), title, _agenda(review), change)
    if "cancel_reason" in change.fields and review.sent_at:
        title, text = f"{review}取消", f"原定 {_when(review)}。{review.cancel_reason}"
        yield _note(AGENDA_SENT, review, attending(review), title, text, change)
    if "day" in change.fields and change.version != 1 and review.sent_at:
        title = f"{review}改到 {_when(review)}"
        yield _note(AGENDA_SENT, review, attending(review), title, review.place, change)
    if "ended_at" in change.fields and review.state == ReviewState.DRAFTED:
        to = [each for each in _office() if each.pk != review.clerk_id]
        text = "请核对议定事项，在纪要页定稿；定稿后交办。"
        yield _note(REVIEW_DUE, review, to, f"{review}纪要待定稿", text, change)


def _when(review: WeeklyReview) -> str:
    return f"{review.day:%m-%d} {review.start:%H:%M}"


def _agenda(review: WeeklyReview) -> str:
    """Place, chair and the items by name. One query."""
    items = review.items.filter(left_out=False).select_related("project", "matter")
    names = [f"{place}. {each}" for place, each in enumerate(items.order_by("order", "pk"), 1)]
    return "\n".join([f"{review.place}，主持：{review.chair}", *names])


def _note(
    kind: NoticeKind,
    review: WeeklyReview,
    to: Sequence[User],
    title: str,
    text: str,
    change: Announcement,
) -> Note:
    return Note(
        to=to,
        kind=kind,
        title=title,
        text=text,
        link=review.get_absolute_url(),
        about=(change.kind, review.pk),
        key=f"{review.pk}:{review.version}",
        by=change.actor,
    )


def _settle(review: WeeklyReview) -> None:
    """Whoever was to make the minutes final need not, once somebody has."""
    if review.state == ReviewState.FINAL:
        done = {review.pk: f"{review.final_by} 已定稿。"}
        settle(about=review._meta.label_lower, outcomes=done, kinds=[REVIEW_DUE])


def attending(review: WeeklyReview) -> list[User]:
    """The accounts of whoever is on its list and not excused. Two queries."""
    seats = review.attendances.exclude(presence=Presence.EXCUSED).select_related("official__user")
    people: dict[int, User] = {}
    agencies = []
    for each in seats.order_by("pk"):
        if each.official and each.official.user:
            people[each.official.user.pk] = each.official.user
        elif each.agency_id and not each.official_id:
            agencies.append(each.agency_id)
    for staff in staff_of(agencies, review.day).values():
        people |= {each.pk: each for each in staff}
    return list(people.values())


def _office() -> list[User]:
    return list(holders(CHANGE).filter(is_staff=True))


def remind(day: date) -> int:
    """Reminds whoever attends the day before, and the office of a review that nobody has prepared
    or whose minutes wait; how many were told. Ten queries at most.
    """
    calendars = site_calendars()
    if not calendars.works(day):
        return 0
    line = calendars.line(WORKING)
    waiting = WeeklyReview.objects.open().select_related("chair").first()
    if waiting is None:
        return notify_all(_unprepared(day))
    notes: list[Note] = []
    last_day = line.on_or_before(waiting.day - timedelta(days=1))
    if waiting.state == ReviewState.PREPARING and last_day <= day < waiting.day:
        notes += _tomorrow(waiting)
    if waiting.state != ReviewState.PREPARING and waiting.day < day:
        to = [each for each in _office() if each.pk != waiting.clerk_id]
        text = f"{waiting.day} 开的会，现为“{waiting.get_state_display()}”；定稿后议定事项才交办。"
        title = f"{waiting}还没有定稿"
        notes.append(_reminder(REVIEW_DUE, waiting, to, title, text, f"final:{day}"))
    return notify_all(only_with(VIEW, notes, day))


def _tomorrow(review: WeeklyReview) -> Iterator[Note]:
    if review.sent_at is None:
        text = f"{_when(review)} 开会，请核对议程后发送。"
        title = f"{review}议程还没有发送"
        yield _reminder(REVIEW_DUE, review, _office(), title, text, f"unsent:{review.day}")
        return
    title = f"{review}：{_when(review)}，{review.place}"
    text = f"主持：{review.chair}。不能参加的请向项目中心请假，写明谁代会。"
    key = f"soon:{review.day}"
    yield _reminder(REVIEW_SOON, review, attending(review), title, text, key)


def _unprepared(day: date) -> list[Note]:
    """That the next review is due soon, or was, and none is prepared."""
    calendars, cadence = site_calendars(), cadence_on(day)
    last = WeeklyReview.objects.standing().first()
    due = cadence.rule.due_after(last.day if last else None, day, calendars)
    if calendars.line(WORKING).between(day, due) > BEFORE:
        return []
    return [
        Note(
            to=list(holders(ADD).filter(is_staff=True)),
            kind=REVIEW_DUE,
            title=f"{due:%m-%d} 周调度还没有准备",
            text=f"按安排应于 {due} {cadence.start:%H:%M} 召开，请新建并核对议程。",
            link=reverse("weekly-new"),
            key=f"unprepared:{due}",
        )
    ]


def _reminder(
    kind: NoticeKind, review: WeeklyReview, to: Sequence[User], title: str, text: str, key: str
) -> Note:
    return Note(
        to=to,
        kind=kind,
        title=title,
        text=text,
        link=review.get_absolute_url(),
        about=(review._meta.label_lower, review.pk),
        key=f"{review.pk}:{key}",
    )
