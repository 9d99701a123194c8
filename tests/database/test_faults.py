"""What stops a write is told by the exception, however deep it lies."""

import errno
import sqlite3
from pathlib import Path

import psycopg
import pytest
from django.db import DatabaseError, InternalError, OperationalError
from psycopg_pool import PoolTimeout

from kuancheng.database import faults
from kuancheng.database.faults import Fault, dispensable, fault_of
from kuancheng.database.files import WholeFiles


def from_driver(outer: type[Exception], inner: Exception) -> Exception:
    """The driver's error as Django hands it on."""
    error = outer(str(inner))
    error.__cause__ = inner
    return error


def of_sqlite(statement: str, *before: str) -> sqlite3.Error:
    """What SQLite really says."""
    connection = sqlite3.connect(":memory:")
    for each in before:
        connection.execute(each)
    with pytest.raises(sqlite3.Error) as raised:
        connection.execute(statement)
    return raised.value


FULL = of_sqlite(
    "INSERT INTO t VALUES (zeroblob(100000))", "CREATE TABLE t (a)", "PRAGMA max_page_count = 2"
)
READ_ONLY = of_sqlite("INSERT INTO t VALUES (1)", "CREATE TABLE t (a)", "PRAGMA query_only = 1")
NO_TABLE = of_sqlite("INSERT INTO missing VALUES (1)")


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        (from_driver(OperationalError, FULL), Fault.FULL),
        (from_driver(OperationalError, READ_ONLY), Fault.READ_ONLY),
        (from_driver(OperationalError, NO_TABLE), None),
        (OperationalError("database is locked"), Fault.BUSY),
        (OperationalError("database or disk is full"), Fault.FULL),
        (from_driver(OperationalError, psycopg.errors.DiskFull()), Fault.FULL),
        (from_driver(InternalError, psycopg.errors.ReadOnlySqlTransaction()), Fault.READ_ONLY),
        (from_driver(OperationalError, psycopg.errors.AdminShutdown()), Fault.AWAY),
        (from_driver(OperationalError, psycopg.errors.CannotConnectNow()), Fault.AWAY),
        (from_driver(OperationalError, psycopg.errors.DeadlockDetected()), Fault.BUSY),
        (from_driver(OperationalError, psycopg.OperationalError("refused")), Fault.AWAY),
        (from_driver(OperationalError, PoolTimeout("none after 10 s")), Fault.AWAY),
        (from_driver(DatabaseError, psycopg.errors.UndefinedTable()), None),
        (OSError(errno.ENOSPC, "No space left on device"), Fault.FULL),
        (OSError(errno.EDQUOT, "Quota exceeded"), Fault.FULL),
        (OSError(errno.EROFS, "Read-only file system"), Fault.READ_ONLY),
        (FileNotFoundError(errno.ENOENT, "missing"), None),
        (ValueError("三"), None),
        (None, None),
    ],
    ids=str,
)
def test_fault_is_told_by_the_exception(error: Exception | None, fault: Fault | None) -> None:
    assert fault_of(error) is fault


def test_fault_is_found_below_what_was_raised_over_it() -> None:
    below = OSError(errno.ENOSPC, "No space left on device")
    over = ValueError("session was not saved")
    over.__context__ = below
    assert fault_of(over) is Fault.FULL


def test_exceptions_that_lead_round_in_a_circle_end() -> None:
    one, other = ValueError(), ValueError()
    one.__context__, other.__context__ = other, one
    assert fault_of(one) is None


def test_what_may_be_left_out_is_left_out_and_remembered() -> None:
    with dispensable():
        raise from_driver(OperationalError, FULL)
    assert faults.lately() is Fault.FULL
    faults.forget()
    assert faults.lately() is None


def test_what_may_be_left_out_hides_no_other_error() -> None:
    with pytest.raises(OperationalError), dispensable():
        raise from_driver(OperationalError, NO_TABLE)


def test_what_passes_by_itself_is_not_remembered() -> None:
    faults.note(Fault.BUSY)
    assert faults.lately() is None


def test_what_was_met_long_ago_is_not_said_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    faults.note(Fault.READ_ONLY)
    monkeypatch.setattr(faults, "SHOWN_FOR", -1.0)
    assert faults.lately() is None


def test_file_that_could_not_be_written_to_its_end_leaves_nothing(tmp_path: Path) -> None:
    storage = WholeFiles(location=tmp_path)

    class Broken:
        """Gives one part, then the disk is full."""

        name = "photo.jpg"

        def open(self, mode: str | None = None) -> "Broken":
            return self

        def chunks(self) -> object:
            yield b"half"
            raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        storage.save("photo.jpg", Broken())  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []
