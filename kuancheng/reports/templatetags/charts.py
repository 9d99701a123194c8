"""Small charts that stand beside figures."""

from decimal import Decimal

from django import template

from kuancheng.reports.drawing.rate_bar import MOST, rate_bar

register = template.Library()


@register.inclusion_tag("reports/rate_bar.html", name="rate_bar")
def draw_rate_bar(rate: Decimal | None, due: Decimal | None = None) -> dict[str, object]:
    """A rate as a bar, with a line where it should be by now; both in percent."""
    return {"bar": rate_bar(rate, due), "rate": rate, "due": due, "most": MOST}
