"""A league's rule in plain Chinese: what each indicator gives, what is added, who is listed and ranked."""

from collections.abc import Iterator
from decimal import Decimal

from kuancheng.reports.rules.league.adjusting import Item
from kuancheng.reports.rules.league.formulas import (
    Formula,
    FormulaKind,
    Peers,
    Slope,
    Without,
    plain,
    score,
)
from kuancheng.reports.rules.league.measures import MEANINGS, NOTHING, Counted, Measure
from kuancheng.reports.rules.league.ranking import ListRule
from kuancheng.reports.rules.league.scoring import Eligibility, Indicator, Score, basic_points

AT_92, AT_135 = Counted(Decimal(92), Decimal(100)), Counted(Decimal(135), Decimal(100))
"""Where worked examples stand: the check values of the published ladder are at 92% and 135%."""

OF_A_GROUP = Peers(Counted(Decimal(60), Decimal(100)), Counted(Decimal(110), Decimal(100)))
"""The lowest and the highest of the example's group."""

TWO_LATE = Counted(Decimal(2), Decimal(5))


def formula_in_words(formula: Formula, measure: Measure) -> str:
    """How a measure becomes points, in one sentence or two; `measure` names the denominator."""
    parts = [*_WORDS[formula.kind](formula), *_bounds(formula)]
    return f"{'；'.join(parts)}。{_without(formula, measure)}"


def _proportion(formula: Formula) -> Iterator[str]:
    yield f"{plain(formula.weight)} 分 × 率（100% 得 {plain(formula.weight)} 分）"


def _ladder(formula: Formula) -> Iterator[str]:
    pivot = plain(formula.pivot)
    yield f"率为 {pivot}% 得 {plain(formula.weight)} 分"
    if formula.below:
        yield f"低于 {pivot}%，{_steps(formula.below)}扣 {plain(formula.below.points)} 分"
    if formula.above:
        yield f"高于 {pivot}%，{_steps(formula.above)}加 {plain(formula.above.points)} 分"
    if formula.second and formula.second_pivot is not None:
        points = plain(formula.second.points)
        yield f"{plain(formula.second_pivot)}% 以上的部分，{_steps(formula.second)}加 {points} 分"
    if formula.whole_steps:
        yield "不满一档不计"


def _coefficient(formula: Formula) -> Iterator[str]:
    base, rest = plain(formula.base), plain(100 - formula.base)
    yield (
        f"{plain(formula.weight)} 分 × [{base} + {rest} × (本率 − 全组最低) ÷ (全组最高 − 全组最低)] ÷ 100"
    )
    yield "全组相同时本项不计"


def _each(formula: Formula) -> Iterator[str]:
    verb = "扣" if formula.each < 0 else "加"
    yield f"基础 {plain(formula.weight)} 分，每件{verb} {plain(abs(formula.each))} 分"


_WORDS = {
    FormulaKind.PROPORTION: _proportion,
    FormulaKind.LADDER: _ladder,
    FormulaKind.COEFFICIENT: _coefficient,
    FormulaKind.EACH: _each,
}


def _steps(slope: Slope) -> str:
    return f"每 {plain(slope.step)} 个百分点"


def _bounds(formula: Formula) -> Iterator[str]:
    if formula.limit is not None and formula.kind in {FormulaKind.LADDER, FormulaKind.EACH}:
        yield f"加减最多 {plain(formula.limit)} 分"
    if formula.cap is not None and formula.kind != FormulaKind.EACH:
        yield f"率高于 {plain(formula.cap)}% 的按 {plain(formula.cap)}% 计"
    if formula.floor or formula.kind not in {FormulaKind.PROPORTION, FormulaKind.COEFFICIENT}:
        yield f"最低 {plain(formula.floor)} 分"


def _without(formula: Formula, measure: Measure) -> str:
    whole = MEANINGS[measure].whole
    if formula.without == Without.FIXED:
        return f"没有{whole}的，给 {plain(formula.fixed_points)} 分。"
    return f"没有{whole}的，本项不计，其余各项折算。"


def item_in_words(item: Item) -> str:
    """“安全生产事故：每次 −30 分，当年再犯加倍，一期最多 60 分；一票否决，不列红榜”."""
    points = plain(item.points) if item.points < 0 else f"+{plain(item.points)}"
    said = f"{item.name}：每次 {points} 分"
    if item.doubles:
        said += "，当年再犯加倍"
    if item.most is not None:
        said += f"，一期最多 {plain(item.most)} 分"
    return f"{said}；一票否决，不列红榜" if item.veto else said


def lists_in_words(lists: ListRule) -> tuple[str, str]:
    """Who is on the red and who on the black list."""
    if lists.measure is None:
        return "不设", "不设"
    shown, target = MEANINGS[lists.measure].label, plain(lists.target)
    red = f"{shown}高于 {target}%，并且排在前 {lists.red}；有一票否决事项的不列"
    black = f"{shown}低于 {target}%，并且排在后 {lists.black}；经确认免列的不列，写明原因"
    return red if lists.red else "不设", black if lists.black else "不设"


def eligibility_in_words(who: Eligibility) -> str:
    """Who is ranked."""
    return (
        f"至少 {who.least_indicators} 项指标有数可算、期末在清单上至少 {who.least_projects} 个项目；"
        "不够的只列出，不排名"
    )


def examples(indicator: Indicator) -> tuple[Score, ...]:
    """Worked examples of one indicator: at 92%, of a ladder at 135% too; of a count, two of five."""
    if MEANINGS[indicator.measure].counts:
        found: tuple[Counted, ...] = (TWO_LATE,)
    elif indicator.formula.kind == FormulaKind.LADDER:
        found = (AT_92, AT_135)
    else:
        found = (AT_92,)
    return tuple(
        Score(indicator, each, score(indicator.formula, indicator.measure, each, OF_A_GROUP))
        for each in found
    )


def example_sums(indicators: tuple[Indicator, ...]) -> tuple[str, str]:
    """The first examples added up; and once more as if the last indicator had no denominator.

    The second is empty where there is only one indicator.
    """
    scores = [examples(each)[0] for each in indicators]
    whole = basic_points(scores)[1]
    if len(scores) < 2:
        return whole, ""
    *kept, last = scores
    return whole, basic_points([*kept, _dropped(last.indicator)])[1]


def _dropped(indicator: Indicator) -> Score:
    """The indicator as it drops out without a denominator."""
    formula = Formula(indicator.formula.kind, indicator.formula.weight)
    return Score(indicator, NOTHING, score(formula, indicator.measure, NOTHING, None))
