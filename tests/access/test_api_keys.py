"""Keys: who comes in through the API, who does not, and what each is told."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from kuancheng.access.models import ApiKey
from kuancheng.access.roles import READER, ROLES
from tests import factories

pytestmark = pytest.mark.django_db

ADDRESS = "/api/v1/agencies/"


def issue(*roles: str, **fields: Any) -> tuple[ApiKey, str]:
    user = factories.user(*(roles or (READER,)))
    return ApiKey.issue(user=user, name="取数", scope=ApiKey.Scope.READ, **fields)


def get(client: Client, key: str, scheme: str = "Bearer") -> Any:
    return client.get(ADDRESS, headers={"authorization": f"{scheme} {key}"})


def assert_unauthorized(response: Any, words: str) -> None:
    assert response.status_code == 401
    assert response["WWW-Authenticate"] == "Bearer"
    assert response["Content-Type"] == "application/problem+json"
    body = response.json()
    assert body["title"] == "没有认证"
    assert words in body["detail"]


def test_a_key_opens_the_api(client: Client) -> None:
    assert get(client, issue()[1]).status_code == 200


def test_the_scheme_is_not_case_sensitive(client: Client) -> None:
    assert get(client, issue()[1], "bearer").status_code == 200


@pytest.mark.parametrize("role", ROLES)
def test_every_role_may_read(client: Client, role: str) -> None:
    assert get(client, issue(role)[1]).status_code == 200


def test_a_login_opens_the_api_too(client: Client) -> None:
    client.force_login(factories.user(READER))
    assert client.get(ADDRESS).status_code == 200


def test_without_a_key_it_is_said_how_to_give_one(client: Client) -> None:
    assert_unauthorized(client.get(ADDRESS), "Authorization: Bearer")


@pytest.mark.parametrize("key", ["wrong", "kc_密钥", "x" * 10_000, "\x00"])
def test_a_wrong_key_is_refused(client: Client, key: str) -> None:
    assert_unauthorized(get(client, key.encode().decode("latin-1")), "密钥无效")


@pytest.mark.parametrize("header", ["Bearer", "Bearer a b"])
def test_a_header_of_the_wrong_form_is_refused(client: Client, header: str) -> None:
    assert_unauthorized(client.get(ADDRESS, headers={"authorization": header}), "应为")


def test_another_scheme_counts_as_no_key(client: Client) -> None:
    assert_unauthorized(get(client, "dXNlcjpwYXNz", "Basic"), "Authorization: Bearer")


def test_an_expired_key_is_refused(client: Client) -> None:
    _, key = issue(expires_at=timezone.now() - timedelta(seconds=1))
    assert_unauthorized(get(client, key), "已到期")


def test_a_key_works_until_it_expires(client: Client) -> None:
    _, key = issue(expires_at=timezone.now() + timedelta(minutes=1))
    assert get(client, key).status_code == 200


def test_a_revoked_key_is_refused_at_once(client: Client) -> None:
    record, key = issue()
    assert get(client, key).status_code == 200
    record.revoke()
    assert_unauthorized(get(client, key), "已吊销")


def test_the_key_of_an_account_that_was_closed_is_refused(client: Client) -> None:
    record, key = issue()
    record.user.is_active = False
    record.user.save()
    assert_unauthorized(get(client, key), "密钥无效")


def test_an_account_without_a_role_is_told_so(client: Client) -> None:
    user = factories.user()
    _, key = ApiKey.issue(user=user, name="取数", scope=ApiKey.Scope.READ)
    response = get(client, key)
    assert response.status_code == 403
    assert response["Content-Type"] == "application/problem+json"
    assert "没有查看这些数据的权限" in response.json()["detail"]


def test_only_a_digest_of_the_key_is_kept() -> None:
    record, key = issue()
    kept = ApiKey.objects.values_list().get(pk=record.pk)
    assert all(key not in str(column) for column in kept)
    assert record.digest == ApiKey.digest_of(key)


def test_the_use_of_a_key_is_noted(client: Client) -> None:
    record, key = issue()
    get(client, key)
    record.refresh_from_db()
    assert record.last_used_ip == "127.0.0.1"
    assert record.last_used_at is not None
    assert timezone.now() - record.last_used_at < timedelta(minutes=1)


def test_a_key_that_was_used_at_a_time_yet_to_come_is_refused(client: Client) -> None:
    """The clock was set back: a key that had expired would open again."""
    _, key = issue()
    ApiKey.objects.update(last_used_at=timezone.now() + timedelta(minutes=9))
    assert get(client, key).status_code == 200
    ApiKey.objects.update(last_used_at=timezone.now() + timedelta(hours=2))
    assert get(client, key).status_code == 401
