"""Servers on loopback that answer as one likes: HTTP byte by byte, and the least of SMTP."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

Answering = Callable[[socket.socket], None]


@dataclass
class Server:
    """What listens on `port`, how often it was called, and what it was sent, a request or a mail each."""

    port: int
    taken: list[str] = field(default_factory=list)
    calls: int = 0


def says(body: bytes | str, status: str = "200 OK", head: str = "") -> Answering:
    """A whole answer in one piece."""
    raw = body if isinstance(body, bytes) else body.encode()

    def answer(connection: socket.socket) -> None:
        lines = f"HTTP/1.1 {status}\r\nContent-Length: {len(raw)}\r\n{head}\r\n"
        connection.sendall(lines.encode() + raw)

    return answer


def sends(*pieces: bytes, pause: threading.Event | None = None, seconds: float = 0) -> Answering:
    """Pieces as they are, with a pause before each."""

    def answer(connection: socket.socket) -> None:
        for piece in pieces:
            (pause or threading.Event()).wait(seconds)
            connection.sendall(piece)

    return answer


@contextmanager
def http(answer: Answering) -> Iterator[Server]:
    """Reads one request a connection and answers it."""

    def talk(connection: socket.socket, server: Server) -> None:
        server.taken.append(_request(connection).decode())
        answer(connection)

    with _listening(talk) as server:
        yield server


def _request(connection: socket.socket) -> bytes:
    read = b""
    while b"\r\n\r\n" not in read:
        read += connection.recv(65536)
    head, _, body = read.partition(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.startswith(b"Content-Len")
    )
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


@contextmanager
def smtp(
    refuse: str = "",
    *,
    deaf: bool = False,
    greet: threading.Event | None = None,
    confirm: threading.Event | None = None,
) -> Iterator[Server]:
    """Takes mails; `refuse` answers RCPT, `deaf` hangs up after the mail without an answer.

    It says nothing before `greet`, and after a mail nothing before `confirm`.
    """

    def talk(connection: socket.socket, server: Server) -> None:
        stream = connection.makefile("rwb", 0)

        def reply(text: str) -> None:
            stream.write(f"{text}\r\n".encode())

        server.calls += 1
        _wait(greet)
        reply("220 here")
        while line := stream.readline().decode().strip():
            verb = line.split(":")[0].upper()
            if verb.startswith("RCPT") and refuse:
                reply(refuse)
            elif verb == "DATA":
                reply("354 go on")
                mail = b""
                while not mail.endswith(b"\r\n.\r\n"):
                    mail += stream.readline()
                server.taken.append(mail.decode())
                if deaf:
                    return
                _wait(confirm)
                reply("250 taken")
            elif verb == "QUIT":
                reply("221 bye")
                return
            else:
                reply("250 fine")

    with _listening(talk) as server:
        yield server


def _wait(event: threading.Event | None) -> None:
    if event is not None:
        event.wait(30)


@contextmanager
def _listening(talk: Callable[[socket.socket, Server], None]) -> Iterator[Server]:
    listener = socket.create_server(("127.0.0.1", 0))
    server = Server(listener.getsockname()[1])

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=one, args=(connection,), daemon=True).start()

    def one(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            talk(connection, server)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)
