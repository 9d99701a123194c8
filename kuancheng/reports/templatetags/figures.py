"""How figures are written for people: 万元 with separators, rates with one place, — for none."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django import template

from investment.rules.rates import round_half_up
from kuancheng.reports.choices import LIGHT_WORDS, LightChoice
from kuancheng.reports.rules.lights import Light
from projects.choices import Comparator
from projects.planning import happened

register = template.Library()

NOT_REPORTED = "—"


@register.filter
def wan(amount: Decimal | None) -> str:
    """An amount in 万元: 12,345.6 and 120,000; — when it is not reported."""
    if amount is None:
        return NOT_REPORTED
    text = f"{round_half_up(amount):,.2f}"
    return text.removesuffix(".00")


@register.filter
def whole(amount: Decimal | None) -> str:
    """An amount in 万元 without its decimals, where there is no room for them: 12,346."""
    return NOT_REPORTED if amount is None else f"{round_half_up(amount, 0):,}"


@register.filter
def yi(amount: Decimal | None) -> str:
    """An amount in 万元 shown as 亿元 with two places: 5,596,000 is 559.60."""
    return NOT_REPORTED if amount is None else f"{round_half_up(amount / 10_000):,.2f}"


@register.filter
def percent(rate: Decimal | None) -> str:
    """A rate with one place and its sign: 97.2%."""
    return NOT_REPORTED if rate is None else f"{round_half_up(rate, 1)}%"


@register.filter
def mean(value: Decimal | None) -> str:
    """A mean with one place: 6.5; — where there is nothing to take it of."""
    return NOT_REPORTED if value is None else f"{round_half_up(value, 1)}"


@register.filter
def signed_percent(rate: Decimal | None) -> str:
    """A change with its sign: +13.8%, −1.6%, 0.0%."""
    return NOT_REPORTED if rate is None else f"{points(rate)}%"


@register.filter
def points(gap: Decimal | None) -> str:
    """Percentage points with their sign: +13.8, −1.6, 0.0."""
    if gap is None:
        return NOT_REPORTED
    rounded = round_half_up(gap, 1)
    if not rounded:
        return "0.0"
    return f"{'+' if rounded > 0 else '−'}{abs(rounded)}"


@register.filter
def day(value: date | None) -> str:
    """A day in full, or —."""
    return NOT_REPORTED if value is None else f"{value:%Y-%m-%d}"


@register.filter
def by_then(value: date | None, as_of: date) -> date | None:
    """A day that has come by the page's day; an actual day after it has not happened yet."""
    return happened(value, as_of)


@register.filter
def month(value: date | None) -> str:
    """A month, or —."""
    return NOT_REPORTED if value is None else f"{value:%Y-%m}"


@register.filter
def number(value: Decimal | None) -> str:
    """A plain figure without trailing zeros."""
    if value is None:
        return NOT_REPORTED
    return f"{value:,.2f}".rstrip("0").rstrip(".")


@register.filter
def of(found: Mapping[Any, Any], key: object) -> Any:
    """What a mapping holds for a record's id; nothing when it holds nothing."""
    return found.get(key, ())


@register.filter
def comparator(code: str) -> str:
    """How a figure was worded, before the figure: “超过 ”; nothing for a plain one."""
    return "" if code in ("", Comparator.EQUAL) else f"{Comparator(code).label} "


@register.inclusion_tag("reports/lamp_letter.html")
def lamp_letter(light: str) -> dict[str, object]:
    """A lamp with its letter only, its word for those who cannot see it."""
    return {
        "light": light,
        "letter": LightChoice(light).label[0],
        "word": LIGHT_WORDS[Light(light)],
    }


@register.simple_tag(takes_context=True)
def when_query(context: template.Context, **more: str) -> str:
    """The page's own days as a query string, for links to other pages; empty for the present.

    `more` are other parameters of the link.
    """
    as_of, known_at = context.get("as_of"), context.get("known_at")
    days = {"as_of": as_of if as_of != context["today"] else None, "known_at": known_at}
    asked = more | {name: f"{value:%Y-%m-%d}" for name, value in days.items() if value}
    return f"?{urlencode(asked)}" if asked else ""


@register.inclusion_tag("reports/lamp.html")
def lamp(light: str, done: bool = False) -> dict[str, object]:
    """A lamp with its letter and its word, so that colour is never the only signal."""
    return {
        "light": light,
        "letter": LightChoice(light).label[0],
        "label": LightChoice(light).label,
        "word": LIGHT_WORDS[Light(light)],
        "done": done,
    }


@register.inclusion_tag("reports/sort.html", takes_context=True)
def sort(context: template.Context, ordering: str, label: str) -> dict[str, object]:
    """A heading's link that sorts by a column, and turns the order round when it is on.

    `ordering` is the order of the first press: with `-` where the largest matters most.
    """
    now = context["request"].GET.get("ordering", "")
    name = ordering.lstrip("-")
    on = now.lstrip("-") == name
    turned = name if now.startswith("-") else f"-{name}"
    params = context["request"].GET.copy()
    params.pop("page", None)
    params["ordering"] = turned if on else ordering
    return {
        "address": f"?{params.urlencode()}",
        "label": label,
        "on": on,
        "falling": now.startswith("-"),
    }
