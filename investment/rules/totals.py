"""What was completed since the start of works, from the opening figure and the months after it."""

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
    amounts = [amount for when, amount in months if since < when <= month]
    if known is None and not amounts:
        return None
    return (known.completed if known else Decimal(0)) + sum(amounts, Decimal(0))
