"""A second opinion on every figure of a league: rows read one by one and counted in plain Python.

Shares nothing with the product but its tables: the season, the due days and the rules for a report
that is owed are written down once more from the documents.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from chinese_calendar import is_workday
from django.utils import timezone

from investment.models import AnnualPlan, FormerPlan, ReportEvidence, StatusReport
from projects.models import Assignment, Listing, MatterStep, Milestone, Project, Stop

DAY = timedelta(days=1)
SEASON = (1, 1, 4, 8, 13, 14, 14, 14, 13, 10, 5, 3)
ALLOWED_FOR_ENROLMENT = 30
Figures = dict[str, dict[str, tuple[Decimal, Decimal]]]
"""By entrant and measure: numerator and denominator, those with neither left out."""


@dataclass(frozen=True)
class Recount:
    """A group of the subject, from the first to the last day of months of one year."""

    subject: str
    first: date
    last: date

    def figures(self) -> Figures:
        """Every measure of every entrant."""
        found: Any = defaultdict(lambda: defaultdict(lambda: [Decimal(0), Decimal(0)]))
        for entrant, measure, part, whole in self._shares():
            found[entrant][measure][0] += part
            found[entrant][measure][1] += whole
        return {
            entrant: {name: tuple(each) for name, each in sums.items() if any(each)}
            for entrant, sums in found.items()
            if any(any(each) for each in sums.values())
        }

    def _shares(self) -> Iterator[tuple[str, str, Any, Any]]:
        on_list = {
            each.project_id
            for each in Listing.objects.all()
            if each.programme.year == self.last.year
            and each.since <= self.last
            and not (each.until and each.until < self.last)
        }
        for project in Project.objects.all():
            if project.pk not in on_list:
                continue
            entrant = self._entrant(project)
            for measure, part, whole in self._of_project(project):
                yield entrant, measure, part, whole
            for leads, part, whole in self._matters(project):
                yield (
                    (str(leads) if self.subject == "lead_agency" else entrant),
                    "matters",
                    part,
                    whole,
                )

    def _entrant(self, project: Project) -> str:
        if self.subject == "lead_official":
            held = [
                each.official_id
                for each in Assignment.objects.filter(project=project)
                if each.role == "lead_official"
                and each.since <= self.last
                and not (each.until and each.until < self.last)
            ]
            return str(held[0]) if held else ""
        column = {"lead_agency": "lead_agency_id", "subdistrict": "subdistrict_id"}
        return str(getattr(project, column.get(self.subject, "industry")) or "")

    def _within(self, day: date | None) -> bool:
        return day is not None and self.first <= day <= self.last

    def _by_now(self, day: date | None) -> bool:
        return day is not None and day <= self.last

    def _of_project(self, project: Project) -> Iterator[tuple[str, Any, Any]]:
        planned, actual = project.planned_start, project.actual_start
        yield "starts", self._within(actual), self._within(planned)
        yield (
            "completions",
            self._within(project.actual_completion),
            self._within(project.planned_completion),
        )
        if self._within(actual):
            yield "enrolments", self._by_now(project.enrolled_on), 1
            yield "late_enrolments", self._enrolled_late(project), 1
        if planned is not None and self._within(planned):
            until = actual if actual is not None and actual <= self.last else self.last
            yield "late_starts", until > planned, 1
        for each in Milestone.objects.filter(project=project):
            due, done = each.planned_finish, each.actual_finish
            if due is not None and self._within(due):
                kept = done is not None and done <= due
                yield "milestones", kept, 1
                if each.phase in {"siting", "permit"}:
                    yield {"siting": "siting", "permit": "permits"}[each.phase], kept, 1
            if each.phase == "permit" and not self._by_now(actual):
                yield "maturity", self._by_now(done), 1
        yield from self._of_reports(project)

    def _enrolled_late(self, project: Project) -> bool:
        started, enrolled = project.actual_start, project.enrolled_on
        assert started is not None
        until = enrolled if enrolled and enrolled <= self.last else self.last
        return (until - started).days > ALLOWED_FOR_ENROLMENT

    def _of_reports(self, project: Project) -> Iterator[tuple[str, Any, Any]]:
        reports = {each.month.month: each for each in StatusReport.objects.filter(project=project)}
        plan = self._plan(project)
        year, months = _season(plan) if plan else (Decimal(0), [Decimal(0)] * 12)
        yield "year_plan", 0, year
        for number in range(1, self.last.month + 1):
            report, counted = reports.get(number), number >= self.first.month
            if counted:
                yield "plan_to_date", 0, months[number - 1]
                if self._owes(project, number):
                    yield "reports", report is not None and _in_time(report), 1
            if report is None or report.state != "approved":
                continue
            if year:
                yield "year_plan", report.completed, 0
            if counted:
                yield "evidence", ReportEvidence.objects.filter(report=report).exists(), 1
                if year:
                    yield "plan_to_date", report.completed, 0

    def _plan(self, project: Project) -> Any:
        """The version that held on the last day; the oldest where none did."""
        plan = AnnualPlan.objects.filter(project=project, year=self.last.year).first()
        if plan is None:
            return None
        versions = sorted(
            [plan, *FormerPlan.objects.filter(plan=plan)], key=lambda each: -each.version
        )
        held = [
            each
            for each in versions
            if not each.effective_from or self._by_now(each.effective_from)
        ]
        return (held or versions[-1:])[0]

    def _owes(self, project: Project, number: int) -> bool:
        """By every day of the month: whether it stood still on all of them, and was not over before."""
        first = date(self.last.year, number, 1)
        days = [first + DAY * place for place in range(31)]
        days = [each for each in days if each.month == number]
        stops = list(Stop.objects.filter(project=project))
        if any(all(_stands_still(stop, each) for each in days) for stop in stops):
            return False
        if project.standing == "suspended" and not stops:
            return False
        if project.standing not in {"normal", "suspended"}:
            return False
        if project.actual_completion is not None:
            return project.actual_completion >= first
        return project.stage in {"preparation", "started", "construction", "completed"}

    def _matters(self, project: Project) -> Iterator[tuple[int, int, int]]:
        steps: dict[Any, dict[str, Any]] = defaultdict(dict)
        for each in MatterStep.objects.filter(matter__project=project).order_by("number"):
            steps[each.matter_id][each.step] = each
        for taken in steps.values():
            agency, due = taken["issue"].agency_id, taken["issue"].due
            answered = taken["answer"].day if "answer" in taken else None
            shut = taken["close"].day if "close" in taken else None
            if shut is not None and shut <= self.last:
                if shut >= self.first:
                    yield agency, int(answered <= due), 1
            elif (answered if answered and self._by_now(answered) else self.last) > due:
                yield agency, 0, 1


def _stands_still(stop: Stop, day: date) -> bool:
    return stop.stopped_on <= day and not (stop.resumed_on and stop.resumed_on <= day)


def _season(plan: Any) -> tuple[Decimal, list[Decimal]]:
    """The year and its twelve months; the rest of rounding goes to June, the first of the largest."""
    typed = [getattr(plan, f"month_{number:02}") for number in range(1, 13)]
    if None not in typed:
        return plan.amount, typed
    cent = Decimal("0.01")
    months = [(plan.amount * share / 100).quantize(cent, ROUND_HALF_UP) for share in SEASON]
    months[5] += plan.amount - sum(months)
    return plan.amount, months


def _in_time(report: StatusReport) -> bool:
    """Filed by the end of the fifth working day of the month after."""
    if report.state not in {"submitted", "approved"} or report.submitted_at is None:
        return False
    due = (report.month + 31 * DAY).replace(day=1) - DAY
    for _ in range(5):
        due += DAY
        while not is_workday(due):
            due += DAY
    return timezone.localtime(report.submitted_at).date() <= due
