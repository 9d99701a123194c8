"""A session ends 30 minutes after its person's last request, whatever its pages fetch meanwhile."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from kuancheng.access.models import DisplayToken
from kuancheng.access.roles import READER
from kuancheng.access.sessions import RENEW_AFTER
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def old(client: Client) -> Client:
    """Somebody whose session ends in ten minutes."""
    client.force_login(factories.user(READER))
    Session.objects.update(expire_date=timezone.now() + timedelta(minutes=10))
    return client


def left() -> timedelta:
    return Session.objects.get().expire_date - timezone.now()


@pytest.mark.parametrize("address", ["/", "/screen/", "/map/"])
def test_request_of_a_person_renews_it(old: Client, address: str) -> None:
    answer = old.get(address)
    assert left() > timedelta(minutes=29)
    assert "sessionid" in answer.cookies


@pytest.mark.parametrize("address", ["/screen/now/", "/screen/?turn=2"])
def test_what_a_page_fetches_by_itself_does_not(old: Client, address: str) -> None:
    answer = old.get(address)
    assert answer.status_code == 200
    assert "sessionid" not in answer.cookies
    assert "Cookie" in answer["Vary"]
    assert left() < timedelta(minutes=11)


def test_display_in_a_browser_with_a_session_renews_nothing(old: Client) -> None:
    _, token = DisplayToken.issue(name="大屏")
    assert old.get(f"/screen/{token}/").status_code == 200
    assert left() < timedelta(minutes=11)


def test_looking_at_pages_writes_at_most_once_a_minute(client: Client) -> None:
    client.force_login(factories.user(READER))
    assert "sessionid" in client.get("/help/").cookies
    Session.objects.update(expire_date=timezone.now() + timedelta(minutes=20))
    assert "sessionid" not in client.get("/help/").cookies
    assert left() < timedelta(minutes=21)


def test_session_ends_within_the_half_hour_after_the_last_request(client: Client) -> None:
    client.force_login(factories.user(READER))
    client.get("/help/")
    session = client.session
    session["renewed"] -= RENEW_AFTER - 1
    session.save()
    # What the last request before the minute leaves: one second less than it should have.
    client.get("/help/")
    assert timedelta(minutes=29) < left() <= timedelta(minutes=30)


def test_session_of_a_time_that_is_yet_to_come_is_none(client: Client) -> None:
    """The clock was set back: a session that had ended would begin anew."""
    client.force_login(factories.user(READER))
    assert client.get("/help/").status_code == 200
    session = client.session
    session["renewed"] += 5 * 60
    session.save()
    assert client.get("/help/").status_code == 200
    session = client.session
    session["renewed"] += 60 * 60
    session.save()
    answer = client.get("/help/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/login/")
