"""Who is told that a project joins a list or leaves it: its agency, its lead official, its liaison."""

from collections.abc import Container, Iterator, Sequence

from django.urls import reverse

from kuancheng import clock
from kuancheng.notices.kinds import NoticeKind
from kuancheng.notices.services import Note, notify_all
from kuancheng.records.announcing import Action, Announcement
from projects.choices import JoinReason, Role
from projects.models import Listing
from projects.notices.people import NEWS, accounts_of, only_with, staff_of
from projects.notices.plans import GROUP

VIEW = "projects.view_project"
LISTED = NoticeKind("listing_moved", "项目列入、调出清单", permission=VIEW, group=GROUP)

KINDS = (LISTED,)


def heed(changes: Sequence[Announcement]) -> None:
    """Tells of projects that joined or left, and of a leaving that was taken back.

    A number of queries that does not depend on how many there are.
    """
    ours = [each for each in changes if each.kind == Listing._meta.label_lower]
    moved = {
        each.id: each.actor
        for each in ours
        if each.action == Action.CREATED or "until" in each.fields
    }
    if moved:
        notify_all(only_with(VIEW, list(_notes(moved)), clock.today()))


def _notes(moved: dict[int, int]) -> Iterator[Note]:
    found = Listing.objects.filter(pk__in=moved, updated_at__gt=clock.now() - NEWS)
    stays = _alone(list(found.select_related("project", "programme").order_by("pk")))
    today = clock.today()
    staff = staff_of({each.project.lead_agency_id or 0 for each in stays}, today)
    roles = (Role.LEAD_OFFICIAL, Role.LIAISON_OFFICER)
    people = accounts_of({each.project_id for each in stays}, today, *roles)
    ended = Listing.history.filter(id__in=moved, until__isnull=False)
    left_once = set(ended.values_list("id", flat=True))
    for stay in stays:
        agency = stay.project.lead_agency_id
        yield Note(
            to=[*people.get(stay.project_id, ()), *staff.get(agency or 0, ())],
            kind=LISTED,
            title=_title(stay, left_once),
            text=_text(stay),
            link=reverse("programme", args=[stay.programme.code]),
            about=(Listing._meta.label_lower, stay.pk),
            # Joined, left, and taken back are events of one record.
            key=f"{stay.pk}:{stay.updated_at:%Y%m%d%H%M%S%f}",
            by=moved[stay.pk],
        )


def _alone(stays: list[Listing]) -> list[Listing]:
    """Without those that were carried over together: of a turn of the year each is told once."""
    carried = [each for each in stays if each.reason == JoinReason.CARRIED and each.until is None]
    return [each for each in stays if each not in carried] if len(carried) > 1 else stays


def _title(stay: Listing, left_once: Container[int]) -> str:
    if stay.until is not None:
        return f"调出清单：{stay.project}"
    return f"{'撤销调出' if stay.pk in left_once else '列入清单'}：{stay.project}"


def _text(stay: Listing) -> str:
    if stay.until is not None:
        said = "，".join(filter(None, [stay.get_leave_reason_display(), stay.leave_note]))
        document = stay.leave_document
        days = f"在“{stay.programme}”上的最后一天是 {stay.until}"
    else:
        said = "，".join(filter(None, [stay.get_reason_display(), stay.note]))
        document = stay.document
        days = f"自 {stay.since} 起计入“{stay.programme}”"
    return f"{days}。原因：{said}{f'；依据 {document}' if document else ''}。"
