"""What stops the site from keeping anything, told by the exception: whoever wrote meets it.

A full disk, a database or a folder that may only be read, a database that is away, and more writers
than there is time for. None of them is anybody's fault at a desk, and all of them pass.
"""

import errno
import time
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from sqlite3 import (
    SQLITE_BUSY,
    SQLITE_CANTOPEN,
    SQLITE_FULL,
    SQLITE_IOERR,
    SQLITE_LOCKED,
    SQLITE_READONLY,
)

from django.db import DatabaseError, InterfaceError

from kuancheng.database.turns import patience

DISPENSABLE = 1.0
"""Seconds that what may be left out waits for its turn."""

SHOWN_FOR = 120.0
"""Seconds for which every page says that nothing can be kept, after it was last met."""


class Fault(Enum):
    """What stopped a write: its title, what to do, and after how many seconds to try again."""

    FULL = (
        "存储空间不足",
        "服务器的存储空间不足，这次没有保存。请联系系统管理员清理空间，再试一次。",
        300,
    )
    READ_ONLY = (
        "数据库只读，暂时不能保存",
        "数据库或文件目录现在只能读取，这次没有保存。请联系系统管理员处理，再试一次。",
        300,
    )
    BUSY = ("现在保存的人太多", "排队等待的时间太长，这次没有保存。请过几秒再试一次。", 5)
    AWAY = ("数据库暂时连接不上", "数据库可能正在重新启动，这次没有办理。请过一会儿再试一次。", 15)

    def __init__(self, title: str, detail: str, seconds: int) -> None:
        self.title = title
        self.detail = detail
        self.seconds = seconds

    @property
    def stays(self) -> bool:
        """Whether somebody has to do something about it before anything can be kept."""
        return self in (Fault.FULL, Fault.READ_ONLY)


BY_ERRNO = {
    errno.ENOSPC: Fault.FULL,
    errno.EDQUOT: Fault.FULL,
    errno.EROFS: Fault.READ_ONLY,
}

BY_SQLITE = {
    SQLITE_FULL: Fault.FULL,
    SQLITE_READONLY: Fault.READ_ONLY,
    SQLITE_BUSY: Fault.BUSY,
    SQLITE_LOCKED: Fault.BUSY,
    SQLITE_CANTOPEN: Fault.AWAY,
    SQLITE_IOERR: Fault.FULL,
}
"""By SQLite's primary code; a write that fails by “disk I/O error” mostly found the disk full."""

BY_WORDS = {
    "database is locked": Fault.BUSY,
    "database table is locked": Fault.BUSY,
    "database or disk is full": Fault.FULL,
    "attempt to write a readonly database": Fault.READ_ONLY,
}
"""By SQLite's words, where there is no code."""

BY_STATE = {
    "53100": Fault.FULL,
    "25006": Fault.READ_ONLY,
    "53200": Fault.BUSY,
    "53300": Fault.BUSY,
    "55P03": Fault.BUSY,
    "40001": Fault.BUSY,
    "40P01": Fault.BUSY,
    "57P01": Fault.AWAY,
    "57P02": Fault.AWAY,
    "57P03": Fault.AWAY,
}
"""By PostgreSQL's SQLSTATE; all of class 08 is about the connection."""


HUNG_UP = {"OperationalError", "InterfaceError", "PoolTimeout", "PoolClosed"}


def fault_of(error: BaseException | None) -> Fault | None:
    """What stopped the write that ended in this exception; None for whatever else went wrong.

    Looks at what it came from, too: Django's error has the driver's as its cause, and a session
    that could not be saved raises another one over it.
    """
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        if found := _own(error):
            return found
        error = error.__cause__ or error.__context__
    return None


def _own(error: BaseException) -> Fault | None:
    if isinstance(error, OSError):
        return BY_ERRNO.get(error.errno or 0)
    code = getattr(error, "sqlite_errorcode", None)
    if code is not None:
        return BY_SQLITE.get(code & 0xFF)
    state = getattr(error, "sqlstate", None)
    if state:
        return Fault.AWAY if state.startswith("08") else BY_STATE.get(state)
    if isinstance(error, DatabaseError) and (found := BY_WORDS.get(str(error))):
        return found
    # Of psycopg, without a state: the server could not be reached, or hung up.
    return Fault.AWAY if _hung_up(error) else None


def _hung_up(error: BaseException) -> bool:
    driver = type(error).__module__.split(".")[0] in {"psycopg", "psycopg_pool"}
    return driver and type(error).__name__ in HUNG_UP


_met: tuple[Fault, float] | None = None


def note(fault: Fault) -> None:
    """Remembers that nothing can be kept, for the pages of this process."""
    global _met
    if fault.stays:
        _met = (fault, time.monotonic())


def lately() -> Fault | None:
    """What this process met of late that stays until somebody does something about it."""
    if _met is None or time.monotonic() - _met[1] > SHOWN_FOR:
        return None
    return _met[0]


def forget() -> None:
    """Something was kept again."""
    global _met
    _met = None


@contextmanager
def dispensable() -> Iterator[None]:
    """For what nobody asked for and may be left out: a write that cannot be kept now is none.

    When a key was last used, who looked at what. Outside a transaction: inside of one, PostgreSQL
    would refuse whatever follows.
    """
    try:
        with patience(DISPENSABLE):
            yield
    except (DatabaseError, InterfaceError, OSError) as error:
        fault = fault_of(error)
        if fault is None:
            raise
        note(fault)
