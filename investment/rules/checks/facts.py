"""What a report is held against, what a check finds, and how rules are entered."""

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from investment.rules.rates import round_half_up

ZERO = Decimal(0)


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


def rule(judge: Rule) -> Rule:
    """Enters a rule under its function's name."""
    RULES[judge.__name__] = judge
    return judge


def confirm(rule_id: str, field: str, text: str) -> Finding:
    """What its author must confirm."""
    return Finding(rule_id, Weight.CONFIRM, field, text)


def error(rule_id: str, field: str, text: str) -> Finding:
    """What stops a report."""
    return Finding(rule_id, Weight.ERROR, field, text)


def money(amount: Decimal) -> str:
    """An amount in a sentence, “1,200.5 万元”."""
    return f"{round_half_up(amount):,.2f}".removesuffix(".00") + " 万元"


def points(value: Decimal) -> str:
    """A percentage or a multiple with at most one place."""
    return f"{round_half_up(value, 1):f}".removesuffix(".0")
