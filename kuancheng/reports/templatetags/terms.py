"""`{% term "gap" %}`: a “?” beside a term, which opens what it means here."""

from typing import Any

from django import template

from kuancheng.reports.glossary import TERMS
from kuancheng.reports.judging.terms import rules_on
from kuancheng.reports.models import RuleSet

register = template.Library()


@register.inclusion_tag("reports/term.html", takes_context=True)
def term(context: template.Context, code: str) -> dict[str, Any]:
    """The mark, with the thresholds of the page's own day. KeyError for a term that there is not.

    It may stand wherever a block may (beside a heading, in a <dt>), so not in a <p>. At
    most one query a page, none where the page has the thresholds in hand.
    """
    found = TERMS[code]
    meaning = found.meaning(_rules(context)) if found.depends else found.text
    return {"code": code, "name": found.name, "meaning": meaning}


def _rules(context: template.Context) -> RuleSet:
    given = context.get("rules")
    if isinstance(given, RuleSet):
        return given
    as_of, known_at = context.get("as_of") or context["today"], context.get("known_at")
    kept: dict[object, RuleSet] = context["request"].__dict__.setdefault("_rules_by_day", {})
    if (as_of, known_at) not in kept:
        kept[as_of, known_at] = rules_on(as_of, known_at)
    return kept[as_of, known_at]
