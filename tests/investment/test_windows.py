"""Months that the office opens and closes on other days than usual."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from investment.models import ReportingWindow, StatusReport
from investment.services import save_report
from investment.services.windows import delete_window, save_window
from kuancheng.access.roles import REPORTER, REVIEWER
from kuancheng.reports.judging import daily
from kuancheng.reports.models import DailyStatus
from tests import factories
from tests.forms import form_values

pytestmark = pytest.mark.django_db

TODAY = date(2024, 10, 15)
WINDOWS = "/admin/investment/reportingwindow/"


def window(month: tuple[int, int], opens: date, due: date) -> ReportingWindow:
    return ReportingWindow(month=date(*month, 1), opens_on=opens, due_on=due, note="通知")


def test_month_can_be_filed_from_the_day_its_window_opens() -> None:
    project = factories.project()
    october = StatusReport(project=project, month=date(2024, 10, 1), completed=1)
    with pytest.raises(ValidationError, match="2024年10月填报窗口 2024-10-25 开放"):
        save_report(report=october, today=TODAY, actor=factories.system())
    save_window(window=window((2024, 10), TODAY, date(2024, 11, 7)), actor=factories.system())
    assert save_report(report=october, today=TODAY, actor=factories.system()).pk


def test_later_due_day_moves_the_month_that_is_judged_and_back() -> None:
    project = factories.project()
    daily.ensure(TODAY, today=TODAY)

    def judged() -> date:
        return DailyStatus.objects.get(project=project).money_month

    assert judged() == date(2024, 9, 1)
    late = save_window(
        window=window((2024, 9), date(2024, 9, 25), date(2024, 10, 18)), actor=factories.system()
    )
    assert judged() == date(2024, 8, 1)
    delete_window(window=late, actor=factories.system())
    assert judged() == date(2024, 9, 1)


@pytest.mark.parametrize(
    ("opens", "due", "field"),
    [
        (date(2024, 11, 30), date(2025, 1, 8), "opens_on"),
        (date(2024, 12, 25), date(2024, 12, 24), "due_on"),
    ],
)
def test_impossible_window_is_refused(opens: date, due: date, field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        save_window(window=window((2024, 12), opens, due), actor=factories.system())
    assert field in refused.value.message_dict
    assert not ReportingWindow.objects.exists()


def test_office_sets_a_window_from_the_usual_days(client: Client) -> None:
    client.force_login(factories.user(REVIEWER))
    posted = form_values(client.get(f"{WINDOWS}add/"))
    assert (posted["month"], posted["opens_on"], posted["due_on"]) == (
        "2024-10",
        "2024-10-25",
        "2024-11-07",
    )
    posted |= {
        "month": "2024年12月",
        "opens_on": "2024-12-16",
        "due_on": "2024-12-27",
        "note": "年底",
    }
    assert client.post(f"{WINDOWS}add/", posted).status_code == 302
    assert "2024-12-25 至 2025-01-08" in client.get(WINDOWS).content.decode()
    again = client.post(f"{WINDOWS}add/", posted).content.decode()
    assert "这个月已有填报窗口" in again


def test_clerk_sets_none(client: Client) -> None:
    client.force_login(factories.user(REPORTER))
    assert client.get(WINDOWS).status_code == 200
    assert client.get(f"{WINDOWS}add/").status_code == 403
