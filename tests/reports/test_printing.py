"""Each printed sheet says how closely it is to be kept."""

import pytest
from django.test import Client

from kuancheng.access.roles import READER, REVIEWER
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("path", "of"),
    [
        ("/", "sensitive"),
        ("/?columns=gap&columns=annual_plan", "internal"),
        ("/?columns=gap&columns=lead_official", "sensitive"),
        ("/overview/", "internal"),
        ("/officials/", "sensitive"),
        ("/matters/", "sensitive"),
        ("/admin/projects/official/", "sensitive"),
        ("/help/", ""),
    ],
)
def test_a_page_bears_the_highest_class_of_what_it_shows(
    client: Client, path: str, of: str
) -> None:
    factories.project()
    client.force_login(factories.user(REVIEWER))
    page = client.get(path).text
    assert [each for each in ("internal", "sensitive") if f"kept_{each}.css" in page] == [
        of
    ] * bool(of)


def test_nobody_is_shown_no_mark(client: Client) -> None:
    assert "kept_" not in client.get("/login/").text


def test_a_page_that_is_nobodys_to_see_has_none(client: Client) -> None:
    client.force_login(factories.user(READER))
    assert "kept_sensitive" not in client.get("/nonsense/").text
