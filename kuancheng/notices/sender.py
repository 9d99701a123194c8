"""The one way out over HTTP: guarded, pinned to the address that was checked, never redirected.

Proxies of the environment are not asked. Errors name the host and never the address, whose path
and parameters hold tokens.
"""

import io
import re
import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from kuancheng.notices.rules.addresses import is_allowed, may_reach

CONNECT_SECONDS = 5.0
TOTAL_SECONDS = 15.0
"""For everything after the name is resolved, however slowly the other side drips."""

LARGEST_ANSWER = 64 * 1024

PLAIN = re.compile(r"[\x21-\x7e]+")
"""What an address consists of: anything else could end the first line of a request."""


class NotSent(Exception):  # noqa: N818 - its sentence is shown to people
    """The request was not written: nobody has it. `passing`: it may go through later."""

    def __init__(self, sentence: str, *, passing: bool = True) -> None:
        super().__init__(sentence)
        self.passing = passing


class Uncertain(Exception):  # noqa: N818 - its sentence is shown to people
    """The request was written and no answer came that could be understood: nobody can say."""


@dataclass(frozen=True)
class Answer:
    """What the other side said; `body` is whole."""

    status: int
    body: bytes


@dataclass(frozen=True)
class _Target:
    """An address taken apart. `path` begins with a slash and may hold secrets."""

    host: str
    port: int
    path: str
    secure: bool

    @property
    def host_header(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = 443 if self.secure else 80
        return host if self.port == usual else f"{host}:{self.port}"


def check_address(address: str) -> None:
    """NotSent, with the reason in Chinese, for what is no address to send to. Resolves nothing."""
    _target(address)


def post(address: str, body: bytes, *, before_writing: Callable[[], None]) -> Answer:
    """Sends JSON and reads the answer, whatever its status; 3xx is an answer like any other.

    `before_writing` is called once connected, before anything is written: what it raises stops the
    sending. NotSent until then, Uncertain after.
    """
    target = _target(address)
    addresses = _resolve(target)
    deadline = time.monotonic() + TOTAL_SECONDS
    with _connect(target, addresses, deadline) as connection:
        before_writing()
        try:
            connection.settimeout(_left(deadline))
            connection.sendall(_request(target, body))
            return _read(connection, deadline)
        except TimeoutError:
            raise Uncertain(f"{target.host} 没有及时答复，不能确定是否收到。") from None
        except (OSError, HTTPException, ValueError):
            raise Uncertain(f"{target.host} 的答复中断或无法识别，不能确定是否收到。") from None


def _target(address: str) -> _Target:
    try:
        parts = urlsplit(address)
        port = parts.port
        host = (parts.hostname or "").encode("idna").decode()
    except ValueError:
        raise NotSent("接口地址无法识别，请检查。", passing=False) from None
    if not PLAIN.fullmatch(address) or not host or "@" in parts.netloc:
        raise NotSent("接口地址无法识别，请检查。", passing=False)
    if parts.scheme not in {"https", "http"}:
        raise NotSent("接口地址应以 https:// 开头。", passing=False)
    secure = parts.scheme == "https"
    if not secure and not settings.KUANCHENG_OUTGOING_PRIVATE:
        raise NotSent("接口地址应以 https:// 开头。", passing=False)
    return _Target(host, port or (443 if secure else 80), _path(parts), secure)


def _path(parts: SplitResult) -> str:
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _resolve(target: _Target) -> list[Any]:
    """The addresses behind a name, asked for once. NotSent where one of them is closed to us."""
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise NotSent(f"{target.host} 的地址查不到。") from None
    allowed = settings.KUANCHENG_OUTGOING_PRIVATE
    for *_, name in found:
        if not may_reach(str(name[0]), allowed):
            raise NotSent(f"{target.host} 指向不允许访问的内部地址。", passing=False)
        if not target.secure and not is_allowed(str(name[0]), allowed):
            raise NotSent(f"{target.host} 只能用 https:// 访问。", passing=False)
    return found


def _connect(target: _Target, addresses: list[Any], deadline: float) -> socket.socket:
    """A connection to the first of the addresses that answers. The name is only shown to it."""
    for family, kind, protocol, _, name in addresses:
        connection = socket.socket(family, kind, protocol)
        try:
            connection.settimeout(min(CONNECT_SECONDS, _left(deadline)))
            connection.connect(name)
            if not target.secure:
                return connection
            return ssl.create_default_context().wrap_socket(connection, server_hostname=target.host)
        except ssl.SSLCertVerificationError:
            connection.close()
            raise NotSent(f"{target.host} 的证书不可信。") from None
        except OSError:
            connection.close()
    raise NotSent(f"{target.host} 连接不上。")


def _request(target: _Target, body: bytes) -> bytes:
    lines = [
        f"POST {target.path} HTTP/1.1",
        f"Host: {target.host_header}",
        "Content-Type: application/json; charset=utf-8",
        f"Content-Length: {len(body)}",
        "Accept: application/json",
        "Accept-Encoding: identity",
        "User-Agent: kuancheng",
        "Connection: close",
    ]
    return "\r\n".join([*lines, "", ""]).encode("ascii") + body


def _read(connection: socket.socket, deadline: float) -> Answer:
    with HTTPResponse(_Dripping(connection, deadline), method="POST") as response:  # type: ignore[arg-type]
        response.begin()
        body = response.read(LARGEST_ANSWER + 1)
        if len(body) > LARGEST_ANSWER or response.length:
            raise ValueError("longer than any answer that is understood, or cut short")
        return Answer(response.status, body)


class _Dripping(io.RawIOBase):
    """What a connection brings until a moment, however little at a time."""

    def __init__(self, connection: socket.socket, deadline: float) -> None:
        self._connection, self._deadline = connection, deadline

    def makefile(self, mode: str) -> io.BufferedReader:
        """As a response asks of a socket."""
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._connection.settimeout(_left(self._deadline))
        return self._connection.recv_into(buffer)


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
