"""Numbers as people write them in cells: commas, full-width digits, blanks, a unit behind."""

import math
import re
from decimal import Decimal, InvalidOperation
from unicodedata import normalize

from kuancheng.sheets.rules.days import CellError, brief

NUMBER = re.compile(r"[-+]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?")
WITH_UNIT = re.compile(r"(.*?)(亿元|万元|亿|万|元|%)?")
NOISE = Decimal("0.0000001")
"""What is left when Excel computes with binary fractions: 0.30000000000000004."""


def read_number(raw: object, *, places: int, unit: str = "") -> Decimal:
    """The number of a cell, in `unit`, with at most so many places.

    `raw` is what Excel held: a number, or text like “１，２３４．５ 万元”. CellError for text that is
    no number, for another unit, and for more places, since rounding would change what was typed.
    """
    if isinstance(raw, bool) or not isinstance(raw, int | float | str | Decimal):
        raise CellError(f"“{brief(raw)}”不是数字{_example(unit)}。")
    if isinstance(raw, float) and not math.isfinite(raw):
        raise CellError("这个数字超出范围，请检查。")
    value = _from_text(raw, unit) if isinstance(raw, str) else Decimal(str(raw))
    return _placed(value, places, raw, unit)


def _from_text(text: str, unit: str) -> Decimal:
    plain = "".join(normalize("NFKC", text).split()).replace("−", "-").lstrip("¥")
    found = WITH_UNIT.fullmatch(plain)
    digits, typed_unit = (found[1], found[2]) if found else (plain, None)
    if typed_unit and typed_unit != unit and NUMBER.fullmatch(digits):
        wanted = f"本列的单位是{unit}" if unit else "本列不带单位"
        raise CellError(f"“{brief(text)}”的单位是“{typed_unit}”，{wanted}，请换算后只填数字。")
    if not NUMBER.fullmatch(digits):
        raise CellError(f"“{brief(text)}”不是数字{_example(unit)}。")
    return Decimal(digits.replace(",", ""))


def _placed(value: Decimal, places: int, raw: object, unit: str) -> Decimal:
    try:
        placed = value.quantize(Decimal(1).scaleb(-places))
    except InvalidOperation:
        raise CellError(f"“{brief(raw)}”太大，请检查单位{_is(unit)}。") from None
    if abs(placed - value) > NOISE:
        most = f"最多 {places} 位小数" if places else "应为整数"
        raise CellError(f"“{brief(raw)}”{most}，请四舍五入后再填。")
    return placed


def _example(unit: str) -> str:
    shown = "85.5" if unit == "%" else "1234.5"
    return f"，请只填数字{_is(unit)}，例如 {shown}"


def _is(unit: str) -> str:
    return f"（单位：{unit}）" if unit else ""
