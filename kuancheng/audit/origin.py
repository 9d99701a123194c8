"""From where the present act comes: which door, which address, which account and key."""

import getpass
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from kuancheng.audit.choices import Door

API_PATH = "/api/"


@dataclass(frozen=True)
class Origin:
    """Who stands at which door.

    `account` is None for nobody; `key` is the beginning of an API key, by which it is known;
    `name` stands for whoever has no account, a user of the machine.
    """

    address: str = ""
    door: str = ""
    account: Any = None
    key: str = ""
    name: str = ""


NOWHERE = Origin()
"""Of an act that no door has announced."""

_source: ContextVar[Callable[[], Origin]] = ContextVar("audit_origin", default=lambda: NOWHERE)


def current() -> Origin:
    """Where the present act comes from, as known by now: a key is known once it was read."""
    return _source.get()()


@contextmanager
def acting(origin: Origin) -> Iterator[None]:
    """What is recorded in the block comes from there."""
    with _from(lambda: origin):
        yield


@contextmanager
def requested(request: HttpRequest) -> Iterator[None]:
    """What is recorded in the block comes from a request, whose account may yet be found."""
    with _from(lambda: of_request(request)):
        yield


@contextmanager
def commanded() -> Iterator[None]:
    """What is recorded in the block comes from a command, given by a user of the machine."""
    with acting(Origin(door=Door.COMMAND, name=machine_user())):
        yield


def of_request(request: HttpRequest) -> Origin:
    """The origin that a request has by now."""
    account = getattr(request, "user", None)
    known = account is not None and account.is_authenticated
    return Origin(
        address=request.META.get("REMOTE_ADDR") or "",
        door=Door.API if request.path.startswith(API_PATH) else Door.PAGE,
        account=account if known else None,
        key=str(getattr(getattr(request, "auth", None), "prefix", "")),
    )


def machine_user() -> str:
    """The user of the machine in whose name this process runs; empty where it has no name."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""


@contextmanager
def _from(source: Callable[[], Origin]) -> Iterator[None]:
    token = _source.set(source)
    try:
        yield
    finally:
        _source.reset(token)
