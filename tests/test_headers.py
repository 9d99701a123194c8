"""What every answer says to browsers, whatever the address."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.exceptions import NoReverseMatch

from kuancheng.access.models import DisplayToken
from kuancheng.access.roles import READER
from tests import factories

pytestmark = pytest.mark.django_db

STANDINS = {"token": "00000000-0000-4000-8000-000000000000", "month": "2024-09", "year": 2024}
"""What fills the place of an address where a number will not do."""


def named(patterns: Any, space: str = "") -> Iterator[tuple[str, tuple[str, ...]]]:
    """The name of every address, and what it asks to be told."""
    for each in patterns:
        if isinstance(each, URLResolver):
            inner = f"{space}{each.namespace}:" if each.namespace else space
            yield from named(each.url_patterns, inner)
        elif isinstance(each, URLPattern) and each.name:
            yield f"{space}{each.name}", tuple(each.pattern.converters)


def addresses() -> dict[str, str]:
    """Each name with an address; where nothing is there it answers 404, and says the same."""
    found = {}
    for name, parts in named(get_resolver().url_patterns):
        for kwargs in (
            {part: STANDINS.get(part, 1) for part in parts},
            dict.fromkeys(parts, "2024-09"),
            {"pk": 1},
            {"token": STANDINS["token"]},
            {"month": "2024-09", "kind": "list"},
        ):
            try:
                found[name] = reverse(name, kwargs=kwargs)
                break
            except NoReverseMatch:
                continue
    return found


ADDRESSES = addresses()


def test_almost_every_name_has_an_address() -> None:
    names = {name for name, _ in named(get_resolver().url_patterns)}
    assert len(names) > 300
    left_out = names - set(ADDRESSES)
    assert len(left_out) < len(names) / 10, sorted(left_out)


def assert_guarded(answer: Any, name: str) -> None:
    policy = answer["Permissions-Policy"]
    assert "camera=()" in policy, name
    assert "geolocation=()" in policy, name
    assert answer["Referrer-Policy"] in {"same-origin", "no-referrer"}, name
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin", name
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin", name
    assert answer["X-Content-Type-Options"] == "nosniff", name
    assert answer["X-Frame-Options"] == "DENY", name


def assert_kept_by_nobody(answer: Any, name: str) -> None:
    validated = name.startswith("api-") and answer.status_code == 200 and answer.has_header("ETag")
    wanted = "private, no-cache" if validated else "no-store"
    assert wanted in answer["Cache-Control"], (name, answer.status_code)


@pytest.mark.long
def test_whoever_is_signed_in_leaves_no_page_in_the_browser(client: Client) -> None:
    factories.milestone(project=factories.project())
    client.raise_request_exception = False
    user = factories.user(is_superuser=True)
    client.force_login(user)
    for name, address in ADDRESSES.items():
        if name in {"logout", "admin:logout"}:
            continue
        answer = client.get(address)
        assert_guarded(answer, name)
        assert_kept_by_nobody(answer, name)


@pytest.mark.parametrize(
    "address",
    ["/login/", "/", "/nowhere/", "/healthz", "/api/v1/agencies/", "/admin/", "/favicon.ico"],
)
def test_whoever_is_not_neither(client: Client, address: str) -> None:
    answer = client.get(address)
    assert_guarded(answer, address)
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("address", ["/login/", "/logout/", "/api/v1/schedules/preview/"])
def test_answer_to_what_was_sent_is_not_kept(client: Client, address: str) -> None:
    client.force_login(factories.user(READER))
    answer = client.post(address)
    assert_guarded(answer, address)
    assert "no-store" in answer["Cache-Control"]


def test_display_tells_nobody_its_address(client: Client) -> None:
    _, token = DisplayToken.issue(name="大屏")
    answer = client.get(f"/screen/{token}/")
    assert (answer["Cache-Control"], answer["Referrer-Policy"]) == ("no-store", "no-referrer")


def test_page_has_no_etag_that_would_keep_it(client: Client) -> None:
    client.force_login(factories.user(READER))
    assert not client.get("/").has_header("ETag")
