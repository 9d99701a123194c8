"""Who of a project is told, and of what is still news."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from kuancheng.access.models import User
from kuancheng.access.rights import holders
from kuancheng.notices.services import Note
from projects.choices import Role
from projects.models import Assignment, Deputy, Official

NEWS = timedelta(days=7)
"""What was decided longer ago was loaded, and is no news."""


def accounts_of(projects: Iterable[int], day: date, *roles: Role) -> dict[int, list[User]]:
    """The accounts that hold one of these roles on a day, by project. One query."""
    holding = Assignment.objects.on(day).filter(
        project__in=list(projects), role__in=roles, official__user__isnull=False
    )
    found: dict[int, list[User]] = {}
    for each in holding.select_related("official__user").order_by("pk"):
        found.setdefault(each.project_id, []).append(each.official.user)
    return found


def deputies_of(people: Collection[int], day: date) -> dict[int, list[User]]:
    """Who does the duties of each of these people in office on a day. One query, or none."""
    if not people:
        return {}
    lending = Deputy.objects.on(day).filter(person__in=people, deputy__is_active=True)
    lending = lending.exclude(person__official__left_on__lte=day)
    found: dict[int, list[User]] = {}
    for each in lending.select_related("deputy").order_by("pk"):
        found.setdefault(each.person_id, []).append(each.deputy)
    return found


def with_deputies(notes: Sequence[Note], day: date) -> list[Note]:
    """Duties are told to whoever is the person's deputy on the day, too. One query, or none."""
    lent = deputies_of({each.pk for note in notes if note.kind.duty for each in note.to}, day)
    return [_lent(note, lent) if note.kind.duty else note for note in notes]


def _lent(note: Note, lent: Mapping[int, Sequence[User]]) -> Note:
    more = {one.pk: one for each in note.to for one in lent.get(each.pk, ())}
    known = {each.pk for each in note.to}
    fresh = [each for pk, each in more.items() if pk not in known]
    return replace(note, to=[*note.to, *fresh])


def only_with(permission: str, notes: Sequence[Note], day: date) -> list[Note]:
    """The notes without those who do not have the permission, or have left. One query."""
    readers = {each.pk for note in notes for each in note.to}
    able = able_on(day, permission, readers)
    return [replace(each, to=[one for one in each.to if one.pk in able]) for each in notes]


def able_on(day: date, permission: str, people: Iterable[int]) -> set[int]:
    """Those of the accounts that have the permission and whose official has not left. One query."""
    holding = holders(permission).filter(pk__in=list(people))
    return set(holding.exclude(official__left_on__lte=day).values_list("pk", flat=True))


def staff_of(agencies: Iterable[int], day: date) -> dict[int, list[User]]:
    """The accounts of each agency's officials in office on a day, by agency. One query."""
    in_office = Official.objects.serving(day)
    staff = in_office.filter(agency__in=list(agencies), user__isnull=False)
    found: dict[int, list[User]] = {}
    for each in staff.select_related("user").order_by("pk"):
        if each.agency_id is not None and each.user is not None:
            found.setdefault(each.agency_id, []).append(each.user)
    return found
