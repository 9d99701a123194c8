"""When a login must wait, so that nobody can spray passwords, and nobody can lock others out.

Five failures of one name from one address lock that pair (GB/T 22239-2019 8.1.4.1); another rule of
the house sees to it. These three look further: one address that tries many names, one name that is
tried from many addresses, and failures all over. None of them stops an account at an address from
which it has come in before; where that address is spraying, the account has one try a minute.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import IPv6Address, IPv6Network, ip_address

WINDOW = timedelta(minutes=30)
"""So long a failure counts."""

SLOWLY = timedelta(minutes=1)
"""Between two tries that are let through while others wait."""

SPRAYED_FAILURES, SPRAYED_NAMES = 30, 10
"""Failures from one address, and names among them, within the window: then it is spraying."""

NAME_FAILURES = 20
"""Failures of one name, wherever from, within the window: then it is being guessed."""

ALL_FAILURES = 60
"""Failures of everybody within the last minute: then the site is under attack."""

SKEW = timedelta(minutes=5)
"""A failure that is further in the future was written before the clock was set back; it is no more."""


class Why(StrEnum):
    """Which rule makes a login wait."""

    ADDRESS = "address"
    NAME = "name"
    ALL = "all"


@dataclass(frozen=True)
class Failure:
    """A login that failed: when, and under which name."""

    at: datetime
    name: str


@dataclass(frozen=True)
class Wait:
    """How long to wait, in whole seconds from 1 on, and by which rule."""

    why: Why
    seconds: int


@dataclass(frozen=True)
class Try:
    """Somebody who would log in, and what went wrong within the window, latest first.

    `known`: the account has come in from this address before; `familiar`: somebody has.
    """

    name: str
    at: datetime
    here: Sequence[Failure]
    of_name: Sequence[Failure]
    last_minute: int
    known: bool
    familiar: bool


def wait_of(tried: Try) -> Wait | None:
    """What a login must wait for; None where it may be tried now."""
    return _sprayed(tried) or _guessed(tried) or _attacked(tried)


def _sprayed(tried: Try) -> Wait | None:
    """One address tried many names. Those who belong there are slowed down, others wait."""
    names = {failure.name for failure in tried.here}
    if len(tried.here) < SPRAYED_FAILURES or len(names) < SPRAYED_NAMES:
        return None
    if not tried.known:
        return _until(Why.ADDRESS, tried.here[SPRAYED_FAILURES - 1].at + WINDOW, tried.at)
    own = [failure for failure in tried.here if failure.name == tried.name]
    return _until(Why.ADDRESS, own[0].at + SLOWLY, tried.at) if own else None


def _guessed(tried: Try) -> Wait | None:
    """One name was tried all over: one try a minute from addresses that its owner never came from."""
    if tried.known or len(tried.of_name) < NAME_FAILURES:
        return None
    return _until(Why.NAME, tried.of_name[0].at + SLOWLY, tried.at)


def _attacked(tried: Try) -> Wait | None:
    """Failures all over: addresses from which nobody has come in yet wait for a quieter minute."""
    if tried.familiar or tried.last_minute < ALL_FAILURES:
        return None
    return Wait(Why.ALL, int(SLOWLY.total_seconds()))


def _until(why: Why, moment: datetime, now: datetime) -> Wait | None:
    seconds = (min(moment, now + WINDOW) - now).total_seconds()
    return Wait(why, max(1, round(seconds))) if seconds > 0 else None


def network_of(address: str | None) -> str:
    """What counts as one address: of IPv6 the /64, in which one asker has as many as he likes."""
    try:
        found = ip_address((address or "").partition("%")[0])
    except ValueError:
        return ""
    if isinstance(found, IPv6Address):
        return str(IPv6Network((int(found) >> 64 << 64, 64)))
    return str(found)
