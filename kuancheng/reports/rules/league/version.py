"""One version of a group's rule, as the league is computed by it."""

from dataclasses import dataclass

from kuancheng.reports.rules.league.adjusting import Item
from kuancheng.reports.rules.league.measures import Measure
from kuancheng.reports.rules.league.ranking import ListRule, TieRule
from kuancheng.reports.rules.league.scoring import Eligibility, Indicator


@dataclass(frozen=True)
class Version:
    """All that a version says. `programmes` are ids of lists, none for all lists of the year;
    `entrants` keys of who takes part, none for everybody; `sections` letters of industries, none
    for all. `number` is 0 for a version on trial.
    """

    number: int
    said: str
    indicators: tuple[Indicator, ...]
    items: tuple[Item, ...]
    programmes: frozenset[int]
    entrants: frozenset[str]
    sections: frozenset[str]
    tie: TieRule
    lists: ListRule
    eligibility: Eligibility

    @property
    def measures(self) -> tuple[Measure, ...]:
        """What has to be counted."""
        return tuple(each.measure for each in self.indicators)
