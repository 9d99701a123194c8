"""Following projects."""

from django.core.exceptions import ValidationError
from django.db import transaction

from kuancheng.access.models import User
from kuancheng.access.rights import NotAllowed
from kuancheng.reports.models import Follow
from projects.models import Project

MOST_FOLLOWED = 200
"""So many projects can be followed, so that what changed on them is read in one go."""


@transaction.atomic
def follow_project(*, project: Project, wanted: bool, actor: User) -> None:
    """Follows a project, or follows it no longer; twice is once.

    NotAllowed for a project that the account does not see, ValidationError past MOST_FOLLOWED.
    """
    if not Project.objects.visible_to(actor).filter(pk=project.pk).exists():
        raise NotAllowed("您的账号不能查看这个项目，不能关注。")
    own = Follow.objects.filter(user=actor)
    if not wanted:
        own.filter(project=project).delete()
        return
    # Of two that come at once one waits: the number stays under the limit.
    User.objects.select_for_update().filter(pk=actor.pk).values_list("pk").first()
    if own.filter(project=project).exists():
        return
    if own.count() >= MOST_FOLLOWED:
        raise ValidationError(f"最多关注 {MOST_FOLLOWED} 个项目，请先取消几个再关注。")
    Follow.objects.create(user=actor, project=project)
