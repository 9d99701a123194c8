"""The records that the admin's front page leads to: what a role uses most stands first."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kuancheng.access.roles import AUDITOR, READER, REPORTER, REVIEWER, SYSTEM_ADMIN

MOST_USED: Mapping[str, Sequence[str]] = {
    REVIEWER: (
        "investment.statusreport",
        "projects.project",
        "investment.correction",
        "investment.annualplan",
        "projects.baseline",
        "sheets.sheetimport",
        "reports.lightoverride",
    ),
    REPORTER: (
        "investment.statusreport",
        "projects.project",
        "investment.funding",
        "sheets.sheetimport",
        "investment.annualplan",
    ),
    SYSTEM_ADMIN: ("access.user", "access.apikey", "jobs.job", "projects.agency"),
    AUDITOR: (
        "projects.project",
        "investment.statusreport",
        "investment.correction",
        "projects.baseline",
        "reports.lightoverride",
        "access.user",
    ),
    READER: ("projects.project", "investment.statusreport", "investment.annualplan"),
}
"""By role, whoever has several in this order."""

OFTEN = 6
"""So many kinds are named outright; all of them stand in the fold."""

Entry = dict[str, Any]
"""An app or a kind of record, as Django's admin describes it."""


@dataclass(frozen=True)
class Records:
    """Kinds that this user often opens, and all kinds by app, both in the order of use."""

    often: tuple[Entry, ...]
    apps: tuple[Entry, ...]

    @property
    def kinds(self) -> int:
        """How many kinds there are in all."""
        return sum(len(app["models"]) for app in self.apps)


def by_use(apps: Sequence[Entry], roles: Collection[str]) -> Records:
    """Sorts the kinds that the user may see by what his roles use; the rest keeps its order."""
    mine = [label for role, labels in MOST_USED.items() if role in roles for label in labels]
    rank = {label: place for place, label in reversed(list(enumerate(mine)))}

    def place(kind: Entry) -> int:
        return rank.get(_label(kind), len(mine))

    ordered = [{**app, "models": sorted(app["models"], key=place)} for app in apps]
    ordered.sort(key=lambda app: min(map(place, app["models"])))
    known = [kind for app in ordered for kind in app["models"] if _label(kind) in rank]
    return Records(tuple(sorted(known, key=place)[:OFTEN]), tuple(ordered))


def _label(kind: Entry) -> str:
    label: str = kind["model"]._meta.label_lower
    return label
