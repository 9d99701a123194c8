"""Which addresses the program may send to of itself: public ones, and those that were allowed."""

from collections.abc import Iterable
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

NAT64 = IPv6Network("64:ff9b::/96")


def parse_networks(text: str) -> tuple[Network, ...]:
    """Networks separated by commas, `10.20.0.0/16,fd00::/8`. ValueError for what is none."""
    return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())


def may_reach(address: str, allowed: Iterable[Network] = ()) -> bool:
    """Whether an address is public or in a network that was allowed.

    Loopback, private, link-local, multicast and reserved ones are not public, also where an IPv6
    address only wraps them (mapped, 6to4, NAT64).
    """
    found = unwrapped(address)
    return is_allowed(address, allowed) or (found.is_global and not found.is_multicast)


def is_allowed(address: str, allowed: Iterable[Network]) -> bool:
    """Whether it lies in one of the networks."""
    found = unwrapped(address)
    return any(found.version == each.version and found in each for each in allowed)


def unwrapped(address: str) -> Address:
    """The address that is really reached. ValueError for what is no address."""
    found = ip_address(address.partition("%")[0])
    if isinstance(found, IPv4Address):
        return found
    if found.ipv4_mapped or found.sixtofour:
        return found.ipv4_mapped or found.sixtofour or found
    if found in NAT64:
        return IPv4Address(int(found) & 0xFFFFFFFF)
    return found
