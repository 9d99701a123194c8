"""What SQLite needs to open a file, and what is done where it does not get it."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.sqlite3 import base
from django.db.utils import ConnectionHandler

from kuancheng.database.sqlite.base import Full

pytestmark = pytest.mark.django_db


@pytest.fixture
def site(tmp_path: Path) -> BaseDatabaseWrapper:
    """A file with one row, closed."""
    options = {"init_command": "PRAGMA journal_mode=WAL"}
    name = str(tmp_path / "本站.sqlite3")
    engine = {"ENGINE": "kuancheng.database.sqlite", "NAME": name, "OPTIONS": options}
    made = ConnectionHandler({"default": engine})["default"]
    with made.cursor() as cursor:
        cursor.execute("CREATE TABLE t (a)")
        cursor.execute("INSERT INTO t VALUES (7)")
    made.close()
    return made


@pytest.fixture
def no_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a disk that is full to the last block, which has no place for the index of readers."""

    def refused(*args: Any) -> None:
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorcode = sqlite3.SQLITE_IOERR_SHMSIZE
        raise error

    monkeypatch.setattr(base.DatabaseWrapper, "get_new_connection", refused)


def test_full_disk_is_read_and_a_write_says_why_not(
    site: BaseDatabaseWrapper, no_room: None
) -> None:
    with site.cursor() as cursor:
        assert cursor.execute("SELECT a FROM t").fetchone() == (7,)
        with pytest.raises(Full):
            cursor.execute("INSERT INTO t VALUES (8)")


def test_file_is_opened_to_write_once_there_is_room(site: BaseDatabaseWrapper) -> None:
    with pytest.MonkeyPatch.context() as patched:
        no_room.__wrapped__(patched)  # type: ignore[attr-defined]
        with site.cursor() as cursor:
            cursor.execute("SELECT a FROM t")
    site.close()
    with site.cursor() as cursor:
        cursor.execute("INSERT INTO t VALUES (8)")


def test_what_is_not_in_the_file_yet_is_not_left_out(
    site: BaseDatabaseWrapper, no_room: None
) -> None:
    Path(f"{site.settings_dict['NAME']}-wal").write_bytes(b"more")
    with pytest.raises(OperationalError), site.cursor() as cursor:
        cursor.execute("SELECT a FROM t")
