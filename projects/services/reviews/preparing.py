"""A review before it is held: numbered, dated, sent to whoever attends, or cancelled."""

from dataclasses import dataclass
from datetime import date, time

from django.core.exceptions import ValidationError
from django.db import transaction

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.access.rights import require
from kuancheng.audit import acts
from projects.choices import ReviewState
from projects.models import Official, ReviewCadence, WeeklyReview
from projects.planning import site_calendars
from projects.services.reviews.holding import ADD, AGENDA, PREPARING, locked, save_review
from projects.services.serials import next_serial

SERIAL = "周调度"


@dataclass(frozen=True)
class Setting:
    """When and where a review is held, and who takes the chair."""

    day: date
    start: time
    place: str
    chair: Official | None


def cadence_on(day: date) -> ReviewCadence:
    """The version of the cadence that is in force on a day. One query."""
    found: ReviewCadence = ReviewCadence.objects.in_force(day)
    return found


def next_setting(today: date) -> Setting:
    """What a new review is filled with: the next day that is due, by the cadence. Four queries."""
    cadence = cadence_on(today)
    last = WeeklyReview.objects.standing().first()
    day = cadence.rule.due_after(last.day if last else None, today, site_calendars())
    return Setting(day, cadence.start, cadence.place, cadence.chair)


@transaction.atomic
@acts.edit("筹备调度会")
def new_review(*, setting: Setting, actor: User, is_demo: bool = False) -> WeeklyReview:
    """Begins to prepare a review, numbered next in the year of its day; the actor is its clerk.

    ValidationError while another is open, which is named; by field for a day before that of the
    last review or a missing chair. NotAllowed.
    """
    require(actor, ADD)
    # One at a time: two who begin one at once wait here, and the second sees the first's.
    list(ReviewCadence.objects.select_for_update().values_list("pk"))
    _require_none_open()
    chair = _checked(setting, None)
    review = WeeklyReview(
        year=setting.day.year,
        day=setting.day,
        start=setting.start,
        place=setting.place.strip(),
        chair=chair,
        clerk=actor,
        is_demo=is_demo,
    )
    review.serial = next_serial(SERIAL, review.year)
    review.title = f"{review.year}年第{review.serial}次周调度"
    return save_review(review, actor)


@transaction.atomic
@acts.edit("调整调度会", "review")
def change_review(
    *, review: WeeklyReview, setting: Setting, seen: int, actor: User
) -> WeeklyReview:
    """Moves a review that is being prepared to another day, place or chair; not to another year.

    StaleRecord, NotAllowed, ValidationError by field.
    """
    held = locked(review, actor, PREPARING, seen)
    if setting.day.year != held.year:
        said = f"不能改到 {setting.day.year} 年：编号按年度，请取消这一次，再新建。"
        raise ValidationError({"day": said})
    held.chair = _checked(setting, held)
    held.day, held.start, held.place = setting.day, setting.start, setting.place.strip()
    _require_chair_attends(held)
    return save_review(held, actor)


@transaction.atomic
@acts.decision("取消调度会", "review")
def cancel_review(*, review: WeeklyReview, reason: str, seen: int, actor: User) -> WeeklyReview:
    """Calls a review off before it begins; its number stays taken. ValidationError without a reason."""
    held = locked(review, actor, PREPARING, seen)
    if not reason.strip():
        raise ValidationError({"reason": "请写明取消的原因，例如“与区委会议冲突”。"})
    held.state, held.cancel_reason = ReviewState.CANCELLED, reason.strip()
    return save_review(held, actor)


@transaction.atomic
@acts.decision("发送议程", "review")
def send_agenda(*, review: WeeklyReview, seen: int, actor: User) -> WeeklyReview:
    """发送议程: tells whoever attends; pressed again it tells of the agenda as it is now.

    ValidationError for an agenda without items.
    """
    held = locked(review, actor, PREPARING, seen)
    if not held.items.filter(left_out=False).exists():
        raise ValidationError("议程还没有议题，请先生成议程或手工加入议题。")
    held.sent_at = clock.now()
    return save_review(held, actor)


@transaction.atomic
@acts.decision("开始调度会", "review")
def begin_review(*, review: WeeklyReview, seen: int, actor: User) -> WeeklyReview:
    """Opens the meeting. ValidationError before its day, and without anything on the agenda.

    Begun already it stays as it is: two who press at once both hold the meeting.
    """
    held = locked(review, actor, AGENDA)
    if held.state == ReviewState.RUNNING:
        return held
    held = locked(review, actor, PREPARING, seen)
    today = clock.today()
    if held.day > today:
        said = f"{held}定在 {held.day}，今天是 {today}；要提前开，请先改日期。"
        raise ValidationError(said)
    if not held.items.filter(left_out=False).exists():
        raise ValidationError("议程还没有议题，请先生成议程或手工加入议题。")
    held.state, held.begun_at = ReviewState.RUNNING, clock.now()
    return save_review(held, actor)


@transaction.atomic
@acts.decision("结束调度会", "review")
def end_review(*, review: WeeklyReview, seen: int, actor: User) -> WeeklyReview:
    """Closes the meeting; its minutes wait to be made final by a second person.

    Ended already it stays as it is.
    """
    held = locked(review, actor, (ReviewState.RUNNING, ReviewState.DRAFTED))
    if held.state == ReviewState.DRAFTED:
        return held
    held = locked(review, actor, (ReviewState.RUNNING,), seen)
    held.state, held.ended_at = ReviewState.DRAFTED, clock.now()
    return save_review(held, actor)


def _require_none_open() -> None:
    found = WeeklyReview.objects.open().first()
    if found is not None:
        remedy = {
            ReviewState.PREPARING: "请用那一次，或写明原因取消它",
            ReviewState.RUNNING: "请先结束会议并定稿",
            ReviewState.DRAFTED: "请先定稿纪要",
        }[ReviewState(found.state)]
        raise ValidationError(
            f"{found}（{found.day}）还是“{found.get_state_display()}”，{remedy}，再新建。"
        )


def _checked(setting: Setting, held: WeeklyReview | None) -> Official:
    """The chair. ValidationError for a day before the last review's, or nobody in the chair."""
    others = WeeklyReview.objects.standing()
    last = others.exclude(pk=held.pk).first() if held else others.first()
    wrong = {}
    if last is not None and setting.day < last.day:
        wrong["day"] = f"不能早于上一次（{last}，{last.day}）。"
    if setting.chair is None or setting.chair.has_left(setting.day):
        wrong["chair"] = "请选择主持人，须是在任的同志。"
    if wrong or setting.chair is None:
        raise ValidationError(wrong)
    return setting.chair


def _require_chair_attends(held: WeeklyReview) -> None:
    excused = held.attendances.filter(official=held.chair_id, presence="excused").first()
    if excused is not None:
        said = f"{excused.who}已请假（{excused.reason}），请另选主持人，或先改出席情况。"
        raise ValidationError({"chair": said})
