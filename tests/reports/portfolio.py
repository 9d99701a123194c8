"""A portfolio changed at random through the services, and the proof that its kept rows are true."""

from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from django.core.exceptions import ValidationError

from investment.models import (
    MONTH_FIELDS,
    AnnualPlan,
    Correction,
    OpeningFigure,
    ReportingWindow,
    SeasonalCurve,
    StatusReport,
)
from investment.rules.rates import DEFAULT_CURVE
from investment.services import (
    WrongState,
    approve_report,
    delete_report,
    return_report,
    save_report,
    submit_report,
    withdraw_report,
)
from investment.services.corrections import (
    approve_correction,
    propose_correction,
    reject_correction,
)
from investment.services.plans import delete_plan, save_curve, save_plan
from investment.services.windows import delete_window, save_window
from kuancheng.access.models import User
from kuancheng.access.roles import REVIEWER
from kuancheng.reports.choices import Basis, LightChoice, ProRataBasis
from kuancheng.reports.judging import daily
from kuancheng.reports.judging.progress import progress_rows
from kuancheng.reports.models import DailyStatus, LightOverride, RuleSet
from kuancheng.reports.services import light_now, revoke_override, set_override
from projects.choices import Role, Stage, Standing
from projects.models import Agency, Assignment, Milestone, Official, Project
from projects.services import save_parts, save_project, save_reference
from tests import factories

Difference = tuple[int, str, Any, Any]


def differences(today: date) -> list[Difference]:
    """Where today's kept rows are not what the facts say: project, column, kept, recomputed."""
    found: list[Difference] = []
    kept = {
        status.project_id: status
        for status in DailyStatus.objects.filter(basis=Basis.DAILY, date=today)
    }
    for row in progress_rows(Project.objects.values_list("pk", flat=True), today):
        fresh, status = daily.daily_status(row, Basis.DAILY, today), kept[row.project_id]
        for column in set(daily.COLUMNS) - {"computed_at"}:
            pair = getattr(status, column), _as_kept(getattr(fresh, column), column)
            if pair[0] != pair[1]:
                found.append((row.project_id, column, *pair))
    return found


def _as_kept(value: Any, column: str) -> Any:
    if not isinstance(value, Decimal):
        return value
    places: int = getattr(DailyStatus._meta.get_field(column), "decimal_places")  # noqa: B009
    return value.quantize(Decimal(1).scaleb(-places))


class RandomPortfolio:
    """Takes random steps through the services, refused ones included. The seed repeats a run."""

    def __init__(self, *, seed: int, today: date) -> None:
        self.random = Random(seed)
        self.today = today
        self.refused = 0
        self.clerk: User = factories.user(REVIEWER)
        self.reviewer: User = factories.user(REVIEWER)
        self.agencies: list[Agency] = [factories.agency() for _ in range(3)]
        self.officials: list[Official] = [factories.official() for _ in range(4)]

    def change(self, times: int) -> None:
        """That many steps, after four that make a project each."""
        for _ in range(4):
            self.make_project()
        steps = (
            [self.make_project, self.change_rules, self.rename_agency]
            + [self.change_project, self.change_milestone, self.delete_milestone] * 3
            + [self.add_milestone, self.assign, self.change_plan, self.delete_plan] * 3
            + [self.add_report, self.step_report] * 8
            + [self.correct, self.decide, self.override, self.open_figure] * 2
            + [self.set_curve, self.set_window]
        )
        for _ in range(times):
            try:
                self.random.choice(steps)()
            except (ValidationError, WrongState):
                self.refused += 1

    def make_project(self) -> None:
        name = f"示例{self.random.random()}"
        save_project(
            project=Project(name=name, stage=self.random.choice(Stage.values)),
            actor=factories.system(),
        )

    def change_project(self) -> None:
        project = self._project()
        for field, value in {
            "stage": self.random.choice(Stage.values),
            "standing": self.random.choice([Standing.NORMAL] * 4 + Standing.values),
            "lead_agency": self.random.choice([None, *self.agencies]),
            "planned_start": self._day(),
            "actual_start": self._day(),
            "actual_completion": self._day(),
            "enrolled_on": self._day(),
            "total_investment": self.random.choice([None, Decimal(500), Decimal(5000)]),
        }.items():
            if self.random.random() < 0.4:
                setattr(project, field, value)
        save_project(project=project, actor=self.clerk, approved=True)

    def add_milestone(self) -> None:
        project = self._project()
        milestone = Milestone(
            project=project, name=f"节点{self.random.randrange(99)}", phase="construction"
        )
        self._schedule(milestone)
        save_parts(project=project, saved=[milestone], actor=self.clerk)

    def change_milestone(self) -> None:
        milestone = self._any(Milestone)
        if milestone:
            self._schedule(milestone)
            save_parts(project=milestone.project, saved=[milestone], actor=self.clerk)

    def delete_milestone(self) -> None:
        milestone = self._any(Milestone)
        if milestone and self.random.random() < 0.3:
            save_parts(project=milestone.project, deleted=[milestone], actor=self.clerk)

    def assign(self) -> None:
        project = self._project()
        since, role = self._day() or self.today, self.random.choice(Role.values)
        ended = list(project.assignments.filter(role=role, until=None, since__lt=since))
        for assignment in ended:
            assignment.until = since - timedelta(days=1)
        official = self.random.choice(self.officials)
        new = Assignment(project=project, official=official, role=role, since=since)
        save_parts(project=project, saved=[*ended, new], actor=self.clerk)

    def change_plan(self) -> None:
        project = self._project()
        plan = project.annual_plans.filter(year=2024).first()
        plan = plan or AnnualPlan(project=project, year=2024)
        plan.amount = Decimal(self.random.choice([0, 7, 100, 1200]))
        typed = self.random.choice([None, plan.amount / 12, Decimal(100)])
        for month in range(1, 13):
            setattr(plan, f"month_{month:02}", typed)
        save_plan(plan=plan, today=self.today, actor=self.reviewer, reason="示例调整")

    def delete_plan(self) -> None:
        plan = self._any(AnnualPlan)
        if plan and self.random.random() < 0.3:
            delete_plan(plan=plan, actor=self.reviewer)

    def add_report(self) -> None:
        report = StatusReport(
            project=self._project(),
            month=date(2024, self.random.randint(1, 11), 1),
            completed=self.random.choice([None, *map(Decimal, ("0", "33.33", "120"))]),
        )
        save_report(report=report, today=self.today, actor=self.clerk)
        with suppress(ValidationError):
            submit_report(report=report, today=self.today, actor=self.clerk)

    def step_report(self) -> None:
        report = self._any(StatusReport)
        if report is None:
            return
        step = self.random.randrange(6)
        if step == 0:
            submit_report(report=report, today=self.today, actor=self.clerk)
        elif step == 1:
            withdraw_report(report=report, actor=self.clerk, seen=factories.seen(report))
        elif step == 2:
            delete_report(report=report, actor=self.clerk)
        elif step == 3:
            return_report(
                report=report, note="示例退回", actor=self.reviewer, seen=factories.seen(report)
            )
        else:
            approve_report(report=report, actor=self.reviewer, seen=factories.seen(report))

    def correct(self) -> None:
        report = self._any(StatusReport)
        if report:
            propose_correction(
                report=report,
                completed=Decimal(self.random.randrange(200)),
                physical_percent=None,
                reason="示例更正",
                actor=self.clerk,
                seen=factories.seen(report),
            )

    def decide(self) -> None:
        waiting = Correction.objects.proposed().first()
        if waiting and self.random.random() < 0.7:
            approve_correction(
                correction=waiting, actor=self.reviewer, seen=factories.seen(waiting)
            )
        elif waiting:
            reject_correction(
                correction=waiting,
                note="示例不采纳",
                actor=self.reviewer,
                seen=factories.seen(waiting),
            )

    def override(self) -> None:
        standing = LightOverride.objects.filter(revoked_on=None).first()
        if standing and self.random.random() < 0.5:
            revoke_override(
                override=standing,
                note="示例撤销",
                today=self.today,
                actor=self.reviewer,
                seen=factories.seen(standing),
            )
            return
        made = LightOverride(
            project=self._project(),
            light=self.random.choice(LightChoice.values),
            since=self.today,
            until=self.today + timedelta(days=self.random.randrange(120)),
            reason="示例调灯",
        )
        worn = light_now(made.project, self.today)
        set_override(override=made, seen_light=worn, today=self.today, actor=self.reviewer)

    def open_figure(self) -> None:
        project = self._project()
        opening = OpeningFigure.objects.filter(project=project).first()
        opening = opening or OpeningFigure(project=project, note="示例")
        opening.month = date(2024, self.random.randint(1, 9), 1)
        opening.completed = Decimal(self.random.randrange(500))
        save_parts(project=project, saved=[opening], actor=self.reviewer)

    def set_curve(self) -> None:
        shares = list(DEFAULT_CURVE)
        self.random.shuffle(shares)
        curve = SeasonalCurve.objects.filter(year=2024).first() or SeasonalCurve(year=2024)
        curve.note = "示例"
        for name, share in zip(MONTH_FIELDS, shares, strict=True):
            setattr(curve, name, share)
        save_curve(curve=curve, actor=self.reviewer)

    def set_window(self) -> None:
        window = ReportingWindow.objects.first()
        if window:
            if window.due_on >= self.today:
                delete_window(window=window, actor=self.reviewer)
            return
        due = max(self.today, date(2024, 10, self.random.randint(8, 25)))
        window = ReportingWindow(
            month=date(2024, 9, 1), opens_on=date(2024, 9, 20), due_on=due, note="示例"
        )
        save_window(window=window, actor=self.reviewer)

    def change_rules(self) -> None:
        version = RuleSet.objects.count() + 1
        RuleSet.objects.create(
            version=version,
            effective_from=date(2024, 9, 1) + timedelta(days=version),
            basis=self.random.choice(ProRataBasis.values),
            milestone_red_days=self.random.randrange(60),
            gap_yellow=Decimal(self.random.randrange(20)),
            report_due_workday=self.random.randint(1, 15),
        )
        daily.refresh_all()

    def rename_agency(self) -> None:
        agency = self.random.choice(self.agencies)
        agency.name = f"示例单位{self.random.random()}"
        save_reference(record=agency, actor=factories.system())

    def _project(self) -> Project:
        return self.random.choice(list(Project.objects.order_by("pk")))

    def _any(self, model: Any) -> Any:
        found = list(model.objects.order_by("pk"))
        return self.random.choice(found) if found else None

    def _schedule(self, milestone: Milestone) -> None:
        milestone.planned_finish, milestone.actual_finish = self._day(), self._day()
        milestone.agency = self.random.choice([None, *self.agencies])

    def _day(self) -> date | None:
        """A day up to 120 days around today, or none at all."""
        if self.random.random() < 0.3:
            return None
        return self.today + timedelta(days=self.random.randint(-120, 120))
