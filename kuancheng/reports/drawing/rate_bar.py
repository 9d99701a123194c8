"""Geometry of a rate's bar beside its figure; numbers only, no markup."""

from dataclasses import dataclass
from decimal import Decimal

MOST = Decimal(120)
"""Percent that are drawn, one SVG unit each; what lies beyond is cut off there."""


@dataclass(frozen=True)
class RateBar:
    """`done` is as long as the rate, `due` the place of what was due by then; SVG units.

    None where there is no such figure. `cut` says that the rate goes on beyond the bar.
    """

    done: float | None
    due: float | None
    cut: bool

    @property
    def short(self) -> float:
        """How far it lies behind what was due; 0 where it does not."""
        if self.done is None or self.due is None:
            return 0.0
        return round(max(0.0, self.due - self.done), 1)


def rate_bar(rate: Decimal | None, due: Decimal | None) -> RateBar:
    """The bar of a rate and of the pro-rata that it is measured against, both in percent."""
    return RateBar(_place(rate), _place(due), rate is not None and rate > MOST)


def _place(percent: Decimal | None) -> float | None:
    return None if percent is None else round(float(min(max(percent, Decimal(0)), MOST)), 1)
