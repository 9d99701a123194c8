"""Display tokens: issued and revoked by the administrator, stored as a digest, noted when used."""

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from kuancheng.access.models import DisplayToken
from kuancheng.access.roles import AUDITOR, READER, REPORTER, REVIEWER, SYSTEM_ADMIN
from tests import factories
from tests.forms import form_values

pytestmark = pytest.mark.django_db

TOKENS = "/admin/access/displaytoken/"


@pytest.fixture
def keeper(client: Client) -> Client:
    client.force_login(factories.user(SYSTEM_ADMIN, full_name="管理员"))
    return client


def issue(keeper: Client, **values: str) -> Any:
    posted = form_values(keeper.get(TOKENS + "add/")) | {"name": "值班室大屏"}
    return keeper.post(TOKENS + "add/", posted | values)


def test_address_is_shown_once_and_opens_the_screen(keeper: Client) -> None:
    page = issue(keeper)
    (address,) = re.findall(r"http://testserver(/screen/kd_[\w-]{43}/)", html.unescape(page.text))
    token = address.split("/")[2]
    record = DisplayToken.objects.get()
    assert (record.name, record.digest) == ("值班室大屏", DisplayToken.digest_of(token))
    assert Client().get(address).status_code == 200
    for place in (TOKENS, f"{TOKENS}{record.pk}/change/", f"{TOKENS}{record.pk}/history/"):
        text = keeper.get(place).text
        assert token[:8] in text or "history" in place
        assert token not in text
        assert record.digest not in text


def test_address_is_revoked_and_never_changed_or_deleted(keeper: Client) -> None:
    issue(keeper)
    record = DisplayToken.objects.get()
    assert keeper.post(f"{TOKENS}{record.pk}/change/", {"name": "改"}).status_code == 403
    root = Client()
    root.force_login(factories.user(is_superuser=True))
    assert root.post(f"{TOKENS}{record.pk}/delete/", {"post": "yes"}).status_code == 403
    told = keeper.post(TOKENS, {"action": "revoke", "_selected_action": [record.pk]}, follow=True)
    record.refresh_from_db()
    assert record.revoked_at is not None
    assert "已吊销 1 个大屏地址，立即失效" in told.text
    assert "管理员" in keeper.get(f"{TOKENS}{record.pk}/history/").text


@pytest.mark.parametrize("day", ["2020-01-01", "2099-01-01", "2024-02-31", ""])
def test_impossible_expiry_is_refused(keeper: Client, day: str) -> None:
    assert issue(keeper, expires_on=day).status_code == 200
    assert not DisplayToken.objects.exists()


@pytest.mark.parametrize("role", [READER, REPORTER, REVIEWER])
def test_only_the_administrator_issues_and_others_do_not_see_them(
    client: Client, role: str
) -> None:
    client.force_login(factories.user(role))
    assert client.get(TOKENS).status_code == 403
    assert client.post(TOKENS + "add/", {"name": "大屏"}).status_code == 403


def test_auditor_sees_them_and_issues_or_revokes_none(client: Client) -> None:
    record, _ = DisplayToken.issue(name="大屏")
    client.force_login(factories.user(AUDITOR))
    assert "大屏" in client.get(TOKENS).text
    assert client.post(TOKENS + "add/", {"name": "大屏"}).status_code == 403
    client.post(TOKENS, {"action": "revoke", "_selected_action": [record.pk]})
    record.refresh_from_db()
    assert record.revoked_at is None


def test_use_is_noted_with_time_and_place_at_most_once_a_minute() -> None:
    record, token = DisplayToken.issue(name="大屏")
    assert DisplayToken.opened_by(token, "10.0.0.5")
    record.refresh_from_db()
    first = record.last_used_at
    assert (first is not None, record.last_used_ip) == (True, "10.0.0.5")
    assert DisplayToken.opened_by(token, "10.0.0.5")
    record.refresh_from_db()
    assert (record.last_used_at, record.last_used_ip) == (first, "10.0.0.5")
    old = timezone.now() - timedelta(minutes=2)
    DisplayToken.objects.update(last_used_at=old)
    assert DisplayToken.opened_by(token, "10.0.0.6")
    record.refresh_from_db()
    assert record.last_used_ip == "10.0.0.6"


def test_token_opens_until_it_expires_or_is_revoked() -> None:
    now = timezone.now()
    _, lasting = DisplayToken.issue(name="甲", expires_at=now + timedelta(minutes=1))
    _, over = DisplayToken.issue(name="乙", expires_at=now - timedelta(seconds=1))
    ended, revoked = DisplayToken.issue(name="丙")
    ended.revoke()
    opened = [DisplayToken.opened_by(each, None) for each in (lasting, over, revoked, "kd_x", "")]
    assert opened == [True, False, False, False, False]
