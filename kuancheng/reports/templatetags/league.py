"""How a league's points, rates and moves are written."""

from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django import template

from investment.rules.rates import round_half_up
from kuancheng.reports.judging.league.table import Cell, Line
from kuancheng.reports.rules.league.formulas import plain, two
from kuancheng.reports.rules.league.measures import MEANINGS, Measure
from kuancheng.reports.templatetags.figures import NOT_REPORTED

register = template.Library()


@register.filter
def score(points: Decimal | None) -> str:
    """Points with two places: 24.70; — where there are none."""
    return NOT_REPORTED if points is None else two(points)


@register.filter
def rate_words(cell: Cell) -> str:
    """A rate with two places, “3 个” of a count, “不计” without a denominator."""
    if not cell.whole:
        return "不计" if cell.points is None else "没有分母"
    if MEANINGS[Measure(cell.measure)].counts:
        return f"{plain(cell.part)} {cell.unit}"
    return NOT_REPORTED if cell.rate is None else f"{round_half_up(cell.rate)}%"


@register.filter
def moved_words(line: Line) -> str:
    """“升 2 位”, “降 1 位”, “持平”; “新” for who had no rank before."""
    if line.rank is None:
        return NOT_REPORTED
    if line.before is None:
        return "新"
    moved = line.before - line.rank
    if not moved:
        return "持平"
    return f"升 {moved} 位" if moved > 0 else f"降 {-moved} 位"


@register.filter
def added_total(line: Line) -> str:
    """What was added and deducted together; — for nothing."""
    if not line.added:
        return NOT_REPORTED
    total = sum((each.points for each in line.added), Decimal(0))
    return f"+{two(total)}" if total > 0 else two(total)


@register.filter
def entry(found: dict[int, Any], key: int) -> Any:
    """The record of an addition; None where it is gone."""
    return found.get(key)


@register.simple_tag(takes_context=True)
def entrant_query(context: template.Context) -> str:
    """The page's question, for the link to an entrant's page."""
    asked = {
        "group": context["group"].pk,
        "month": f"{context['month']:%Y-%m}",
        "span": context["span"],
    }
    as_of, known_at = context["as_of"], context["known_at"]
    if as_of != context["today"]:
        asked["as_of"] = f"{as_of:%Y-%m-%d}"
    if known_at:
        asked["known_at"] = f"{known_at:%Y-%m-%d}"
    return urlencode(asked)
