"""How much a key, an account or a stranger may ask, through the whole stack."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from kuancheng.access.models import ApiKey, DisplayToken
from kuancheng.access.roles import READER
from kuancheng.audit.models import AuditEntry
from kuancheng.throttles import budgets
from tests import factories

pytestmark = pytest.mark.django_db

LIST = "/api/v1/agencies/"


@pytest.fixture(autouse=True)
def _fresh(settings: Any) -> Iterator[None]:
    settings.KUANCHENG_API_RATE = 5
    settings.KUANCHENG_COSTLY_RATE = 2
    settings.KUANCHENG_STRANGER_RATE = 3
    every = (budgets.requests, budgets.costly, budgets.strangers, budgets.noted)
    for each in every:
        each.clear()
    yield
    for each in every:
        each.clear()


def with_key() -> Client:
    _, key = ApiKey.issue(user=factories.user(READER), name="取数", scope=ApiKey.Scope.READ)
    return Client(headers={"authorization": f"Bearer {key}"})


def assert_too_often(answer: Any, words: str) -> None:
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 60
    assert words in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]


def test_key_that_asks_too_often_is_told_when_to_come_back() -> None:
    first, second = with_key(), with_key()
    assert [first.get(LIST).status_code for _ in range(5)] == [200] * 5
    refused = first.get(LIST)
    assert_too_often(refused, "请求太频繁，请 12 秒后再试。")
    assert refused["Content-Type"] == "application/problem+json"
    assert refused.json()["status"] == 429
    assert second.get(LIST).status_code == 200


def test_search_counts_as_costly() -> None:
    api = with_key()
    assert [api.get(LIST, {"search": "局"}).status_code for _ in range(3)] == [200, 200, 429]
    assert api.get(LIST).status_code == 200


def test_wrong_keys_are_refused_more_curtly_and_right_ones_never_for_them() -> None:
    wrong, none = Client(headers={"authorization": "Bearer kc_wrong"}), Client()
    statuses = [each.get(LIST).status_code for each in (wrong, none, wrong, none, wrong)]
    assert statuses == [401, 401, 401, 429, 429]
    assert_too_often(wrong.get(LIST), "请求太频繁")
    assert with_key().get(LIST).status_code == 200
    assert wrong.get(LIST, REMOTE_ADDR="203.0.113.9").status_code == 401


def test_wrong_displays_are_refused_and_right_ones_never_for_them() -> None:
    statuses = [Client().get("/screen/kd_wrong/").status_code for _ in range(5)]
    assert statuses == [403] * 3 + [429] * 2
    _, token = DisplayToken.issue(name="大屏")
    assert Client().get(f"/screen/{token}/").status_code == 200


def test_exports_and_searches_of_an_account_are_counted_and_pages_are_not(client: Client) -> None:
    client.force_login(factories.user(READER))
    assert client.get("/progress.xlsx").status_code == 200
    assert client.get("/search/", {"q": "路"}).status_code == 200
    refused = client.get("/matters.xlsx")
    assert_too_often(refused, "导出、搜索太频繁")
    assert {client.get("/").status_code for _ in range(30)} == {200}
    other = Client()
    other.force_login(factories.user(READER))
    assert other.get("/progress.xlsx").status_code == 200


def test_session_has_the_budget_of_its_account(client: Client) -> None:
    client.force_login(factories.user(READER))
    assert [client.get(LIST).status_code for _ in range(6)] == [200] * 5 + [429]


def test_audit_says_so_once() -> None:
    api = with_key()
    for _ in range(9):
        api.get(LIST)
    [entry] = AuditEntry.objects.filter(act="entry.throttled")
    assert (entry.outcome, entry.door) == ("refused", "api")
    assert entry.detail["rule"] == "api"
