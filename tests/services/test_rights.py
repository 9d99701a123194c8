"""Every service asks who may: whatever door it is called from, the answer is the same."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from investment.models import (
    MONTH_FIELDS,
    AnnualPlan,
    Correction,
    Funding,
    OpeningFigure,
    ReportingWindow,
    SeasonalCurve,
    StatusReport,
)
from investment.rules.rates import DEFAULT_CURVE
from investment.services import (
    approve_correction,
    approve_report,
    delete_report,
    propose_correction,
    reject_correction,
    return_report,
    save_report,
    submit_report,
    undo_decision,
    withdraw_report,
)
from investment.services import evidence as report_evidence
from investment.services.funding import delete_funding, save_funding
from investment.services.plans import delete_plan, save_curve, save_plan
from investment.services.windows import delete_window, save_window
from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.access.rights import NotAllowed
from kuancheng.access.roles import AUDITOR, READER, REPORTER, REVIEWER, SYSTEM_ADMIN
from kuancheng.reports.models import LightOverride, RuleSet
from kuancheng.reports.services import (
    confirm_close_out,
    revoke_override,
    save_rule_set,
    set_override,
)
from projects.models import (
    Agency,
    Baseline,
    CalendarDay,
    CloseOut,
    Listing,
    Milestone,
    Project,
    ScheduleTemplate,
    Stop,
    TemplateStep,
)
from projects.services import delete_reference, save_parts, save_project, save_reference
from projects.services import evidence as step_evidence
from projects.services.close_outs import return_close_out, write_close_out
from projects.services.lists.edits import save_listings
from projects.services.lists.listings import correct, join, leave, strike, undo_leave
from projects.services.many import Edit, save_milestones, save_projects
from projects.services.planning import (
    apply_template,
    approve_plan,
    delete_calendar,
    delete_template,
    propose_plan,
    save_calendar,
    save_template,
    withdraw_plan,
)
from projects.services.proposing.listings import (
    asked_leaving,
    asked_striking,
    listing_drafts,
    propose_joining,
    propose_step,
)
from projects.services.proposing.projects import put_project, put_projects
from projects.services.stops.steps import (
    approve_resume,
    ask_resume,
    begin_stop,
    correct_stop,
    report_stop,
    return_resume,
    strike_stop,
)
from tests import factories
from tests.conftest import TODAY
from tests.projects import uploads

pytestmark = pytest.mark.django_db

SEPTEMBER = date(2024, 9, 1)
Step = Callable[["Scene", User], object]


@dataclass
class Scene:
    """A project of nobody's, with one of everything that hangs on it."""

    project: Project

    def step(self) -> Milestone:
        found = Milestone.objects.filter(project=self.project).first()
        return found or factories.milestone(project=self.project, name="封顶")

    def report(self, state: str = "draft", month: date = SEPTEMBER) -> StatusReport:
        given = {"completed": Decimal(1), "state": state, "month": month}
        return factories.status_report(project=self.project, **given)

    def decided(self, actor: User) -> StatusReport:
        """A report that was approved a moment ago, by whoever wants to take that back."""
        report = self.report("submitted")
        report.state, report.version = "approved", 2
        report.approved_by, report.approved_at = actor, clock.now()
        return saved(report)

    def correction(self) -> Correction:
        report = self.report("approved")
        return propose_correction(
            report=report,
            completed=Decimal(2),
            physical_percent=None,
            reason="漏报",
            seen=factories.seen(report),
            actor=factories.system(),
        )

    def proposal(self) -> Baseline:
        return put_forward(self, factories.system())

    def plan(self) -> AnnualPlan:
        return factories.annual_plan(project=self.project)

    def funding(self) -> Funding:
        given = {"source": "self_raised", "dated": SEPTEMBER, "planned": Decimal(5)}
        return Funding(project=self.project, **given)

    def step_file(self) -> Any:
        (kept,) = step_evidence.attach_evidence(
            milestone=self.step(), files=[uploads.photo()], actor=factories.system()
        )
        return kept

    def report_file(self) -> Any:
        (kept,) = report_evidence.attach_evidence(
            report=self.report(), files=[uploads.photo()], actor=factories.system()
        )
        return kept

    def stay(self) -> Listing:
        found = Listing.objects.filter(project=self.project).first()
        return found or factories.programme(self.project).listings.get()

    def left(self) -> Listing:
        terms: dict[str, Any] = {"reason": "withdrawn", "document": "9号"}
        return leave(listing=self.stay(), until=TODAY, actor=factories.system(), **terms)

    def stop(self) -> Stop:
        return factories.stop(project=self.project)

    def asked(self) -> Stop:
        asking = {"resume_asked_on": TODAY, "resume_asked_by": factories.system()}
        return factories.stop(project=self.project, resume_note="资金到位", **asking)

    def lessons(self) -> CloseOut:
        self.project.stage, self.project.actual_completion = "completed", SEPTEMBER
        self.project.save()
        answers = {"practices": "手续并联", "troubles": "管线滞后", "advice": "先做物探"}
        return CloseOut(project=self.project, **answers)

    def written(self) -> CloseOut:
        return write_close_out(close_out=self.lessons(), seen=0, actor=factories.system())

    def light(self) -> LightOverride:
        given = {"since": TODAY, "until": TODAY, "reason": "材料核验"}
        return LightOverride(project=self.project, light="blue", **given)


def put_forward(scene: Scene, actor: User) -> Baseline:
    return propose_plan(
        project=scene.project,
        days={},
        promised_completion=date(2025, 1, 1),
        reason="initial",
        note="会议同意",
        seen=factories.seen(scene.project),
        actor=actor,
    )


def saved(record: Any) -> Any:
    record.save()
    return record


def rename(project: Project) -> Project:
    project.name = "新名"
    return project


def renumbered(stay: Listing) -> Listing:
    stay.number = 2
    return stay


def late(scene: Scene) -> Milestone:
    step = scene.step()
    step.note = "改"
    return step


def dearer(project: Project) -> Project:
    project.total_investment = Decimal(99_000)
    return project


def decide(service: Any, name: str, record: Any, actor: User, **more: Any) -> object:
    return service(**{name: record}, seen=factories.seen(record), actor=actor, **more)


ROW_STEPS: dict[str, Step] = {
    "save_project": lambda s, a: save_project(project=rename(s.project), actor=a),
    "save_projects": lambda s, a: save_projects(
        edits=[Edit(rename(s.project), Project.objects.get(pk=s.project.pk))], actor=a, reason="x"
    ),
    "put_project": lambda s, a: put_project(
        project=dearer(s.project), actor=a, reason="概算批复调整"
    ),
    "put_projects": lambda s, a: put_projects(
        edits=[Edit(dearer(s.project), Project.objects.get(pk=s.project.pk))],
        actor=a,
        reason="导入 x",
        batch="import-1",
    ),
    "save_parts": lambda s, a: save_parts(project=s.project, saved=[late(s)], actor=a),
    "delete_parts": lambda s, a: save_parts(project=s.project, deleted=[s.step()], actor=a),
    "save_milestones": lambda s, a: save_milestones(
        edits=[Edit(late(s), s.step())], actor=a, reason="x"
    ),
    "attach_step_evidence": lambda s, a: step_evidence.attach_evidence(
        milestone=s.step(), files=[uploads.photo()], actor=a
    ),
    "caption_step_evidence": lambda s, a: step_evidence.caption_evidence(
        evidence=s.step_file(), caption="东侧", actor=a
    ),
    "remove_step_evidence": lambda s, a: step_evidence.remove_evidence(
        evidence=s.step_file(), actor=a
    ),
    "apply_template": lambda s, a: apply_template(
        project=s.project,
        milestones=[Milestone(project=s.project, order=9, name="新", phase="construction")],
        by="latest",
        as_of=TODAY,
        actor=a,
        promised_completion=date(2025, 6, 1),
    ),
    "save_report": lambda s, a: save_report(
        report=StatusReport(project=s.project, month=SEPTEMBER), today=TODAY, actor=a
    ),
    "change_report": lambda s, a: save_report(report=s.report(), today=TODAY, actor=a),
    "submit_report": lambda s, a: submit_report(report=s.report(), today=TODAY, actor=a),
    "withdraw_report": lambda s, a: decide(withdraw_report, "report", s.report("submitted"), a),
    "delete_report": lambda s, a: delete_report(report=s.report(), actor=a),
    "propose_correction": lambda s, a: decide(
        propose_correction,
        "report",
        s.report("approved"),
        a,
        completed=Decimal(2),
        physical_percent=None,
        reason="漏报",
    ),
    "attach_report_evidence": lambda s, a: report_evidence.attach_evidence(
        report=s.report(), files=[uploads.photo()], actor=a
    ),
    "caption_report_evidence": lambda s, a: report_evidence.caption_evidence(
        evidence=s.report_file(), caption="东侧", actor=a
    ),
    "remove_report_evidence": lambda s, a: report_evidence.remove_evidence(
        evidence=s.report_file(), actor=a
    ),
    "save_funding": lambda s, a: save_funding(funding=s.funding(), today=TODAY, actor=a),
    "delete_funding": lambda s, a: delete_funding(funding=saved(s.funding()), actor=a),
    "begin_stop": lambda s, a: begin_stop(
        stop=Stop(project=s.project, reason="funds", stopped_on=TODAY),
        seen=factories.seen(s.project),
        actor=a,
    ),
    "report_stop": lambda s, a: decide(
        report_stop, "stop", s.stop(), a, reported_on=TODAY, document="函1号"
    ),
    "ask_resume": lambda s, a: decide(
        ask_resume, "stop", s.stop(), a, note="资金到位", recheck_on=None, recheck_document=""
    ),
    "correct_stop": lambda s, a: decide(correct_stop, "stop", s.stop(), a, reason="录错"),
    "write_close_out": lambda s, a: write_close_out(close_out=s.lessons(), seen=0, actor=a),
}
"""What a clerk may do with his own projects, and with no other."""

OFFICE_STEPS: dict[str, Step] = {
    "add_project": lambda s, a: save_project(project=Project(name="新", stage="started"), actor=a),
    "add_projects": lambda s, a: save_projects(
        edits=[Edit(Project(name="新", stage="started"))], actor=a, reason="x"
    ),
    "add_opening": lambda s, a: save_parts(
        project=s.project,
        saved=[
            OpeningFigure(project=s.project, month=SEPTEMBER, completed=Decimal(1), note="台账")
        ],
        actor=a,
    ),
    "propose_plan": put_forward,
    "undo_decision": lambda s, a: decide(undo_decision, "report", s.decided(a), a),
    "approve_plan": lambda s, a: decide(approve_plan, "baseline", s.proposal(), a),
    "withdraw_plan": lambda s, a: withdraw_plan(baseline=s.proposal(), actor=a),
    "return_report": lambda s, a: decide(
        return_report, "report", s.report("submitted"), a, note="改"
    ),
    "approve_report": lambda s, a: decide(approve_report, "report", s.report("submitted"), a),
    "approve_correction": lambda s, a: decide(approve_correction, "correction", s.correction(), a),
    "reject_correction": lambda s, a: decide(
        reject_correction, "correction", s.correction(), a, note="依据不足"
    ),
    "save_plan": lambda s, a: save_plan(
        plan=AnnualPlan(project=s.project, year=2024, amount=Decimal(9)), today=TODAY, actor=a
    ),
    "delete_plan": lambda s, a: delete_plan(plan=s.plan(), actor=a),
    "save_curve": lambda s, a: save_curve(
        curve=SeasonalCurve(
            year=2024, note="近三年", **dict(zip(MONTH_FIELDS, DEFAULT_CURVE, strict=True))
        ),
        actor=a,
    ),
    "save_window": lambda s, a: save_window(window=window(), actor=a),
    "delete_window": lambda s, a: delete_window(window=saved(window()), actor=a),
    "save_calendar": lambda s, a: save_calendar(record=holiday(), actor=a),
    "delete_calendar": lambda s, a: delete_calendar(record=saved(holiday()), actor=a),
    "save_template": lambda s, a: save_template(
        template=ScheduleTemplate(code="t", name="流程"),
        saved=[TemplateStep(order=1, phase="construction", name="封顶", duration=5)],
        actor=a,
    ),
    "delete_template": lambda s, a: delete_template(
        template=saved(ScheduleTemplate(code="t", name="流程")), actor=a
    ),
    "set_override": lambda s, a: set_override(
        override=s.light(), seen_light="grey", today=TODAY, actor=a
    ),
    "revoke_override": lambda s, a: decide(
        revoke_override,
        "override",
        set_override(override=s.light(), seen_light="grey", today=TODAY, actor=factories.system()),
        a,
        note="已核验",
        today=TODAY,
    ),
    "save_rule_set": lambda s, a: save_rule_set(
        rules=RuleSet(effective_from=TODAY, note="调整"), today=TODAY, actor=a
    ),
    "join": lambda s, a: join(
        programme=factories.programme(),
        project=s.project,
        since=TODAY,
        reason="added",
        document="8号",
        actor=a,
        approved=True,
    ),
    "leave": lambda s, a: leave(
        listing=s.stay(),
        until=TODAY,
        reason="withdrawn",
        document="9号",
        actor=a,
        approved=True,
    ),
    "undo_leave": lambda s, a: undo_leave(listing=s.left(), why="文件撤回", actor=a, approved=True),
    "correct": lambda s, a: correct(
        listing=s.stay(), values={"number": 2}, why="序号抄错", actor=a, approved=True
    ),
    "strike": lambda s, a: strike(listing=s.stay(), why="登错", actor=a, approved=True),
    "save_listings": lambda s, a: save_listings(
        edits=[Edit(renumbered(s.stay()), s.stay())], actor=a, reason="x", approved=True
    ),
    "propose_joining": lambda s, a: propose_joining(
        programme=factories.programme(),
        projects=[s.project],
        since=TODAY,
        reason="added",
        document="8号",
        actor=a,
    ),
    "propose_leaving": lambda s, a: propose_step(
        listing=s.stay(),
        asked=asked_leaving(until=TODAY, reason="withdrawn", document="9号"),
        actor=a,
    ),
    "propose_striking": lambda s, a: propose_step(
        listing=s.stay(), asked=asked_striking("登错项目"), actor=a
    ),
    "listing_drafts": lambda s, a: listing_drafts(
        edits=[Edit(renumbered(s.stay()), s.stay())], actor=a, reason="导入 x"
    ),
    "save_reference": lambda s, a: save_reference(
        record=Agency(name="新单位", kind="department"), actor=a
    ),
    "delete_reference": lambda s, a: delete_reference(record=factories.agency(), actor=a),
    "approve_resume": lambda s, a: decide(
        approve_resume, "stop", s.asked(), a, resumed_on=TODAY, document=""
    ),
    "return_resume": lambda s, a: decide(return_resume, "stop", s.asked(), a, note="未验收"),
    "strike_stop": lambda s, a: decide(strike_stop, "stop", s.stop(), a, reason="登记错了"),
    "confirm_close_out": lambda s, a: decide(confirm_close_out, "close_out", s.written(), a),
    "return_close_out": lambda s, a: decide(
        return_close_out, "close_out", s.written(), a, note="不具体"
    ),
}
"""What only the office does."""


def window() -> ReportingWindow:
    return ReportingWindow(
        month=SEPTEMBER, opens_on=date(2024, 9, 20), due_on=date(2024, 10, 18), note="国庆"
    )


def holiday() -> CalendarDay:
    return CalendarDay(date=date(2024, 11, 4), works=False, name="停电")


@pytest.fixture
def scene() -> Scene:
    return Scene(factories.project(name="粮油仓"))


def clerk_of(project: Project | None = None) -> User:
    clerk = factories.user(REPORTER)
    if project:
        factories.assignment(project=project, official=factories.official(user=clerk))
    return clerk


@pytest.mark.parametrize("name", ROW_STEPS)
def test_clerk_does_it_with_his_own_project(scene: Scene, name: str) -> None:
    ROW_STEPS[name](scene, clerk_of(scene.project))


@pytest.mark.parametrize("name", ROW_STEPS)
def test_clerk_of_another_project_does_not(scene: Scene, name: str) -> None:
    clerk = clerk_of(factories.project())
    with pytest.raises(NotAllowed, match="“粮油仓”不由您或您的单位负责"):
        ROW_STEPS[name](scene, clerk)


@pytest.mark.parametrize("name", OFFICE_STEPS)
def test_office_does_what_it_alone_does(scene: Scene, name: str) -> None:
    OFFICE_STEPS[name](scene, factories.user(REVIEWER))


@pytest.mark.parametrize("name", OFFICE_STEPS)
def test_clerk_does_not_do_what_the_office_does(scene: Scene, name: str) -> None:
    with pytest.raises(NotAllowed, match="您的账号没有“"):
        OFFICE_STEPS[name](scene, clerk_of(scene.project))


@pytest.mark.parametrize("role", [READER, AUDITOR])
@pytest.mark.parametrize("name", [*ROW_STEPS, *OFFICE_STEPS])
def test_who_only_looks_changes_nothing(scene: Scene, name: str, role: str) -> None:
    with pytest.raises(NotAllowed):
        (ROW_STEPS | OFFICE_STEPS)[name](scene, factories.user(role))


def test_agency_in_charge_is_the_offices_to_choose_at_every_door(scene: Scene) -> None:
    """It decides who may change the project: a clerk would give it away, or take another."""
    clerk, other = clerk_of(scene.project), factories.agency()
    scene.project.lead_agency = other
    before = Project.objects.get(pk=scene.project.pk)
    with pytest.raises(ValidationError, match="责任单位只能由项目中心修改"):
        save_project(project=scene.project, actor=clerk)
    with pytest.raises(Exception, match="责任单位只能由项目中心修改"):
        save_projects(edits=[Edit(scene.project, before)], actor=clerk, reason="导入")
    assert Project.objects.get().lead_agency is None


def test_refusal_names_the_right_in_words() -> None:
    with pytest.raises(NotAllowed) as refused:
        save_project(
            project=Project(name="新", stage="started"), actor=factories.user(SYSTEM_ADMIN)
        )
    assert str(refused.value) == "您的账号没有“新增重点项目”的权限，请联系系统管理员。"
