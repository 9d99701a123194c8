"""Days and months as people write them in cells."""

import re
from calendar import monthrange
from datetime import date
from unicodedata import normalize

DAY = re.compile(r"([0-9]{4})(?:([-/.])([0-9]{1,2})\2([0-9]{1,2})|年([0-9]{1,2})月([0-9]{1,2})日?)")
MONTH = re.compile(r"([0-9]{4})(?:[-/.]([0-9]{1,2})|年([0-9]{1,2})月?)")
MIDNIGHT = re.compile(r"\s+00:00(:00)?$")

FIRST_YEAR, LAST_YEAR = 1990, 2100


class CellError(ValueError):
    """What a cell says cannot be taken; `str()` says why, and what to do, in Chinese."""


def read_day(text: str) -> date:
    """The day of “2024-10-15”, “2024/10/15”, “2024.10.15” or “2024年10月15日”."""
    plain = MIDNIGHT.sub("", normalize("NFKC", text).strip()).replace(" ", "")
    found = DAY.fullmatch(plain)
    if not found:
        raise CellError(f"“{brief(text)}”不是日期，请写成 2024-10-15。")
    return _day(int(found[1]), int(found[3] or found[5]), int(found[4] or found[6]), text)


def read_month(text: str) -> date:
    """The first day of “2024-09”, “2024/9”, “2024.9” or “2024年9月”."""
    found = MONTH.fullmatch(normalize("NFKC", text).strip().replace(" ", ""))
    if not found:
        raise CellError(f"“{brief(text)}”不是月份，请写成 2024-09。")
    return _day(int(found[1]), int(found[2] or found[3]), 1, text)


def _day(year: int, month: int, day: int, text: str) -> date:
    check_year(year, text)
    if not 1 <= month <= 12:
        raise CellError(f"“{brief(text)}”没有这个月份，请检查。")
    last = monthrange(year, month)[1]
    if not 1 <= day <= last:
        raise CellError(f"“{brief(text)}”不存在：{year} 年 {month} 月只有 {last} 天。")
    return date(year, month, day)


def check_year(year: int, text: str) -> None:
    """CellError for a year that no project of ours can mean."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise CellError(f"“{brief(text)}”的年份应在 {FIRST_YEAR} 到 {LAST_YEAR} 之间，请检查。")


def brief(text: object, most: int = 24) -> str:
    """So much of what was typed as a sentence can quote."""
    line = " ".join(str(text).split())
    return line if len(line) <= most else f"{line[:most]}…"
