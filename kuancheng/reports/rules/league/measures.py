"""What a league can measure: each measure is a numerator over a denominator, or a count."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from investment.rules.rates import HUNDRED

ZERO = Decimal(0)


class Measure(StrEnum):
    """The measures, by the code that travels through the API."""

    YEAR_PLAN = "year_plan"
    PLAN_TO_DATE = "plan_to_date"
    STARTS = "starts"
    ENROLMENTS = "enrolments"
    COMPLETIONS = "completions"
    SITING = "siting"
    PERMITS = "permits"
    MATURITY = "maturity"
    MILESTONES = "milestones"
    MATTERS = "matters"
    REPORTS = "reports"
    EVIDENCE = "evidence"
    LATE_STARTS = "late_starts"
    LATE_ENROLMENTS = "late_enrolments"


@dataclass(frozen=True)
class Meaning:
    """What a measure says: its name, what is divided by what, and in which unit.

    `counts` measures are scored by the number of their `part`; the `whole` only says whether there
    was anything to be late with. `planned` ones need annual plans.
    """

    label: str
    part: str
    whole: str
    unit: str
    counts: bool = False
    planned: bool = False

    @property
    def definition(self) -> str:
        """“期内开工 ÷ 期内计划开工（个）”."""
        if self.counts:
            return f"{self.part}（{self.unit}）；{self.whole}为零时不计"
        return f"{self.part} ÷ {self.whole}（{self.unit}）"


MEANINGS: dict[Measure, Meaning] = {
    Measure.YEAR_PLAN: Meaning(
        "年度计划完成率", "1 月至当月完成投资", "年度计划投资", "万元", planned=True
    ),
    Measure.PLAN_TO_DATE: Meaning(
        "序时完成率", "期内完成投资", "期内计划投资", "万元", planned=True
    ),
    Measure.STARTS: Meaning("开工率", "期内开工", "期内计划开工", "个"),
    Measure.ENROLMENTS: Meaning("入统率", "其中期末已入统", "期内开工", "个"),
    Measure.COMPLETIONS: Meaning("竣工率", "期内竣工", "期内计划竣工", "个"),
    Measure.SITING: Meaning("招商落地率", "其中按期完成", "期内到期的招商落地节点", "个"),
    Measure.PERMITS: Meaning("手续按期办结率", "其中按期完成", "期内到期的前期手续节点", "个"),
    Measure.MATURITY: Meaning(
        "前期工作成熟率", "其中期末已完成", "期末未开工项目的前期手续节点", "个"
    ),
    Measure.MILESTONES: Meaning("节点按期完成率", "其中按期完成", "期内到期的节点", "个"),
    Measure.MATTERS: Meaning("事项按期办结率", "期内按期办结", "期内应办结", "件"),
    Measure.REPORTS: Meaning("填报及时率", "其中按期提交", "期内应报", "份"),
    Measure.EVIDENCE: Meaning("佐证率", "其中附有佐证", "期内已复核的填报", "份"),
    Measure.LATE_STARTS: Meaning(
        "逾期开工", "其中期末未开工或晚于计划开工", "期内计划开工", "个", counts=True
    ),
    Measure.LATE_ENROLMENTS: Meaning(
        "逾期入统", "其中超过期限未入统或晚入统", "期内开工", "个", counts=True
    ),
}


@dataclass(frozen=True)
class Counted:
    """What was counted of a measure: 万元 for money, else a number of things.

    `projects` have a share in the denominator; `missing` ones would have, but have no plan, and
    are said. `records` is how many approved reports are in the numerator: a month that nobody
    reported brings nothing to it.
    """

    part: Decimal = ZERO
    whole: Decimal = ZERO
    projects: int = 0
    missing: int = 0
    records: int = 0

    def __add__(self, other: "Counted") -> "Counted":
        return Counted(
            self.part + other.part,
            self.whole + other.whole,
            self.projects + other.projects,
            self.missing + other.missing,
            self.records + other.records,
        )

    @property
    def rate(self) -> Decimal | None:
        """Unrounded percent; None where there is nothing to divide by."""
        return self.part * HUNDRED / self.whole if self.whole else None


NOTHING = Counted()
