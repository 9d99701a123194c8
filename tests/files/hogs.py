"""Tasks for the limited process that want too much of it, each in its own way."""

import os
import resource
import time
from collections.abc import Iterator
from typing import IO, Any

from kuancheng.files.refusal import Refused


def limits(source: IO[bytes]) -> Iterator[dict[str, Any]]:
    """What the process may use, as the system knows it."""
    names = ("AS", "CPU", "FSIZE", "NOFILE", "NPROC", "CORE")
    yield {each: list(resource.getrlimit(getattr(resource, f"RLIMIT_{each}"))) for each in names}


def environment(source: IO[bytes]) -> Iterator[dict[str, Any]]:
    """What it knows of the process that began it."""
    import sys

    django = [each for each in sys.modules if each.split(".")[0] == "django"]
    yield {"environment": dict(os.environ), "django": django, "group": os.getpgid(0) == os.getpid()}


def echo(source: IO[bytes], values: list[Any]) -> Iterator[Any]:
    """The values, and what the file held."""
    yield from values
    yield source.read()


def memory(source: IO[bytes]) -> Iterator[int]:
    """Takes more and more memory."""
    taken = []
    while True:
        taken.append(bytearray(2**24))
        yield len(taken)


def cpu(source: IO[bytes]) -> Iterator[int]:
    """Computes for ever."""
    number = 0
    while True:
        number += 1
    yield number


def sleep(source: IO[bytes]) -> Iterator[int]:
    """Does nothing for ever."""
    time.sleep(600)
    yield 0


def talk(source: IO[bytes]) -> Iterator[str]:
    """Says more and more."""
    while True:
        yield "x" * 2**20


def fork(source: IO[bytes]) -> Iterator[int]:
    """Multiplies, as far as it is let: root may do what it likes, so the limit is what is asked."""
    yield resource.getrlimit(resource.RLIMIT_NPROC)[0]


def crash(source: IO[bytes]) -> Iterator[int]:
    """Dies as a broken library does."""
    os.kill(os.getpid(), 11)
    yield 0


def fail(source: IO[bytes]) -> Iterator[int]:
    """Stumbles in the middle."""
    yield 1
    raise ZeroDivisionError


def refuse(source: IO[bytes]) -> Iterator[int]:
    """Says no after it has begun."""
    yield 1
    raise Refused("第一个毛病。", "第二个毛病。")


def lie(source: IO[bytes]) -> Iterator[int]:
    """Ends without having said that this is the whole."""
    yield 1
    os._exit(0)
