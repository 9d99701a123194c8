"""A pocket calculator for the sums that the league prints: shares no code with what computed them.

It knows numbers with commas, %, the four operations, brackets, 取整 (what is left of a step is cut
off) and “（最多 10）” behind a product. It works with fractions: what is printed is what is computed.
"""

import re
from fractions import Fraction
from math import floor, trunc

NOTE = re.compile(r"([\d,.]+)（([^（）]* = [^（）]*)，最多 ([\d.]+)）")
LEADING = re.compile(r"−?[\d,.]+")
TOKEN = re.compile(r"\d[\d,]*(?:\.\d+)?|[+−×÷()%]|取整|（最多 [\d.]+）")


def computed(printed: str) -> Fraction:
    """What the last sum of a printed line comes to: the line ends in it, rounded.

    “A = 81.70 − 30.00 = 51.70” goes on with what is shown, as a calculator does after its “=”.

    AssertionError for a step on the way that is not what it says, or something that is no sum.
    """
    *sums, last = _without_notes(printed).split(" = ")
    value = _value(sums[0])
    for step in sums[1:]:
        shown, _, lowest = step.partition("，最低 ")
        begins = LEADING.match(shown)
        assert begins is not None, printed
        assert cents(value) == _number(begins[0]), printed
        value = _number(lowest) if lowest else _value(shown)
    assert cents(value) == _number(last), printed
    return value


def cents(value: Fraction) -> Fraction:
    """With two places, 5 rounded away from zero."""
    shifted = floor(abs(value) * 100 + Fraction(1, 2))
    return Fraction(shifted if value >= 0 else -shifted, 100)


def _without_notes(printed: str) -> str:
    """Without “（… = 12.00，最多 10）”, which says where the number before it comes from."""
    for shown, note, most in NOTE.findall(printed):
        value = computed(note)
        assert abs(value) > _number(most) == _number(shown), printed
    return NOTE.sub(r"\1", printed)


def _number(text: str) -> Fraction:
    return Fraction(text.strip().replace(",", "").replace("−", "-"))


def _value(text: str) -> Fraction:
    tokens = TOKEN.findall(text)
    assert "".join(tokens) == text.replace(" ", "").replace("最多", "最多 "), text
    value = _sum(tokens)
    assert not tokens, text
    return value


def _sum(tokens: list[str]) -> Fraction:
    value = Fraction(0) if tokens[0] == "−" else _product(tokens)
    while tokens and tokens[0] in {"+", "−"}:
        sign = 1 if tokens.pop(0) == "+" else -1
        value += sign * _product(tokens)
    return value


def _product(tokens: list[str]) -> Fraction:
    value = _single(tokens)
    while tokens and tokens[0] not in {"+", "−", ")"}:
        token = tokens.pop(0)
        if token == "×":
            value *= _single(tokens)
        elif token == "÷":
            value /= _single(tokens)
        elif token == "取整":
            value = Fraction(trunc(value))
        else:
            value = min(value, _number(token.removeprefix("（最多 ").removesuffix("）")))
    return value


def _single(tokens: list[str]) -> Fraction:
    token = tokens.pop(0)
    if token == "−":
        return -_single(tokens)
    if token == "(":
        value = _sum(tokens)
        assert tokens.pop(0) == ")"
    else:
        value = _number(token)
    if tokens and tokens[0] == "%":
        tokens.pop(0)
        value /= 100
    return value
