"""What a project's money says against itself: plans, totals, funding. Amounts are 万元."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class Weight(StrEnum):
    """How much a finding matters."""

    ERROR = "error"
    DOUBT = "doubt"


@dataclass(frozen=True)
class MoneyFacts:
    """A project's money in one year.

    `before` is what was completed before the year, `total_plans` all its annual plans together.
    `planned_funds` and `in_place` sum the latest row of each source, None where nobody told.
    `building` says that it is under construction and not finished.
    """

    year: int
    total: Decimal | None
    before: Decimal
    completed_total: Decimal | None
    plan: Decimal | None
    total_plans: Decimal | None
    building: bool
    finished_on: date | None
    planned_funds: Decimal | None
    in_place: Decimal | None


@dataclass(frozen=True)
class Finding:
    """One contradiction, in a sentence with its figures."""

    rule: str
    weight: Weight
    text: str


LABELS: dict[str, str] = {
    "plan_over_remaining": "年度计划超过剩余投资",
    "plan_missing": "在建项目没有年度计划",
    "plan_after_completion": "竣工后仍有年度计划",
    "plans_over_total": "各年计划合计超过总投资",
    "completed_over_total": "累计完成超过总投资",
    "funds_over_total": "计划资金超过总投资",
    "funds_under_total": "计划资金不足总投资",
    "in_place_over_planned": "到位资金超过计划资金",
    "completed_over_in_place": "累计完成超过到位资金",
}


def contradictions(facts: MoneyFacts) -> Iterator[Finding]:
    """All of them, in the order of LABELS."""
    for rule in RULES:
        found = rule(facts)
        if found is not None:
            yield found


def _yuan(amount: Decimal) -> str:
    return f"{amount:,.2f}".removesuffix(".00")


def _plan_over_remaining(facts: MoneyFacts) -> Finding | None:
    if facts.total is None or facts.plan is None:
        return None
    left = facts.total - facts.before
    if facts.plan <= left:
        return None
    text = (
        f"{facts.year} 年计划 {_yuan(facts.plan)} 万元，超过剩余投资 {_yuan(left)} 万元"
        f"（总投资 {_yuan(facts.total)}，以前年度完成 {_yuan(facts.before)}）"
    )
    return Finding("plan_over_remaining", Weight.ERROR, text)


def _plan_missing(facts: MoneyFacts) -> Finding | None:
    if not facts.building or facts.plan:
        return None
    word = "没有" if facts.plan is None else "为 0 的"
    return Finding("plan_missing", Weight.DOUBT, f"在建项目{word} {facts.year} 年度计划")


def _plan_after_completion(facts: MoneyFacts) -> Finding | None:
    if not facts.plan or facts.finished_on is None or facts.finished_on.year >= facts.year:
        return None
    text = f"{facts.finished_on} 已竣工，{facts.year} 年仍有计划 {_yuan(facts.plan)} 万元"
    return Finding("plan_after_completion", Weight.DOUBT, text)


def _plans_over_total(facts: MoneyFacts) -> Finding | None:
    if facts.total_plans is None or facts.total is None or facts.total_plans <= facts.total:
        return None
    text = f"各年计划合计 {_yuan(facts.total_plans)} 万元，超过总投资 {_yuan(facts.total)} 万元"
    return Finding("plans_over_total", Weight.ERROR, text)


def _completed_over_total(facts: MoneyFacts) -> Finding | None:
    done, total = facts.completed_total, facts.total
    if done is None or total is None or done <= total:
        return None
    text = f"累计完成 {_yuan(done)} 万元，超过总投资 {_yuan(total)} 万元"
    return Finding("completed_over_total", Weight.ERROR, text)


def _funds_against_total(facts: MoneyFacts) -> Finding | None:
    planned, total = facts.planned_funds, facts.total
    if planned is None or total is None or planned == total:
        return None
    if planned > total:
        text = f"各来源计划资金合计 {_yuan(planned)} 万元，超过总投资 {_yuan(total)} 万元"
        return Finding("funds_over_total", Weight.DOUBT, text)
    text = f"各来源计划资金合计 {_yuan(planned)} 万元，比总投资少 {_yuan(total - planned)} 万元"
    return Finding("funds_under_total", Weight.DOUBT, text)


def _in_place_over_planned(facts: MoneyFacts) -> Finding | None:
    arrived, planned = facts.in_place, facts.planned_funds
    if arrived is None or planned is None or arrived <= planned:
        return None
    text = f"到位资金 {_yuan(arrived)} 万元，超过计划资金 {_yuan(planned)} 万元"
    return Finding("in_place_over_planned", Weight.ERROR, text)


def _completed_over_in_place(facts: MoneyFacts) -> Finding | None:
    done, arrived = facts.completed_total, facts.in_place
    if done is None or arrived is None or done <= arrived:
        return None
    text = (
        f"累计完成 {_yuan(done)} 万元，超过到位资金 {_yuan(arrived)} 万元，"
        f"差 {_yuan(done - arrived)} 万元（可能垫资）"
    )
    return Finding("completed_over_in_place", Weight.DOUBT, text)


RULES: tuple[Callable[[MoneyFacts], Finding | None], ...] = (
    _plan_over_remaining,
    _plan_missing,
    _plan_after_completion,
    _plans_over_total,
    _completed_over_total,
    _funds_against_total,
    _in_place_over_planned,
    _completed_over_in_place,
)
