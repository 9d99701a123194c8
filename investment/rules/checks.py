"""检查: what is odd in a month's report, before it is submitted.

Each rule has an id, a weight and a sentence with its figures and what to do. An error stops the
report; what must be confirmed goes on once its author says that it is right, and why. All
thresholds are our default.
"""

import re
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from statistics import median

from investment.rules.rates import HUNDRED, round_half_up

ZERO = Decimal(0)

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

APART_POINTS = Decimal(30)
"""Money and physical progress further apart than so many points are odd. Our default."""

PRELIMINARY_SHARE = Decimal(10)
"""Up to so many percent of the total are spent before the start: land, design. Our default."""

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

COPIED_MONTHS = 2
"""A text that was the same in so many earlier months too looks copied. Our default."""

STARTED = re.compile(r"已经?(?:正式|全面|全部)?(?:开工|动工|破土)")
COMPLETED = re.compile(r"已经?(?:正式|整体|全面|全部)?竣工|已经?通过竣工")
BLANKS = re.compile(r"\s+")


class Weight(StrEnum):
    """Whether a finding stops a report or must be confirmed."""

    ERROR = "error"
    CONFIRM = "confirm"


@dataclass(frozen=True)
class MonthFacts:
    """What a month said. `completed` in 万元, `season` the month's usual percent of a year."""

    month: date
    completed: Decimal | None
    physical_percent: Decimal | None = None
    physical_progress: str = ""
    season: Decimal = ZERO


@dataclass(frozen=True)
class ReportFacts:
    """A month's report, and what it is held against. Amounts in 万元.

    `history` holds the reports of earlier months, newest first. `before` and `after` sum the
    other months up to this one and beyond it, the opening figure included; `counted` is false
    when this month is already in the opening figure. `whole` says that `before` reaches back to
    the start of works. `started` and `finished` are what the register says; `begun` is a stage
    from 开工 on, `steps` says that there are construction milestones to hold a start against.
    """

    this: MonthFacts
    history: tuple[MonthFacts, ...] = ()
    before: Decimal = ZERO
    after: Decimal = ZERO
    counted: bool = True
    whole: bool = True
    total_investment: Decimal | None = None
    month_plan: Decimal | None = None
    under_construction: bool = True
    begun: bool = True
    steps: bool = False
    started: bool = True
    finished: bool = True

    @property
    def to_date(self) -> Decimal:
        """Completed since the start of works, this month included."""
        return self.before + (self.this.completed or ZERO if self.counted else ZERO)


@dataclass(frozen=True)
class Finding:
    """What one rule found: the form's field that it belongs to, and the sentence."""

    rule: str
    weight: Weight
    field: str
    text: str

    @property
    def mark(self) -> str:
        """What a tick on this very sentence sends: another figure makes another mark."""
        return f"{self.rule}:{zlib.crc32(self.text.encode()):08x}"


Rule = Callable[[ReportFacts], Finding | None]

RULES: dict[str, Rule] = {}
"""All rules by id, in the order in which findings are told."""


def check(facts: ReportFacts) -> tuple[Finding, ...]:
    """Everything that is odd in a report, errors first."""
    found = [finding for rule in RULES.values() if (finding := rule(facts))]
    return tuple(sorted(found, key=lambda each: each.weight is Weight.CONFIRM))


def rule(judge: Rule) -> Rule:
    """Enters a rule under its function's name."""
    RULES[judge.__name__] = judge
    return judge


def _confirm(rule_id: str, field: str, text: str) -> Finding:
    return Finding(rule_id, Weight.CONFIRM, field, text)


def _error(rule_id: str, field: str, text: str) -> Finding:
    return Finding(rule_id, Weight.ERROR, field, text)


def _money(amount: Decimal) -> str:
    return f"{round_half_up(amount):,.2f}".removesuffix(".00") + " 万元"


def _points(value: Decimal) -> str:
    return f"{round_half_up(value, 1):f}".removesuffix(".0")


@rule
def negative(facts: ReportFacts) -> Finding | None:
    """A month never takes investment back; a wrong month is corrected instead."""
    completed = facts.this.completed
    if completed is None or completed >= 0:
        return None
    text = f"本月完成投资为 {_money(completed)}，不能为负数。以前月份报多了，请在那个月的填报上“更正”。"
    return _error("negative", "completed", text)


@rule
def total_exceeded(facts: ReportFacts) -> Finding | None:
    """More than the project costs; an error far beyond it."""
    total, completed = facts.total_investment, facts.this.completed
    everything = facts.to_date + facts.after
    if not total or not completed or everything <= total:
        return None
    told = (
        f"加上本月，累计完成 {everything:,.2f} 万元，超过计划总投资 {total:,.2f} 万元"
        f"（{_points(everything / total * HUNDRED)}%）。"
    )
    if everything > total * TOTAL_FAR_EXCEEDED:
        advice = (
            "请检查单位是否为万元；总投资确已调整的，请先由复核人员修改项目的计划总投资，再提交。"
        )
        return _error("total_exceeded", "completed", told + advice)
    return _confirm("total_exceeded", "completed", told + "请检查单位是否为万元，并与概算核对。")


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
            f"本月完成投资 {_money(completed)}，是计划总投资 {_money(total)}的"
            f" {_points(completed / total)} 倍。是否把元当成了万元？请改按万元填写。"
        )
        return _error("unit_slip", "completed", text)
    usual = _usual(facts)
    if not usual:
        return None
    if completed >= SLIP_FLOOR and completed >= SLIP * max(usual):
        return _confirm("unit_slip", "completed", _too_much(completed, max(usual)))
    # A project that is only beginning may stay far below its plan, though not 10,000 times.
    times = SLIP if _has_history(facts) else UNIT_SLIP
    if min(usual) >= SLIP_FLOOR and completed * times <= min(usual):
        return _confirm("unit_slip", "completed", _too_little(completed, min(usual)))
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
    told = f"本月完成投资 {_money(completed)}，是计划和以往各月水平（至多约 {_money(usual)}）的 {_points(times)} 倍。"
    if times >= UNIT_SLIP:
        return told + "是否把元当成了万元？请改按万元填写。"
    return told + "是否把元当成了万元，或者多写了一位？请核对。"


def _too_little(completed: Decimal, usual: Decimal) -> str:
    told = f"本月完成投资 {_money(completed)}，不到计划和以往各月水平（至少约 {_money(usual)}）的 1/{SLIP}。"
    if completed * UNIT_SLIP <= usual:
        return told + "是否把亿元当成了万元？请改按万元填写。"
    return told + "是否少写了一位，或者把亿元当成了万元？请核对。"


@rule
def month_far_above_plan(facts: ReportFacts) -> Finding | None:
    """A month that brings several times what was planned for it."""
    completed, plan = facts.this.completed, facts.month_plan
    if completed is None or plan is None:
        return None
    if completed <= plan * PLAN_TIMES or completed - plan <= PLAN_FLOOR:
        return None
    text = (
        f"本月完成投资 {_money(completed)}，本月计划 {_money(plan)}，超过计划的"
        f" {_points(PLAN_TIMES)} 倍。请核对是否报了累计数；确为当月完成的，请说明原因。"
    )
    return _confirm("month_far_above_plan", "completed", text)


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
    return _confirm("zero_for_three_months", "completed", text)


def _in_a_row(months: Sequence[MonthFacts]) -> bool:
    """Whether the months, newest first, follow each other."""
    numbers = [each.month.year * 12 + each.month.month for each in months]
    return numbers == [numbers[0] - index for index in range(len(numbers))]


@rule
def physical_falling(facts: ReportFacts) -> Finding | None:
    """Physical progress below an earlier month's."""
    percent = facts.this.physical_percent
    last = next((each for each in facts.history if each.physical_percent is not None), None)
    if percent is None or last is None or last.physical_percent is None:
        return None
    if percent >= last.physical_percent:
        return None
    text = (
        f"形象进度 {_points(percent)}%，低于 {last.month:%Y-%m} 的"
        f" {_points(last.physical_percent)}%。形象进度是自开工累计，一般不会下降，请核对。"
    )
    return _confirm("physical_falling", "physical_percent", text)


@rule
def money_physical_apart(facts: ReportFacts) -> Finding | None:
    """Money and works tell different stories. Silent where the money is not known from the start."""
    percent, total = facts.this.physical_percent, facts.total_investment
    if percent is None or facts.this.completed is None or not total or not facts.whole:
        return None
    share = facts.to_date / total * HUNDRED
    if abs(share - percent) <= APART_POINTS:
        return None
    text = (
        f"累计完成投资占计划总投资的 {_points(share)}%，形象进度 {_points(percent)}%，"
        f"相差 {_points(abs(share - percent))} 个百分点。请核对金额和形象进度；确实如此请说明原因。"
    )
    return _confirm("money_physical_apart", "physical_percent", text)


@rule
def start_without_milestone(facts: ReportFacts) -> Finding | None:
    """Works are reported, but the register knows no start.

    Land and design are paid before the start: money alone counts beyond `PRELIMINARY_SHARE`, or
    once the stage says 开工 while the construction milestones stand untouched. Where the stage
    says 开工 and there are no such milestones, nothing contradicts the report.
    """
    if facts.started or (facts.begun and not facts.steps) or not (told := _start_told(facts)):
        return None
    text = (
        f"{told}，但项目没有实际开工日期，施工节点也没有实际开始。"
        "请先在项目里登记开工；只是前期费用的，请说明。"
    )
    return _confirm("start_without_milestone", "completed", text)


def _start_told(facts: ReportFacts) -> str:
    """What of a report says that works have begun."""
    this, total = facts.this, facts.total_investment
    if this.physical_percent:
        return f"形象进度已报 {_points(this.physical_percent)}%"
    if found := STARTED.search(this.physical_progress):
        return f"形象进度描述写明“{found[0]}”"
    if this.completed and facts.begun:
        return f"本月完成投资 {_money(this.completed)}，项目阶段已到开工"
    if this.completed and total and facts.to_date / total * HUNDRED > PRELIMINARY_SHARE:
        share = _points(facts.to_date / total * HUNDRED)
        return f"累计完成投资已达计划总投资的 {share}%"
    return ""


@rule
def completion_without_milestone(facts: ReportFacts) -> Finding | None:
    """Everything is reported as built, but the register knows no completion and no acceptance."""
    if facts.finished:
        return None
    found = COMPLETED.search(facts.this.physical_progress)
    if facts.this.physical_percent == HUNDRED:
        told = "形象进度已报 100%"
    elif found:
        told = f"形象进度描述写明“{found[0]}”"
    else:
        return None
    text = (
        f"{told}，但项目没有实际竣工日期，竣工验收节点也没有完成。"
        "已竣工的请先登记；已完工待验收的，请说明。"
    )
    return _confirm("completion_without_milestone", "physical_percent", text)


@rule
def text_copied(facts: ReportFacts) -> Finding | None:
    """The same words for months while money was spent. A site at rest may say the same again."""
    text = _plain(facts.this.physical_progress)
    earlier = facts.history[:COPIED_MONTHS]
    if not text or len(earlier) < COPIED_MONTHS or not facts.this.completed:
        return None
    if any(_plain(each.physical_progress) != text for each in earlier):
        return None
    months = "、".join(f"{each.month:%Y-%m}" for each in reversed(earlier))
    told = f"形象进度描述与 {months} 一字不差，而本月完成投资 {_money(facts.this.completed)}。"
    return _confirm("text_copied", "physical_progress", told + "请写明本月做到了哪里。")


def _plain(text: str) -> str:
    return BLANKS.sub("", text)


def to_confirm(findings: Sequence[Finding]) -> Iterator[Finding]:
    """Those that somebody must confirm."""
    return (each for each in findings if each.weight is Weight.CONFIRM)


ALL: frozenset[str] = frozenset(RULES)
"""Every rule's id: who confirms these confirms whatever is found, as an Excel row does."""
