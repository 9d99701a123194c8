"""开始使用: every step ticks itself off, and is shown to those who set the site up."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kuancheng.access.models import ApiKey
from kuancheng.access.roles import AUDITOR, READER, REPORTER, REVIEWER, SYSTEM_ADMIN
from kuancheng.jobs.models import SUCCESSFUL, Job
from kuancheng.reports.first_day.page import STEPS, open_steps
from kuancheng.reports.models import RuleSet
from kuancheng.reports.services.rules import save_rule_set
from projects.models import CalendarDay, WinterWindow
from tests import factories
from tests.jobs import declared

pytestmark = pytest.mark.django_db

TODAY = date(2024, 10, 15)


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(factories.user(SYSTEM_ADMIN))
    return client


def done(client: Client) -> set[str]:
    """The steps that the page calls done."""
    text = client.get("/start/").text
    items = re.findall(r'<li id="(\w+)">\s*<span class="step-state (\w+)">', text)
    assert [code for code, _ in items] == [step.code for step in STEPS]
    return {code for code, state in items if state == "done"}


def a_rule_set() -> None:
    rules = RuleSet(effective_from=TODAY, note="经核定，沿用默认值")
    save_rule_set(rules=rules, today=TODAY, actor=factories.system())


def a_finished_job() -> None:
    declared.write_line.enqueue("/", "甲")
    Job.objects.update(status=SUCCESSFUL)


def accounts() -> None:
    for role in (REVIEWER, REVIEWER, REPORTER, READER):
        factories.user(role)


FACTS: dict[str, tuple[Callable[[], object], set[str]]] = {
    "agencies": (factories.agency, {"agencies"}),
    "officials": (factories.official, {"officials"}),
    "accounts": (accounts, {"accounts"}),
    "linked": (lambda: factories.official(user=factories.user()), {"linked", "officials"}),
    "programme": (factories.programme, {"programme"}),
    "projects": (factories.project, {"projects"}),
    "calendar by a day": (
        lambda: CalendarDay.objects.create(date="2024-10-16", works=False, name="检修"),
        {"calendar"},
    ),
    "calendar by last year's winter": (
        lambda: WinterWindow.objects.create(year=2023, first="2023-11-05", last="2024-03-20"),
        {"calendar"},
    ),
    "thresholds": (a_rule_set, {"thresholds"}),
    "worker": (a_finished_job, {"worker"}),
    "key": (
        lambda: ApiKey.issue(user=factories.user(), name="取数", scope=ApiKey.Scope.READ),
        {"key"},
    ),
}


@pytest.mark.parametrize("fact", FACTS)
def test_a_step_ticks_itself_off(admin: Client, fact: str) -> None:
    assert done(admin) == set()
    make, expected = FACTS[fact]
    make()
    assert done(admin) == expected


def test_days_of_other_years_tick_nothing_off(admin: Client) -> None:
    CalendarDay.objects.create(date="2023-10-16", works=False, name="检修")
    WinterWindow.objects.create(year=2022, first="2022-11-05", last="2023-03-20")
    assert done(admin) == set()


def test_accounts_that_are_shut_do_not_count_and_what_lacks_is_named(admin: Client) -> None:
    factories.user(REVIEWER)
    factories.user(REVIEWER, is_active=False)
    factories.user(READER)
    text = admin.get("/start/").text
    assert f"还缺：{REVIEWER} 1 位、{REPORTER} 1 位。" in text
    factories.user(REVIEWER)
    factories.user(REPORTER)
    assert "还缺：" not in admin.get("/start/").text


@pytest.mark.parametrize(
    ("role", "status"),
    [(SYSTEM_ADMIN, 200), (REVIEWER, 200), (REPORTER, 403), (READER, 403), (AUDITOR, 403)],
)
def test_only_those_who_set_the_site_up_see_it(client: Client, role: str, status: int) -> None:
    user = factories.user(role)
    client.force_login(user)
    response = client.get("/start/")
    assert response.status_code == status
    assert bool(open_steps(user)) is (status == 200)
    assert ("开始使用：还有" in client.get("/admin/").text) is (status == 200)
    assert ('href="/start/"' in client.get("/").text) is (status == 200)


@pytest.mark.parametrize("role", [SYSTEM_ADMIN, REVIEWER])
def test_each_way_can_be_gone_and_the_rest_names_who_goes_it(client: Client, role: str) -> None:
    client.force_login(factories.user(role))
    text = client.get("/start/").text
    ways = re.findall(r'<a class="button[^"]*" href="([^"]+)"', text)
    assert ways
    for way in ways:
        assert client.get(way).status_code == 200, way
    assert "由项目中心办理" in text if role == SYSTEM_ADMIN else "由系统管理员办理" in text


def test_when_all_is_done_nobody_is_reminded(admin: Client) -> None:
    for make, _ in FACTS.values():
        make()
    assert done(admin) == {step.code for step in STEPS}
    assert "全部做完了" in admin.get("/start/").text
    assert "开始使用：还有" not in admin.get("/admin/").text


def test_the_number_of_queries_is_constant(admin: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            admin.get("/start/")
        return len(caught)

    queries()  # renews the session
    first = queries()
    for _ in range(30):
        factories.official(agency=factories.agency(), user=factories.user(REVIEWER))
        factories.project()
    assert queries() == first


def test_it_has_no_past(admin: Client) -> None:
    response = admin.get("/start/?as_of=2024-09-30")
    assert response.status_code == 400
    assert "不能指定日期" in response.text
