"""Matters in the admin are read, and lead to the page where they are handled."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kuancheng.access.models import User
from kuancheng.access.roles import AUDITOR, REVIEWER
from projects.models import Matter
from projects.rules.matters.steps import Step
from projects.services.matters.taking import take_step
from projects.services.matters.turn import Given
from tests import factories

pytestmark = pytest.mark.django_db

LIST = "/admin/projects/matter/"


@pytest.fixture
def office() -> User:
    return factories.user(REVIEWER, full_name="办公室")


@pytest.fixture
def pages(client: Client, office: User) -> Client:
    client.force_login(office)
    return client


def issued(office: User, **fields: Any) -> Matter:
    matter = factories.matter(author=office, **fields)
    given = Given(due=date(2024, 10, 25))
    take_step(matter=matter, step=Step.ISSUE, actor=office, seen=1, given=given)
    matter.refresh_from_db()
    return matter


def test_list_is_searched_and_filtered(pages: Client, office: User) -> None:
    issued(office, title="临时用电容量不足")
    factories.matter(title="道路未通")
    assert "道路未通" in pages.get(LIST).text
    found = pages.get(f"{LIST}?q=lsyd").text
    assert "临时用电容量不足" in found
    assert "道路未通" not in found
    assert "道路未通" not in pages.get(f"{LIST}?state__exact=issued").text


def test_matter_is_read_with_its_steps_and_history(pages: Client, office: User) -> None:
    matter = issued(office, title="临时用电容量不足")
    page = pages.get(f"{LIST}{matter.pk}/change/").text
    assert f'href="/matters/{matter.pk}/"' in page
    assert "交办" in page
    assert 'name="_save"' not in page
    history = pages.get(f"{LIST}{matter.pk}/history/").text
    assert "办公室" in history


def test_there_is_no_way_round_the_services(pages: Client, office: User) -> None:
    matter = issued(office)
    draft = factories.matter(title="道路未通")
    assert pages.get(f"{LIST}add/").status_code == 403
    for each in (matter, draft):
        posted = {"title": "改了", "state": "closed", "_save": "1"}
        assert pages.post(f"{LIST}{each.pk}/change/", posted).status_code == 403
        assert pages.post(f"{LIST}{each.pk}/delete/", {"post": "yes"}).status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": [draft.pk], "post": "yes"}
    pages.post(LIST, chosen)
    assert not Matter.objects.filter(title="改了").exists()
    assert Matter.objects.count() == 2


def test_who_may_see_matters_sees_them(client: Client) -> None:
    client.force_login(factories.user(AUDITOR))
    assert client.get(LIST).status_code == 200
    client.force_login(factories.user())
    assert client.get(LIST).status_code == 403


def test_list_costs_the_same_however_many_there_are(pages: Client, office: User) -> None:
    verifier = factories.user(REVIEWER)
    agency = factories.agency()
    factories.matter(author=office, verifier=verifier, lead_agency=agency)
    pages.get(LIST)
    with CaptureQueriesContext(connection) as few:
        pages.get(LIST)
    for _ in range(29):
        factories.matter(author=office, verifier=verifier, lead_agency=agency)
    with CaptureQueriesContext(connection) as many:
        pages.get(LIST)
    assert len(many) == len(few)
