"""A decision is made on what was shown, by somebody who wrote none of it."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from investment.choices import ReportState
from investment.models import Correction, StatusReport
from investment.services import (
    WrongState,
    approve_correction,
    approve_report,
    propose_correction,
    reject_correction,
    return_report,
    save_report,
    submit_report,
    withdraw_report,
)
from kuancheng.access.models import User
from kuancheng.access.roles import REPORTER, REVIEWER
from kuancheng.records.versions import StaleRecord
from kuancheng.reports.models import DailyStatus, LightOverride
from kuancheng.reports.services import light_now, revoke_override, set_override
from projects.models import Milestone, Project
from projects.services import save_parts
from projects.services.planning import approve_plan, propose_plan
from tests import factories
from tests.conftest import TODAY
from tests.forms import form_values

pytestmark = pytest.mark.django_db

LIST = "/admin/investment/statusreport/"


@pytest.fixture
def clerk() -> User:
    return factories.user(REPORTER, full_name="张三")


@pytest.fixture
def reviewer() -> User:
    return factories.user(REVIEWER, full_name="李四")


@pytest.fixture
def project(clerk: User) -> Project:
    made = factories.project(name="粮油仓")
    factories.assignment(project=made, official=factories.official(user=clerk))
    return made


@pytest.fixture
def report(project: Project, clerk: User) -> StatusReport:
    """Submitted with 100."""
    return filed(project, clerk, 100)


def filed(project: Project, actor: User, amount: int) -> StatusReport:
    draft = StatusReport(project=project, month=date(2024, 9, 1), completed=Decimal(amount))
    save_report(report=draft, today=TODAY, actor=actor)
    return submit_report(report=draft, today=TODAY, actor=actor)


def swap(report: StatusReport, clerk: User, amount: int) -> None:
    """The clerk takes it back, writes another figure, and submits it again."""
    withdraw_report(report=report, seen=factories.seen(report), actor=clerk)
    draft = StatusReport.objects.get(pk=report.pk)
    draft.completed = Decimal(amount)
    save_report(report=draft, today=TODAY, actor=clerk)
    submit_report(report=draft, today=TODAY, actor=clerk)


def state(report: StatusReport) -> str:
    return StatusReport.objects.get(pk=report.pk).state


class TestFigureSwappedBehindThePage:
    """100 was shown, 900 stands: nobody approves 900 by the page of 100."""

    def test_service_refuses_and_says_who_changed_what(
        self, report: StatusReport, clerk: User, reviewer: User
    ) -> None:
        seen = factories.seen(report)
        swap(report, clerk, 900)
        with pytest.raises(StaleRecord) as refused:
            approve_report(report=report, seen=seen, actor=reviewer)
        assert "张三：本月完成投资（万元）由“100.00”改为“900.00”" in str(refused.value)
        assert state(report) == ReportState.SUBMITTED
        assert DailyStatus.objects.get(project=report.project).completed_ytd is None

    @pytest.mark.parametrize("decide", [return_report, withdraw_report])
    def test_returning_and_withdrawing_are_refused_too(
        self, report: StatusReport, clerk: User, reviewer: User, decide: Any
    ) -> None:
        seen = factories.seen(report)
        swap(report, clerk, 900)
        more = {"note": "改"} if decide is return_report else {}
        with pytest.raises(StaleRecord):
            decide(report=report, seen=seen, actor=reviewer, **more)
        assert state(report) == ReportState.SUBMITTED

    def test_list_action_refuses(
        self, client: Client, report: StatusReport, clerk: User, reviewer: User
    ) -> None:
        client.force_login(reviewer)
        posted = form_values(client.get(LIST)) | {
            "action": "approve",
            "_selected_action": [str(report.pk)],
        }
        swap(report, clerk, 900)
        page = client.post(LIST, posted, follow=True).content.decode()
        assert "没有复核通过 1 份：粮油仓 2024-09：您打开之后有人改过" in page
        assert state(report) == ReportState.SUBMITTED

    def test_action_on_what_the_list_did_not_show_is_refused(
        self, client: Client, report: StatusReport, reviewer: User
    ) -> None:
        client.force_login(reviewer)
        posted = {"action": "approve", "_selected_action": [report.pk], "select_across": "1"}
        page = client.post(LIST, posted, follow=True).content.decode()
        assert "不在这一页上，没有看过" in page
        assert state(report) == ReportState.SUBMITTED

    @pytest.mark.parametrize(
        "pressed", [{"_step": "approve"}, {"_step": "return", "return_note": "改"}]
    )
    def test_report_page_refuses(
        self,
        client: Client,
        report: StatusReport,
        clerk: User,
        reviewer: User,
        pressed: dict[str, str],
    ) -> None:
        client.force_login(reviewer)
        url = f"{LIST}{report.pk}/change/"
        posted = form_values(client.get(url)) | pressed
        swap(report, clerk, 900)
        page = client.post(url, posted, follow=True).content.decode()
        assert "由“100.00”改为“900.00”" in page
        assert state(report) == ReportState.SUBMITTED

    def test_review_screen_refuses_and_shows_the_new_figure_undecided(
        self, client: Client, report: StatusReport, clerk: User, reviewer: User
    ) -> None:
        client.force_login(reviewer)
        url = f"{LIST}review/"
        posted = form_values(client.get(url)) | {f"choice-{report.pk}": "approve"}
        swap(report, clerk, 900)
        answer = client.post(url, posted)
        assert "由“100.00”改为“900.00”" in answer.content.decode()
        assert form_values(answer)[f"choice-{report.pk}"] == "later"
        assert state(report) == ReportState.SUBMITTED
        again = form_values(answer) | {f"choice-{report.pk}": "approve"}
        client.post(url, again)
        assert state(report) == ReportState.APPROVED


class TestAuthorsDoNotApprove:
    def test_reviewer_who_wrote_the_figure_does_not_approve_what_a_clerk_submitted(
        self, client: Client, project: Project, clerk: User, reviewer: User
    ) -> None:
        draft = StatusReport(project=project, month=date(2024, 9, 1), completed=Decimal(900))
        save_report(report=draft, today=TODAY, actor=reviewer)
        report = submit_report(report=draft, today=TODAY, actor=clerk)
        with pytest.raises(WrongState, match="“本月完成投资（万元）”是您填写的，不能自己复核"):
            approve_report(report=report, seen=factories.seen(report), actor=reviewer)
        assert not StatusReport.objects.reviewable_by(reviewer).exists()
        client.force_login(reviewer)
        page = client.get(f"{LIST}review/").content.decode()
        assert f"choice-{report.pk}" not in page
        other = factories.user(REVIEWER)
        assert StatusReport.objects.reviewable_by(other).get() == report
        approve_report(report=report, seen=factories.seen(report), actor=other)

    def test_each_figure_has_its_own_author(
        self, project: Project, clerk: User, reviewer: User
    ) -> None:
        """The clerk rewrote the amount; the percentage is still the reviewer's."""
        draft = StatusReport(
            project=project,
            month=date(2024, 9, 1),
            completed=Decimal(900),
            physical_percent=Decimal(2),
        )
        save_report(report=draft, today=TODAY, actor=reviewer)
        draft = StatusReport.objects.get(pk=draft.pk)
        draft.completed = Decimal(100)
        save_report(report=draft, today=TODAY, actor=clerk)
        report = submit_report(report=draft, today=TODAY, actor=clerk)
        assert (report.completed_by, report.percent_by) == (clerk, reviewer)
        with pytest.raises(WrongState, match="“形象进度（%）”是您填写的"):
            approve_report(report=report, seen=factories.seen(report), actor=reviewer)

    def test_figure_that_another_replaced_is_no_longer_ones_own(
        self, project: Project, clerk: User, reviewer: User
    ) -> None:
        draft = StatusReport(project=project, month=date(2024, 9, 1), completed=Decimal(900))
        save_report(report=draft, today=TODAY, actor=reviewer)
        draft = StatusReport.objects.get(pk=draft.pk)
        draft.completed = Decimal(100)
        save_report(report=draft, today=TODAY, actor=clerk)
        report = submit_report(report=draft, today=TODAY, actor=clerk)
        approve_report(report=report, seen=factories.seen(report), actor=reviewer)
        assert state(report) == ReportState.APPROVED

    def test_words_alone_make_nobody_an_author(
        self, project: Project, clerk: User, reviewer: User
    ) -> None:
        draft = StatusReport(project=project, month=date(2024, 9, 1), completed=Decimal(9))
        save_report(report=draft, today=TODAY, actor=clerk)
        draft = StatusReport.objects.get(pk=draft.pk)
        draft.problems = "缺土方"
        save_report(report=draft, today=TODAY, actor=reviewer)
        assert StatusReport.objects.get().completed_by == clerk

    def test_form_cannot_claim_another_author(
        self, project: Project, clerk: User, reviewer: User
    ) -> None:
        draft = StatusReport(
            project=project, month=date(2024, 9, 1), completed=Decimal(9), completed_by=clerk
        )
        save_report(report=draft, today=TODAY, actor=reviewer)
        assert StatusReport.objects.get().completed_by == reviewer


def correction(report: StatusReport, actor: User, amount: int, **more: Any) -> Correction:
    return propose_correction(
        report=report,
        completed=Decimal(amount),
        physical_percent=None,
        reason="漏报",
        actor=actor,
        **{"seen": factories.seen(report)} | more,
    )


class TestCorrections:
    @pytest.fixture
    def approved(self, report: StatusReport, reviewer: User) -> StatusReport:
        return approve_report(report=report, seen=factories.seen(report), actor=reviewer)

    def test_correction_of_a_report_that_moved_on_is_refused(
        self, approved: StatusReport, clerk: User, reviewer: User
    ) -> None:
        seen = factories.seen(approved)
        first = correction(approved, clerk, 200)
        approve_correction(correction=first, seen=seen, actor=reviewer)
        with pytest.raises(StaleRecord):
            correction(approved, clerk, 300, seen=seen)

    @pytest.mark.parametrize("decide", [approve_correction, reject_correction])
    def test_decision_beside_other_figures_is_refused(
        self, approved: StatusReport, clerk: User, reviewer: User, decide: Any
    ) -> None:
        waiting = correction(approved, clerk, 200)
        stale = factories.seen(waiting) - 1
        with pytest.raises(StaleRecord):
            decide(correction=waiting, seen=stale, actor=reviewer, note="x")
        waiting.refresh_from_db()
        assert waiting.state == "proposed"

    def test_figures_that_became_impossible_meanwhile_are_not_approved(
        self, approved: StatusReport, clerk: User, reviewer: User
    ) -> None:
        """Sound when proposed; then the register's total shrank to a third of the new figure."""
        waiting = correction(approved, clerk, 300)
        Project.objects.update(total_investment=Decimal(100))
        with pytest.raises(ValidationError, match="超过计划总投资"):
            approve_correction(correction=waiting, seen=factories.seen(waiting), actor=reviewer)
        waiting.refresh_from_db()
        assert waiting.state == "proposed"
        assert StatusReport.objects.get().completed == 100


class TestPlans:
    def proposal(self, project: Project, **more: Any) -> Any:
        return propose_plan(
            project=project,
            days={},
            promised_completion=date(2025, 1, 1),
            reason="initial",
            note="会议同意",
            actor=factories.user(REVIEWER),
            **{"seen": factories.seen(project)} | more,
        )

    def test_plan_made_from_an_older_project_is_not_put_forward(self, project: Project) -> None:
        seen = factories.seen(project)
        touch(project)
        with pytest.raises(StaleRecord, match="粮油仓"):
            self.proposal(project, seen=seen)

    def test_plan_shown_beside_an_older_project_is_not_approved(
        self, project: Project, reviewer: User
    ) -> None:
        waiting = self.proposal(project)
        seen = factories.seen(project)
        touch(project)
        with pytest.raises(StaleRecord):
            approve_plan(baseline=waiting, seen=seen, actor=reviewer)
        waiting.refresh_from_db()
        assert waiting.number is None

    def test_project_page_approves_what_it_showed(
        self, client: Client, project: Project, reviewer: User
    ) -> None:
        waiting = self.proposal(project)
        client.force_login(reviewer)
        url = f"/admin/projects/project/{project.pk}/"
        posted = form_values(client.get(f"{url}change/"))
        touch(project)
        page = client.post(f"{url}approve/", posted, follow=True).content.decode()
        assert "您打开之后有人改过" in page
        posted = form_values(client.get(f"{url}change/"))
        client.post(f"{url}approve/", posted)
        waiting.refresh_from_db()
        assert waiting.number == 1


def touch(project: Project) -> None:
    """A colleague adds a step."""
    step = Milestone(project=project, name="封顶", phase="construction")
    save_parts(project=project, saved=[step], actor=factories.system())


class TestLights:
    def light(self, project: Project) -> LightOverride:
        given = {"since": TODAY, "until": TODAY, "reason": "材料核验"}
        return LightOverride(project=project, light="green", **given)

    def test_light_that_turned_meanwhile_is_not_overridden(
        self, project: Project, reviewer: User
    ) -> None:
        seen = light_now(project, TODAY)
        late = Milestone(
            project=project, name="封顶", phase="construction", planned_finish=date(2024, 8, 1)
        )
        save_parts(project=project, saved=[late], actor=factories.system())
        with pytest.raises(StaleRecord, match="现在亮红灯"):
            set_override(override=self.light(project), seen_light=seen, today=TODAY, actor=reviewer)
        assert not LightOverride.objects.exists()

    def test_override_is_ended_as_it_was_shown(self, project: Project, reviewer: User) -> None:
        worn = light_now(project, TODAY)
        made = set_override(
            override=self.light(project), seen_light=worn, today=TODAY, actor=reviewer
        )
        with pytest.raises(StaleRecord):
            revoke_override(
                override=made,
                note="已核验",
                seen=factories.seen(made) - 1,
                today=TODAY,
                actor=reviewer,
            )
        made.refresh_from_db()
        assert made.revoked_on is None
