"""How an approved figure is corrected: proposed by one, approved by another, the old one kept."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from investment.choices import ReportState
from investment.models import Correction, StatusReport
from investment.services import (
    WrongState,
    approve_correction,
    check_correction,
    propose_correction,
    reject_correction,
)
from kuancheng.access.models import User
from kuancheng.access.roles import REVIEWER
from kuancheng.reports.models import DailyStatus
from projects.models import Project
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk() -> User:
    return factories.user(REVIEWER, full_name="张三")


@pytest.fixture
def reviewer() -> User:
    return factories.user(REVIEWER, full_name="李四")


@pytest.fixture
def report() -> StatusReport:
    project = factories.project(name="粮油仓", total_investment=Decimal(1000))
    return factories.status_report(
        project=project,
        completed=Decimal(100),
        physical_percent=Decimal(10),
        state=ReportState.APPROVED,
    )


def proposed(report: StatusReport, actor: User, **fields: Any) -> Correction:
    figures: dict[str, Any] = {"completed": Decimal(80), "physical_percent": Decimal(10)}
    told = {"reason": "与统计台账核对"}
    version = factories.seen(report)
    return propose_correction(report=report, seen=version, actor=actor, **figures | told | fields)


def completed_ytd(project: Project) -> Decimal | None:
    return DailyStatus.objects.get(project=project).completed_ytd


def test_correction_counts_once_another_person_approves_it(
    report: StatusReport, clerk: User, reviewer: User
) -> None:
    correction = proposed(report, clerk)
    report.refresh_from_db()
    assert (report.completed, report.version) == (100, 1)

    correction = approve_correction(
        correction=correction, actor=reviewer, seen=factories.seen(correction)
    )
    report.refresh_from_db()
    assert (report.completed, report.version, report.state) == (80, 2, "approved")
    assert completed_ytd(report.project) == 80
    assert (correction.number, correction.before_completed, correction.before_percent) == (
        1,
        100,
        10,
    )
    assert (correction.author, correction.approver, correction.state) == (
        clerk,
        reviewer,
        "approved",
    )
    assert report.history.latest().history_user == reviewer


def test_corrections_make_a_chain(report: StatusReport, clerk: User, reviewer: User) -> None:
    for figure in ("80", "95"):
        correction = proposed(report, clerk, completed=Decimal(figure))
        approve_correction(correction=correction, actor=reviewer, seen=factories.seen(correction))
    chain = report.corrections.values_list("number", "before_completed", "completed")
    assert list(chain) == [(1, 100, 80), (2, 80, 95)]


def test_rejected_correction_changes_nothing_and_stays(
    report: StatusReport, clerk: User, reviewer: User
) -> None:
    correction = proposed(report, clerk)
    with pytest.raises(ValidationError, match="为什么不采纳"):
        reject_correction(
            correction=correction, note=" ", actor=reviewer, seen=factories.seen(correction)
        )
    rejected = reject_correction(
        correction=correction, note="原数字正确", actor=reviewer, seen=factories.seen(correction)
    )
    report.refresh_from_db()
    assert (report.completed, rejected.state, rejected.decision_note) == (
        100,
        "rejected",
        "原数字正确",
    )
    assert proposed(report, clerk).number == 2


@pytest.mark.parametrize("state", [ReportState.DRAFT, ReportState.SUBMITTED, ReportState.RETURNED])
def test_only_an_approved_report_is_corrected(
    report: StatusReport, clerk: User, state: str
) -> None:
    StatusReport.objects.filter(pk=report.pk).update(state=state)
    with pytest.raises(WrongState, match="不用更正"):
        proposed(report, clerk)


def test_one_correction_waits_at_a_time(report: StatusReport, clerk: User) -> None:
    proposed(report, clerk)
    with pytest.raises(ValidationError, match="已有一次更正在等待批准"):
        proposed(report, clerk)


def test_nobody_decides_his_own_correction(report: StatusReport, clerk: User) -> None:
    correction = proposed(report, clerk)
    with pytest.raises(WrongState, match="请由另一人处理"):
        approve_correction(correction=correction, actor=clerk, seen=factories.seen(correction))
    with pytest.raises(WrongState, match="请由另一人处理"):
        reject_correction(
            correction=correction, note="不", actor=clerk, seen=factories.seen(correction)
        )


def test_correction_is_decided_once(report: StatusReport, clerk: User, reviewer: User) -> None:
    correction = proposed(report, clerk)
    approve_correction(correction=correction, actor=reviewer, seen=factories.seen(correction))
    with pytest.raises(WrongState, match="已更正，不能批准"):
        approve_correction(correction=correction, actor=reviewer, seen=factories.seen(correction))
    with pytest.raises(WrongState, match="已更正，不能退回"):
        reject_correction(
            correction=correction, note="不", actor=reviewer, seen=factories.seen(correction)
        )


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"completed": None}, "completed"),
        ({"completed": Decimal(-1)}, "completed"),
        ({"completed": Decimal("1500.01")}, "completed"),  # half as much again as the total
        ({"completed": Decimal(100)}, "completed"),  # nothing new
        ({"physical_percent": Decimal(101)}, "physical_percent"),
        ({"reason": "  "}, "reason"),
        ({"reason": "长" * 401}, "reason"),
    ],
)
def test_impossible_correction_is_refused_by_field(
    report: StatusReport, clerk: User, fields: dict[str, Any], field: str
) -> None:
    with pytest.raises(ValidationError) as error:
        proposed(report, clerk, **fields)
    assert field in error.value.error_dict
    assert not Correction.objects.exists()


def test_what_must_be_confirmed_is_told_and_the_reason_serves(
    report: StatusReport, clerk: User
) -> None:
    findings = check_correction(report, Decimal(1200), Decimal(10))
    assert {each.rule for each in findings} == {"total_exceeded", "money_physical_apart"}
    assert proposed(report, clerk, completed=Decimal(1200)).pk
