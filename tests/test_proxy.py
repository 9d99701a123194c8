"""Who asks is taken from the proxies that are named, and from nobody else."""

from collections.abc import Callable
from ipaddress import ip_network
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.test import Client

from kuancheng.access.models import ApiKey, DisplayToken
from kuancheng.access.roles import READER
from kuancheng.proxy import FORWARDED, Proxies, parse, settle
from tests import factories

ONE = Proxies((ip_network("10.0.0.1/32"),))
ROW = Proxies((ip_network("10.0.0.0/29"), ip_network("fd00::/8")))


def settled(proxies: Proxies, peer: str, **said: str) -> dict[str, Any]:
    meta: dict[str, Any] = {"REMOTE_ADDR": peer}
    meta |= {f"HTTP_{name.upper()}": text for name, text in said.items()}
    settle(meta, proxies)
    return meta


@pytest.mark.parametrize(
    ("proxies", "peer", "header", "found"),
    [
        # One proxy: it wrote the last address, the requester may have written the rest.
        (ONE, "10.0.0.1", "203.0.113.9", "203.0.113.9"),
        (ONE, "10.0.0.1", "1.2.3.4, 203.0.113.9", "203.0.113.9"),
        (ONE, "10.0.0.1", "10.0.0.1, 203.0.113.9", "203.0.113.9"),
        # Nobody else is believed.
        (ONE, "10.0.0.2", "203.0.113.9", "10.0.0.2"),
        (ONE, "203.0.113.9", "127.0.0.1", "203.0.113.9"),
        (Proxies(), "127.0.0.1", "203.0.113.9", "127.0.0.1"),
        # A row of proxies is walked from the right.
        (ROW, "10.0.0.1", "1.2.3.4, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
        (ROW, "fd00::1", "1.2.3.4, 2001:db8::9, 10.0.0.2", "2001:db8::9"),
        (ROW, "10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"),
        # Nothing there, or garbage: the last that can be read speaks for what is beyond it.
        (ONE, "10.0.0.1", "", "10.0.0.1"),
        (ONE, "10.0.0.1", "203.0.113.9, unknown", "10.0.0.1"),
        (ROW, "10.0.0.1", "203.0.113.9, ' OR 1=1, 10.0.0.2", "10.0.0.2"),
        (ONE, "10.0.0.1", "203.0.113.9,", "10.0.0.1"),
        # Ports, brackets, zones, mapped addresses.
        (ONE, "10.0.0.1", "203.0.113.9:51000", "203.0.113.9"),
        (ONE, "10.0.0.1", "[2001:db8::9]:51000", "2001:db8::9"),
        (ONE, "10.0.0.1", "fe80::9%eth0", "fe80::9"),
        (ONE, "::ffff:10.0.0.1", "::ffff:203.0.113.9", "203.0.113.9"),
    ],
)
def test_requester_is_the_first_from_the_right_who_is_no_proxy(
    proxies: Proxies, peer: str, header: str, found: str
) -> None:
    assert settled(proxies, peer, x_forwarded_for=header)["REMOTE_ADDR"] == found


@pytest.mark.parametrize(
    ("hops", "found"), [(0, "1.2.3.4"), (1, "10.0.0.5"), (2, "1.2.3.4"), (9, "1.2.3.4")]
)
def test_number_of_hops_ends_the_walk_inside_the_proxies_own_network(hops: int, found: str) -> None:
    """Without it a requester inside 10.0.0.0/29 could say that he is somebody else."""
    proxies = Proxies(ROW.networks, hops=hops)
    said = settled(proxies, "10.0.0.1", x_forwarded_for="1.2.3.4, 10.0.0.5")
    assert said["REMOTE_ADDR"] == found


@pytest.mark.parametrize(
    ("header", "address", "proto"),
    [
        ("for=203.0.113.9;proto=https", "203.0.113.9", "https"),
        ('For="[2001:db8::9]:4711";Proto=HTTPS;by=10.0.0.1', "2001:db8::9", "https"),
        ('for="1.2.3.4, for=5.6.7.8", for=203.0.113.9;proto=http', "203.0.113.9", "http"),
        ("for=203.0.113.9, for=unknown", "10.0.0.1", ""),
        ("for=_secret;proto=https", "10.0.0.1", ""),
        ("", "10.0.0.1", ""),
    ],
)
def test_forwarded_says_who_and_how(header: str, address: str, proto: str) -> None:
    proxies = Proxies(ONE.networks, header="Forwarded")
    found = settled(
        proxies, "10.0.0.1", forwarded=header, x_forwarded_for="9.9.9.9", x_forwarded_proto="https"
    )
    assert (found["REMOTE_ADDR"], found["HTTP_X_FORWARDED_PROTO"]) == (address, proto)


def test_real_ip_is_one_address() -> None:
    proxies = Proxies(ONE.networks, header="X-Real-IP")
    assert settled(proxies, "10.0.0.1", x_real_ip="203.0.113.9")["REMOTE_ADDR"] == "203.0.113.9"
    assert settled(proxies, "10.0.0.1", x_real_ip="1.1.1.1, 2.2.2.2")["REMOTE_ADDR"] == "10.0.0.1"


@pytest.mark.parametrize("peer", ["", "unix:/run/kuancheng.sock"])
def test_unix_socket_is_this_machine_or_a_proxy_where_it_is_named(peer: str) -> None:
    said = {"x_forwarded_for": "203.0.113.9"}
    assert settled(Proxies(), peer, **said)["REMOTE_ADDR"] == "127.0.0.1"
    assert settled(ONE, peer, **said)["REMOTE_ADDR"] == "127.0.0.1"
    assert settled(Proxies(unix=True), peer, **said)["REMOTE_ADDR"] == "203.0.113.9"


SAID = {
    "x_forwarded_proto": "https",
    "x_forwarded_host": "evil.example",
    "x_forwarded_for": "9.9.9.9",
}


def test_protocol_and_host_are_taken_from_proxies_only() -> None:
    believed = settled(ONE, "10.0.0.1", **SAID)
    assert believed["HTTP_X_FORWARDED_PROTO"] == "https"
    assert believed["HTTP_X_FORWARDED_HOST"] == "evil.example"
    for proxies, peer in ((ONE, "10.0.0.2"), (ONE, "127.0.0.1"), (Proxies(), "10.0.0.2")):
        left = settled(proxies, peer, **SAID)
        assert not [name for name in left if name.startswith("HTTP_X_")]
        assert left[FORWARDED]


def test_proxy_on_this_machine_says_the_protocol_where_none_is_named() -> None:
    left = settled(Proxies(), "127.0.0.1", **SAID)
    assert [name for name in left if name.startswith("HTTP_X_")] == ["HTTP_X_FORWARDED_PROTO"]


@pytest.mark.parametrize(
    "text", ["", "a", "1.2.3", "01.2.3.4", "[", "[::1", "1.2.3.4:x:y", "\x00", "：："]
)
def test_garbage_is_no_address(text: str) -> None:
    assert parse(text) is None or text == "[::1"


class TestWholeStack:
    """What the lockout, keys and displays record, behind a proxy and without one."""

    pytestmark = pytest.mark.django_db

    @pytest.fixture(params=["named", "unnamed"])
    def seen(self, request: pytest.FixtureRequest, settings: Any) -> str:
        """The address by which the site knows 203.0.113.9 behind the proxy at 127.0.0.1."""
        named = Proxies((ip_network("127.0.0.1/32"),))
        settings.KUANCHENG_PROXIES = named if request.param == "named" else Proxies()
        return "203.0.113.9" if request.param == "named" else "127.0.0.1"

    @pytest.fixture
    def behind(self, client: Client) -> Callable[..., Any]:
        def ask(method: str, address: str, **options: Any) -> Any:
            headers = {"x-forwarded-for": "198.51.100.1, 203.0.113.9"} | options.pop("headers", {})
            return getattr(client, method)(address, headers=headers, **options)

        return ask

    def test_failed_login(self, behind: Callable[..., Any], seen: str) -> None:
        behind("post", "/login/", data={"username": "zhang", "password": "wrong"})
        assert AccessAttempt.objects.get().ip_address == seen

    def test_key_and_display(self, behind: Callable[..., Any], seen: str) -> None:
        key, secret = ApiKey.issue(user=factories.user(READER), name="取数", scope="read")
        display, token = DisplayToken.issue(name="大屏")
        behind("get", "/api/v1/agencies/", headers={"authorization": f"Bearer {secret}"})
        behind("get", f"/screen/{token}/")
        key.refresh_from_db()
        display.refresh_from_db()
        assert (key.last_used_ip, display.last_used_ip) == (seen, seen)

    def test_https_is_believed_of_the_proxy_only(self, client: Client, settings: Any) -> None:
        settings.KUANCHENG_PROXIES = ONE
        settings.SECURE_SSL_REDIRECT = True
        settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
        said = {"x-forwarded-proto": "https"}
        assert client.get("/login/", headers=said, REMOTE_ADDR="10.0.0.1").status_code == 200
        assert client.get("/login/", headers=said, REMOTE_ADDR="10.0.0.2").status_code == 301
