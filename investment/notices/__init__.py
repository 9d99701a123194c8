"""Who is told of the money: a month's report and what becomes of it, and the turn of the year."""

from collections.abc import Sequence

from investment.notices import reports, turns
from investment.notices.reports import FILE, GROUP
from kuancheng.records.announcing import Announcement

KINDS = (*reports.KINDS, *turns.KINDS)

__all__ = ["FILE", "GROUP", "KINDS", "heed"]


def heed(changes: Sequence[Announcement]) -> None:
    """Tells of reports, corrections and turns that were announced."""
    reports.heed(changes)
    turns.heed(changes)
