"""Who attends a review: drawn from whose projects are on it, and marked by the clerk."""

from collections.abc import Iterator

from django.core.exceptions import ValidationError
from django.db import transaction

from kuancheng.access.models import User
from kuancheng.audit import acts
from kuancheng.records.versions import require_version
from projects.choices import Presence, Role
from projects.models import Agency, Assignment, Attendance, Official, WeeklyReview
from projects.services.reviews.holding import (
    UNTIL_FINAL,
    delete_part,
    locked,
    save_part,
    save_review,
)


def draw_attendance(review: WeeklyReview, actor: User) -> None:
    """Adds the chair, the lead officials and the agencies of the agenda's projects; removes nobody
    who was marked. The review must be locked. Five queries, and those that write.
    """
    known = list(review.attendances.all())
    officials = {each.official_id for each in known if each.official_id}
    agencies = {each.agency_id for each in known if each.agency_id and not each.official_id}
    wanted = list(_officials(review))
    for official in wanted:
        if official.pk not in officials:
            officials.add(official.pk)
            save_part(Attendance(review=review, official=official), actor)
    leading = {each.pk: each for each in _agencies(review)}
    for pk, agency in leading.items():
        if pk not in agencies:
            sits = Attendance(review=review, agency=agency, presence=Presence.SITTING_IN)
            save_part(sits, actor)
    stay = {each.pk for each in wanted}
    for each in known:
        gone = each.official_id not in stay if each.official_id else each.agency_id not in leading
        if gone and not each.by_hand and each.version == 1:
            delete_part(each, actor)


def _officials(review: WeeklyReview) -> Iterator[Official]:
    """The chair first, then the lead officials in the register's order."""
    yield review.chair
    projects = review.items.filter(left_out=False, project__isnull=False).values("project")
    leading = Assignment.objects.on(review.day).filter(
        project__in=projects, role=Role.LEAD_OFFICIAL
    )
    found = Official.objects.serving(review.day).filter(pk__in=leading.values("official"))
    yield from found.exclude(pk=review.chair_id).order_by("order", "name", "pk")


def _agencies(review: WeeklyReview) -> list[Agency]:
    projects = review.items.filter(left_out=False, project__isnull=False).values("project")
    found = Agency.objects.filter(projects_led__in=projects).distinct()
    return list(found.order_by("order", "name"))


@transaction.atomic
@acts.edit("登记出席", "attendance")
def mark_attendance(
    *,
    attendance: Attendance,
    presence: str,
    seen: int,
    actor: User,
    reason: str = "",
    substitute: str = "",
    name: str | None = None,
) -> Attendance:
    """Marks how somebody attends; `name` is who sits in for an agency, None to leave it.

    StaleRecord; ValidationError by field: an excuse needs a reason, and whoever has the chair is
    not excused before another has it.
    """
    review = locked(attendance.review, actor, UNTIL_FINAL)
    held = _held(attendance, review, seen)
    chairs = held.official_id is not None and held.official_id == review.chair_id
    if chairs and presence != Presence.PRESENT:
        said = f"{held.who}是主持人，不能请假或列席；请先另定主持人。"
        raise ValidationError({"presence": said})
    held.presence, held.reason = presence, reason.strip()
    held.substitute = substitute.strip()
    if name is not None:
        held.name = name.strip()
    save_part(held, actor)
    return held


@transaction.atomic
@acts.decision("更换主持人", "review")
def change_chair(*, review: WeeklyReview, chair: Official, seen: int, actor: User) -> WeeklyReview:
    """Gives the chair to another, also while the meeting runs and until the minutes are final.

    He is marked present. ValidationError for one who has left.
    """
    held = locked(review, actor, UNTIL_FINAL, seen)
    if chair.has_left(held.day):
        raise ValidationError({"chair": f"{chair}已离任，请选在任的同志。"})
    held.chair = chair
    own = held.attendances.filter(official=chair).first()
    seat = own or Attendance(review=held, official=chair)
    seat.review = held
    seat.presence, seat.reason, seat.substitute = Presence.PRESENT, "", ""
    save_part(seat, actor)
    return save_review(held, actor)


@transaction.atomic
@acts.edit("增加参会人", "review")
def add_attendance(
    *,
    review: WeeklyReview,
    actor: User,
    official: Official | None = None,
    agency: Agency | None = None,
    name: str = "",
    presence: str = Presence.SITTING_IN,
) -> Attendance:
    """Adds somebody who is not on the list: an official, or who sits in for an agency.

    ValidationError by field for nobody, and for an official who is on the list.
    """
    held = locked(review, actor, UNTIL_FINAL)
    seat = Attendance(
        review=held,
        official=official,
        agency=agency,
        name=name.strip(),
        presence=presence,
        by_hand=True,
    )
    save_part(seat, actor)
    return seat


@transaction.atomic
@acts.edit("删除参会人", "attendance")
def remove_attendance(*, attendance: Attendance, seen: int, actor: User) -> None:
    """Takes somebody off the list; never the chair."""
    review = locked(attendance.review, actor, UNTIL_FINAL)
    held = _held(attendance, review, seen)
    if held.official_id is not None and held.official_id == review.chair_id:
        raise ValidationError(f"{held.who}是主持人，不能移出名单。")
    delete_part(held, actor)


def _held(attendance: Attendance, review: WeeklyReview, seen: int) -> Attendance:
    held = Attendance.objects.select_related("official", "agency").get(pk=attendance.pk)
    held.review = review
    require_version(held, seen)
    return held
