"""Syslog as RFC 5424 writes it, sent over TLS as RFC 5425 frames it. Knows nothing of the database."""

import ipaddress
import re
import socket
import ssl
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from pathlib import Path
from urllib.parse import urlsplit

TIMEOUT = 5.0
"""Seconds for the connection, and for each answer."""

LOG_AUDIT = 13
"""The facility of audit logs."""

ENTERPRISE = "kuancheng@32473"
"""Whose names the structured data has: IANA's number for examples, as we have registered none."""


class Severity(IntEnum):
    """How much a message matters."""

    WARNING = 4
    INFORMATIONAL = 6


@dataclass(frozen=True)
class Collector:
    """Where the log is sent to. `tls` with the authority of its certificate, and perhaps our own."""

    host: str
    port: int
    tls: bool = True
    authority: Path | None = None
    certificate: Path | None = None


@dataclass(frozen=True)
class Message:
    """One line of a log; `kind` tells it from others for machines, `values` are for them too."""

    at: datetime
    severity: Severity
    kind: str
    values: Mapping[str, str]
    words: str

    def encoded(self, host: str) -> bytes:
        """As RFC 5424 §6 writes it: header, structured data, text in UTF-8."""
        priority = LOG_AUDIT * 8 + self.severity
        at = self.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        head = f"<{priority}>1 {at} {_printable(host, 255)} kuancheng - {_printable(self.kind, 32)}"
        values = "".join(f' {name}="{_escaped(value)}"' for name, value in self.values.items())
        return f"{head} [{ENTERPRISE}{values}] \ufeff{self.words}".encode()


def parse_collector(address: str, authority: str = "", certificate: str = "") -> Collector:
    """Reads `tls://host:port`; `tcp://` leads to this machine only. ValueError for anything else."""
    parts = urlsplit(address)
    host, tls = parts.hostname, parts.scheme == "tls"
    port = parts.port or (6514 if tls else 514)
    rest = (parts.path, parts.query, parts.fragment, parts.username)
    if not host or any(rest) or not (tls or (parts.scheme == "tcp" and _is_loopback(host))):
        raise ValueError(f"not the address of a collector: {address!r}")
    files = [Path(each) if each else None for each in (authority, certificate)]
    return Collector(host, port, tls, *files)


def deliver(collector: Collector, messages: Iterable[bytes]) -> None:
    """Sends messages and waits until the other side has read them all. OSError where it has not.

    Syslog has no receipts. But a side that has read to the end of our stream closes its own, and
    one that goes away with something unread resets the connection: so each call is a connection.
    """
    framed = b"".join(b"%d %s" % (len(each), each) for each in messages)
    address = (collector.host, collector.port)
    with socket.create_connection(address, timeout=TIMEOUT) as plain:
        if not collector.tls:
            plain.sendall(framed)
            plain.shutdown(socket.SHUT_WR)
            _read_to_end(plain)
            return
        with _context(collector).wrap_socket(plain, server_hostname=collector.host) as secured:
            secured.sendall(framed)
            _close(secured)


def _context(collector: Collector) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=collector.authority)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if collector.certificate is not None:
        context.load_cert_chain(collector.certificate)
    return context


def _close(secured: ssl.SSLSocket) -> None:
    """Says that nothing follows, and waits for the other side to say so too, or to close."""
    try:
        secured.unwrap()
    except ssl.SSLEOFError:
        return
    except OSError as error:
        if error.errno not in (0, None) or isinstance(error, ConnectionError | TimeoutError):
            raise


def _read_to_end(plain: socket.socket) -> None:
    while plain.recv(4096):
        pass


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _printable(text: str, longest: int) -> str:
    return re.sub(r"[^!-~]", "_", text)[:longest] or "-"


def _escaped(value: str) -> str:
    return re.sub(r'(["\\\]])', r"\\\1", value)
