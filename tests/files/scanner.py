"""A virus scanner of our own on loopback, which speaks clamd's INSTREAM and answers what it is told."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Scanner:
    """What it answers, and what it was shown. An `answer` of None hangs up without a word."""

    address: str
    answer: bytes | None = b"stream: OK\0"
    most: int = 2**30
    seen: list[bytes] = field(default_factory=list)


@contextmanager
def scanner(path: str = "") -> Iterator[Scanner]:
    """A scanner that listens, on a Unix socket where a path is given."""
    server = socket.socket(socket.AF_UNIX if path else socket.AF_INET, socket.SOCK_STREAM)
    server.bind(path or ("127.0.0.1", 0))
    server.listen()
    found = Scanner(f"unix:{path}" if path else f"tcp://127.0.0.1:{server.getsockname()[1]}")
    thread = threading.Thread(target=_serve, args=(server, found), daemon=True)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join(5)


def _serve(server: socket.socket, scanner: Scanner) -> None:
    while True:
        try:
            call, _ = server.accept()
        except OSError:
            return
        with call, call.makefile("rb") as stream:
            if stream.read(10) == b"zINSTREAM\0":
                _answer(call, stream, scanner)


def _answer(call: socket.socket, stream: object, scanner: Scanner) -> None:
    content = b""
    while size := int.from_bytes(stream.read(4), "big"):  # type: ignore[attr-defined]
        content += stream.read(size)  # type: ignore[attr-defined]
        if len(content) > scanner.most:
            call.sendall(b"INSTREAM size limit exceeded. ERROR\0")
            return
    scanner.seen.append(content)
    if scanner.answer is not None:
        call.sendall(scanner.answer)
