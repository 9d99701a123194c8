"""Today's judgement beside each project in the admin, and the versions of the thresholds."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from kuancheng.access.roles import REVIEWER
from kuancheng.reports.models import DailyStatus, RuleSet
from tests import factories
from tests.forms import form_values
from tests.second import let_through

pytestmark = pytest.mark.django_db

LIST = "/admin/projects/project/"
RULES = "/admin/reports/ruleset/"


@pytest.fixture
def reviewer(client: Client) -> Client:
    client.force_login(factories.user(REVIEWER, full_name="复核员"))
    return client


@pytest.fixture
def portfolio() -> None:
    """Red by 45 days, blue within 14 days, grey without any plan."""
    red = factories.project(code="A", name="红的")
    factories.milestone(project=red, planned_finish=date(2024, 8, 31))
    blue = factories.project(code="B", name="蓝的", stage="signed")
    factories.milestone(project=blue, planned_finish=date(2024, 10, 20))
    factories.project(code="C", name="灰的")


def test_a_filter_by_a_number_beyond_all_keys_is_a_bad_request(reviewer: Client) -> None:
    page = reviewer.get("/admin/reports/dailystatus/?lead_official=" + "9" * 30)
    assert page.status_code == 400


def names(client: Client, query: str) -> list[str]:
    return [each.name for each in client.get(LIST + query).context["cl"].result_list]


def column(client: Client, name: str) -> int:
    return list(client.get(LIST).context["cl"].list_display).index(name)


@pytest.mark.usefixtures("portfolio")
class TestLights:
    def test_light_stands_as_word_and_colour(self, reviewer: Client) -> None:
        text = reviewer.get(LIST).content.decode()
        for light, word in (("red", "严重滞后"), ("blue", "提醒"), ("grey", "未研判")):
            assert f"lamp-{light}" in text
            assert word in text

    def test_list_filters_by_light_and_report(self, reviewer: Client) -> None:
        assert names(reviewer, "?light=red") == ["红的"]
        assert names(reviewer, "?light=green") == []
        assert names(reviewer, "?report=missing") == ["红的", "灰的"]
        assert names(reviewer, "?report=not_owed") == ["蓝的"]

    def test_a_red_word_stands_only_where_a_report_is_owed(self, reviewer: Client) -> None:
        text = reviewer.get(LIST).content.decode()
        assert text.count('<span class="state state-missing">未报送</span>') == 2
        assert text.count('<span class="state state-not_owed">无须报送</span>') == 1

    def test_list_sorts_by_light_both_ways(self, reviewer: Client) -> None:
        place = column(reviewer, "lamp")
        assert names(reviewer, f"?o=-{place}") == ["红的", "蓝的", "灰的"]
        assert names(reviewer, f"?o={place}") == ["灰的", "蓝的", "红的"]

    def test_what_has_no_gap_comes_last_both_ways(self, reviewer: Client) -> None:
        for name, plan, done in (("超前", 100, 100), ("落后", 100, 1)):
            project = factories.project(name=name)
            factories.annual_plan(project=project, amount=Decimal(plan))
            factories.status_report(project=project, completed=Decimal(done), state="approved")
        place = column(reviewer, "difference")
        assert names(reviewer, f"?o={place}")[:2] == ["落后", "超前"]
        assert names(reviewer, f"?o=-{place}")[:2] == ["超前", "落后"]


@pytest.mark.parametrize("count", [1, 30])
def test_list_asks_the_same_number_of_questions(
    reviewer: Client, count: int, django_assert_max_num_queries: Any
) -> None:
    agencies = [factories.agency(), factories.agency()]
    for index in range(count):
        project = factories.project(lead_agency=agencies[index % 2])
        factories.assignment(project=project, official=factories.official())
    reviewer.get(LIST)
    with django_assert_max_num_queries(17):
        reviewer.get(LIST)


class TestRuleSets:
    def add(self, client: Client, **values: str) -> Any:
        posted = form_values(client.get(RULES + "add/")) | {"note": "依据会议纪要"} | values
        return client.post(RULES + "add/", posted)

    def test_new_version_starts_from_the_values_in_force(self, reviewer: Client) -> None:
        values = form_values(reviewer.get(RULES + "add/"))
        assert values["milestone_red_days"] == "30"
        assert values["effective_from"] == "2024-10-15"
        assert values["note"] == ""

    def test_version_of_today_judges_the_portfolio_anew(self, reviewer: Client) -> None:
        project = factories.project()
        factories.milestone(project=project, planned_finish=date(2024, 8, 31))
        reviewer.get(LIST)
        assert DailyStatus.objects.get().light == "red"
        assert self.add(reviewer, milestone_red_days="60").status_code == 302
        assert not RuleSet.objects.filter(version=2).exists()
        assert DailyStatus.objects.get().light == "red"
        let_through()
        kept = RuleSet.objects.get(version=2).history.get()
        assert kept.history_user.full_name == "第二人"
        assert "复核员提出" in kept.history_change_reason
        assert DailyStatus.objects.get().light == "yellow"

    def test_later_version_waits_and_may_still_be_changed(self, reviewer: Client) -> None:
        self.add(reviewer, effective_from="2024-11-01")
        let_through()
        rules = RuleSet.objects.get(version=2)
        page = f"{RULES}{rules.pk}/change/"
        posted = form_values(reviewer.get(page)) | {"gap_red": "25"}
        assert reviewer.post(page, posted).status_code == 302
        let_through()
        rules.refresh_from_db()
        assert (rules.version, rules.gap_red) == (2, Decimal(25))

    @pytest.mark.parametrize(
        ("values", "told"),
        [
            ({"effective_from": "2024-10-14"}, "不能早于今天"),
            ({"effective_from": "2024-02-31"}, "有效的日期"),
            ({"gap_yellow": "31"}, "黄灯阈值不能大于红灯阈值"),
            ({"milestone_red_days": "-1"}, "0"),
            ({"note": ""}, "必填"),
            ({"note": "调"}, "至少 4 个字"),
        ],
    )
    def test_impossible_version_is_refused(
        self, reviewer: Client, values: dict[str, str], told: str
    ) -> None:
        page = self.add(reviewer, **values)
        assert page.status_code == 200
        assert told in page.content.decode()
        assert RuleSet.objects.count() == 1

    def test_version_in_force_is_read_only(self, reviewer: Client) -> None:
        page = f"{RULES}{RuleSet.objects.get().pk}/change/"
        assert "gap_red" not in form_values(reviewer.get(page))
        assert reviewer.post(page, {"gap_red": "1"}).status_code == 403
        assert reviewer.post(f"{page}../delete/", {"post": "yes"}).status_code in {403, 404}


def test_kept_rows_are_read_only(reviewer: Client) -> None:
    factories.project()
    reviewer.get(LIST)
    row = DailyStatus.objects.get()
    page = f"/admin/reports/dailystatus/{row.pk}/change/"
    assert reviewer.get(page).status_code == 200
    assert reviewer.post(page, {"light": "green"}).status_code == 403


def test_history_of_what_a_migration_made_is_empty_and_says_so(reviewer: Client) -> None:
    page = reviewer.get(f"{RULES}{RuleSet.objects.get().pk}/history/")
    assert page.status_code == 200
    assert "还没有变更记录" in page.content.decode()
