"""事项 before they are issued: raised and changed."""

from collections.abc import Iterable

from django.db import transaction

from kuancheng.access.models import User
from kuancheng.access.rights import NotAllowed
from kuancheng.audit import acts
from kuancheng.records.announcing import announce
from kuancheng.records.versions import require_version
from projects.models import Agency, Matter
from projects.rules.matters.steps import State
from projects.services.matters.parts import OVERSEE_MATTERS
from projects.services.matters.turn import MatterRefused
from projects.services.matters.twins import require_separate
from projects.services.rights import require_own


@transaction.atomic
@acts.edit("草拟事项", "matter")
def save_matter(
    *,
    matter: Matter,
    actor: User,
    seen: int | None = None,
    supporters: Iterable[Agency] | None = None,
    separate_reason: str = "",
) -> Matter:
    """Raises a matter, or changes a draft; what is issued is changed by steps alone.

    `supporters` are the 配合单位 from now on, None to leave them. `separate_reason` confirms that it
    is another thing though one like it is open: without it RepeatedMatter, which names those
    (一事一单), when it is new or its project, factor or agency change. NotAllowed for a project that
    is not the actor's, and for somebody else's draft unless he oversees matters. StaleRecord,
    MatterRefused, ValidationError.
    """
    projects = [matter.project_id] if matter.project_id else []
    of_another = True
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
            raise MatterRefused(f"“{held}”已经交办，内容不能再改；请用事项页上的办理按钮。")
        matter.version = held.version + 1
        of_another = _thing(held) != _thing(matter)
    matter.full_clean()
    if of_another or separate_reason:
        require_separate(matter, separate_reason)
    announce(matter.save_by(actor))
    if supporters is not None:
        matter.supporters.set(supporters)
    return matter


def _thing(matter: Matter) -> tuple[object, ...]:
    """What a matter is about, so far as 一事一单 asks."""
    of = matter.project_id or ("enterprise", matter.enterprise_id)
    return of, matter.factor, matter.lead_agency_id
