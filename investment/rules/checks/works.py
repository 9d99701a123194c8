"""Checks of the works: physical progress, starts and completions, and the words about them.

All thresholds are our default.
"""

import re
from decimal import Decimal

from investment.rules.checks.facts import Finding, ReportFacts, confirm, money, points, rule
from investment.rules.rates import HUNDRED, completion_rate

APART_POINTS = Decimal(30)
"""Money and physical progress further apart than so many points are odd. Our default."""

PRELIMINARY_SHARE = Decimal(10)
"""Up to so many percent of the total are spent before the start: land, design. Our default."""

COPIED_MONTHS = 2
"""A text that was the same in so many earlier months too looks copied. Our default."""

STARTED = re.compile(r"已经?(?:正式|全面|全部)?(?:开工|动工|破土)")
COMPLETED = re.compile(r"已经?(?:正式|整体|全面|全部)?竣工|已经?通过竣工")
BLANKS = re.compile(r"\s+")


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
        f"形象进度 {points(percent)}%，低于 {last.month:%Y-%m} 的"
        f" {points(last.physical_percent)}%。形象进度是自开工累计，一般不会下降，请核对。"
    )
    return confirm("physical_falling", "physical_percent", text)


@rule
def money_physical_apart(facts: ReportFacts) -> Finding | None:
    """Money and works tell different stories. Silent where the money is not known from the start."""
    percent, total = facts.this.physical_percent, facts.total_investment
    if percent is None or facts.this.completed is None or not facts.whole:
        return None
    share = completion_rate(facts.to_date, total)
    if share is None or abs(share - percent) <= APART_POINTS:
        return None
    text = (
        f"累计完成投资占计划总投资的 {points(share)}%，形象进度 {points(percent)}%，"
        f"相差 {points(abs(share - percent))} 个百分点。请核对金额和形象进度；确实如此请说明原因。"
    )
    return confirm("money_physical_apart", "physical_percent", text)


@rule
def start_without_milestone(facts: ReportFacts) -> Finding | None:
    """Works are reported, but the register knows no start.

    Land and design are paid before the start: money alone counts beyond `PRELIMINARY_SHARE`, or
    once the stage says 开工 while the construction milestones stand untouched. Where the stage
    says 开工 and there are no such milestones, nothing contradicts the report.
    """
    if (
        facts.started
        or (facts.begun and not facts.steps)
        or not (sentence := _start_sentence(facts))
    ):
        return None
    text = (
        f"{sentence}，但项目没有实际开工日期，施工节点也没有实际开始。"
        "请先在项目里登记开工；只是前期费用的，请说明。"
    )
    return confirm("start_without_milestone", "completed", text)


def _start_sentence(facts: ReportFacts) -> str:
    """What of a report says that works have begun."""
    this, total = facts.this, facts.total_investment
    if this.physical_percent:
        return f"形象进度已报 {points(this.physical_percent)}%"
    if found := STARTED.search(this.physical_progress):
        return f"形象进度描述写明“{found[0]}”"
    if this.completed and facts.begun:
        return f"本月完成投资 {money(this.completed)}，项目阶段已到开工"
    share = completion_rate(facts.to_date, total)
    if this.completed and share is not None and share > PRELIMINARY_SHARE:
        return f"累计完成投资已达计划总投资的 {points(share)}%"
    return ""


@rule
def completion_without_milestone(facts: ReportFacts) -> Finding | None:
    """Everything is reported as built, but the register knows no completion and no acceptance."""
    if facts.finished:
        return None
    found = COMPLETED.search(facts.this.physical_progress)
    if facts.this.physical_percent == HUNDRED:
        sentence = "形象进度已报 100%"
    elif found:
        sentence = f"形象进度描述写明“{found[0]}”"
    else:
        return None
    text = (
        f"{sentence}，但项目没有实际竣工日期，竣工验收节点也没有完成。"
        "已竣工的请先登记；已完工待验收的，请说明。"
    )
    return confirm("completion_without_milestone", "physical_percent", text)


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
    sentence = f"形象进度描述与 {months} 一字不差，而本月完成投资 {money(facts.this.completed)}。"
    return confirm("text_copied", "physical_progress", sentence + "请写明本月做到了哪里。")


def _plain(text: str) -> str:
    return BLANKS.sub("", text)
