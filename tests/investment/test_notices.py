"""What waits for review, was returned or is to be corrected is told to those whom it concerns."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from investment.models import StatusReport
from investment.services import (
    approve_correction,
    approve_report,
    propose_correction,
    reject_correction,
    return_report,
    save_report,
    submit_report,
    submit_reports,
    withdraw_report,
)
from kuancheng.access.models import User
from kuancheng.access.roles import REPORTER, REVIEWER, SYSTEM_ADMIN
from kuancheng.notices.models import Notice
from projects.choices import Role
from projects.models import Project
from tests import factories
from tests.conftest import TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk() -> User:
    return factories.user(REPORTER, full_name="秘书")


@pytest.fixture
def reviewers() -> list[User]:
    factories.user(SYSTEM_ADMIN, full_name="管理员")
    return [factories.user(REVIEWER, full_name=f"复核{name}") for name in "甲乙"]


def own_project(clerk: User, **fields: object) -> Project:
    made = factories.project(total_investment=Decimal(10_000), **fields)
    official = getattr(clerk, "official", None) or factories.official(user=clerk)
    factories.assignment(project=made, official=official, role=Role.LIAISON_OFFICER)
    return made


def draft(project: Project, author: User) -> StatusReport:
    report = StatusReport(project=project, month=date(2024, 9, 1), completed=Decimal(100))
    return save_report(report=report, today=TODAY, actor=author)


def submitted(project: Project, author: User) -> StatusReport:
    return submit_report(report=draft(project, author), today=TODAY, actor=author)


def told(kind: str) -> list[tuple[str, str]]:
    found = Notice.objects.filter(kind=kind).order_by("pk")
    return [(each.recipient.full_name, each.title) for each in found]


def test_submitted_report_is_told_to_the_reviewers(clerk: User, reviewers: list[User]) -> None:
    report = submitted(own_project(clerk, name="粮油仓"), clerk)
    title = "填报待复核：粮油仓 2024年9月"
    assert told("report_waiting") == [("复核甲", title), ("复核乙", title)]
    assert Notice.objects.all()[0].link == f"/admin/investment/statusreport/{report.pk}/change/"


def test_whoever_wrote_a_figure_may_not_review_it_and_is_not_told(
    clerk: User, reviewers: list[User]
) -> None:
    first, second = reviewers
    report = draft(own_project(clerk), second)
    submit_report(report=report, today=TODAY, actor=first)
    assert told("report_waiting") == []


def test_many_submitted_at_once_are_one_notice(clerk: User, reviewers: list[User]) -> None:
    drafts = [draft(own_project(clerk, name=f"示例{number:02}"), clerk) for number in range(22)]
    submit_reports(drafts, TODAY, clerk)
    assert [title for _, title in told("report_waiting")] == ["22 份填报待复核"] * 2
    text = Notice.objects.all()[0].text
    assert text.startswith("示例00 2024年9月\n示例01 2024年9月\n")
    assert text.endswith("\n另有 2 份。")


def test_submitted_again_is_told_again(clerk: User, reviewers: list[User]) -> None:
    report = submitted(own_project(clerk), clerk)
    report = withdraw_report(report=report, seen=factories.seen(report), actor=clerk)
    submit_report(report=report, today=TODAY, actor=clerk)
    assert len(told("report_waiting")) == 4


def test_returned_report_is_told_with_the_note(clerk: User, reviewers: list[User]) -> None:
    helper = factories.user(REVIEWER, full_name="代填人")
    project = own_project(clerk, name="粮油仓")
    report = submit_report(report=draft(project, clerk), today=TODAY, actor=helper)
    return_report(
        report=report, seen=factories.seen(report), note="单位写成了元", actor=reviewers[0]
    )
    title = "填报被退回：粮油仓 2024年9月"
    assert told("report_returned") == [("秘书", title), ("代填人", title)]
    text = Notice.objects.filter(kind="report_returned")[0].text
    assert text == "复核甲 的意见：单位写成了元"


def test_liaison_officer_without_a_desk_is_not_sent_to_a_closed_page(
    clerk: User, reviewers: list[User]
) -> None:
    User.objects.filter(pk=clerk.pk).update(is_staff=False)
    project = own_project(clerk)
    helper = factories.user(REVIEWER, full_name="代填人")
    report = submitted(project, helper)
    return_report(report=report, seen=factories.seen(report), note="改", actor=reviewers[0])
    assert [name for name, _ in told("report_returned")] == ["代填人"]


def test_approval_is_told_to_nobody(clerk: User, reviewers: list[User]) -> None:
    report = submitted(own_project(clerk), clerk)
    before = Notice.objects.count()
    approve_report(report=report, seen=factories.seen(report), actor=reviewers[0])
    assert Notice.objects.count() == before


def test_correction_that_waits_is_told_to_the_other_reviewers(
    clerk: User, reviewers: list[User]
) -> None:
    report = submitted(own_project(clerk, name="粮油仓"), clerk)
    report = approve_report(report=report, seen=factories.seen(report), actor=reviewers[0])
    propose_correction(
        report=report,
        completed=Decimal(90),
        physical_percent=None,
        reason="重复统计了设备款",
        seen=factories.seen(report),
        actor=reviewers[1],
    )
    assert told("correction_waiting") == [("复核甲", "更正待批准：粮油仓 2024年9月")]
    assert "复核乙 提出：重复统计了设备款" in Notice.objects.get(kind="correction_waiting").text


@pytest.mark.parametrize(
    ("approved", "title", "text"),
    [
        (True, "更正已批准：粮油仓 2024年9月", "本月完成投资由 100.00 万元更正为 90.00 万元。"),
        (False, "更正未采纳：粮油仓 2024年9月", "复核甲 的意见：依据不足\n填报的数字不变。"),
    ],
)
def test_decision_on_a_correction_is_told_to_its_author_and_the_liaison_officer(
    clerk: User, reviewers: list[User], approved: bool, title: str, text: str
) -> None:
    report = submitted(own_project(clerk, name="粮油仓"), clerk)
    report = approve_report(report=report, seen=factories.seen(report), actor=reviewers[0])
    correction = propose_correction(
        report=report,
        completed=Decimal(90),
        physical_percent=None,
        reason="重复统计了设备款",
        seen=factories.seen(report),
        actor=reviewers[1],
    )
    decide: dict[str, Any] = {
        "correction": correction,
        "seen": factories.seen(correction),
        "actor": reviewers[0],
    }
    if approved:
        approve_correction(**decide)
    else:
        reject_correction(note="依据不足", **decide)
    assert told("correction_decided") == [("秘书", title), ("复核乙", title)]
    assert text in Notice.objects.filter(kind="correction_decided")[0].text
    waiting = Notice.objects.get(kind="correction_waiting")
    assert waiting.outcome == f"复核甲：{'已更正' if approved else '未采纳'}。"
    assert waiting.read_at is not None


def test_what_waits_no_more_says_so(clerk: User, reviewers: list[User]) -> None:
    report = submitted(own_project(clerk), clerk)
    return_report(report=report, seen=factories.seen(report), note="改", actor=reviewers[0])
    waiting = Notice.objects.filter(kind="report_waiting")
    assert {each.outcome for each in waiting} == {"已退回，不用再复核。"}
    returned = Notice.objects.get(kind="report_returned")
    assert returned.outcome == ""
    report.refresh_from_db()
    submit_report(report=report, today=TODAY, actor=clerk)
    returned.refresh_from_db()
    assert returned.outcome == "已重新提交。"
    assert waiting.filter(outcome="").count() == 2
