"""Who asks, where proxies stand in between: the first thing that happens to a request.

Only a proxy that is named (`KUANCHENG_PROXIES`) is believed: what it says of the requester's address
goes into `REMOTE_ADDR`, which is all that the rest of the house reads. Whatever anybody else says of
addresses, protocols and hosts is taken away before anybody can read it.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning
from django.http import HttpRequest
from django.http.response import HttpResponseBase

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

HEADERS = ("X-Forwarded-For", "Forwarded", "X-Real-IP")
"""Headers in which a proxy may name the requester."""

UNIX = "unix"
"""How `KUANCHENG_PROXIES` calls a proxy that comes through a Unix socket."""

THIS_MACHINE = IPv4Address("127.0.0.1")
"""Who comes through a Unix socket: it has no address, and columns of addresses take no empty one."""

FORWARDED = "kuancheng.forwarded"
"""Set in META where the request says of itself that it was passed on, whoever says so."""

SAID = (
    "HTTP_X_FORWARDED_FOR",
    "HTTP_FORWARDED",
    "HTTP_X_REAL_IP",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PORT",
)
PROTO = "HTTP_X_FORWARDED_PROTO"

ELEMENTS = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.)*")+')
PAIRS = re.compile(r'([A-Za-z]+)=("(?:[^"\\]|\\.)*"|[^;,"\s]*)')


@dataclass(frozen=True)
class Hop:
    """Whom a proxy had before it; None where it named nobody that can be read."""

    address: Address | None
    proto: str = ""


@dataclass(frozen=True)
class Proxies:
    """Which proxies are believed.

    `hops` is how many stand in a row: the requester is never further from the right of the header
    than that. 0 takes every proxy that is named, which is enough where no requester's own address
    lies in their networks.
    """

    networks: tuple[Network, ...] = ()
    unix: bool = False
    header: str = HEADERS[0]
    hops: int = 0

    def __bool__(self) -> bool:
        return bool(self.networks or self.unix)

    def trust(self, address: Address) -> bool:
        """Whether an address is a proxy's."""
        return any(address.version == each.version and address in each for each in self.networks)

    def requester(self, peer: Address, said: Sequence[Hop]) -> Hop:
        """The first from the right whom no proxy of ours vouches for, or the last that can be read.

        `said` is the header from left to right; `peer` is believed.
        """
        found = Hop(peer)
        for passed, hop in enumerate(reversed(said)):
            is_proxy = passed == 0 or (found.address is not None and self.trust(found.address))
            if hop.address is None or not is_proxy or (self.hops and passed == self.hops):
                break
            found = hop
        return found


class TrustedProxy:
    """Puts the requester's own address where the rest of the house looks for it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        settle(request.META, settings.KUANCHENG_PROXIES)
        return self.get_response(request)


def settle(meta: dict[str, Any], proxies: Proxies) -> None:
    """Rewrites what a request says of its origin, so that every line of it can be believed.

    Where no proxy is named, one on this machine is believed of the protocol, and of nothing else:
    only this machine's programs can reach a site that listens on loopback.
    """
    peer = parse(str(meta.get("REMOTE_ADDR") or ""))
    meta[FORWARDED] = any(name in meta for name in SAID)
    believed = proxies.unix if peer is None else proxies.trust(peer)
    local = peer is None or peer.is_loopback
    found = Hop(peer or THIS_MACHINE)
    if believed:
        said = hops(meta, proxies.header)
        found = proxies.requester(peer or THIS_MACHINE, said)
        if proxies.header == "Forwarded":
            meta[PROTO] = found.proto
    elif not proxies and local:
        _forget(meta, (name for name in SAID if name != PROTO))
    else:
        _forget(meta, SAID)
    meta["REMOTE_ADDR"] = str(found.address)


def _forget(meta: dict[str, Any], names: Iterable[str]) -> None:
    for name in names:
        meta.pop(name, None)


def hops(meta: dict[str, Any], header: str) -> list[Hop]:
    """What the header says, from left to right."""
    text = str(meta.get(f"HTTP_{header.upper().replace('-', '_')}", ""))
    if header == "Forwarded":
        return [_element(each) for each in ELEMENTS.findall(text)]
    parts = text.split(",") if header == "X-Forwarded-For" else [text]
    return [Hop(parse(part)) for part in parts] if text.strip() else []


def _element(text: str) -> Hop:
    """One element of RFC 7239: `for="[2001:db8::17]:4711";proto=https`."""
    pairs = {name.lower(): value.strip('"') for name, value in PAIRS.findall(text)}
    return Hop(parse(pairs.get("for", "")), pairs.get("proto", "").lower())


def parse(text: str) -> Address | None:
    """An address as a proxy writes it: perhaps with brackets, port and zone. None for no address.

    `[fe80::1%eth0]:443` is fe80::1, `::ffff:10.0.0.1` is 10.0.0.1.
    """
    text = text.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def check_named(**options: object) -> list[CheckMessage]:
    """A site on HTTPS has a proxy before it; where none is named, everybody shares its address."""
    if settings.PLAIN_HTTP or settings.KUANCHENG_PROXIES:
        return []
    return [
        Warning(
            "没有设置 KUANCHENG_PROXIES：所有人在系统看来都来自反向代理的地址，一人输错口令会影响别人。",
            hint="写明反向代理的地址，例如 KUANCHENG_PROXIES=127.0.0.1，并在代理上设置 X-Forwarded-For。",
            id="kuancheng.proxy.W001",
        )
    ]
