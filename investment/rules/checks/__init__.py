"""检查: what is odd in a month's report, before it is submitted.

Each rule has an id, a weight and a sentence with its figures and what to do. An error stops the
report; what must be confirmed goes on once its author says that it is right, and why.
"""

from collections.abc import Iterator, Sequence

# In the order in which findings are told: importing a module enters its rules.
from investment.rules.checks import amounts, works
from investment.rules.checks.facts import RULES, Finding, MonthFacts, ReportFacts, Weight

__all__ = [
    "ALL",
    "RULES",
    "Finding",
    "MonthFacts",
    "ReportFacts",
    "Weight",
    "amounts",
    "check",
    "to_confirm",
    "works",
]

ALL: frozenset[str] = frozenset(RULES)
"""Every rule's id: who confirms these confirms whatever is found, as an Excel row does."""


def check(facts: ReportFacts) -> tuple[Finding, ...]:
    """Everything that is odd in a report, errors first."""
    found = [finding for rule in RULES.values() if (finding := rule(facts))]
    return tuple(sorted(found, key=lambda each: each.weight is Weight.CONFIRM))


def to_confirm(findings: Sequence[Finding]) -> Iterator[Finding]:
    """Those that somebody must confirm."""
    return (each for each in findings if each.weight is Weight.CONFIRM)
