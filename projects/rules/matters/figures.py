"""The figures of matters: what they are made of, over what, and how each explains itself.

A figure answers for a period, as its last day left things and as they were known on a day.

- A close counts in the period in which it was taken, for the agency that led then. Once the matter
  was opened again, and that is known, the close counts no more, in its own period either: it stays
  in the history, is counted as `reopened`, and the rates are restated.
- Open are matters that an agency or a verifier had at the end of the period's last day, whenever
  they were issued: paused ones too. A draft is in no figure, nor is a matter from the day on which
  it was void or merged; on the days before, it was open.
- A matter that was moved counts for the agency that leads on the day in question, with the days
  charged to that agency alone.
"""

from dataclasses import dataclass, fields
from datetime import date, timedelta
from decimal import Decimal

HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Period:
    """Days, inclusive; the last is cut off at the day as of which is asked."""

    first: date
    last: date

    @classmethod
    def month_of(cls, day: date) -> "Period":
        """The month of a day, up to the day."""
        return cls(day.replace(day=1), day)

    @classmethod
    def year_of(cls, day: date) -> "Period":
        """The year of a day, up to the day."""
        return cls(date(day.year, 1, 1), day)

    @property
    def months(self) -> tuple["Period", ...]:
        """Its months, first to last, the last up to the period's last day."""
        found, last = [], self.last
        while last >= self.first:
            month = Period.month_of(last)
            found.append(month)
            last = month.first - timedelta(days=1)
        return tuple(reversed(found))


@dataclass(frozen=True)
class Figure:
    """A number and what it was made of; `value` is None (—) where there is nothing to divide by.

    `unit` is “%” for a share, unrounded, and “个工作日” for a mean.
    """

    name: str
    part: int
    whole: int
    part_words: str
    whole_words: str
    unit: str = "%"

    @property
    def value(self) -> Decimal | None:
        """Unrounded."""
        if not self.whole:
            return None
        return Decimal(self.part) * (HUNDRED if self.unit == "%" else 1) / self.whole

    @property
    def text(self) -> str:
        """“按期办结 3 件 ÷ 应办结 4 件”: the sum that was done."""
        return f"{self.part_words} ÷ {self.whole_words}"


@dataclass(frozen=True)
class Counts:
    """What was counted in a period. Matters, but for `used` (working days) and the verdicts.

    Closed in the period, by closes that stand: `closed` = `on_time` + `extended` + `late`, and the
    days `used` on them. `reopened` are closes of the period that were undone by what is known,
    `undone` those among them that were undone only after its last day. At the end of that day:
    `open`, among them `overdue` (with the agency, past its due day, not paused), `paused`,
    `answered`, and `slipped` (past the due day whoever has it now: overdue, or answered or paused
    too late). `verdicts` were given in the period, `returned` of them sent the matter back.
    """

    closed: int = 0
    on_time: int = 0
    extended: int = 0
    late: int = 0
    used: int = 0
    reopened: int = 0
    undone: int = 0
    open: int = 0
    overdue: int = 0
    paused: int = 0
    answered: int = 0
    slipped: int = 0
    verdicts: int = 0
    returned: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            *(getattr(self, each.name) + getattr(other, each.name) for each in fields(self))
        )

    @property
    def handled(self) -> int:
        """承办: closed in the period, open at its end, or closed by a close that is undone since."""
        return self.closed + self.open + self.undone

    @property
    def due(self) -> int:
        """应办结: closed in the period, or past the due day and still open at its end."""
        return self.closed + self.slipped

    @property
    def closing_rate(self) -> Figure:
        """办结率: of what was handled, how much is closed."""
        parts = [f"办结 {self.closed} 件", f"期末未销号 {self.open} 件"]
        parts += [f"销号后重开 {self.undone} 件"] if self.undone else []
        whole = f"承办 {self.handled} 件（{'、'.join(parts)}）"
        return Figure("办结率", self.closed, self.handled, parts[0], whole)

    @property
    def on_time_rate(self) -> Figure:
        """按期办结率: closed within the original due day, of all that should have been closed.

        延期办结 was not on time; an answer that waits for its verifier within the due day is not
        due to be closed by the agency, and a paused matter neither.
        """
        whole = f"应办结 {self.due} 件（办结 {self.closed} 件、到期未办结 {self.slipped} 件）"
        part = f"按期办结 {self.on_time} 件"
        return Figure("按期办结率", self.on_time, self.due, part, whole)

    @property
    def mean_days(self) -> Figure:
        """平均用时: working days charged to the agency, a matter closed in the period."""
        return Figure(
            "平均用时",
            self.used,
            self.closed,
            f"单位用时合计 {self.used} 个工作日",
            f"办结 {self.closed} 件",
            "个工作日",
        )

    @property
    def return_rate(self) -> Figure:
        """退回率: of the verdicts given in the period, how many sent the matter back.

        Each verdict counts, also of a matter that was opened again, void or merged later.
        """
        whole = f"核查 {self.verdicts} 次（销号、退回）"
        return Figure("退回率", self.returned, self.verdicts, f"退回 {self.returned} 次", whole)

    @property
    def rates(self) -> tuple[Figure, ...]:
        """All of them, in the order in which they are shown."""
        return self.closing_rate, self.on_time_rate, self.mean_days, self.return_rate

    @property
    def restated(self) -> str:
        """What was restated, in Chinese; empty when nothing was."""
        if not self.reopened:
            return ""
        return f"期内销号的 {self.reopened} 件后来重开，不再计为办结，比率已相应更正；当时的销号记录保留。"
