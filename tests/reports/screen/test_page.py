"""大屏: what its panels show, who may open it, and what a token does not open."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kuancheng.access.models import DisplayToken
from kuancheng.access.roles import READER, ROLES
from kuancheng.reports.judging import daily
from projects.models import Project
from projects.services import save_project
from tests import factories
from tests.clock import on

pytestmark = pytest.mark.django_db

TODAY = date(2024, 10, 15)


@pytest.fixture
def reader(client: Client) -> Client:
    client.force_login(factories.user(READER, is_staff=False))
    return client


@pytest.fixture
def token() -> str:
    return DisplayToken.issue(name="大屏")[1]


def overdue(days: int, **fields: Any) -> Project:
    """A project with a milestone so many days overdue."""
    made = factories.project(**fields)
    finish = TODAY - timedelta(days=days)
    factories.milestone(project=made, name="主体封顶", planned_finish=finish)
    return made


def shown(client: Client, address: str = "/screen/") -> Any:
    return client.get(address).context


def test_screen_asks_for_a_login(client: Client) -> None:
    assert client.get("/screen/")["Location"].startswith("/login/?next=")


@pytest.mark.parametrize("role", ROLES)
def test_every_role_may_open_it_and_nobody_without_one(client: Client, role: str) -> None:
    client.force_login(factories.user(role))
    assert client.get("/screen/").status_code == 200
    assert client.get("/screen/now/").status_code == 200
    client.force_login(factories.user())
    assert client.get("/screen/").status_code == 403
    assert client.get("/screen/now/").status_code == 403


def test_fetch_of_a_session_that_ended_is_a_plain_refusal(client: Client) -> None:
    answer = client.get("/screen/now/")
    assert answer.status_code == 403
    assert "<a " not in answer.text


def test_lights_are_counted_and_the_rate_stands_beside_what_is_due(reader: Client) -> None:
    made = overdue(31)
    factories.annual_plan(project=made, amount=Decimal(1_000))
    factories.status_report(project=made, completed=Decimal(500), state="approved")
    factories.project()
    found = shown(reader)
    numbers = {light.value: number for light, _, number in found["lights"]}
    assert numbers == {"red": 1, "yellow": 0, "blue": 0, "green": 0, "grey": 1}
    # 500 of 1000; by the season 82% are due at the end of September.
    assert found["bar"].done == 500
    assert found["bar"].due == 820
    text = reader.get("/screen/").text
    for words in ("50.0%", "82.0%", "−32.0", "季节序时", "截至 2024年9月"):
        assert words in text


def test_more_than_the_plan_still_fits_the_bar(reader: Client) -> None:
    made = factories.project()
    factories.annual_plan(project=made, amount=Decimal(100))
    factories.status_report(project=made, completed=Decimal(200), state="approved")
    bar = shown(reader)["bar"]
    assert (bar.done, bar.due, bar.whole) == (1000, 410, 500)


def test_not_reported_is_a_dash_and_no_bar(reader: Client) -> None:
    factories.project()
    answer = reader.get("/screen/")
    assert answer.context["bar"] is None
    assert "<dd>—</dd>" in answer.text
    assert "算不出完成率" in answer.text


def test_ten_are_worst_red_first_then_the_longest_overdue(reader: Client) -> None:
    for days in range(25, 36):
        overdue(days, code=f"T-{days}")
    factories.project(code="T-GREY")
    found = [row.project.code for row in shown(reader)["worst"]]
    assert found == [f"T-{days}" for days in range(35, 25, -1)]


def test_each_of_the_worst_has_name_official_and_reason(reader: Client) -> None:
    made = overdue(31, name="中粮油脂")
    overdue(5)
    factories.assignment(project=made, official=factories.official(name="包保甲"))
    text = reader.get("/screen/").text
    for words in ("中粮油脂", "包保甲", "节点“主体封顶”超期 31 天", "未定包保领导"):
        assert words in text


def test_what_changed_today_and_what_is_due_are_told(reader: Client) -> None:
    with on(13):
        made = factories.project(name="示例路桥")
        factories.milestone(project=made, name="通车", planned_finish=TODAY + timedelta(days=7))
        factories.milestone(project=made, planned_finish=TODAY + timedelta(days=8))
    daily.keep(TODAY - timedelta(days=1), today=TODAY)
    assert [each.milestone for each, _ in shown(reader)["due"]] == ["通车"]
    made.standing = "deferred"
    save_project(project=made, actor=factories.system())
    found = shown(reader)
    assert (found["summary"].changed, found["compared_with"]) == (1, date(2024, 10, 14))
    assert [(each.name, each.before, each.light) for each in found["changes"]] == [
        ("示例路桥", "yellow", "grey")
    ]
    assert found["due"] == []


def test_empty_screen_says_so(reader: Client) -> None:
    text = reader.get("/screen/").text
    for words in ("还没有数据", "没有红灯、黄灯项目", "无从比较", "七天内没有到期的节点"):
        assert words in text


@pytest.mark.parametrize(
    ("query", "panel", "after"), [("", 1, 2), ("?turn=2", 2, 3), ("?turn=4", 4, 1)]
)
def test_panels_turn_without_scripts(reader: Client, query: str, panel: int, after: int) -> None:
    text = reader.get(f"/screen/{query}").text
    assert f'class="panel on" data-panel="{panel}"' in text
    assert (
        f'<noscript><meta http-equiv="refresh" content="15; url=?turn={after}"></noscript>' in text
    )


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("turn=0", "4的整数"),
        ("turn=5", "4的整数"),
        ("turn=x", "（turn）："),
        ("as_of=2024-08-31", "大屏只显示此刻"),
        ("known_at=2024-08-31", "大屏只显示此刻"),
        ("colour=red", "没有参数“colour”"),
    ],
)
def test_bad_parameter_is_named(reader: Client, token: str, query: str, words: str) -> None:
    for address in ("/screen/", f"/screen/{token}/"):
        answer = reader.get(f"{address}?{query}")
        assert answer.status_code == 400
        assert words in answer.text
    for address in ("/screen/now/", f"/screen/{token}/now/"):
        assert reader.get(f"{address}?{query}").status_code == 400


def test_token_opens_the_screen_without_a_session(client: Client, token: str) -> None:
    overdue(31, name="中粮油脂")
    for address in (f"/screen/{token}/", f"/screen/{token}/now/"):
        answer = client.get(address)
        assert answer.status_code == 200
        assert "中粮油脂" in answer.text
        assert answer.cookies == {}
    assert "退出大屏" not in client.get(f"/screen/{token}/").text


@pytest.mark.parametrize("tail", ["", "now/"])
def test_token_that_is_revoked_expired_or_unknown_gets_a_plain_page(
    client: Client, tail: str
) -> None:
    overdue(31, name="中粮油脂")
    record, revoked = DisplayToken.issue(name="甲")
    record.revoke()
    _, over = DisplayToken.issue(name="乙", expires_at=timezone.now() - timedelta(seconds=1))
    for token in (revoked, over, "kd_nothing", "%00", "x" * 2_000):
        answer = client.get(f"/screen/{token}/{tail}")
        assert answer.status_code == 403
        assert "这个大屏地址不能用了" in answer.text
        assert "中粮油脂" not in answer.text
        for leads_on in ("<a ", "<script", "http-equiv"):
            assert leads_on not in answer.text


def test_no_answer_is_kept_and_none_tells_the_address(reader: Client, token: str) -> None:
    for address in (
        "/screen/",
        "/screen/now/",
        f"/screen/{token}/",
        f"/screen/{token}/now/",
        f"/screen/{token}/?turn=9",
        "/screen/kd_nothing/",
    ):
        answer = reader.get(address)
        assert answer["Cache-Control"] == "no-store"
        assert answer["Referrer-Policy"] == "no-referrer"
        refused = reader.post(address)
        assert (refused.status_code, refused["Cache-Control"]) == (405, "no-store")


@pytest.mark.parametrize(
    "address", ["/", "/map/", "/screen/", "/overview/", "/admin/", "/api/v1/projects/"]
)
def test_token_opens_nothing_else(client: Client, token: str, address: str) -> None:
    assert client.get(f"/screen/{token}/").status_code == 200
    for headers in ({}, {"authorization": f"Bearer {token}"}):
        assert client.get(address, headers=headers).status_code in {302, 401}


def test_key_of_the_api_opens_no_screen(api: Client) -> None:
    key = api.defaults["HTTP_AUTHORIZATION"].split()[1]
    assert api.get(f"/screen/{key}/").status_code == 403


@pytest.mark.parametrize("by_token", [False, True])
def test_screen_costs_the_same_for_one_project_and_for_forty(
    reader: Client, token: str, by_token: bool
) -> None:
    address = f"/screen/{token}/now/" if by_token else "/screen/now/"
    overdue(31)
    reader.get(address)
    with CaptureQueriesContext(connection) as one:
        reader.get(address)
    for days in range(39):
        made = overdue(days, lead_agency=factories.agency())
        factories.assignment(project=made, official=factories.official())
        factories.milestone(project=made, planned_finish=TODAY + timedelta(days=2))
    reader.get(address)
    with CaptureQueriesContext(connection) as forty:
        reader.get(address)
    assert len(forty) == len(one)


def test_names_are_escaped(reader: Client) -> None:
    overdue(31, name="<script>alert(1)</script>")
    assert "<script>alert" not in reader.get("/screen/").text
