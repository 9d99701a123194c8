"""复核: all reports that wait, the odd ones first, approved or returned in one form."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from investment.admin.report.steps import shown_version
from investment.choices import ReportState
from investment.gathering import facts_of
from investment.models import StatusReport, month_text
from investment.rules.checks import Finding, MonthFacts, ReportFacts, Weight, check
from investment.rules.rates import growth
from investment.rules.reporting import last_month, parse_month
from investment.rules.totals import total
from investment.services import approve_report
from investment.services.reports import APPROVE as APPROVE_RIGHT
from investment.services.reports import HINDRANCES, return_report
from kuancheng.access.models import User
from kuancheng.access.rights import account, require
from kuancheng.records.announcing import together
from kuancheng.records.pages import AdminPage
from kuancheng.records.versions import StaleRecord

APPROVE, RETURN, LATER = "approve", "return", "later"
CLEAN = "clean"
MOST = 200
"""Reports shown at a time, the odd ones first; the rest follows when these are done."""


@dataclass
class ReviewRow:
    """A report that waits, what it is held against, and what the reviewer chose.

    `seen` is the version that the page showed. Amounts are 万元, jumps unrounded percent of last month's figure and of the month's plan.
    """

    report: StatusReport
    facts: ReportFacts
    findings: tuple[Finding, ...]
    choice: str = LATER
    note: str = ""
    seen: int = 0
    refusal: str = ""

    @property
    def last(self) -> MonthFacts | None:
        """The month before, in whatever state its report is."""
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
    def oddness(self) -> tuple[Any, ...]:
        """For sorting: the odder, the earlier."""
        jumps = [abs(each) for each in (self.jump, self.plan_jump) if each is not None]
        return (-self.errors, -len(self.findings), -max(jumps, default=Decimal(0)))


@dataclass(frozen=True)
class Sums:
    """What the rows add up to, 万元; None where no row has the figure."""

    completed: Decimal | None
    last: Decimal | None
    plan: Decimal | None


@dataclass
class Outcome:
    """What was done, and what each refused report was told."""

    approved: list[str] = field(default_factory=list)
    returned: list[str] = field(default_factory=list)
    refused: dict[int, str] = field(default_factory=dict)


def rows_of(reports: Iterable[StatusReport]) -> list[ReviewRow]:
    """The rows, the odd ones first. Six queries for any number."""
    known = list(reports)
    rows = [
        ReviewRow(report, held_against, check(held_against))
        for report, held_against in zip(known, facts_of(known), strict=True)
    ]
    return sorted(rows, key=lambda row: (*row.oddness, row.report.project.code))


def sums_of(rows: Sequence[ReviewRow]) -> Sums:
    """The feet of the columns."""
    return Sums(
        total(row.facts.this.completed for row in rows),
        total(row.last.completed if row.last else None for row in rows),
        total(row.facts.month_plan for row in rows),
    )


def decide(rows: Sequence[ReviewRow], actor: User) -> Outcome:
    """Approves and returns as chosen; what cannot be done is told, and hinders nothing else."""
    outcome = Outcome()
    with transaction.atomic(), together():
        for row in rows:
            if row.choice == LATER:
                continue
            try:
                if row.choice == APPROVE:
                    approve_report(report=row.report, seen=row.seen, actor=actor)
                    outcome.approved.append(str(row.report))
                else:
                    return_report(report=row.report, seen=row.seen, note=row.note, actor=actor)
                    outcome.returned.append(str(row.report))
            except HINDRANCES as error:
                outcome.refused[row.report.pk] = _why(error)
                if isinstance(error, StaleRecord):
                    row.choice = LATER
    return outcome


def _why(error: Exception) -> str:
    if isinstance(error, StatusReport.DoesNotExist):
        return "已被删除。"
    return "；".join(error.messages) if isinstance(error, ValidationError) else str(error)


class ReviewPage(AdminPage):
    """The screen that clears what waits for this reviewer."""

    name = "review"
    template_name = "admin/investment/statusreport/review.html"

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        reviewer = account(request)
        require(reviewer, APPROVE_RIGHT)
        self.waiting = StatusReport.objects.reviewable_by(reviewer)
        self.month = _month_asked(request.GET.get("month", ""))
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        """The reports that wait, with the conclusions preset where that was asked."""
        rows = self._rows()
        _preset(rows, request.GET.get("preset", ""))
        return self._shown(rows)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Takes the decisions; what could not be done is shown again with the reason."""
        rows = self._rows()
        _take_choices(rows, request.POST)
        outcome = decide(rows, account(request))
        _tell(request, outcome, _vanished(rows, request.POST))
        if not outcome.refused:
            return redirect(request.get_full_path())
        rows = [row for row in rows if row.report.pk in outcome.refused or row.choice == LATER]
        for row in rows:
            row.refusal = outcome.refused.get(row.report.pk, "")
        return self._shown(rows)

    def _rows(self) -> list[ReviewRow]:
        found = self.waiting.select_related("project__lead_agency", "submitted_by")
        found = found.annotate(evidence_count=Count("evidence"))
        return rows_of(found.filter(month=self.month) if self.month else found)[:MOST]

    def _shown(self, rows: Sequence[ReviewRow]) -> HttpResponse:
        months = self.waiting.order_by("month").values_list("month", flat=True)
        return self.page(
            "复核进展填报",
            rows=rows,
            sums=sums_of(rows),
            month=self.month,
            months=[(each, month_text(each)) for each in dict.fromkeys(months)],
            own=_own_waiting(account(self.request)),
        )


def _month_asked(text: str) -> date | None:
    try:
        return parse_month(text) if text else None
    except ValueError:
        return None


def _own_waiting(user: User) -> int:
    """Reports that he submitted or wrote himself: somebody else reviews them."""
    waiting = StatusReport.objects.filter(state=ReportState.SUBMITTED)
    return waiting.authored_by(user).count()


def _take_choices(rows: Sequence[ReviewRow], posted: QueryDict) -> None:
    """What was chosen on the page, of which version of each report."""
    for row in rows:
        key = row.report.pk
        choice = posted.get(f"choice-{key}", LATER)
        row.choice = choice if choice in (APPROVE, RETURN) else LATER
        row.note = posted.get(f"note-{key}", "")
        seen = posted.get(shown_version(row.report), "")
        row.seen = int(seen) if seen.isdecimal() and len(seen) < 10 else 0


def _vanished(rows: Sequence[ReviewRow], posted: QueryDict) -> list[str]:
    """Names of reports decided on that somebody else has dealt with."""
    shown = {str(row.report.pk) for row in rows}
    decided = [
        name.removeprefix("choice-")
        for name, value in posted.items()
        if name.startswith("choice-") and value in (APPROVE, RETURN)
    ]
    keys = [key for key in decided if key not in shown and key.isascii() and key.isdecimal()]
    gone = StatusReport.objects.filter(pk__in=[key for key in keys if len(key) < 19])
    return [str(report) for report in gone.select_related("project")]


def _preset(rows: Sequence[ReviewRow], preset: str) -> None:
    for row in rows:
        if preset == APPROVE or (preset == CLEAN and not row.findings):
            row.choice = APPROVE


def _tell(request: HttpRequest, outcome: Outcome, missing: Sequence[str]) -> None:
    if outcome.approved:
        messages.success(request, f"已通过 {len(outcome.approved)} 份，数字已计入统计。")
    if outcome.returned:
        messages.success(
            request, f"已退回 {len(outcome.returned)} 份：{'；'.join(outcome.returned)}。"
        )
    if outcome.refused:
        messages.error(request, f"有 {len(outcome.refused)} 份没有办成，原因写在各行，内容都还在。")
    if missing:
        messages.warning(request, f"以下填报已被别人处理或被撤回，没有再办：{'；'.join(missing)}。")
    if not (outcome.approved or outcome.returned or outcome.refused or missing):
        messages.info(request, "没有选择通过或退回，什么也没有改动。")
