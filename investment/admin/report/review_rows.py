"""What stands on the review screen: each report, what it is held against, and what it says anew."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Prefetch

from investment.admin.report.figures import TEXTS
from investment.gathering import facts_of
from investment.models import ReportEvidence, StatusReport
from investment.rules.checks import Finding, MonthFacts, ReportFacts, Weight, check
from investment.rules.rates import growth
from investment.rules.reporting import last_month
from investment.rules.totals import total
from investment.rules.wording import Wording, wording
from kuancheng.records.base import label_of
from projects.choices import EvidenceKind

APPROVE, RETURN, LATER = "approve", "return", "later"


@dataclass(frozen=True)
class Text:
    """One of a report's texts beside last month's."""

    label: str
    wording: Wording


@dataclass
class ReviewRow:
    """A report that waits, what it is held against, and what the reviewer chose.

    `last_report` is that of the month before, in whatever state. `seen` is the version that the
    page showed. Amounts are 万元, jumps unrounded percent of last month's figure and of the month's
    plan.
    """

    report: StatusReport
    facts: ReportFacts
    findings: tuple[Finding, ...]
    last_report: StatusReport | None
    choice: str = LATER
    note: str = ""
    seen: int = 0
    refusal: str = ""

    @property
    def last(self) -> MonthFacts | None:
        """The figures of the month before, in whatever state its report is."""
        wanted = last_month(self.report.month)
        return next((each for each in self.facts.history if each.month == wanted), None)

    @property
    def jump(self) -> Decimal | None:
        """How far the figure is above last month's, in percent of it."""
        return growth(self.facts.this.completed, self.last.completed if self.last else None)

    @property
    def plan_jump(self) -> Decimal | None:
        """How far it is above the month's plan."""
        return growth(self.facts.this.completed, self.facts.month_plan)

    @property
    def errors(self) -> int:
        """How many findings are errors: facts have changed since it was submitted."""
        return sum(each.weight is Weight.ERROR for each in self.findings)

    @property
    def oddness(self) -> tuple[int, int, Decimal]:
        """For sorting: the odder, the earlier."""
        jumps = [abs(each) for each in (self.jump, self.plan_jump) if each is not None]
        return (-self.errors, -len(self.findings), -max(jumps, default=Decimal(0)))

    @property
    def texts(self) -> tuple[Text, ...]:
        """Its texts, without those that neither month has."""
        every = (
            Text(
                label_of(StatusReport, name),
                wording(getattr(self.last_report, name, ""), getattr(self.report, name)),
            )
            for name in TEXTS
        )
        return tuple(each for each in every if each.wording.pieces)

    @property
    def photos(self) -> tuple[ReportEvidence, ...]:
        """Its photos, oldest first."""
        return self._files(photos=True)

    @property
    def documents(self) -> tuple[ReportEvidence, ...]:
        """Its other files."""
        return self._files(photos=False)

    def _files(self, *, photos: bool) -> tuple[ReportEvidence, ...]:
        held = self.report.evidence.all()
        return tuple(each for each in held if (each.kind == EvidenceKind.PHOTO) is photos)


@dataclass(frozen=True)
class Sums:
    """What the rows add up to, 万元; None where no row has the figure."""

    completed: Decimal | None
    last: Decimal | None
    plan: Decimal | None


EVIDENCE = Prefetch("evidence", ReportEvidence.objects.order_by("uploaded_at", "pk"))
"""What `rows_of` wants to be fetched along with the reports."""


def rows_of(reports: Iterable[StatusReport]) -> list[ReviewRow]:
    """The rows, the odd ones first. Seven queries for any number.

    The reports carry their projects and their evidence.
    """
    known = list(reports)
    before = _last_reports(known)
    rows = [
        ReviewRow(
            report,
            held_against,
            check(held_against),
            before.get((report.project_id, last_month(report.month))),
        )
        for report, held_against in zip(known, facts_of(known), strict=True)
    ]
    return sorted(rows, key=lambda row: (*row.oddness, row.report.project.code, row.report.month))


def _last_reports(reports: Sequence[StatusReport]) -> dict[tuple[int, date], StatusReport]:
    found = StatusReport.objects.filter(
        project__in={each.project_id for each in reports},
        month__in={last_month(each.month) for each in reports},
    )
    return {(each.project_id, each.month): each for each in found.order_by()}


def sums_of(rows: Sequence[ReviewRow]) -> Sums:
    """The feet of the columns."""
    return Sums(
        total(row.facts.this.completed for row in rows),
        total(row.last.completed if row.last else None for row in rows),
        total(row.facts.month_plan for row in rows),
    )
