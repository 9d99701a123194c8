"""Django's SQLite, whose writers take turns: whoever begins to write waits in line for it.

A transaction begins when it is its turn (`BEGIN IMMEDIATE`, so no reader becomes a writer half-way),
and a statement that writes on its own stands in the same line. Readers do not: in WAL mode they
read beside the writer. A database in memory has no other process and no line.
"""

import re
import time
from collections.abc import Callable, Iterable
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import SQLITE_BUSY, SQLITE_FULL, SQLITE_IOERR, SQLITE_LOCKED
from typing import Any, TypeVar
from urllib.parse import quote

from django.db import OperationalError
from django.db.backends.sqlite3 import base
from django.db.backends.sqlite3._functions import (  # type: ignore[import-untyped]
    register as register_functions,
)

from kuancheng.database.turns import Line, NotInTime, line_of, look_again


class Busy(OperationalError):  # noqa: N818 - says what happened
    """It was not one's turn in time, and nothing was written; in SQLite's own words."""

    def __init__(self) -> None:
        super().__init__("database is locked")


class Full(OperationalError):  # noqa: N818 - says what happened
    """There is no room to write, as was found when the file was opened; in SQLite's own words."""

    def __init__(self) -> None:
        super().__init__("database or disk is full")


READS = re.compile(r"\s*(SELECT|WITH|PRAGMA|EXPLAIN|SAVEPOINT|RELEASE|ROLLBACK|COMMIT|END)\b", re.I)
"""What does not begin to write when it stands alone; of BEGIN its own method takes care."""

Result = TypeVar("Result")


class DatabaseWrapper(base.DatabaseWrapper):
    """One connection; all of a process share a line."""

    waits_seconds: float
    line: Line | None
    reads_only = False
    """Whether the disk was too full to open the file for more."""

    def get_connection_params(self) -> dict[str, Any]:
        params = super().get_connection_params()
        self.waits_seconds = float(params.get("timeout", 5.0))
        self.line = None if self.is_in_memory_db() else line_of(str(self.settings_dict["NAME"]))
        return params

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """A full disk has no room for the index (`-shm`) that even readers need: then without it."""
        try:
            made = super().get_new_connection(conn_params)
        except self.Database.OperationalError as error:
            if not (_finds_no_room(error) and _is_at_rest(str(conn_params["database"]))):
                raise
            made = self._opened_to_read(conn_params)
            self.reads_only = True
            return made
        self.reads_only = False
        return made

    def _opened_to_read(self, conn_params: dict[str, Any]) -> Any:
        """As a file that nobody changes, which is so: nobody could."""
        file = f"file:{quote(str(conn_params['database']))}?mode=ro&immutable=1"
        made = self.Database.connect(**conn_params | {"database": file, "uri": True})
        register_functions(made)
        return made

    def create_cursor(self, name: str | None = None) -> Any:
        cursor = self.connection.cursor(factory=Cursor)
        cursor.owner = self
        return cursor

    def _start_transaction_under_autocommit(self) -> None:
        self.in_turn(super()._start_transaction_under_autocommit)  # type: ignore[misc]

    def in_turn(self, write: Callable[[], Result]) -> Result:
        """Begins to write when it is one's turn, and tries until the writer before is done.

        Busy where that takes longer than one waits.
        """
        if self.reads_only:
            raise Full
        if self.line is None or self.connection is None:
            return write()
        try:
            with self.line.turn(self.waits_seconds) as until, self._impatient():
                return _tried(write, until)
        except NotInTime:
            raise Busy from None

    @contextmanager
    def _impatient(self) -> Any:
        """SQLite answers at once that it is busy: its own pauses grow long, and we look sooner."""
        raw = self.connection
        raw.execute("PRAGMA busy_timeout = 0")
        try:
            yield
        finally:
            raw.execute(f"PRAGMA busy_timeout = {int(self.waits_seconds * 1000)}")


class Cursor(base.SQLiteCursorWrapper):
    """Sends what writes on its own through the line."""

    owner: DatabaseWrapper

    def execute(self, query: str, params: Any = None) -> Any:
        if self._begins_to_write(query):
            return self.owner.in_turn(lambda: super(Cursor, self).execute(query, params))
        return super().execute(query, params)

    def executemany(self, query: str, param_list: Iterable[Any]) -> Any:
        if self._begins_to_write(query):
            rows = list(param_list)
            return self.owner.in_turn(lambda: super(Cursor, self).executemany(query, rows))
        return super().executemany(query, param_list)

    def _begins_to_write(self, query: str) -> bool:
        alone = not self.connection.in_transaction
        return alone and not READS.match(query) and not query.startswith("BEGIN")


def _tried(write: Callable[[], Result], until: float) -> Result:
    began = time.monotonic()
    while True:
        try:
            return write()
        except Exception as error:
            if not is_busy(error):
                raise
        look_again(began, until)


def _finds_no_room(error: BaseException) -> bool:
    code = getattr(error, "sqlite_errorcode", None)
    return code is not None and code & 0xFF in (SQLITE_FULL, SQLITE_IOERR)


def _is_at_rest(name: str) -> bool:
    """Whether all that was ever written stands in the file itself."""
    log = Path(f"{name}-wal")
    return not log.exists() or not log.stat().st_size


def is_busy(error: BaseException) -> bool:
    """Whether SQLite says that another is writing; Django's error carries SQLite's as its cause."""
    own = error.__cause__ if error.__cause__ is not None else error
    code = getattr(own, "sqlite_errorcode", None)
    return code is not None and code & 0xFF in (SQLITE_BUSY, SQLITE_LOCKED)
