"""Who stands where: ranks with ties, the red and the black list, and who moved."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Protocol, TypeVar

from kuancheng.reports.rules.league.formulas import plain, two
from kuancheng.reports.rules.league.measures import MEANINGS, Measure
from kuancheng.reports.rules.league.scoring import Result


class TieRule(StrEnum):
    """What follows a tie: 1,2,2,4 (competition) or 1,2,2,3 (dense)."""

    COMPETITION = "competition"
    DENSE = "dense"


class Listed(StrEnum):
    """On which list an entrant stands."""

    NONE = ""
    RED = "red"
    BLACK = "black"
    EXEMPT = "exempt"


@dataclass(frozen=True)
class ListRule:
    """红黑榜: by target *and* rank. Red: the rate above `target`, among the first `red`; black: below
    it, among the last `black`. Exactly at the target is neither. 0 makes no list.
    """

    measure: Measure | None = None
    target: Decimal = Decimal(100)
    red: int = 0
    black: int = 0


@dataclass(frozen=True)
class Standing:
    """One entrant's place. `rank` is None for who is not ranked.

    `moved` are places won (+) or lost (−) since the time before, None where one of the two has no
    rank. `list_said` says why it is on a list, or exempt.
    """

    result: Result
    rank: int | None
    before: int | None = None
    listed: Listed = Listed.NONE
    list_said: str = ""

    @property
    def moved(self) -> int | None:
        """Places won since the time before."""
        if self.rank is None or self.before is None:
            return None
        return self.before - self.rank


def standings(
    found: Sequence[Result],
    tie: TieRule,
    lists: ListRule,
    exempt: Mapping[str, str],
    before: Mapping[str, int],
) -> list[Standing]:
    """The group in the order of its table: the ranked by total, those alike in the group's order.

    `exempt` gives the reason for which an entrant is kept off the black list, `before` the ranks
    of the time before.
    """
    ranked = sorted((each for each in found if each.ranked), key=lambda each: -_total(each))
    ranks = ranks_of([_total(each) for each in ranked], tie)
    reds, blacks = _first(ranked, lists.red), _last(ranked, lists.black)
    placed = [
        Standing(
            each, rank, before.get(each.entrant), *_listed(each, rank, lists, reds, blacks, exempt)
        )
        for each, rank in zip(ranked, ranks, strict=True)
    ]
    rest = [Standing(each, None, before.get(each.entrant)) for each in found if not each.ranked]
    return placed + rest


def ranks_of(totals: Sequence[Decimal], tie: TieRule) -> list[int]:
    """Ranks of totals that stand in falling order. Totals alike as printed share a rank."""
    ranks: list[int] = []
    for place, total in enumerate(totals):
        if place and total == totals[place - 1]:
            ranks.append(ranks[-1])
        elif tie == TieRule.DENSE:
            ranks.append(ranks[-1] + 1 if ranks else 1)
        else:
            ranks.append(place + 1)
    return ranks


def _total(result: Result) -> Decimal:
    if result.total is None:
        raise ValueError(f"{result.entrant} is not ranked")
    return result.total


def _first(ranked: Sequence[Result], number: int) -> set[str]:
    """Who has fewer than so many better than himself: a tie at the edge is on the list together."""
    return {
        each.entrant
        for each in ranked
        if sum(_total(other) > _total(each) for other in ranked) < number
    }


def _last(ranked: Sequence[Result], number: int) -> set[str]:
    return {
        each.entrant
        for each in ranked
        if sum(_total(other) < _total(each) for other in ranked) < number
    }


def _listed(
    result: Result,
    rank: int,
    lists: ListRule,
    reds: Collection[str],
    blacks: Collection[str],
    exempt: Mapping[str, str],
) -> tuple[Listed, str]:
    rate = result.counted(lists.measure).rate if lists.measure else None
    if rate is None or lists.measure is None:
        return Listed.NONE, ""
    shown = f"{MEANINGS[lists.measure].label} {two(rate)}%"
    target = f"目标 {plain(lists.target)}%"
    if rate > lists.target and result.entrant in reds:
        if result.vetoed:
            return Listed.NONE, f"{shown}，高于{target}，第 {rank} 名；有一票否决事项，不列红榜"
        return Listed.RED, f"{shown}，高于{target}，且排在前 {lists.red}（第 {rank} 名）"
    if rate < lists.target and result.entrant in blacks:
        said = f"{shown}，低于{target}，且排在后 {lists.black}（第 {rank} 名）"
        if reason := exempt.get(result.entrant):
            return Listed.EXEMPT, f"{said}；免列黑榜：{reason}"
        return Listed.BLACK, said
    return Listed.NONE, ""


class Moved(Protocol):
    """What has won or lost places."""

    @property
    def moved(self) -> int | None: ...


Mover = TypeVar("Mover", bound=Moved)


def climbers(found: Iterable[Mover], number: int = 3) -> list[Mover]:
    """Who won most places, at most so many."""
    up = [each for each in found if (each.moved or 0) > 0]
    return sorted(up, key=lambda each: -(each.moved or 0))[:number]


def fallers(found: Iterable[Mover], number: int = 3) -> list[Mover]:
    """Who lost most places, at most so many."""
    down = [each for each in found if (each.moved or 0) < 0]
    return sorted(down, key=lambda each: each.moved or 0)[:number]
