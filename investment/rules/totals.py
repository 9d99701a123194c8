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


def completed_to(
    month: date, months: Iterable[Completed], opening: Opening | None = None
) -> Decimal | None:
    """The total at the end of a month; None when nothing is on record by then.

    Months that the opening figure holds already are not added again, and a figure of a later
    month says nothing yet: 2,000 by December 2023 and 100 in January 2024 are 2,100 in January,
    and nothing is known of June 2023.
    """
    known = opening if opening is not None and opening.month <= month else None
    since = known.month if known else date.min
    later = [amount for when, amount in months if since < when <= month]
    return total([known.completed if known else None, *later])
