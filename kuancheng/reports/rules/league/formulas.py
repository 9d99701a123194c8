"""How a rate or a count becomes points, with the arithmetic written out.

Each kind is a formula that a government has published. Points are computed as fractions, from the
unrounded rate, and rounded once, half up, to two places; what is printed beside them is the same
sum, so that a pocket calculator gives the same: 7 × 19 ÷ 1,400 is 0.095 and counts 0.10.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import floor, trunc

from investment.rules.rates import HUNDRED, round_half_up
from kuancheng.reports.rules.league.measures import MEANINGS, Counted, Measure

ZERO = Decimal(0)
NO_POINTS = Fraction(0)


class FormulaKind(StrEnum):
    """By what kind of sum a measure is scored."""

    PROPORTION = "proportion"
    LADDER = "ladder"
    COEFFICIENT = "coefficient"
    EACH = "each"


KIND_NAMES = {
    FormulaKind.PROPORTION: "按比例",
    FormulaKind.LADDER: "基准分加减",
    FormulaKind.COEFFICIENT: "功效系数",
    FormulaKind.EACH: "按件扣加",
}


class Without(StrEnum):
    """What becomes of a measure without a denominator."""

    REWEIGH = "reweigh"
    FIXED = "fixed"


@dataclass(frozen=True)
class Slope:
    """So many `points` for every `step` percentage points."""

    step: Decimal
    points: Decimal

    def on(self, distance: Fraction, *, whole_steps: bool) -> Fraction:
        """The points for a distance in percentage points, unrounded."""
        steps = distance / Fraction(self.step)
        return (trunc(steps) if whole_steps else steps) * Fraction(self.points)


@dataclass(frozen=True)
class Formula:
    """One measure's formula. `weight` is its full marks, or the base that a ladder starts from.

    - proportion: weight × rate ÷ 100.
    - ladder: weight, less `below` under the `pivot`, plus `above` over it, and from `second_pivot`
      on `second` instead; at most `limit` either way. `whole_steps` counts full steps only.
    - coefficient (功效系数): weight × (base + (100 − base) × (x − min) ÷ (max − min)) ÷ 100.
    - each: weight + `each` × the number; at most `limit` either way.

    Rates above `cap` percent are scored as `cap` and shown as they are. No formula gives less than
    `floor`. A measure without a denominator drops out and the rest re-weighs, or gives
    `fixed_points`. Worked example: weight 25, −0.1 a point below 100, +0.2 up to 130, +0.1 above,
    at most ±10: 92% is 24.20, 135% is 31.50.
    """

    kind: FormulaKind
    weight: Decimal
    cap: Decimal | None = None
    floor: Decimal = ZERO
    pivot: Decimal = HUNDRED
    below: Slope | None = None
    above: Slope | None = None
    second_pivot: Decimal | None = None
    second: Slope | None = None
    whole_steps: bool = False
    limit: Decimal | None = None
    base: Decimal = Decimal(60)
    each: Decimal = ZERO
    without: Without = Without.REWEIGH
    fixed_points: Decimal = ZERO


@dataclass(frozen=True)
class Peers:
    """Who has the lowest and the highest rate of the group, for the coefficient."""

    lowest: Counted
    highest: Counted

    def alike(self, formula: Formula) -> bool:
        """Whether there is nothing between them, as they are scored."""
        return capped(formula, rate_of(self.lowest)) == capped(formula, rate_of(self.highest))


@dataclass(frozen=True)
class Points:
    """What a measure gives; `value` is None where it drops out. `said` is the sum, or why there is none."""

    value: Decimal | None
    said: str
    dropped: bool = False


def wrong_formula(formula: Formula, measure: Measure) -> dict[str, str]:
    """What cannot be computed of a formula, by field, in Chinese; empty if it can.

    Also what can be computed and would count for nothing: a tier above the cap, a deduction below
    the floor.
    """
    wrong: dict[str, str] = {}
    counts = MEANINGS[measure].counts
    if counts != (formula.kind == FormulaKind.EACH):
        wrong["kind"] = (
            "“按件扣加”只用于逾期开工、逾期入统这样的件数；其他指标请选别的算法。"
            if not counts
            else f"{MEANINGS[measure].label}是件数，算法请选“按件扣加”。"
        )
    if formula.weight < 0 or (not formula.weight and formula.kind != FormulaKind.EACH):
        wrong["weight"] = "分值要大于 0；不用这个指标请留空。"
    if formula.floor > formula.weight:
        wrong["floor"] = f"最低得分不能高于分值 {plain(formula.weight)}。"
    if formula.cap is not None and formula.cap <= 0:
        wrong["cap"] = "封顶要大于 0；不封顶请留空。"
    return wrong | _WRONG[formula.kind](formula)


def _wrong_ladder(formula: Formula) -> dict[str, str]:
    wrong: dict[str, str] = {}
    for name in ("below", "above", "second"):
        slope: Slope | None = getattr(formula, name)
        if slope is not None and slope.step <= 0:
            wrong[f"{name}_step"] = "“每几个百分点”要大于 0：除以零算不出分数。"
        if slope is not None and slope.points <= 0:
            wrong[f"{name}_points"] = "请填正数：低于基准的是扣几分，高于基准的是加几分。"
    if not (formula.below or formula.above):
        wrong["below_points"] = "基准分加减至少写一档：低于基准扣多少，或高于基准加多少。"
    return wrong | _wrong_second(formula) | _wrong_cap(formula)


def _wrong_second(formula: Formula) -> dict[str, str]:
    wrong: dict[str, str] = {}
    if formula.second is not None and formula.above is None:
        wrong["above_points"] = "设了第二档，第一档（高于基准）加几分也要填。"
    if formula.second_pivot is not None and formula.second_pivot <= formula.pivot:
        wrong["second_pivot"] = f"第二档的起点要高于基准 {plain(formula.pivot)}%。"
    if (formula.second is None) != (formula.second_pivot is None):
        wrong["second_points"] = "第二档的起点和加分要同时填写，或同时留空。"
    return wrong


def _wrong_cap(formula: Formula) -> dict[str, str]:
    top = formula.second_pivot or (formula.pivot if formula.above else None)
    if formula.cap is None or top is None or not 0 < formula.cap <= top:
        return {}
    return {
        "cap": f"封顶 {plain(formula.cap)}% 不高于加分的起点 {plain(top)}%，永远加不到分；"
        "请提高封顶，或留空不封顶。"
    }


def _wrong_coefficient(formula: Formula) -> dict[str, str]:
    if 0 <= formula.base < HUNDRED:
        return {}
    return {"base": "功效系数的基础分应在 0 到 100 之间（不含 100），公开的做法是 60。"}


def _wrong_each(formula: Formula) -> dict[str, str]:
    if not formula.each:
        return {"each": "请填每件加减几分：扣分填负数，例如 -3。"}
    if formula.each < 0 and formula.floor >= formula.weight:
        return {
            "floor": f"最低得分 {plain(formula.floor)} 使扣分不起作用；请填低于分值 {plain(formula.weight)} 的数，"
            "例如 -30。"
        }
    return {}


_WRONG: dict[FormulaKind, Callable[[Formula], dict[str, str]]] = {
    FormulaKind.PROPORTION: lambda formula: {},
    FormulaKind.LADDER: _wrong_ladder,
    FormulaKind.COEFFICIENT: _wrong_coefficient,
    FormulaKind.EACH: _wrong_each,
}


def score(formula: Formula, measure: Measure, found: Counted, peers: Peers | None) -> Points:
    """The points of what was counted. `peers` is None where nobody in the group has a rate."""
    if not found.whole:
        return _without(formula, measure)
    if formula.kind == FormulaKind.COEFFICIENT and (peers is None or peers.alike(formula)):
        said = "全组相同（最高等于最低），功效系数没有分母，本指标不计"
        return Points(None, said, dropped=True)
    value, said = _SUMS[formula.kind](formula, found, peers)
    bounded = max(value, Fraction(formula.floor))
    if bounded != value:
        said = f"{said} = {two(_rounded(value))}，最低 {plain(formula.floor)}"
    rounded = _rounded(bounded)
    return Points(rounded, f"{said} = {two(rounded)}")


def _without(formula: Formula, measure: Measure) -> Points:
    meaning = MEANINGS[measure]
    if formula.without == Without.FIXED:
        fixed = round_half_up(formula.fixed_points)
        return Points(fixed, f"没有{meaning.whole}，按规则给 {two(fixed)} 分")
    said = f"没有{meaning.whole}，本指标不计，其余指标按分值重新折算"
    return Points(None, said, dropped=True)


def rate_of(found: Counted) -> Fraction:
    """The rate of what has a denominator, in percent."""
    return Fraction(found.part) * 100 / Fraction(found.whole)


def capped(formula: Formula, rate: Fraction) -> Fraction:
    """The rate as it is scored."""
    return rate if formula.cap is None else min(rate, Fraction(formula.cap))


def _scored(formula: Formula, found: Counted) -> tuple[Fraction, str]:
    """The scored rate in percent, unrounded, and the text that computes it."""
    rate = rate_of(found)
    if formula.cap is not None and rate > formula.cap:
        return Fraction(formula.cap), f"{plain(formula.cap)}%"
    return rate, f"{amount(found.part)} ÷ {amount(found.whole)}"


def _proportion(formula: Formula, found: Counted, peers: Peers | None) -> tuple[Fraction, str]:
    rate, said = _scored(formula, found)
    return Fraction(formula.weight) * rate / 100, f"{plain(formula.weight)} × {said}"


def _ladder(formula: Formula, found: Counted, peers: Peers | None) -> tuple[Fraction, str]:
    rate, shown = _scored(formula, found)
    sign = -1 if rate < formula.pivot else 1
    points, said = _steps(formula, rate, shown)
    weight = plain(formula.weight)
    if not said:
        return Fraction(formula.weight), weight
    bounded = _limited(points, formula.limit)
    if bounded != points and formula.limit is not None:
        most = plain(formula.limit)
        said = f"{most}（{said} = {two(_rounded(points))}，最多 {most}）"
        minus = sign * bounded < 0
    else:
        minus = sign < 0
    return Fraction(formula.weight) + sign * bounded, f"{weight} {'−' if minus else '+'} {said}"


def _steps(formula: Formula, rate: Fraction, shown: str) -> tuple[Fraction, str]:
    """Points that the distance from the base takes (below it) or gives, and the text that computes them."""
    low, high = Fraction(formula.pivot), formula.second_pivot
    whole, pivot = formula.whole_steps, f"{plain(formula.pivot)}%"
    if rate < low:
        if formula.below is None:
            return NO_POINTS, ""
        points = formula.below.on(low - rate, whole_steps=whole)
        return points, f"({pivot} − {shown}) {_per(formula.below, whole)}"
    if formula.above is None or rate == low:
        return NO_POINTS, ""
    if formula.second is None or high is None or rate <= high:
        points = formula.above.on(rate - low, whole_steps=whole)
        return points, f"({shown} − {pivot}) {_per(formula.above, whole)}"
    points = formula.above.on(Fraction(high) - low, whole_steps=whole)
    points += formula.second.on(rate - Fraction(high), whole_steps=whole)
    said = (
        f"({plain(high)}% − {pivot}) {_per(formula.above, whole)}"
        f" + ({shown} − {plain(high)}%) {_per(formula.second, whole)}"
    )
    return points, said


def _per(slope: Slope, whole_steps: bool) -> str:
    """“÷ 2% × 1”; with whole steps what is left of a step is cut off."""
    cut = "取整 " if whole_steps else ""
    return f"÷ {plain(slope.step)}% {cut}× {plain(slope.points)}"


def _coefficient(formula: Formula, found: Counted, peers: Peers | None) -> tuple[Fraction, str]:
    if peers is None:
        raise ValueError("a coefficient needs the rates of the group")
    (rate, shown), (low, lowest), (high, highest) = (
        _scored(formula, each) for each in (found, peers.lowest, peers.highest)
    )
    rest = HUNDRED - formula.base
    said = (
        f"{plain(formula.weight)} × ({plain(formula.base)} + {plain(rest)} × "
        f"({shown} − {lowest}) ÷ ({highest} − {lowest})) ÷ 100"
    )
    marks = Fraction(formula.base) + Fraction(rest) * (rate - low) / (high - low)
    return Fraction(formula.weight) * marks / 100, said


def _each(formula: Formula, found: Counted, peers: Peers | None) -> tuple[Fraction, str]:
    delta = Fraction(formula.each) * Fraction(found.part)
    bounded = _limited(delta, formula.limit)
    sign = "−" if formula.each < 0 else "+"
    said = f"{plain(formula.weight)} {sign} {plain(found.part)} × {plain(abs(formula.each))}"
    if bounded != delta and formula.limit is not None:
        said = f"{said}（最多 {plain(formula.limit)}）"
    return Fraction(formula.weight) + bounded, said


_SUMS: dict[FormulaKind, Callable[[Formula, Counted, Peers | None], tuple[Fraction, str]]] = {
    FormulaKind.PROPORTION: _proportion,
    FormulaKind.LADDER: _ladder,
    FormulaKind.COEFFICIENT: _coefficient,
    FormulaKind.EACH: _each,
}


def _limited(delta: Fraction, limit: Decimal | None) -> Fraction:
    if limit is None:
        return delta
    most = Fraction(limit)
    return max(-most, min(most, delta))


def _rounded(value: Fraction) -> Decimal:
    """With two places, 5 away from zero."""
    cents = floor(abs(value) * 100 + Fraction(1, 2))
    return Decimal(cents if value >= 0 else -cents).scaleb(-2)


def two(value: Decimal) -> str:
    """With two places, and a real minus."""
    return f"{round_half_up(value):,.2f}".replace("-", "−")


def plain(value: Decimal) -> str:
    """Without zeros behind the point: 100, 0.1, 62.5."""
    return f"{value.normalize():f}".replace("-", "−")


def amount(value: Decimal) -> str:
    """An amount or a number as it is printed: 12,345.60 or 12."""
    return f"{value:,.0f}" if value == value.to_integral_value() else f"{value:,.2f}"
