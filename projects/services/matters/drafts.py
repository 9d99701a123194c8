"""事项 before they are issued: raised, changed, and compared with what is open already."""

from collections.abc import Iterable

from django.db import transaction

from kuancheng.access.models import User
from kuancheng.access.rights import NotAllowed
from kuancheng.records.announcing import announce
from kuancheng.records.versions import require_version
from projects.models import Agency, Matter
from projects.rules.matters.steps import State
from projects.services.matters.parts import OVERSEE_MATTERS
from projects.services.matters.turn import MatterRefused
from projects.services.rights import require_own


@transaction.atomic
def save_matter(
    *,
    matter: Matter,
    actor: User,
    seen: int | None = None,
    supporters: Iterable[Agency] | None = None,
) -> Matter:
    """Raises a matter, or changes a draft; what is issued is changed by steps alone.

    `supporters` are the 配合单位 from now on, None to leave them. NotAllowed for a project that is not the actor's, and for somebody else's draft unless he
    oversees matters. StaleRecord, MatterRefused, ValidationError.
    """
    projects = [matter.project_id] if matter.project_id else []
    if matter.pk is None:
        require_own(actor, "projects.add_matter", projects)
        matter.author = actor
    else:
        held = Matter.objects.select_for_update().get(pk=matter.pk)
        require_own(actor, "projects.change_matter", projects)
        if held.author_id != actor.pk and not actor.has_perm(OVERSEE_MATTERS):
            raise NotAllowed("草拟的事项由提出人或督查办公室修改。")
        if seen is not None:
            require_version(held, seen)
        if held.standing != State.DRAFT:
            raise MatterRefused(f"“{held}”已经交办，内容不能再改；请用办理动作。")
        matter.version = held.version + 1
    matter.full_clean()
    announce(matter.save_by(actor))
    if supporters is not None:
        matter.supporters.set(supporters)
    return matter


def like_it(matter: Matter) -> list[Matter]:
    """Open matters on the same project, of the same factor and agency: offered before a second.

    一事一单, 政府督查工作条例 §15. One query.
    """
    if matter.project_id is None:
        return []
    same = Matter.objects.open().filter(
        project=matter.project_id, factor=matter.factor, lead_agency=matter.lead_agency_id
    )
    return list(same.exclude(pk=matter.pk)[:5])
