"""Who may hold a role at the same time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Tenure:
    """Somebody in a role from a day to a day, both inclusive; no last day while in office."""

    role: str
    since: date
    until: date | None


def overlap(tenures: Iterable[Tenure]) -> tuple[Tenure, Tenure] | None:
    """The first two tenures of the same role that share a day, earlier first; None if none do."""
    latest: dict[str, Tenure] = {}
    for tenure in sorted(tenures, key=lambda each: (each.role, each.since)):
        before = latest.get(tenure.role)
        if before and (before.until is None or before.until >= tenure.since):
            return before, tenure
        latest[tenure.role] = tenure
    return None
