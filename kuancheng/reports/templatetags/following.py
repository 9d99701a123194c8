"""The star that follows a project."""

from django import template

from kuancheng.access.models import User
from kuancheng.reports.models import Follow
from projects.models import Project

register = template.Library()


@register.inclusion_tag("reports/follow.html", takes_context=True)
def follow_star(context: template.Context, project: Project) -> dict[str, object]:
    """The star of one project, as its reader has it. One query; a list knows it of all its rows."""
    reader: User = context["request"].user
    following = Follow.objects.filter(user=reader, project=project.pk).exists()
    here = context["request"].get_full_path()
    return {"project": project, "following": following, "next": here}
