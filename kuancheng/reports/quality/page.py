"""What the page of the data's quality shows."""

from collections import Counter
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import QueryDict

from kuancheng.reports.judging import daily
from kuancheng.reports.quality.findings import LABELS, flaws
from kuancheng.reports.questions import BadParameters
from projects.models import Agency, Project

PAGE_SIZE = 100


def quality_page(params: QueryDict, today: date) -> dict[str, Any]:
    """The template's context: every rule with its number, and a page of the findings.

    BadParameters for a rule, an agency or a page that is not there.
    """
    rule, agency, number = _asked(params)
    daily.ensure(today, today=today)
    projects = Project.objects.all()
    if agency is not None:
        projects = projects.filter(lead_agency=agency)
    found = list(flaws(projects, today))
    counts = Counter(flaw.rule for flaw in found)
    shown = [flaw for flaw in found if not rule or flaw.rule == rule]
    order = list(LABELS)
    shown.sort(key=lambda flaw: (flaw.weight != "error", order.index(flaw.rule)))
    return {
        "today": today,
        "rule": rule,
        "rule_label": LABELS.get(rule, ""),
        "agency": agency,
        "agencies": Agency.objects.exclude(projects_led=None).distinct(),
        "counts": [(code, label, counts[code]) for code, label in LABELS.items() if counts[code]],
        "total": len(found),
        "projects": len({flaw.project.pk for flaw in shown}),
        "page": Paginator(shown, PAGE_SIZE).get_page(number),
        "errors": sum(flaw.weight == "error" for flaw in shown),
    }


def _asked(params: QueryDict) -> tuple[str, Agency | None, str]:
    known = {"rule", "lead_agency", "page"}
    errors = [f"不认识的参数“{name[:40]}”。" for name in params if name not in known]
    rule, key = params.get("rule", ""), params.get("lead_agency", "")
    if rule and rule not in LABELS:
        errors.append(f"rule：“{rule[:40]}”不可用。")
    agency = None
    if key:
        plain = key.isascii() and key.isdecimal() and len(key) < 19
        agency = Agency.objects.filter(pk=key).first() if plain else None
        if agency is None:
            errors.append(f"lead_agency：没有记录号为“{key[:20]}”的单位。")
    if errors:
        raise BadParameters(errors)
    return rule, agency, params.get("page", "1")
