"""Completion rates, pro-rata (序时) and gaps. Percent Decimals, unrounded: round last, half up."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

HUNDRED = Decimal(100)

DEFAULT_CURVE: tuple[Decimal, ...] = tuple(
    Decimal(share) for share in (1, 1, 4, 8, 13, 14, 14, 14, 13, 10, 5, 3)
)
"""Percent of a year's investment made in January … December in Changchun. Our default."""


def round_half_up(value: Decimal, places: int = 2) -> Decimal:
    """The value with that many places, 5 rounded away from zero."""
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def completion_rate(completed: Decimal | None, plan: Decimal | None) -> Decimal | None:
    """完成率 in percent. None when nothing is reported, or the plan is missing or zero."""
    if completed is None or not plan:
        return None
    return completed * HUNDRED / plan


def pro_rata_linear(month: int) -> Decimal:
    """序时进度 at the end of that month (1 … 12), every month the same: 75 after September."""
    return HUNDRED * month / 12


def pro_rata_seasonal(month: int, monthly: Sequence[Decimal]) -> Decimal:
    """序时进度 at the end of that month by twelve monthly amounts or shares: 82 after September.

    ValueError when the twelve add up to nothing.
    """
    total = sum(monthly, Decimal(0))
    if not total:
        raise ValueError("the twelve months add up to zero")
    return sum(monthly[:month], Decimal(0)) * HUNDRED / total


def gap(
    completed: Decimal | None, plan: Decimal | None, elapsed_percent: Decimal
) -> Decimal | None:
    """Percentage points ahead (+) of or behind (−) pro-rata: 629.0 of 647.4 in October, +13.8."""
    rate = completion_rate(completed, plan)
    return None if rate is None else rate - elapsed_percent


@dataclass(frozen=True)
class Share:
    """A rate of counted things, with what it is made of: 12 of 15 is 80%."""

    part: int
    whole: int

    @property
    def percent(self) -> Decimal | None:
        """Unrounded; None where there is nothing to divide by."""
        return Decimal(self.part) * HUNDRED / self.whole if self.whole else None


def growth(amount: Decimal | None, base: Decimal | None) -> Decimal | None:
    """增幅 in percent of the base: 120 against 100 is 20. None without both, or against zero.

    Against the same months of last year it is 同比, against the month before 环比.
    """
    if amount is None or not base:
        return None
    return (amount - base) * HUNDRED / base


def spread(amount: Decimal, curve: Sequence[Decimal] = DEFAULT_CURVE) -> tuple[Decimal, ...]:
    """An annual amount over twelve months by a curve, 万元 with 2 places.

    What rounding leaves over goes to the largest month, so that the twelve add up to the amount.
    """
    months = _rounded_months(amount, curve)
    months[_largest(curve)] += amount - sum(months, Decimal(0))
    return tuple(months)


def spread_rest(amount: Decimal, curve: Sequence[Decimal] = DEFAULT_CURVE) -> tuple[int, Decimal]:
    """What rounding leaves over when an amount is spread, 万元, and the month (1 … 12) it goes to."""
    return _largest(curve) + 1, amount - sum(_rounded_months(amount, curve), Decimal(0))


def _largest(curve: Sequence[Decimal]) -> int:
    """The place of the largest month, 0 … 11; the first of those alike."""
    return max(range(12), key=lambda index: curve[index])


def _rounded_months(amount: Decimal, curve: Sequence[Decimal]) -> list[Decimal]:
    total = sum(curve, Decimal(0))
    return [round_half_up(amount * share / total) for share in curve]
