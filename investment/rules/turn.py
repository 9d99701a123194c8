"""年度结转: which projects roll into the next year's list, as what, and from when that may be done."""

from dataclasses import dataclass
from datetime import date

BEGUN = ("started", "construction", "completed", "commissioned", "full_capacity")
ENDED = ("completed", "commissioned", "full_capacity")
"""Stages of works that have begun, and of those that are done."""

OFFERED = ("normal", "suspended")
"""In these standings a project is proposed; what is 暂缓 is left to the office."""

FIRST_YEAR, LAST_YEAR = 2000, 2100


@dataclass(frozen=True)
class Candidate:
    """What a project's register says of it. Days that have not come are left out by the caller."""

    stage: str
    standing: str = "normal"
    planned_start: date | None = None
    planned_completion: date | None = None
    actual_start: date | None = None
    actual_completion: date | None = None

    @property
    def begun(self) -> bool:
        """Whether its works have started."""
        return self.actual_start is not None or self.stage in BEGUN


def first_day(year: int) -> date:
    """The day from which next year's list counts."""
    return date(year, 1, 1)


def last_day_before(year: int) -> date:
    """The last day of the year before: whose list is turned."""
    return date(year - 1, 12, 31)


def why_not_now(year: int, today: date) -> str:
    """Why a year cannot be turned today, or nothing: this year can, and from December on the next."""
    if not FIRST_YEAR < year <= LAST_YEAR:
        return f"年度应在 {FIRST_YEAR + 1} 到 {LAST_YEAR} 之间。"
    if year < today.year:
        return f"{year} 年已经过去，以前年度的清单不再结转；补记请用清单名册的“增补”。"
    if year == today.year or (year == today.year + 1 and today.month == 12):
        return ""
    return f"{year} 年的结转从 {year - 1} 年 12 月 1 日起办理。"


def why_it_stays(one: Candidate, year: int) -> str:
    """Why a project does not roll into a year, or nothing: it is done, or 退出."""
    done = one.actual_completion
    if done is not None and done <= last_day_before(year):
        return f"{done:%Y-%m-%d} 已竣工"
    if done is None and one.stage in ENDED:
        return "阶段已是竣工或以后"
    return "已退出" if one.standing == "withdrawn" else ""


def is_offered(one: Candidate, year: int) -> bool:
    """Whether it is proposed to roll: unfinished, and 正常 or 停工."""
    return not why_it_stays(one, year) and one.standing in OFFERED


def proposed_class(one: Candidate, year: int) -> str:
    """The class that the register suggests for a year; the office may choose another.

    A promised day that has passed is this year's task: begun and due by December is 竣工, begun is
    续建, to begin by December 新建, everything else 前期. In 2025: begun and to be completed in
    2026 is 续建, to begin in 2026 前期.
    """
    last = date(year, 12, 31)
    if one.begun:
        due = one.planned_completion is not None and one.planned_completion <= last
        return "completing" if due else "continuing"
    starts = one.planned_start is not None and one.planned_start <= last
    return "new_start" if starts else "preparatory"


def successor(code: str, name: str, year: int) -> tuple[str, str]:
    """Code and name of next year's list: kc-2024 of “2024年重点项目” becomes kc-2025 of “2025年重点项目”."""
    before, now = str(year - 1), str(year)
    return (
        code.replace(before, now) if before in code else f"{code}-{now}"[:40],
        name.replace(before, now) if before in name else f"{now}年{name}"[:120],
    )
