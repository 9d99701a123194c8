"""Checks of the month's figure: against the total, the plan, and the months before.

All thresholds are our default.
"""

from collections.abc import Sequence
from decimal import Decimal
from statistics import median

from investment.rules.checks.facts import (
    ZERO,
    Finding,
    MonthFacts,
    ReportFacts,
    confirm,
    error,
    money,
    points,
    rule,
)
from investment.rules.rates import HUNDRED

TOTAL_FAR_EXCEEDED = Decimal("1.5")
"""Beyond so many times the total investment the register is wrong or the figure is: an error.
Our default: an overrun up to half is confirmed, a larger one needs a new total first."""

PLAN_TIMES = Decimal(3)
"""A month above so many times its plan is odd. Our default."""

PLAN_FLOOR = Decimal(200)
"""… when it is also so many 万元 above it: small plans vary. Our default."""

IDLE_MONTHS = 3
"""So many months of zero in a row are odd while under construction. Our default."""

WINTER = frozenset({11, 12, 1, 2, 3})
"""Months in which outdoor works rest: zeros in them alone are no wonder. Our default."""

SLIP = Decimal(8)
"""So many times what is usual looks like a digit too many, a slow month included. Our default."""

UNIT_SLIP = Decimal(1000)
"""So many times what is usual looks like another unit; 元 is 10,000 times. Our default."""

SLIP_FLOOR = Decimal(100)
"""Amounts below so many 万元 are not compared: they vary. Our default."""

SLIP_MONTHS = 3
"""So many earlier months with a figure make a history to compare with. Our default."""

SLIP_LOOKS_BACK = 12
"""So many earlier months are compared with. Our default."""

IMPOSSIBLE_TIMES = Decimal(1000)
"""A month of so many times the whole total investment is a wrong unit for certain."""


@rule
def negative(facts: ReportFacts) -> Finding | None:
    """A month never takes investment back; a wrong month is corrected instead."""
    completed = facts.this.completed
    if completed is None or completed >= 0:
        return None
    text = (
        f"本月完成投资为 {money(completed)}，不能为负数。以前月份报多了，请在那个月的填报上“更正”。"
    )
    return error("negative", "completed", text)


@rule
def total_exceeded(facts: ReportFacts) -> Finding | None:
    """More than the project costs; an error far beyond it."""
    total, completed = facts.total_investment, facts.this.completed
    everything = facts.to_date + facts.after
    if not total or not completed or everything <= total:
        return None
    sentence = (
        f"加上本月，累计完成 {everything:,.2f} 万元，超过计划总投资 {total:,.2f} 万元"
        f"（{points(everything / total * HUNDRED)}%）。"
    )
    if everything > total * TOTAL_FAR_EXCEEDED:
        advice = (
            "请检查单位是否为万元；总投资确已调整的，请先由复核人员修改项目的计划总投资，再提交。"
        )
        return error("total_exceeded", "completed", sentence + advice)
    return confirm("total_exceeded", "completed", sentence + "请检查单位是否为万元，并与概算核对。")


@rule
def unit_slip(facts: ReportFacts) -> Finding | None:
    """元 or 亿元 typed as 万元, or a digit too many or too few.

    A figure is odd only when it is far from everything that it can be held against: the month's
    plan, the usual month, and the usual month with the season taken into account. So neither the
    quiet winter nor an indoor work that knows no season raises the alarm.
    """
    completed, total = facts.this.completed, facts.total_investment
    if not completed or completed < 0:
        return None
    if total and completed >= total * IMPOSSIBLE_TIMES:
        text = (
            f"本月完成投资 {money(completed)}，是计划总投资 {money(total)}的"
            f" {points(completed / total)} 倍。是否把元当成了万元？请改按万元填写。"
        )
        return error("unit_slip", "completed", text)
    usual = _usual(facts)
    if not usual:
        return None
    if completed >= SLIP_FLOOR and completed >= SLIP * max(usual):
        return confirm("unit_slip", "completed", _too_much(completed, max(usual)))
    # A project that is only beginning may stay far below its plan, though not 10,000 times.
    times = SLIP if _has_history(facts) else UNIT_SLIP
    if min(usual) >= SLIP_FLOOR and completed * times <= min(usual):
        return confirm("unit_slip", "completed", _too_little(completed, min(usual)))
    return None


def _usual(facts: ReportFacts) -> list[Decimal]:
    """What a month like this could be expected to bring, one figure a way of asking."""
    found = [facts.month_plan] if facts.month_plan else []
    known = _known(facts)
    if _has_history(facts):
        found.append(median(each.completed or ZERO for each in known))
        paces = [(each.completed or ZERO) / each.season for each in known if each.season]
        if paces and facts.this.season:
            found.append(median(paces) * facts.this.season)
    return found


def _known(facts: ReportFacts) -> list[MonthFacts]:
    return [each for each in facts.history[:SLIP_LOOKS_BACK] if each.completed]


def _has_history(facts: ReportFacts) -> bool:
    return len(_known(facts)) >= SLIP_MONTHS


def _too_much(completed: Decimal, usual: Decimal) -> str:
    times = completed / usual
    sentence = f"本月完成投资 {money(completed)}，是计划和以往各月水平（至多约 {money(usual)}）的 {points(times)} 倍。"
    if times >= UNIT_SLIP:
        return sentence + "是否把元当成了万元？请改按万元填写。"
    return sentence + "是否把元当成了万元，或者多写了一位？请核对。"


def _too_little(completed: Decimal, usual: Decimal) -> str:
    sentence = f"本月完成投资 {money(completed)}，不到计划和以往各月水平（至少约 {money(usual)}）的 1/{SLIP}。"
    if completed * UNIT_SLIP <= usual:
        return sentence + "是否把亿元当成了万元？请改按万元填写。"
    return sentence + "是否少写了一位，或者把亿元当成了万元？请核对。"


@rule
def month_far_above_plan(facts: ReportFacts) -> Finding | None:
    """A month that brings several times what was planned for it."""
    completed, plan = facts.this.completed, facts.month_plan
    if completed is None or plan is None:
        return None
    if completed <= plan * PLAN_TIMES or completed - plan <= PLAN_FLOOR:
        return None
    text = (
        f"本月完成投资 {money(completed)}，本月计划 {money(plan)}，超过计划的"
        f" {points(PLAN_TIMES)} 倍。请核对是否报了累计数；确为当月完成的，请说明原因。"
    )
    return confirm("month_far_above_plan", "completed", text)


@rule
def zero_for_three_months(facts: ReportFacts) -> Finding | None:
    """Nothing for months, on a site that is said to work. Winter's months alone do not count."""
    months = (facts.this, *facts.history[: IDLE_MONTHS - 1])
    if not facts.under_construction or len(months) < IDLE_MONTHS:
        return None
    if any(each.completed != 0 for each in months) or not _in_a_row(months):
        return None
    if all(each.month.month in WINTER for each in months):
        return None
    text = (
        f"项目在建，但连续 {IDLE_MONTHS} 个月（{months[-1].month:%Y-%m} 至 {months[0].month:%Y-%m}）"
        "完成投资都是 0。请核对是否漏报；确已停工的，请说明原因，并请复核人员把项目状态改为“停工”。"
    )
    return confirm("zero_for_three_months", "completed", text)


def _in_a_row(months: Sequence[MonthFacts]) -> bool:
    """Whether the months, newest first, follow each other."""
    numbers = [each.month.year * 12 + each.month.month for each in months]
    return numbers == [numbers[0] - index for index in range(len(numbers))]
