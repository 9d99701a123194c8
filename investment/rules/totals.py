"""Sums of reported amounts; what was completed since the start of works, from the opening figure on."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

Completed = tuple[date, Decimal]
"""A month, and what was completed in it, 万元."""


@dataclass(frozen=True)
class Opening:
    """What had been completed by the end of a month, before the months were reported, 万元."""

    month: date
    completed: Decimal


def total(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """The sum of what was reported, 万元. None when nothing was: not reported is not zero."""
    known = [each for each in amounts if each is not None]
    return sum(known, Decimal(0)) if known else None


def opening_at(month: date, openings: Iterable[Opening]) -> Opening | None:
    """The figure that a month is counted from: the latest of that month or before it."""
    known = [each for each in openings if each.month <= month]
    return max(known, key=lambda each: each.month, default=None)


def completed_to(
    month: date, months: Iterable[Completed], openings: Iterable[Opening] = ()
) -> Decimal | None:
    """The total at the end of a month; None when nothing is on record by then.

    Months that an opening figure holds already are not added again, and a figure of a later
    month says nothing yet: 2,000 by December 2023 and 100 in January 2024 are 2,100 in January,
    and nothing is known of June 2023. With 3,000 verified by December 2024, January 2025 starts
    from these, and January 2024 is what it was.
    """
    known = opening_at(month, openings)
    since = known.month if known else date.min
    later = [amount for when, amount in months if since < when <= month]
    return total([known.completed if known else None, *later])
