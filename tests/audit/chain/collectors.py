"""A collector of syslog on this machine, over TLS or plain, and the certificates it needs."""

import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Heard:
    """What a collector has read. `reset_after` so many bytes it goes away, once."""

    port: int
    stream: bytes = b""
    connections: int = 0
    reset_after: int | None = None
    clients: list[str] = field(default_factory=list)

    @property
    def messages(self) -> list[str]:
        """The stream, taken apart at its octet counts."""
        found, rest = [], self.stream
        while rest:
            count, _, rest = rest.partition(b" ")
            found.append(rest[: int(count)].decode())
            rest = rest[int(count) :]
        return found


@contextmanager
def listening(context: ssl.SSLContext | None = None, port: int = 0) -> Iterator[Heard]:
    """A collector that reads every connection to its end, on a port that is free."""
    with socket.create_server(("127.0.0.1", port)) as server:
        heard = Heard(server.getsockname()[1])
        over = threading.Event()
        thread = threading.Thread(target=_serve, args=(server, context, heard, over))
        thread.start()
        try:
            yield heard
        finally:
            over.set()
            with suppress(OSError), socket.create_connection(server.getsockname(), timeout=1):
                pass
            thread.join(10)


def _serve(
    server: socket.socket, context: ssl.SSLContext | None, heard: Heard, over: threading.Event
) -> None:
    while not over.is_set():
        plain, _ = server.accept()
        if over.is_set():
            plain.close()
            return
        with suppress(OSError), plain:
            plain.settimeout(10)
            heard.connections += 1
            if context is None:
                _read(plain, heard)
                continue
            with context.wrap_socket(plain, server_side=True) as secured:
                heard.clients.append(str((secured.getpeercert() or {}).get("subject", "")))
                _read(secured, heard)


def _read(connection: socket.socket, heard: Heard) -> None:
    while part := connection.recv(4096):
        if heard.reset_after is not None:
            heard.reset_after = None
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            return
        heard.stream += part


@dataclass(frozen=True)
class Certificates:
    """Files of an authority, of a collector at 127.0.0.1, and of a client."""

    authority: Path
    collector: Path
    client: Path


def make_certificates(folder: Path) -> Certificates:
    """Made anew with openssl, valid for a day."""
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1"]
    authority, authority_key = folder / "ca.pem", folder / "ca.key"
    _openssl("req", "-x509", *key, "-subj", "/CN=CA", "-keyout", authority_key, "-out", authority)
    made = []
    for name in ("collector", "client"):
        file, certificate = folder / f"{name}.pem", folder / f"{name}.crt"
        by: list[str | Path] = ["-CA", authority, "-CAkey", authority_key]
        says = ["-addext", "subjectAltName=IP:127.0.0.1"]
        says += ["-addext", "basicConstraints=critical,CA:FALSE"]
        to: list[str | Path] = ["-keyout", file, "-out", certificate]
        _openssl("req", "-x509", *key, "-subj", f"/CN={name}", *by, *says, *to)
        file.write_text(file.read_text() + certificate.read_text())
        made.append(file)
    return Certificates(authority, *made)


def _openssl(*arguments: str | Path) -> None:
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)
