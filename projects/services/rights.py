"""Whose project it is: asked by every service before it writes."""

from collections.abc import Iterable

from kuancheng.access.models import User
from kuancheng.access.rights import NotAllowed, require
from kuancheng.records.base import Recorded
from projects.models import Project

OVERSEE = "projects.oversee_portfolio"

ALONE = "须由第二人审核，不能一人办理：请提出变更申请，由另一人通过后生效。"


def require_approved(actor: User, *, approved: bool) -> None:
    """NotAllowed where one person alone would do what two decide; the system's own loads may."""
    if not approved and not actor.is_system:
        raise NotAllowed(f"清单的增补、调出和更正{ALONE}")


def require_own(actor: User, permission: str, projects: Iterable[int | None]) -> None:
    """NotAllowed unless the account holds the permission and may change all these projects.

    Whoever oversees the portfolio may change every project: no query. Otherwise one.
    """
    require(actor, permission)
    wanted = {each for each in projects if each is not None}
    foreign = wanted - own_projects(actor, wanted)
    if foreign:
        names = (
            Project.objects.filter(pk__in=foreign).order_by("code").values_list("name", flat=True)
        )
        raise NotAllowed(
            f"“{'、'.join(names[:3])}”不由您或您的单位负责，您不能修改；如有变动请联系项目中心。"
        )


def own_projects(actor: User, projects: Iterable[int]) -> set[int]:
    """Those of the projects that the account may change. One query at most."""
    wanted = set(projects)
    if actor.has_perm(OVERSEE):
        return wanted
    own = Project.objects.editable_by(actor).filter(pk__in=wanted)
    return set(own.values_list("pk", flat=True))


def require_parts(
    actor: User, project: Project, saved: Iterable[Recorded], deleted: Iterable[Recorded]
) -> None:
    """NotAllowed unless the account may add, change and delete these parts of this project."""
    wanted = [(part, "add" if part.pk is None else "change") for part in saved]
    wanted += [(part, "delete") for part in deleted]
    permissions = {
        f"{part._meta.app_label}.{verb}_{part._meta.model_name}" for part, verb in wanted
    }
    for permission in sorted(permissions):
        require_own(actor, permission, [project.pk])
