"""Who of a project is told, and of what is still news."""

from collections.abc import Iterable
from datetime import date, timedelta

from kuancheng.access.models import User
from projects.choices import Role
from projects.models import Assignment, Official

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


def staff_of(agencies: Iterable[int]) -> dict[int, list[User]]:
    """The accounts of each agency's officials, by agency. One query."""
    staff = Official.objects.filter(agency__in=list(agencies), user__isnull=False)
    found: dict[int, list[User]] = {}
    for each in staff.select_related("user").order_by("pk"):
        if each.agency_id is not None and each.user is not None:
            found.setdefault(each.agency_id, []).append(each.user)
    return found
