"""First come, first served: among threads, among processes, and nobody waits for ever."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import OperationalError, connection, connections, transaction

from kuancheng.database import turns
from kuancheng.database.faults import Fault, dispensable, fault_of
from kuancheng.database.sqlite.base import DatabaseWrapper
from kuancheng.database.turns import Line, NotInTime, Waits
from kuancheng.reports.models import FrontPage
from tests import factories

HOLDER = """
import fcntl, os, sys, time
gate = os.open(sys.argv[1], os.O_RDONLY | os.O_CREAT)
fcntl.flock(gate, fcntl.LOCK_EX)
print("held", flush=True)
time.sleep(600)
"""


@pytest.fixture
def line(tmp_path: Path) -> Line:
    """Before a database that nobody else knows."""
    return turns.line_of(str(tmp_path / "site.sqlite3"))


def begun(work: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=work)
    thread.start()
    return thread


def standing(line: Line, number: int) -> None:
    """Waits until so many are in line."""
    while len(line._waiting) < number:
        time.sleep(0.001)


def test_threads_are_served_in_the_order_in_which_they_came(line: Line) -> None:
    served: list[int] = []

    def stand(number: int) -> None:
        with line.turn(60):
            served.append(number)

    threads = []
    with line.turn(60):
        for number in range(20):
            threads.append(begun(lambda number=number: stand(number)))  # type: ignore[misc]
            standing(line, number + 2)
    for thread in threads:
        thread.join()
    assert served == list(range(20))


def test_who_waited_long_enough_is_refused_and_the_others_move_up(line: Line) -> None:
    served: list[str] = []

    def stand(name: str, seconds: float) -> None:
        try:
            with line.turn(seconds):
                served.append(name)
        except NotInTime:
            served.append(f"{name} refused")

    with line.turn(60):
        hasty = begun(lambda: stand("hasty", 0.05))
        standing(line, 2)
        patient = begun(lambda: stand("patient", 60))
        standing(line, 3)
        hasty.join()
    patient.join()
    assert served == ["hasty refused", "patient"]
    assert line.waits().refused == 1


def test_patience_shortens_the_wait(line: Line) -> None:
    with line.turn(60):
        refused: list[bool] = []

        def stand() -> None:
            with turns.patience(0.01):
                try:
                    with line.turn(600):
                        pass
                except NotInTime:
                    refused.append(True)

        begun(stand).join()
        assert refused == [True]


def test_another_process_at_the_turnstile_is_waited_for_and_its_death_opens_it(
    line: Line,
) -> None:
    command = [sys.executable, "-c", HOLDER, line.turnstile]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(NotInTime), line.turn(0.05):
            pass
        os.kill(other.pid, signal.SIGKILL)
        other.wait()
        with line.turn(60):
            pass


def test_folder_that_cannot_be_written_leaves_the_line_of_threads(tmp_path: Path) -> None:
    with turns.line_of(str(tmp_path / "none" / "site.sqlite3")).turn(1):
        pass


def test_long_waits_are_told_from_short_ones(line: Line) -> None:
    assert line.waits() == Waits()
    for _ in range(30):
        with line.turn(1):
            pass
    assert line.waits().writers == 30
    assert not line.waits().are_long
    now = time.monotonic()
    line._waits.extend([(now, 2.5)] * 3)
    assert line.waits().are_long
    line._waits.clear()
    line._waits.append((now - turns.REMEMBERED - 1, None))
    assert not line.waits().are_long
    line._waits.append((now, None))
    assert line.waits().are_long


@pytest.fixture
def sqlite(transactional_db: None) -> DatabaseWrapper:
    """The test's own database, a file."""
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL lets many write at a time")
    own = connections["default"]
    assert isinstance(own, DatabaseWrapper)
    return own


def in_a_thread(work: Callable[[], object]) -> list[BaseException]:
    """What it raised there, on a connection of its own."""
    raised: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:
            raised.append(error)
        finally:
            connection.close()

    begun(run).join()
    return raised


def test_readers_do_not_stand_in_line(sqlite: DatabaseWrapper) -> None:
    factories.project()

    def look() -> None:
        from projects.models import Project

        assert Project.objects.count() == 1

    with transaction.atomic():
        factories.project()
        with turns.line_of(str(sqlite.settings_dict["NAME"])).turn(1):
            assert in_a_thread(look) == []


@pytest.mark.parametrize("alone", [True, False], ids=["a statement", "a transaction"])
def test_writer_that_is_not_served_in_time_has_written_nothing(
    sqlite: DatabaseWrapper, alone: bool
) -> None:
    reader = factories.user()

    def come() -> None:
        with turns.patience(0.05):
            if alone:
                FrontPage.objects.bulk_create([FrontPage(user=reader, page="progress")])
                type(reader).objects.filter(pk=reader.pk).update(full_name="改过")
            else:
                with transaction.atomic():
                    type(reader).objects.filter(pk=reader.pk).update(full_name="改过")

    with transaction.atomic():
        factories.project()
        (error,) = in_a_thread(come)
    assert isinstance(error, OperationalError)
    assert str(error) == "database is locked"
    assert fault_of(error) is Fault.BUSY
    reader.refresh_from_db()
    assert reader.full_name != "改过"


def test_what_may_be_left_out_is_left_out_when_another_writes(sqlite: DatabaseWrapper) -> None:
    reader = factories.user()

    def come() -> None:
        with dispensable(), turns.patience(0.05):
            type(reader).objects.filter(pk=reader.pk).update(full_name="改过")

    with transaction.atomic():
        factories.project()
        assert in_a_thread(come) == []


def test_writer_gets_in_as_soon_as_one_who_knows_no_line_is_done(sqlite: DatabaseWrapper) -> None:
    name = str(sqlite.settings_dict["NAME"])
    stranger = sqlite3.connect(name, isolation_level=None)
    stranger.execute("BEGIN IMMEDIATE")
    raised: list[BaseException] = []
    waiting = begun(lambda: raised.extend(in_a_thread(factories.project)))
    standing(turns.line_of(name), 1)
    stranger.execute("COMMIT")
    stranger.close()
    waiting.join()
    assert raised == []


def test_other_errors_pass_the_line_as_they_are(sqlite: DatabaseWrapper) -> None:
    with connection.cursor() as cursor, pytest.raises(OperationalError, match="no such table"):
        cursor.execute("INSERT INTO missing VALUES (1)")
    assert len(sqlite.line._waiting) == 0  # type: ignore[union-attr]


def test_patience_of_sqlite_itself_is_given_back(sqlite: DatabaseWrapper) -> None:
    factories.project()
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA busy_timeout").fetchone() == (20_000,)
