"""Reads a file in a process of its own that may use so much memory and time, and no more.

Whatever a hostile file makes of a library, it makes of a child: the child is ended, the file is
refused with a sentence, and the site goes on. What the child says comes back as lines of plain
values; nothing of it is ever executed.
"""

import json
import logging
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from threading import BoundedSemaphore
from typing import IO, Any

from kuancheng.files import child
from kuancheng.files.plain import from_line
from kuancheng.files.refusal import Refused

log = logging.getLogger("kuancheng.files")

MIB = 2**20
PASSED_ON = ("PATH", "LANG", "LC_ALL", "TMPDIR", "PYTHONPYCACHEPREFIX", "PYTHONDONTWRITEBYTECODE")
"""Of this process's environment a child gets these: no key, no database."""

AT_A_TIME = 3
LONGEST_WAIT = 60.0
"""So many children of one process read at a time; others wait for so many seconds."""

BUSY = "没有保存：正在检查的文件太多，还没有轮到它。请稍后再试。"
TOO_MUCH_MEMORY = (
    "文件内容过于庞大或复杂，读它要用的内存超过上限，没有打开。请只留需要的内容，重新保存后再上传。"
)
TOO_SLOW = (
    "文件内容过于庞大或复杂，读它要用的时间超过上限，没有打开。请只留需要的内容，重新保存后再上传。"
)
STUMBLED = (
    "文件已损坏或不是正常的文件，读到一半出错，没有打开。请用原来的软件打开后另存一份，再上传。"
)
UNLIMITED = "不能上传：这台服务器不能限制读文件所用的内存和时间。请系统管理员把系统装在 Linux 上。"


@dataclass(frozen=True)
class Limits:
    """What one child may use: bytes of address space, seconds of CPU, seconds by the clock, bytes said."""

    memory: int = 512 * MIB
    cpu: int = 30
    wall: float = 90.0
    output: int = 256 * MIB


_slots = BoundedSemaphore(AT_A_TIME)


@contextmanager
def read_apart(
    task: str, source: IO[bytes], limits: Limits | None = None, **arguments: Any
) -> Iterator[IO[bytes]]:
    """The lines that a task has said of a file, complete; `values` reads them.

    `task` is “module:function”, of a module without Django: it takes the opened file and yields
    plain values. Refused with what it raised as such, or with what became of the child.
    """
    limits = limits or Limits()
    with TemporaryFile() as copy, TemporaryFile() as lines, TemporaryFile() as errors:
        source.seek(0)
        shutil.copyfileobj(source, copy, MIB)
        source.seek(0)
        copy.seek(0)
        order = {
            "task": task,
            "arguments": arguments,
            "memory": limits.memory,
            "cpu": limits.cpu,
            "output": limits.output,
        }
        _run(order, copy, lines, errors, limits.wall)
        _check_end(lines, task)
        lines.seek(0)
        yield lines


def values(lines: IO[bytes]) -> Iterator[Any]:
    """What the lines say, one by one, without the last that ends them."""
    for line in lines:
        value = from_line(line)
        if isinstance(value, dict) and child.END in value:
            return
        yield value


def _run(
    order: dict[str, Any], source: IO[bytes], lines: IO[bytes], errors: IO[bytes], wall: float
) -> None:
    """Waits for a turn, and for the child's end. Refused when it did not end well."""
    if not _slots.acquire(timeout=LONGEST_WAIT):
        raise Refused(BUSY)
    try:
        process = subprocess.Popen(  # noqa: S603 - our own program, with our own order
            [sys.executable, "-P", "-s", str(Path(child.__file__)), json.dumps(order)],
            stdin=source,
            stdout=lines,
            stderr=errors,
            env={name: os.environ[name] for name in PASSED_ON if name in os.environ},
            cwd="/",
            start_new_session=True,
        )
        try:
            code = process.wait(wall)
        except subprocess.TimeoutExpired:
            log.warning("读文件的子进程（%s）超过 %s 秒，已结束", order["task"], wall)
            raise Refused(TOO_SLOW) from None
        finally:
            _end(process)
    finally:
        _slots.release()
    if code:
        raise Refused(_why(code, order["task"], errors))


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _why(code: int, task: str, errors: IO[bytes]) -> str:
    """The sentence for a child that ended with that code, and a line in the log."""
    errors.seek(0)
    said = errors.read(200_000).decode(errors="replace")[-2000:]
    log.warning("读文件的子进程（%s）没有读成，退出码 %d：%s", task, code, said)
    if code == child.UNLIMITED:
        return UNLIMITED
    if code in (child.OUT_OF_MEMORY, -signal.SIGABRT) or "MemoryError" in said:
        return TOO_MUCH_MEMORY
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        return TOO_SLOW
    if code in (child.TOO_LONG_OUTPUT, -signal.SIGXFSZ):
        return TOO_MUCH_MEMORY
    return STUMBLED


def _check_end(lines: IO[bytes], task: str) -> None:
    """Refused when the last line is not the child's word that this is the whole."""
    size = lines.seek(0, os.SEEK_END)
    lines.seek(max(size - 2**16, 0))
    last = lines.read().rstrip(b"\n").rpartition(b"\n")[2]
    try:
        value = from_line(last)
    except ValueError:
        value = None
    if isinstance(value, dict) and value.get(child.END):
        return
    if isinstance(value, dict) and child.REFUSED in value:
        raise Refused(*(str(each) for each in value[child.REFUSED]))
    log.warning("读文件的子进程（%s）没有说完", task)
    raise Refused(STUMBLED)
