"""更正 in the admin and through the API: proposed, decided by another, the old figure kept."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from investment.models import Correction, StatusReport
from kuancheng.access.models import User
from kuancheng.access.roles import READER, REPORTER, REVIEWER
from kuancheng.reports.judging.progress import progress_rows
from kuancheng.reports.models import DailyStatus
from projects.choices import Role
from tests import factories
from tests.forms import form_values

pytestmark = pytest.mark.django_db

TODAY = date(2024, 10, 15)


@pytest.fixture
def clerk() -> User:
    return factories.user(REPORTER, full_name="秘书")


@pytest.fixture
def report(clerk: User) -> StatusReport:
    project = factories.project(name="示例冷库", total_investment=Decimal(1000))
    factories.assignment(
        project=project, official=factories.official(user=clerk), role=Role.LIAISON_OFFICER
    )
    return factories.status_report(project=project, completed=Decimal(100), state="approved")


def page(report: StatusReport) -> str:
    return f"/admin/investment/statusreport/{report.pk}/correct/"


def propose(client: Client, report: StatusReport, **typed: str) -> Any:
    posted = form_values(client.get(page(report))) | {"completed": "60", "reason": "多计预付款"}
    return client.post(page(report), posted | typed)


def test_figure_is_corrected_by_one_and_approved_by_another(
    client: Client, clerk: User, report: StatusReport, api: Client
) -> None:
    client.force_login(clerk)
    assert (
        page(report)
        in client.get(f"/admin/investment/statusreport/{report.pk}/change/").content.decode()
    )
    assert propose(client, report).status_code == 302
    report.refresh_from_db()
    assert report.completed == 100
    made = Correction.objects.get()
    decide = f"/admin/investment/correction/{made.pk}/change/"
    assert client.post(decide, {"_step": "approve"}).status_code == 403
    client.force_login(factories.user(REVIEWER, full_name="项目中心"))
    assert "1 次更正等待您批准" in client.get("/admin/").content.decode()
    assert "批准更正" in client.get(decide).content.decode()
    shown = form_values(client.get(decide))
    client.post(decide, shown | {"_step": "approve", "decision_note": "同意"})
    assert DailyStatus.objects.get(project=report.project).completed_ytd == 60
    decided = client.get(decide).content.decode()
    assert "同意" in decided
    assert "批准更正" not in decided
    text = client.get(f"/projects/{report.project.code}/").content.decode()
    assert "<s>100</s>" in text
    assert "多计预付款（秘书提出，项目中心批准）" in text
    (row,) = api.get("/api/v1/status-reports/").json()["results"]
    (told,) = row["corrections"]
    assert (row["completed"], told["before_completed"], told["completed"]) == (
        "60.00", "100.00", "60.00",
    )  # fmt: skip
    assert (told["author"], told["approver"], told["state"]) == ("秘书", "项目中心", "approved")


def test_rejected_correction_changes_nothing_and_says_why(
    client: Client, clerk: User, report: StatusReport
) -> None:
    client.force_login(clerk)
    propose(client, report)
    decide = f"/admin/investment/correction/{Correction.objects.get().pk}/change/"
    client.force_login(factories.user(REVIEWER))
    shown = form_values(client.get(decide))
    refused = client.post(decide, shown | {"_step": "reject"}, follow=True)
    assert "请填写意见" in refused.content.decode()
    client.post(decide, shown | {"_step": "reject", "decision_note": "依据不足"})
    assert Correction.objects.get().state == "rejected"
    (row,) = progress_rows([report.project_id], TODAY)
    assert row.money.completed_ytd == 100


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"completed": "100"}, "没有要更正的"),
        ({"reason": ""}, "必填"),
        ({"completed": "-1"}, "不能"),
        ({"completed": "很多"}, "数字"),
    ],
)
def test_impossible_correction_is_refused_and_what_was_typed_stays(
    client: Client, clerk: User, report: StatusReport, typed: dict[str, str], said: str
) -> None:
    client.force_login(clerk)
    refused = propose(client, report, **typed)
    assert refused.status_code == 200
    assert said in refused.content.decode()
    assert not Correction.objects.exists()


def test_second_correction_waits_for_the_first(
    client: Client, clerk: User, report: StatusReport
) -> None:
    client.force_login(clerk)
    propose(client, report)
    assert "已有一次更正在等待批准" in client.get(page(report)).content.decode()
    assert propose(client, report, completed="50").status_code == 200
    assert Correction.objects.count() == 1


def test_only_approved_reports_of_ones_own_projects_are_corrected(
    client: Client, clerk: User, report: StatusReport
) -> None:
    other = factories.status_report(project=factories.project(), completed=1, state="approved")
    draft = factories.status_report(project=report.project, month=date(2024, 8, 1))
    client.force_login(clerk)
    assert client.get(page(other)).status_code == 403
    assert client.get(page(draft)).status_code == 403
    client.force_login(factories.user(READER))
    assert client.get(page(report)).status_code == 403
