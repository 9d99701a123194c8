"""A matter raised from something that is on record: once, unless the second is another."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction

from kuancheng.access.models import User
from kuancheng.audit import acts
from projects.models import Agency, Matter, Project
from projects.rules.matters.origin import Origin
from projects.services.matters.drafts import save_matter
from projects.services.matters.twins import UNDONE, RepeatedMatter


class AlreadyRaised(RepeatedMatter):
    """Somebody has raised a matter from the same thing; `twins` are those that are not over."""

    like = "由这一条已经提出过"


@transaction.atomic
@acts.decision("提出事项")
def raise_matter(
    *,
    matter: Matter,
    origin: Origin,
    of_project: int,
    actor: User,
    supporters: Iterable[Agency] | None = None,
    separate_reason: str = "",
) -> Matter:
    """Raises a matter from something on record of a project, and keeps what it came from.

    Of two who do it at once the second waits and is told of the first: AlreadyRaised where there
    is one from the same thing, and no reason why this is another. ValidationError for a matter of
    another project; else as `save_matter`.
    """
    if matter.project_id != of_project:
        said = "由这一条提出的事项，项目不能改；要为别的项目提出，请从那个项目的页面提出。"
        raise ValidationError({"project": said})
    list(Project.objects.select_for_update().filter(pk=of_project).values_list("pk"))
    found = raised_from(origin, of_project)
    if found and not separate_reason.strip():
        raise AlreadyRaised(found)
    matter.origin_kind, matter.origin_key = origin.kind, origin.key
    if found:
        matter.separate_reason = separate_reason.strip()
    return save_matter(
        matter=matter, actor=actor, supporters=supporters, separate_reason=separate_reason
    )


def raised_from(origin: Origin, project: int) -> list[Matter]:
    """The project's matters from the same thing that are not over. One query."""
    raised = Matter.objects.raised_for([project]).filter(state__in=UNDONE)
    return [
        each
        for each in raised.select_related("author")
        if each.origin and each.origin.thing == origin.thing
    ]
