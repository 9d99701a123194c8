"""What the page of the data's quality shows."""

from collections import Counter
from typing import Any

from kuancheng.asking.filters import NumberFilter, OneOfFilter, RecordFilter
from kuancheng.asking.paging import page_of
from kuancheng.asking.parameters import KnownParameters
from kuancheng.reports.judging.findings import LABELS, flaws
from kuancheng.reports.questions import LEADING, statuses_on

PAGE_SIZE = 100


class FlawParameters(KnownParameters):
    """One rule, one agency's projects, a page, and the days."""

    rule = OneOfFilter(choices=list(LABELS.items()), label="问题")
    lead_agency = RecordFilter(queryset=LEADING, label="责任单位", empty_label="全部")
    page = NumberFilter(minimum=1, label="页码，从 1 起")


def quality_page(asked: FlawParameters) -> dict[str, Any]:
    """The template's context: every rule with its number, and a page of the findings.

    NoSuchPage past the end.
    """
    said, days = asked.form.cleaned_data, asked.days
    rule, agency = said["rule"], said["lead_agency"]
    rows = statuses_on(days.as_of, days.known_at)
    if agency is not None:
        rows = rows.filter(lead_agency=agency)
    found = list(flaws(rows, days))
    counts = Counter(flaw.rule for flaw in found)
    shown = [flaw for flaw in found if not rule or flaw.rule == rule]
    order = list(LABELS)
    shown.sort(key=lambda flaw: (flaw.weight != "error", order.index(flaw.rule)))
    return {
        "as_of": days.as_of,
        "known_at": days.known_at,
        "form": asked.form,
        "rule": rule,
        "rule_label": LABELS.get(rule, ""),
        "agency": agency,
        "counts": [(code, label, counts[code]) for code, label in LABELS.items() if counts[code]],
        "total": len(found),
        "projects": len({flaw.project.pk for flaw in shown}),
        "page": page_of(shown, said["page"], PAGE_SIZE),
        "errors": sum(flaw.weight == "error" for flaw in shown),
    }
