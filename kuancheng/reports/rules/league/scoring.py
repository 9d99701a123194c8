"""From what was counted to points and totals: one result an entrant, with every sum written out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from investment.rules.rates import round_half_up
from kuancheng.reports.rules.league.adjusting import Adjustment
from kuancheng.reports.rules.league.formulas import (
    Formula,
    Peers,
    Points,
    plain,
    rate_of,
    score,
    two,
)
from kuancheng.reports.rules.league.measures import MEANINGS, NOTHING, Counted, Measure

ZERO = Decimal(0)


@dataclass(frozen=True)
class Indicator:
    """A measure with its formula, as one version of a group's rules has it."""

    measure: Measure
    formula: Formula

    @property
    def label(self) -> str:
        """What people call it."""
        return MEANINGS[self.measure].label


@dataclass(frozen=True)
class Eligibility:
    """Who is ranked: with so many indicators that have a denominator, and so many projects."""

    least_indicators: int = 2
    least_projects: int = 1


@dataclass(frozen=True)
class Score:
    """One indicator of one entrant: what was counted, and the points it gives."""

    indicator: Indicator
    found: Counted
    points: Points

    @property
    def has_rate(self) -> bool:
        """Whether there was something to divide by."""
        return bool(self.found.whole)


@dataclass(frozen=True)
class Result:
    """One entrant's points. `total` is None for who is not ranked, and `why` says why not.

    `basic` is the sum of the indicators' rounded points, re-weighed to all weights where some
    dropped out; `said` writes the sum out.
    """

    entrant: str
    projects: int
    scores: tuple[Score, ...]
    adjustments: tuple[Adjustment, ...] = ()
    basic: Decimal | None = None
    total: Decimal | None = None
    said: str = ""
    why: str = ""

    @property
    def ranked(self) -> bool:
        """Whether it takes part in the ranking."""
        return self.total is not None and not self.why

    @property
    def vetoed(self) -> bool:
        """Whether something was recorded that keeps it off the red list."""
        return any(each.item.veto for each in self.adjustments)

    def counted(self, measure: Measure) -> Counted:
        """What was counted of a measure; nothing where the rules do not have it."""
        return next(
            (each.found for each in self.scores if each.indicator.measure == measure), NOTHING
        )


@dataclass(frozen=True)
class Group:
    """What is scored together: everybody's projects and counts, by entrant.

    `found` holds for each entrant what was counted of each measure.
    """

    projects: Mapping[str, int]
    found: Mapping[str, Mapping[Measure, Counted]]
    adjustments: Mapping[str, tuple[Adjustment, ...]] = field(default_factory=dict)


def results(
    indicators: Sequence[Indicator], group: Group, eligibility: Eligibility
) -> list[Result]:
    """One result an entrant, in the group's order. A group of one is shown and not ranked."""
    peers = {each.measure: peers_of(each, group, eligibility.least_projects) for each in indicators}
    found = [_result(each, indicators, group, peers, eligibility) for each in group.projects]
    if sum(each.ranked for each in found) != 1:
        return found
    return [_alone(each) if each.ranked else each for each in found]


def peers_of(indicator: Indicator, group: Group, least_projects: int = 0) -> Peers | None:
    """The entrants with the lowest and the highest rate; None where nobody has one.

    Who has too few projects to be ranked sets no mark for the others.
    """
    counted = (
        group.found.get(each, {}).get(indicator.measure, NOTHING)
        for each, projects in group.projects.items()
        if projects >= least_projects
    )
    rated = [each for each in counted if each.whole]
    if not rated:
        return None
    return Peers(min(rated, key=rate_of), max(rated, key=rate_of))


def _result(
    entrant: str,
    indicators: Sequence[Indicator],
    group: Group,
    peers: Mapping[Measure, Peers | None],
    eligibility: Eligibility,
) -> Result:
    counted = group.found.get(entrant, {})
    scores = tuple(
        Score(each, found, score(each.formula, each.measure, found, peers[each.measure]))
        for each in indicators
        for found in (counted.get(each.measure, NOTHING),)
    )
    basic, said = basic_points(scores)
    added = group.adjustments.get(entrant, ())
    why = _why_not(group.projects[entrant], scores, eligibility)
    if basic is None:
        return Result(entrant, group.projects[entrant], scores, added, why=why)
    total = round_half_up(basic + sum((each.points for each in added), ZERO))
    if added:
        terms = "".join(_term(each.points) for each in added)
        said = f"{said}{terms} = {two(total)}"
    return Result(entrant, group.projects[entrant], scores, added, basic, total, said, why)


def basic_points(scores: Iterable[Score]) -> tuple[Decimal | None, str]:
    """The indicators together, and the sum. None where every indicator dropped out.

    24.69 + 30.00 of weights 30 and 40, with one of 30 dropped: (24.69 + 30.00) × 100 ÷ 70 = 78.13.
    """
    everyone = list(scores)
    kept = [each for each in everyone if each.points.value is not None]
    if not kept:
        return None, ""
    points = [each.points.value or ZERO for each in kept]
    terms = "".join(_term(each) for each in points).removeprefix(" + ")
    whole, there = (
        sum((each.indicator.formula.weight for each in some), ZERO) for some in (everyone, kept)
    )
    if whole == there or not there:
        total = sum(points, ZERO)
        return total, f"{terms} = {two(total)}"
    total = round_half_up(sum(points, ZERO) * whole / there)
    return total, f"({terms}) × {plain(whole)} ÷ {plain(there)} = {two(total)}"


def _term(points: Decimal) -> str:
    return f" {'−' if points < 0 else '+'} {two(abs(points))}"


def _why_not(projects: int, scores: Sequence[Score], eligibility: Eligibility) -> str:
    if projects < eligibility.least_projects:
        return f"期末只有 {projects} 个项目，不足 {eligibility.least_projects} 个，不排名"
    rated = sum(each.has_rate and not each.points.dropped for each in scores)
    least = min(eligibility.least_indicators, len(scores))
    if rated < least:
        return f"只有 {rated} 项指标有数可算，不足 {least} 项，不排名"
    return ""


def _alone(result: Result) -> Result:
    why = "本组只有一个可以排名，不排名"
    return Result(
        result.entrant,
        result.projects,
        result.scores,
        result.adjustments,
        result.basic,
        result.total,
        result.said,
        why,
    )
