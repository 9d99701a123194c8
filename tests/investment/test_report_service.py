"""The life of a status report: draft, submitted, approved; and who may not."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from investment.choices import ReportState
from investment.models import StatusReport
from investment.services import (
    WrongState,
    approve_report,
    delete_report,
    save_report,
    submit_report,
    withdraw_report,
)
from kuancheng.access.models import User
from kuancheng.reports.models import DailyStatus
from projects.models import Project
from projects.services import StaleRecord
from tests import factories

pytestmark = pytest.mark.django_db

SEPTEMBER = date(2024, 9, 1)


@pytest.fixture
def clerk() -> User:
    return factories.user(full_name="张三")


@pytest.fixture
def reviewer() -> User:
    return factories.user(full_name="李四")


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
        report = approve_report(report=report, actor=factories.user())
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
    report = approve_report(report=report, actor=reviewer)
    assert (report.state, report.approved_by, completed_ytd(project)) == ("approved", reviewer, 100)
    assert [row.state for row in report.history.order_by("history_id")] == [
        "draft",
        "submitted",
        "approved",
    ]


def test_withdrawn_report_is_a_draft_again(project: Project, clerk: User) -> None:
    report = withdraw_report(report=filed(project, ReportState.SUBMITTED, clerk), actor=clerk)
    assert (report.state, report.submitted_by, report.submitted_at) == ("draft", None, None)


def test_nobody_approves_his_own_report(project: Project, clerk: User) -> None:
    report = filed(project, ReportState.SUBMITTED, clerk)
    with pytest.raises(WrongState, match="提交人不能复核自己提交的填报"):
        approve_report(report=report, actor=clerk)
    report.refresh_from_db()
    assert report.state == ReportState.SUBMITTED


Step = Callable[[StatusReport, date, User], object]
SAVE: Step = lambda report, today, actor: save_report(report=report, today=today, actor=actor)  # noqa: E731
SUBMIT: Step = lambda report, today, actor: submit_report(report=report, today=today, actor=actor)  # noqa: E731
WITHDRAW: Step = lambda report, today, actor: withdraw_report(report=report, actor=actor)  # noqa: E731
APPROVE: Step = lambda report, today, actor: approve_report(report=report, actor=actor)  # noqa: E731
DELETE: Step = lambda report, today, actor: delete_report(report=report, actor=actor)  # noqa: E731

REFUSED = [
    ("draft", WITHDRAW, "粮油仓 2024-09 草稿，不能撤回。"),
    ("draft", APPROVE, "粮油仓 2024-09 草稿，不能复核。"),
    ("submitted", SAVE, "粮油仓 2024-09 待复核，不能修改。"),
    ("submitted", SUBMIT, "粮油仓 2024-09 待复核，不能提交。"),
    ("submitted", DELETE, "粮油仓 2024-09 待复核，不能删除。"),
    ("approved", SAVE, "粮油仓 2024-09 已复核，不能修改。"),
    ("approved", SUBMIT, "粮油仓 2024-09 已复核，不能提交。"),
    ("approved", WITHDRAW, "粮油仓 2024-09 已复核，不能撤回。"),
    ("approved", APPROVE, "粮油仓 2024-09 已复核，不能复核。"),
    ("approved", DELETE, "粮油仓 2024-09 已复核，不能删除。"),
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
    ("month", "refused"),
    [
        (date(2024, 10, 1), False),
        (date(2024, 11, 1), True),
        (date(2025, 1, 1), True),
    ],
)
def test_month_that_has_not_come_is_refused(
    project: Project, clerk: User, today: date, month: date, refused: bool
) -> None:
    report = StatusReport(project=project, month=month, completed=Decimal(1))
    if not refused:
        save_report(report=report, today=today, actor=clerk)
        return
    with pytest.raises(ValidationError, match="还没有到，不能填报"):
        save_report(report=report, today=today, actor=clerk)
    assert not StatusReport.objects.exists()


@pytest.mark.parametrize(
    ("completed", "note", "refused"),
    [
        ("600", "", False),  # 400 + 600 is the total itself
        ("600.01", "", True),
        ("600.01", "  ", True),
        ("600.01", "经核实，概算调整", False),
    ],
)
def test_more_than_the_total_needs_a_note(
    project: Project, clerk: User, today: date, completed: str, note: str, refused: bool
) -> None:
    filed(project, ReportState.DRAFT, clerk, month=date(2024, 8, 1), completed=Decimal(400))
    report = StatusReport(
        project=project, month=SEPTEMBER, completed=Decimal(completed), explanation=note
    )
    if not refused:
        assert save_report(report=report, today=today, actor=clerk).pk
        return
    with pytest.raises(ValidationError) as error:
        save_report(report=report, today=today, actor=clerk)
    assert "累计完成 1,000.01 万元，超过计划总投资 1,000.00 万元" in str(error.value)


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
    save_report(report=mine, today=today, actor=clerk, expected_version=1)
    yours.problems = "你的"
    with pytest.raises(StaleRecord):
        save_report(report=yours, today=today, actor=clerk, expected_version=1)
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


def test_open_report_is_deleted_and_the_day_forgets_it(project: Project, clerk: User) -> None:
    report = filed(project, ReportState.DRAFT, clerk)
    assert DailyStatus.objects.get(project=project).report_state == "draft"
    delete_report(report=report, actor=clerk)
    assert DailyStatus.objects.get(project=project).report_state == ""
    assert StatusReport.history.latest().history_user == clerk
