"""A word with a virus scanner: clamd's INSTREAM command, over TCP or a Unix socket."""

import socket
from dataclasses import dataclass
from typing import IO

CHUNK = 64 * 1024
CONNECTING, ANSWERING = 5.0, 60.0
"""Seconds to wait for the scanner: to take the call, and between two words of it."""

LONGEST_ANSWER = 4096


class ScannerDown(Exception):  # noqa: N818 - says what became of the scanner, for the log
    """The scanner was not there, did not answer in time, or answered something else."""


class TooLargeToScan(Exception):  # noqa: N818 - an answer, not a fault
    """The file is larger than the scanner is set to take."""


@dataclass(frozen=True)
class Clamd:
    """Where the scanner listens: a host and a port, or the path of a Unix socket."""

    host: str = ""
    port: int = 0
    path: str = ""

    @classmethod
    def at(cls, address: str) -> "Clamd":
        """The scanner of “tcp://127.0.0.1:3310” or “unix:/run/clamd.sock”. ValueError for others."""
        scheme, _, rest = address.partition(":")
        if scheme == "unix" and rest.startswith("/") and "\0" not in rest:
            return cls(path=rest)
        host, _, port = rest.removeprefix("//").rpartition(":")
        host = host.strip("[]")
        numbered = port.isascii() and port.isdigit() and 0 < int(port) < 65536
        if scheme != "tcp" or not rest.startswith("//") or not host or not numbered:
            raise ValueError(address)
        return cls(host=host, port=int(port))

    def scan(self, stream: IO[bytes]) -> str:
        """The name of what was found in the file; empty where it is clean.

        ScannerDown; TooLargeToScan. The stream is left at its beginning.
        """
        try:
            with self._called() as call:
                answer = self._asked(call, stream)
        except OSError as error:
            raise ScannerDown(repr(error)) from error
        finally:
            stream.seek(0)
        return _found(answer)

    def _called(self) -> socket.socket:
        if self.path:
            call = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            try:
                call.settimeout(CONNECTING)
                call.connect(self.path)
            except OSError:
                call.close()
                raise
        else:
            call = socket.create_connection((self.host, self.port), CONNECTING)
        call.settimeout(ANSWERING)
        return call

    def _asked(self, call: socket.socket, stream: IO[bytes]) -> str:
        stream.seek(0)
        try:
            call.sendall(b"zINSTREAM\0")
            while chunk := stream.read(CHUNK):
                call.sendall(len(chunk).to_bytes(4, "big") + chunk)
            call.sendall(bytes(4))
        except (BrokenPipeError, ConnectionResetError):
            # It hangs up in the middle of a file that is too large, after saying so.
            pass
        return _answer(call)


def _answer(call: socket.socket) -> str:
    said = b""
    while b"\0" not in said and len(said) < LONGEST_ANSWER:
        piece = call.recv(LONGEST_ANSWER)
        if not piece:
            break
        said += piece
    return said.partition(b"\0")[0].decode("utf-8", "replace").strip()


def _found(answer: str) -> str:
    said = answer.removeprefix("stream:").strip()
    if said == "OK":
        return ""
    if said.endswith(" FOUND"):
        return said.removesuffix(" FOUND")
    if "size limit exceeded" in said:
        raise TooLargeToScan
    raise ScannerDown(f"answered {answer[:200]!r}")
