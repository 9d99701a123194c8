"""The life of a status report: draft, submitted, approved; and who may not."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from investment.choices import ReportState
from investment.models import OpeningFigure, ReportingWindow, StatusReport
from investment.rules.checks import ALL
from investment.services import (
    WrongState,
    approve_report,
    check_report,
    check_reports,
    delete_report,
    return_report,
    save_report,
    submit_report,
    submit_reports,
    withdraw_report,
)
from kuancheng.access.models import User
from kuancheng.access.roles import REVIEWER
from kuancheng.reports.models import DailyStatus
from projects.models import Project
from projects.services import StaleRecord
from tests import factories

pytestmark = pytest.mark.django_db

SEPTEMBER = date(2024, 9, 1)


@pytest.fixture
def clerk() -> User:
    return factories.user(REVIEWER, full_name="张三")


@pytest.fixture
def reviewer() -> User:
    return factories.user(REVIEWER, full_name="李四")


@pytest.fixture
def project() -> Project:
    return factories.project(name="粮油仓", total_investment=Decimal(1000))


def filed(project: Project, state: str, by: User, **fields: Any) -> StatusReport:
    """A report brought to that state by the services."""
    fields = {"month": SEPTEMBER, "completed": Decimal(100)} | fields
    report = StatusReport(project=project, **fields)
    today = date(2024, 10, 15)
    report = save_report(report=report, today=today, actor=by)
    if state != ReportState.DRAFT:
        report = submit_report(report=report, today=today, actor=by)
    if state == ReportState.APPROVED:
        report = approve_report(
            report=report, actor=factories.user(REVIEWER), seen=factories.seen(report)
        )
    if state == ReportState.RETURNED:
        report = return_report(
            report=report, note="改", actor=factories.user(REVIEWER), seen=factories.seen(report)
        )
    return report


def completed_ytd(project: Project) -> Decimal | None:
    return DailyStatus.objects.get(project=project).completed_ytd


def test_report_goes_from_draft_to_submitted_to_approved_and_then_counts(
    project: Project, clerk: User, reviewer: User, today: date
) -> None:
    report = filed(project, ReportState.DRAFT, clerk)
    assert (report.state, completed_ytd(project)) == ("draft", None)
    report = submit_report(report=report, today=today, actor=clerk)
    assert (report.state, report.submitted_by, completed_ytd(project)) == ("submitted", clerk, None)
    report = approve_report(report=report, actor=reviewer, seen=factories.seen(report))
    assert (report.state, report.approved_by, completed_ytd(project)) == ("approved", reviewer, 100)
    assert [row.state for row in report.history.order_by("history_id")] == [
        "draft",
        "submitted",
        "approved",
    ]


def test_withdrawn_report_is_a_draft_again(project: Project, clerk: User) -> None:
    report = filed(project, ReportState.SUBMITTED, clerk)
    report = withdraw_report(report=report, actor=clerk, seen=factories.seen(report))
    assert (report.state, report.submitted_by, report.submitted_at) == ("draft", None, None)


def test_nobody_approves_his_own_report(project: Project, clerk: User) -> None:
    report = filed(project, ReportState.SUBMITTED, clerk)
    with pytest.raises(WrongState, match="提交人不能复核自己提交的填报"):
        approve_report(report=report, actor=clerk, seen=factories.seen(report))
    report.refresh_from_db()
    assert report.state == ReportState.SUBMITTED


Step = Callable[[StatusReport, date, User], object]
SAVE: Step = lambda report, today, actor: save_report(report=report, today=today, actor=actor)  # noqa: E731
SUBMIT: Step = lambda report, today, actor: submit_report(report=report, today=today, actor=actor)  # noqa: E731
WITHDRAW: Step = lambda report, today, actor: withdraw_report(  # noqa: E731
    report=report, actor=actor, seen=factories.seen(report)
)
APPROVE: Step = lambda report, today, actor: approve_report(  # noqa: E731
    report=report, actor=actor, seen=factories.seen(report)
)
RETURN: Step = lambda report, today, actor: return_report(  # noqa: E731
    report=report, note="改", actor=actor, seen=factories.seen(report)
)
DELETE: Step = lambda report, today, actor: delete_report(report=report, actor=actor)  # noqa: E731

REFUSED = [
    ("draft", WITHDRAW, "粮油仓 2024-09 草稿，不能撤回。"),
    ("draft", APPROVE, "粮油仓 2024-09 草稿，不能复核。"),
    ("draft", RETURN, "粮油仓 2024-09 草稿，不能退回。"),
    ("approved", RETURN, "粮油仓 2024-09 已复核，不能退回。"),
    ("submitted", SAVE, "粮油仓 2024-09 待复核，不能修改。"),
    ("submitted", SUBMIT, "粮油仓 2024-09 待复核，不能提交。"),
    ("submitted", DELETE, "粮油仓 2024-09 待复核，不能删除。"),
    ("approved", SAVE, "粮油仓 2024-09 已复核，不能修改。"),
    ("approved", SUBMIT, "粮油仓 2024-09 已复核，不能提交。"),
    ("approved", WITHDRAW, "粮油仓 2024-09 已复核，不能撤回。"),
    ("approved", APPROVE, "粮油仓 2024-09 已复核，不能复核。"),
    ("approved", DELETE, "粮油仓 2024-09 已复核，不能删除。"),
    ("returned", DELETE, "粮油仓 2024-09 已退回，不能删除。"),
]


@pytest.mark.parametrize(("state", "step", "sentence"), REFUSED)
def test_step_from_the_wrong_state_is_refused_in_words(
    project: Project,
    clerk: User,
    reviewer: User,
    today: date,
    state: str,
    step: Step,
    sentence: str,
) -> None:
    report = filed(project, state, clerk)
    report.completed = Decimal(999)
    with pytest.raises(WrongState) as refused:
        step(report, today, reviewer)
    assert str(refused.value) == sentence
    report.refresh_from_db()
    assert (report.state, report.completed) == (state, 100)


def test_draft_without_a_figure_is_kept_but_not_submitted(
    project: Project, clerk: User, today: date
) -> None:
    report = filed(project, ReportState.DRAFT, clerk, completed=None)
    with pytest.raises(ValidationError, match="没有完成投资填 0"):
        submit_report(report=report, today=today, actor=clerk)


def test_reported_zero_is_submitted(project: Project, clerk: User) -> None:
    report = filed(project, ReportState.APPROVED, clerk, completed=Decimal(0))
    assert report.state == ReportState.APPROVED
    assert completed_ytd(project) == 0


@pytest.mark.parametrize(
    ("month", "refusal"),
    [
        (date(2024, 9, 1), ""),
        (date(2024, 10, 1), "2024年10月填报窗口 2024-10-25 开放"),
        (date(2024, 11, 1), "2024年11月还没有到，不能填报"),
        (date(2025, 1, 1), "2025年1月还没有到，不能填报"),
    ],
)
def test_month_that_cannot_be_reported_yet_is_refused(
    project: Project, clerk: User, today: date, month: date, refusal: str
) -> None:
    report = StatusReport(project=project, month=month, completed=Decimal(1))
    if not refusal:
        save_report(report=report, today=today, actor=clerk)
        return
    with pytest.raises(ValidationError, match=refusal):
        save_report(report=report, today=today, actor=clerk)
    assert not StatusReport.objects.exists()


def test_window_that_the_office_opened_early_is_open(
    project: Project, clerk: User, today: date
) -> None:
    october = date(2024, 10, 1)
    window = ReportingWindow.objects.create(
        month=october, opens_on=date(2024, 10, 16), due_on=date(2024, 11, 7), note="提前"
    )
    report = StatusReport(project=project, month=october, completed=Decimal(1))
    with pytest.raises(ValidationError, match="2024-10-16 开放"):
        save_report(report=report, today=today, actor=clerk)
    window.opens_on = today
    window.save()
    assert save_report(report=report, today=today, actor=clerk).pk


class TestFindings:
    """400 of a total of 1,000 in August; September brings too much."""

    @pytest.fixture(autouse=True)
    def august(self, project: Project, clerk: User) -> None:
        filed(project, ReportState.DRAFT, clerk, month=date(2024, 8, 1), completed=Decimal(400))

    def draft(self, project: Project, clerk: User, completed: str) -> StatusReport:
        return filed(project, ReportState.DRAFT, clerk, completed=Decimal(completed))

    def test_the_total_itself_is_submitted(
        self, project: Project, clerk: User, today: date
    ) -> None:
        report = self.draft(project, clerk, "600")
        assert submit_report(report=report, today=today, actor=clerk).confirmed == []

    @pytest.mark.parametrize(
        ("confirmed", "explanation", "hindered_at"),
        [
            (None, None, {"completed", "explanation"}),
            ({"total_exceeded"}, "  ", {"completed", "explanation"}),
            (set(), "概算调整", {"completed"}),
            ({"unit_slip"}, "概算调整", {"completed"}),
            ({"total_exceeded"}, "概算调整", None),
            (ALL, "概算调整", None),
        ],
    )
    def test_finding_is_confirmed_and_explained(
        self,
        project: Project,
        clerk: User,
        today: date,
        confirmed: set[str] | None,
        explanation: str | None,
        hindered_at: set[str] | None,
    ) -> None:
        report = self.draft(project, clerk, "600.01")
        told: dict[str, Any] = {"confirmed": confirmed, "explanation": explanation}
        if hindered_at is None:
            report = submit_report(report=report, today=today, actor=clerk, **told)
            # What was not found is not kept as confirmed.
            assert (report.confirmed, report.explanation) == (["total_exceeded"], "概算调整")
            return
        with pytest.raises(ValidationError) as error:
            submit_report(report=report, today=today, actor=clerk, **told)
        assert set(error.value.error_dict) == hindered_at
        [finding] = error.value.error_dict["completed"]
        assert finding.code == "total_exceeded"
        assert "累计完成 1,000.01 万元，超过计划总投资 1,000.00 万元" in finding.messages[0]
        report.refresh_from_db()
        assert (report.state, report.explanation) == ("draft", "")

    def test_error_is_not_confirmed_away(self, project: Project, clerk: User, today: date) -> None:
        report = self.draft(project, clerk, "1100.01")
        with pytest.raises(ValidationError, match="计划总投资"):
            submit_report(
                report=report, today=today, actor=clerk, confirmed=ALL, explanation="确实"
            )

    def test_confirmation_falls_with_the_figure(
        self, project: Project, clerk: User, today: date
    ) -> None:
        report = self.draft(project, clerk, "600.01")
        report = submit_report(
            report=report, today=today, actor=clerk, confirmed=ALL, explanation="概算调整"
        )
        report = withdraw_report(report=report, actor=clerk, seen=factories.seen(report))
        report.problems = "无"
        assert save_report(report=report, today=today, actor=clerk).confirmed == ["total_exceeded"]
        report.completed = Decimal(700)
        assert save_report(report=report, today=today, actor=clerk).confirmed == []
        with pytest.raises(ValidationError, match=r"1,100\.00 万元"):
            submit_report(report=report, today=today, actor=clerk)

    def test_explanation_has_its_limit(self, project: Project, clerk: User, today: date) -> None:
        report = self.draft(project, clerk, "600.01")
        with pytest.raises(ValidationError) as error:
            submit_report(
                report=report, today=today, actor=clerk, confirmed=ALL, explanation="长" * 401
            )
        assert set(error.value.error_dict) == {"explanation"}


def test_what_was_completed_before_counts_towards_the_total(
    project: Project, clerk: User, today: date
) -> None:
    opening = {"month": date(2023, 12, 1), "completed": Decimal(950), "note": "年报"}
    OpeningFigure.objects.create(project=project, **opening)
    report = filed(project, ReportState.DRAFT, clerk)
    [finding] = check_report(report)
    assert "累计完成 1,050.00 万元" in finding.text


def test_many_are_submitted_at_once_and_each_hindrance_has_its_place(
    project: Project, clerk: User, today: date
) -> None:
    good = filed(project, ReportState.DRAFT, clerk)
    empty = filed(factories.project(), ReportState.DRAFT, clerk, completed=None)
    waiting = filed(factories.project(), ReportState.SUBMITTED, clerk)
    gone = filed(factories.project(), ReportState.DRAFT, clerk)
    StatusReport.objects.filter(pk=gone.pk).delete()
    outcomes = submit_reports([empty, good, waiting, gone], today, clerk)
    assert [type(each) for each in outcomes] == [
        ValidationError,
        StatusReport,
        WrongState,
        StatusReport.DoesNotExist,
    ]
    states = dict(StatusReport.objects.values_list("pk", "state"))
    assert states == {empty.pk: "draft", good.pk: "submitted", waiting.pk: "submitted"}


@pytest.mark.parametrize("count", [1, 30])
def test_checks_ask_the_same_number_of_questions(
    clerk: User, count: int, django_assert_num_queries: Any
) -> None:
    for _ in range(count):
        made = factories.project()
        factories.annual_plan(project=made)
        factories.milestone(project=made)
        factories.status_report(project=made, completed=Decimal(1))
    reports = list(StatusReport.objects.select_related("project"))
    with django_assert_num_queries(6):
        assert len(check_reports(reports)) == count


class TestReturn:
    def test_returned_report_is_mended_and_submitted_again(
        self, project: Project, clerk: User, reviewer: User, today: date
    ) -> None:
        report = filed(project, ReportState.SUBMITTED, clerk)
        report = return_report(
            report=report, note=" 与台账不符 ", actor=reviewer, seen=factories.seen(report)
        )
        assert (report.state, report.return_note) == ("returned", "与台账不符")
        assert (report.returned_by, completed_ytd(project)) == (reviewer, None)
        report.completed = Decimal(90)
        save_report(report=report, today=today, actor=clerk)
        report = submit_report(report=report, today=today, actor=clerk)
        report = approve_report(report=report, actor=reviewer, seen=factories.seen(report))
        rows = report.history.order_by("history_id")
        assert [(row.state, row.return_note) for row in rows] == [
            ("draft", ""),
            ("submitted", ""),
            ("returned", "与台账不符"),
            ("returned", "与台账不符"),
            ("submitted", "与台账不符"),
            ("approved", "与台账不符"),
        ]

    def test_return_needs_a_note(self, project: Project, clerk: User, reviewer: User) -> None:
        report = filed(project, ReportState.SUBMITTED, clerk)
        for note in ("", "  ", "长" * 401):
            with pytest.raises(ValidationError) as error:
                return_report(report=report, note=note, actor=reviewer, seen=factories.seen(report))
            assert set(error.value.error_dict) == {"return_note"}

    def test_nobody_returns_his_own_report(self, project: Project, clerk: User) -> None:
        report = filed(project, ReportState.SUBMITTED, clerk)
        with pytest.raises(WrongState, match="请改用“撤回”"):
            return_report(report=report, note="改", actor=clerk, seen=factories.seen(report))


def test_project_without_a_total_takes_any_amount(clerk: User) -> None:
    unknown = factories.project(total_investment=None)
    assert filed(unknown, ReportState.DRAFT, clerk, completed=Decimal(10**9)).pk


def test_saving_again_does_not_count_a_report_twice(
    project: Project, clerk: User, today: date
) -> None:
    report = filed(project, ReportState.DRAFT, clerk, completed=Decimal(1000))
    report.problems = "无"
    assert save_report(report=report, today=today, actor=clerk).version == 2


@pytest.mark.parametrize("bad", [{"completed": Decimal(-1)}, {"physical_percent": Decimal(101)}])
def test_impossible_figures_are_refused(
    project: Project, clerk: User, bad: dict[str, Decimal]
) -> None:
    with pytest.raises(ValidationError):
        filed(project, ReportState.DRAFT, clerk, **bad)


def test_month_is_reported_once(project: Project, clerk: User) -> None:
    filed(project, ReportState.DRAFT, clerk)
    with pytest.raises(ValidationError, match="这个月已有填报"):
        filed(project, ReportState.DRAFT, clerk)


def test_second_of_two_clerks_is_told(project: Project, clerk: User, today: date) -> None:
    report = filed(project, ReportState.DRAFT, clerk)
    mine, yours = StatusReport.objects.get(pk=report.pk), StatusReport.objects.get(pk=report.pk)
    mine.problems = "我的"
    save_report(report=mine, today=today, actor=clerk, seen=1)
    yours.problems = "你的"
    with pytest.raises(StaleRecord):
        save_report(report=yours, today=today, actor=clerk, seen=1)
    report.refresh_from_db()
    assert report.problems == "我的"


def test_form_cannot_smuggle_a_state(project: Project, clerk: User, today: date) -> None:
    report = filed(project, ReportState.DRAFT, clerk)
    report.state = ReportState.APPROVED
    save_report(report=report, today=today, actor=clerk)
    report.refresh_from_db()
    assert report.state == ReportState.DRAFT


def test_new_report_is_a_draft_whatever_it_claims(
    project: Project, clerk: User, today: date
) -> None:
    report = StatusReport(
        project=project, month=SEPTEMBER, completed=Decimal(1), state=ReportState.APPROVED
    )
    save_report(report=report, today=today, actor=clerk)
    report.refresh_from_db()
    assert report.state == ReportState.DRAFT


def test_report_that_was_ever_returned_stays_on_record(
    project: Project, clerk: User, today: date
) -> None:
    report = filed(project, ReportState.RETURNED, clerk)
    report = submit_report(report=report, today=today, actor=clerk)
    report = withdraw_report(report=report, actor=clerk, seen=factories.seen(report))
    assert report.state == ReportState.DRAFT
    with pytest.raises(WrongState, match="曾被退回，不能删除"):
        delete_report(report=report, actor=clerk)


def test_draft_is_deleted_and_the_day_forgets_it(project: Project, clerk: User) -> None:
    report = filed(project, ReportState.DRAFT, clerk)
    assert DailyStatus.objects.get(project=project).report_state == "draft"
    delete_report(report=report, actor=clerk)
    assert DailyStatus.objects.get(project=project).report_state == ""
    assert StatusReport.history.latest().history_user == clerk
