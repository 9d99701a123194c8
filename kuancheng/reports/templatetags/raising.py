"""Beside what it is raised from: the matter that was raised, or the way to raise one."""

from collections.abc import Iterable
from operator import attrgetter
from typing import Any
from urllib.parse import urlencode

from django import template
from django.urls import reverse

from kuancheng import clock
from kuancheng.asking.parameters import Days
from kuancheng.reports.judging.reasons import KeptReason, is_raisable, reason_key
from kuancheng.reports.raising.raised import raising
from projects.choices import MatterOrigin
from projects.models import Project
from projects.rules.matters.origin import Origin

register = template.Library()

NOTHING: dict[str, Any] = {"matters": (), "link": "", "about": ""}
"""What is shown where there is neither a matter nor a way to raise one."""


@register.inclusion_tag("reports/raised.html", takes_context=True)
def raised_from(
    context: template.Context, kind: str, key: object, project: Project | None
) -> dict[str, Any]:
    """What was raised from a record of a project, and the way to raise it for whoever may."""
    return _shown(context, Origin(kind, str(key)), project) if project else NOTHING


@register.inclusion_tag("reports/raised.html", takes_context=True)
def raised_from_reason(
    context: template.Context, reason: KeptReason, project: Project
) -> dict[str, Any]:
    """The same of a reason; of one about a matter, the way to it; else of none that none can mend."""
    subject = reason.get("subject") or {}
    if subject.get("kind") == "matter" and subject["key"]:
        return NOTHING | {"about": subject["key"]}
    if not is_raisable(reason):
        return NOTHING
    return _shown(context, Origin(MatterOrigin.REASON, reason_key(reason)), project)


@register.simple_tag(takes_context=True)
def look_up_raised(context: template.Context, rows: Iterable[object], project: str) -> str:
    """Makes the two tags above work on a page of the office: `project` leads to a row's project.

    Two queries.
    """
    ids = [attrgetter(project)(each) for each in rows]
    context["raising"] = raising(ids, Days(clock.today(), None), context["request"].user)
    return ""


@register.simple_tag(takes_context=True)
def raise_address(context: template.Context, milestone: int | None, project: Project | None) -> str:
    """Where a matter is raised from a milestone; empty where none can be, or no project is given."""
    known = context.get("raising")
    if known is None or milestone is None or project is None:
        return ""
    origin = Origin(MatterOrigin.MILESTONE, str(milestone))
    return _address(origin, project) if known.may(project.pk, origin) else ""


def _shown(context: template.Context, origin: Origin, project: Project) -> dict[str, Any]:
    known = context.get("raising")
    if known is None:
        return NOTHING
    link = _address(origin, project) if known.may(project.pk, origin) else ""
    return NOTHING | {"matters": known.of(project.pk, origin), "link": link}


def _address(origin: Origin, project: Project) -> str:
    asked = {"project": project.code, "origin": origin.kind, "key": origin.key}
    return f"{reverse('matter-new')}?{urlencode(asked)}"
