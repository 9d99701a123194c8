"""日监测's figures lead to their rows."""

import html
import re
from datetime import date, timedelta

import pytest
from django.test import Client

from kuancheng.access.roles import READER, REVIEWER
from kuancheng.reports.models import LightOverride
from kuancheng.reports.monitoring import monitor
from tests import factories
from tests.clock import on

pytestmark = pytest.mark.django_db

TODAY = date(2024, 10, 15)


@pytest.fixture
def portfolio() -> None:
    late = factories.project(code="T-LATE", planned_completion=date(2025, 10, 1))
    factories.milestone(project=late, planned_finish=date(2024, 9, 1))
    factories.milestone(project=late, planned_finish=TODAY + timedelta(days=3))
    filed = factories.project(code="T-FILED")
    factories.annual_plan(project=filed)
    factories.status_report(project=filed, completed=5, state="submitted")
    LightOverride.objects.create(
        project=filed,
        light="blue",
        reason="会议议定",
        author=factories.user(REVIEWER),
        since=date(2024, 10, 1),
        until=TODAY + timedelta(days=2),
    )


def tiles(client: Client, page: str = "/daily/") -> dict[str, tuple[str, str]]:
    """Each tile's number and link, by its label."""
    text = client.get(page).text.partition('<dl class="sums">')[2].partition("</dl>")[0]
    found = re.findall(r"<dt>(\S+) .*?</dt><dd>(?:<a href=\"([^\"]+)\">)?(\d+)", text, re.S)
    return {label: (number, html.unescape(link)) for label, link, number in found}


@pytest.mark.usefixtures("portfolio")
def test_each_figure_leads_to_as_many_rows(client: Client) -> None:
    client.force_login(factories.user(READER, is_staff=False))
    found = tiles(client)
    assert found["有超期节点的项目"] == ("1", "/?rule=milestone_overdue")
    assert found["填报待复核"] == ("1", "/?pending=true")
    assert found["七天内到期的人工调灯"] == ("1", "/?overridden=true")
    assert found["七天内到期节点"] == ("1", "#due")
    assert found["统计月未报送"] == ("1", "/reporting/")
    assert found["更正待批准"] == ("0", "")
    for label, code in (
        ("有超期节点的项目", "T-LATE"),
        ("填报待复核", "T-FILED"),
        ("七天内到期的人工调灯", "T-FILED"),
    ):
        rows = client.get(found[label][1]).text
        listed = rows.partition("<tbody>")[2].partition("</tbody>")[0]
        assert set(re.findall(r"/projects/(T-\w+)/", listed)) == {code}, label
    assert 'id="due"' in client.get("/daily/").text


@pytest.mark.usefixtures("portfolio")
def test_a_reviewer_is_led_to_what_he_decides(client: Client) -> None:
    client.force_login(factories.user(REVIEWER))
    found = tiles(client)
    assert found["填报待复核"][1] == "/admin/investment/statusreport/review/"
    assert client.get(found["填报待复核"][1]).status_code == 200


@pytest.mark.usefixtures("portfolio")
def test_a_past_day_leads_to_rows_as_they_were_known(client: Client) -> None:
    with on(14):
        monitor.run(date(2024, 10, 14), today=date(2024, 10, 14))
    client.force_login(factories.user(REVIEWER))
    found = tiles(client, "/daily/?as_of=2024-10-14")
    then = "as_of=2024-10-14&known_at=2024-10-14"
    assert found["有超期节点的项目"] == ("1", f"/?rule=milestone_overdue&{then}")
    assert found["填报待复核"][1] == f"/?pending=true&{then}"
    assert client.get(found["统计月未报送"][1]).status_code == 200
