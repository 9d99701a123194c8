"""What a year will bring, judged by the season and by the recent pace. Our default; 万元, unrounded."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

LEAST_MONTHS = 3
"""A forecast needs so many reported months of the year."""

RECENT = 3
"""Reported months that make the recent pace."""


@dataclass(frozen=True)
class Forecast:
    """The year's completion: by the season, by the recent pace, and their middle.

    `limited` says that the project's remaining total holds it down.
    """

    by_season: Decimal
    by_pace: Decimal
    limited: bool

    @property
    def low(self) -> Decimal:
        """The smaller of the two."""
        return min(self.by_season, self.by_pace)

    @property
    def high(self) -> Decimal:
        """The larger of the two."""
        return max(self.by_season, self.by_pace)

    @property
    def middle(self) -> Decimal:
        """Between them."""
        return (self.by_season + self.by_pace) / 2


def forecast(
    months: Sequence[Decimal | None], curve: Sequence[Decimal], remaining: Decimal | None = None
) -> Forecast | None:
    """The year from January up to the latest reported month. None while too little is known.

    `months` are the completed amounts from January on, None where not reported; `curve` twelve
    amounts or shares. By the season: what is completed, over the share of the year that the
    reported months stand for. By the pace: what is completed, and the rest of the year's share at
    the pace of the last three reported months. `remaining` is what the project's total leaves for
    this year. 300 in the first three months of a curve that gives them 6 of 100, by the season: 5,000.
    """
    known = [(amount, curve[place]) for place, amount in enumerate(months) if amount is not None]
    recent = known[-RECENT:]
    share, pace_share = (sum((each for _, each in part), Decimal(0)) for part in (known, recent))
    if len(known) < LEAST_MONTHS or not share or not pace_share:
        return None
    done = sum((amount for amount, _ in known), Decimal(0))
    latest = max(place for place, amount in enumerate(months) if amount is not None)
    ahead = sum(curve[latest + 1 :], Decimal(0))
    pace = sum((amount for amount, _ in recent), Decimal(0)) / pace_share
    total = sum(curve, Decimal(0))
    by_season, by_pace = done * total / share, done + pace * ahead
    if remaining is None or max(by_season, by_pace) <= remaining:
        return Forecast(by_season, by_pace, limited=False)
    most = max(remaining, done)
    return Forecast(min(by_season, most), min(by_pace, most), limited=True)
