"""The guarded way out, against real servers on loopback and names that lie."""

import socket
import time
from typing import Any

import pytest

from kuancheng.notices import sender
from kuancheng.notices.rules.addresses import parse_networks
from kuancheng.notices.sender import Answer, NotSent, Uncertain
from tests.notices.servers import http, says, sends

LOOPBACK = parse_networks("127.0.0.0/8")


@pytest.fixture(autouse=True)
def _loopback_is_allowed(settings: Any) -> None:
    settings.KUANCHENG_OUTGOING_PRIVATE = LOOPBACK


class Stop(Exception):  # noqa: N818
    """What a claim raises."""


def post(address: str, body: bytes = b"{}") -> Answer:
    return sender.post(address, body, before_writing=lambda: None)


def test_what_is_posted_arrives_whole_and_the_answer_is_read() -> None:
    with http(says('{"errcode":0}')) as server:
        answer = post(f"http://127.0.0.1:{server.port}/a?key=1", '{"字":1}'.encode())
    assert answer == Answer(200, b'{"errcode":0}')
    (request,) = server.taken
    head, _, body = request.partition("\r\n\r\n")
    assert head.startswith("POST /a?key=1 HTTP/1.1\r\nHost: 127.0.0.1:")
    assert body == '{"字":1}'


def test_chunked_answer_is_read() -> None:
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
    with http(sends(chunked)) as server:
        assert post(f"http://127.0.0.1:{server.port}/").body == b"abc"


def test_redirect_is_an_answer_and_is_not_followed() -> None:
    with http(says("", "302 Found", "Location: http://127.0.0.1:1/\r\n")) as server:
        assert post(f"http://127.0.0.1:{server.port}/").status == 302
    assert len(server.taken) == 1


def test_claim_that_fails_leaves_nothing_written() -> None:
    def claim() -> None:
        raise Stop

    with http(says("{}")) as server, pytest.raises(Stop):
        sender.post(f"http://127.0.0.1:{server.port}/", b"{}", before_writing=claim)
    assert server.taken == []


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ftp://example.com/",
        "example.com/hook",
        "https://user:secret@example.com/",
        "https://exa mple.com/",
        "https://example.com/\r\nX: 1",
        "https://example.com:99999/",
        "https:///hook",
        "https://[::1/",
    ],
)
def test_what_is_no_address_is_refused_for_good(address: str) -> None:
    with pytest.raises(NotSent) as refused:
        post(address)
    assert not refused.value.passing


def test_plain_http_is_spoken_only_where_private_networks_are_allowed(settings: Any) -> None:
    settings.KUANCHENG_OUTGOING_PRIVATE = ()
    with pytest.raises(NotSent, match="应以 https:// 开头"):
        post("http://127.0.0.1:1/")


def test_plain_http_goes_to_no_public_address(monkeypatch: pytest.MonkeyPatch) -> None:
    resolves(monkeypatch, "8.8.8.8")
    with pytest.raises(NotSent, match="只能用 https"):
        post("http://bot.example.com/")


def resolves(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[str]:
    """Every name leads to these addresses; what is asked for is noted."""
    asked: list[str] = []

    def getaddrinfo(host: str, port: int, **options: Any) -> list[Any]:
        asked.append(host)
        return [
            (
                socket.AF_INET6 if ":" in each else socket.AF_INET,
                socket.SOCK_STREAM,
                0,
                "",
                (each, port, 0, 0) if ":" in each else (each, port),
            )
            for each in addresses
        ]

    monkeypatch.setattr(sender.socket, "getaddrinfo", getaddrinfo)
    return asked


@pytest.mark.parametrize(
    "addresses",
    [
        ["10.0.0.5"],
        ["169.254.169.254"],
        ["::1"],
        ["::ffff:192.168.0.1"],
        ["8.8.8.8", "10.0.0.5"],
        ["224.0.0.1"],
    ],
)
def test_name_that_leads_inside_is_refused_before_anything_is_connected(
    monkeypatch: pytest.MonkeyPatch, addresses: list[str]
) -> None:
    resolves(monkeypatch, *addresses)
    monkeypatch.setattr(sender.socket, "socket", lambda *args: pytest.fail("connected"))
    with pytest.raises(NotSent, match="不允许访问的内部地址") as refused:
        post("https://bot.example.com/secret-token")
    assert not refused.value.passing
    assert "secret-token" not in str(refused.value)


def test_name_is_resolved_once_and_kept_in_the_request(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that leads elsewhere the second time leads nowhere else."""
    with http(says("{}")) as server:
        asked = resolves(monkeypatch, "127.0.0.1")
        post(f"http://bot.example.com:{server.port}/")
    assert asked == ["bot.example.com"]
    assert f"Host: bot.example.com:{server.port}\r\n" in server.taken[0]


def test_name_that_is_not_there_may_be_there_later(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*args: Any, **options: Any) -> None:
        raise socket.gaierror

    monkeypatch.setattr(sender.socket, "getaddrinfo", gone)
    with pytest.raises(NotSent, match="查不到") as refused:
        post("https://bot.example.com/")
    assert refused.value.passing


def test_closed_port_is_not_sent_and_may_be_tried_again() -> None:
    with http(says("{}")) as server:
        pass
    with pytest.raises(NotSent, match="连接不上") as refused:
        post(f"http://127.0.0.1:{server.port}/")
    assert refused.value.passing


def test_server_without_a_certificate_gets_nothing() -> None:
    with http(says("{}")) as server, pytest.raises(NotSent):
        post(f"https://127.0.0.1:{server.port}/")
    assert server.taken == []


@pytest.mark.parametrize(
    "pieces",
    [
        [b"\x00\xff nonsense\r\n\r\n"],
        [],
        [b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort"],
        [b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * (sender.LARGEST_ANSWER + 1)],
        [b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n"],
        [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"],
    ],
    ids=["garbage", "silence", "cut short", "huge", "many headers", "bad chunks"],
)
def test_answer_that_cannot_be_understood_leaves_it_uncertain(pieces: list[bytes]) -> None:
    with http(sends(*pieces)) as server, pytest.raises(Uncertain):
        post(f"http://127.0.0.1:{server.port}/secret")
    assert len(server.taken) == 1


def test_slow_drip_ends_with_the_time_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sender, "TOTAL_SECONDS", 0.5)
    drip = [bytes([each]) for each in b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"]
    began = time.monotonic()
    with http(sends(*drip, seconds=0.1)) as server, pytest.raises(Uncertain, match="没有及时答复"):
        post(f"http://127.0.0.1:{server.port}/")
    assert time.monotonic() - began < 2
