"""What a reader is told where there is nothing to see."""

import pytest
from django.test import Client

from kuancheng.access.roles import READER
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["/nowhere/", "/projects/T-99999/"])
def test_address_that_leads_nowhere_says_so_within_the_site(client: Client, address: str) -> None:
    client.force_login(factories.user(READER, is_staff=False))
    answer = client.get(address)
    assert answer.status_code == 404
    text = answer.content.decode()
    assert "没有这个页面" in text
    assert "进展清单</a>" in text
    assert 'aria-current="page"' not in text


def test_page_that_is_open_is_marked_in_the_navigation(client: Client) -> None:
    client.force_login(factories.user(READER, is_staff=False))
    text = client.get("/rules/").content.decode()
    # In the bar, and in the menu that stands there on a phone.
    assert text.count('aria-current="page"') == 2
    assert '<a href="/rules/" aria-current="page">' in text
