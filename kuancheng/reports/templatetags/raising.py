"""Beside what it is raised from: the matter that was raised, or the way to raise one."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django import template
from django.urls import reverse

from kuancheng.reports.judging.reasons import KeptReason, is_raisable, reason_key
from projects.choices import MatterOrigin
from projects.models import Project
from projects.rules.matters.origin import Origin

register = template.Library()


@register.inclusion_tag("reports/raised.html", takes_context=True)
def raised_from(
    context: template.Context, kind: str, key: object, project: Project
) -> dict[str, Any]:
    """What was raised from a record of a project, and the way to raise it for whoever may."""
    return _shown(context, Origin(kind, str(key)), project)


@register.inclusion_tag("reports/raised.html", takes_context=True)
def raised_from_reason(
    context: template.Context, reason: KeptReason, project: Project
) -> dict[str, Any]:
    """The same of a reason; nothing of one that no matter can mend."""
    if not is_raisable(reason):
        return {}
    return _shown(context, Origin(MatterOrigin.REASON, reason_key(reason)), project)


def _shown(context: template.Context, origin: Origin, project: Project) -> dict[str, Any]:
    known = context.get("raising")
    if known is None:
        return {}
    link = ""
    if known.may(project.pk, origin):
        asked: Mapping[str, str] = {
            "project": project.code,
            "origin": origin.kind,
            "key": origin.key,
        }
        link = f"{reverse('matter-new')}?{urlencode(asked)}"
    return {"matters": known.of(project.pk, origin), "link": link}
