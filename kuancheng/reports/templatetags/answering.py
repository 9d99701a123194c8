"""Beside a red light: what its owner said to it, or that he still has to."""

from typing import Any

from django import template
from django.urls import reverse

from projects.models import Project

register = template.Library()


@register.inclusion_tag("reports/answer.html", takes_context=True)
def red_answer(context: template.Context, project: Project) -> dict[str, Any]:
    """The answer in full, those it replaced, and the way to give one for whoever may."""
    return _shown(context, project)


@register.inclusion_tag("reports/answer_line.html", takes_context=True)
def red_answer_line(context: template.Context, project: Project) -> dict[str, Any]:
    """The same in a line, for lists and sheets."""
    return _shown(context, project)


def _shown(context: template.Context, project: Project) -> dict[str, Any]:
    answers, raising = context.get("answers") or {}, context.get("raising")
    found = answers.get(project.pk)
    own = raising is not None and project.pk in raising.own
    may = own and context["request"].user.has_perm("reports.add_lightanswer")
    link = reverse("answer-red", args=[project.code]) if found and may else ""
    return {"found": found, "link": link}
