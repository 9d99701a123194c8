"""Which change of an amount takes a second person."""

from dataclasses import dataclass
from decimal import Decimal

HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Limits:
    """From how much on: so many 万元, or so many per cent of the amount before.

    Either of them is enough; None sets no such limit. `amount` 0 means every change.
    """

    amount: Decimal | None = Decimal(0)
    percent: Decimal | None = None


def needs_second(before: Decimal | None, after: Decimal | None, limits: Limits) -> bool:
    """Whether this change waits for a second person.

    Worked example: from 10,000 to 10,400 under `Limits(amount=500, percent=4)` moves 400 万元,
    which is less than 500, and 4 %, which is enough. An amount that was not known, or is taken
    away, is always one to be looked at; one that stays as it is never.
    """
    if before == after:
        return False
    if before is None or after is None:
        return True
    moved = abs(after - before)
    if limits.amount is not None and moved >= limits.amount:
        return True
    return limits.percent is not None and moved * HUNDRED >= limits.percent * abs(before)
