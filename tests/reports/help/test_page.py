"""帮助 and 名词: each role's own guide first, no door that is closed, past thresholds."""

import re
from datetime import date

import pytest
from django.test import Client

from kuancheng.access.roles import AUDITOR, READER, REPORTER, REVIEWER, ROLES, SYSTEM_ADMIN
from kuancheng.reports.help.guides import GUIDES
from kuancheng.reports.models import RuleSet
from tests import factories

pytestmark = pytest.mark.django_db

FIRST = {
    REPORTER: "填报员",
    REVIEWER: "复核员",
    READER: "领导",
    SYSTEM_ADMIN: "系统管理员",
    AUDITOR: "审计",
}


def test_every_role_has_its_guide() -> None:
    assert {guide.role for guide in GUIDES} == set(ROLES)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_reads_its_own_guide_first_and_all_doors_open(client: Client, role: str) -> None:
    client.force_login(factories.user(role, is_staff=role != READER))
    text = client.get("/help/").text
    guides = re.findall(r'<details class="card guide"( open)?>.*?<h2>(.*?)</h2>', text, re.S)
    assert guides[0][0] == " open"
    assert guides[0][1].startswith(FIRST[role])
    assert [opened for opened, _ in guides[1:]] == [""] * 4
    doors = set(re.findall(r'href="([^"]+)"', "".join(re.findall(r'guide-links">(.*?)</p>', text))))
    assert doors
    for door in doors:
        assert client.get(door).status_code == 200, door
    assert any(door.startswith("/admin/") for door in doors) is (role != READER)


def test_an_account_without_a_role_is_told_whom_to_ask(client: Client) -> None:
    client.force_login(factories.user(is_staff=False))
    text = client.get("/help/").text
    assert "还没有角色" in text
    assert client.get("/help/terms/").status_code == 200
    client.logout()
    assert client.get("/help/").status_code == 302
    assert client.get("/help/terms/").status_code == 302


def test_terms_of_a_past_day_are_those_of_its_thresholds(client: Client) -> None:
    RuleSet.objects.create(version=2, effective_from=date(2024, 10, 1), note="试", gap_red=25)
    client.force_login(factories.user(READER, is_staff=False))
    assert "25 个百分点以上亮红灯" in client.get("/help/terms/").text
    assert "30 个百分点以上亮红灯" in client.get("/help/terms/?as_of=2024-09-30").text
    known = client.get("/help/terms/?known_at=2024-10-14").text
    assert "2024年10月14日结束时已登记的内容" in known


@pytest.mark.parametrize(("page", "status"), [("/help/", 400), ("/help/terms/", 200)])
def test_help_has_no_past_and_terms_have(client: Client, page: str, status: int) -> None:
    client.force_login(factories.user(READER))
    response = client.get(page, {"as_of": "2024-09-30"})
    assert response.status_code == status
    assert client.get(page, {"nonsense": "1"}).status_code == 400
