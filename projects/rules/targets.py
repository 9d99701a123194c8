"""Whether an actual figure reaches a target."""

from decimal import Decimal

AMOUNT_UNITS = {"亿元": Decimal(10_000), "万元": Decimal(1)}
"""The units in which a summed amount can be told, and how many 万元 one of each is."""

REACHED = {
    "=": lambda actual, value: actual >= value,
    ">=": lambda actual, value: actual >= value,
    ">": lambda actual, value: actual > value,
    "≈>": lambda actual, value: actual > value,
    "<=": lambda actual, value: actual <= value,
    "<": lambda actual, value: actual < value,
}


def reached(comparator: str, actual: Decimal | None, value: Decimal | None) -> bool | None:
    """Whether `actual` reaches the target; None when either is not known.

    A target worded as a bare number is reached by that number and by more: “全力推动 45 个”.
    """
    if actual is None or value is None:
        return None
    return REACHED[comparator](actual, value)
