"""`python -m tests.soak.writers [--both] [WRITERS [EACH]]`: so many people save at once, so often each.

64 × 1,000 where nothing is said, in two processes of many threads, as a site is served; on the
database of `DATABASE_URL`, or on both (`make soak`). Every
save is one of the site's own: a draft's figure, with its history, its light of the day and its
announcement; every fourth is of a record that all of them write, where whoever read an old version
is told so. Fails where a save failed, or where one was lost.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.postgres import server

WRITERS, EACH, PROCESSES = 64, 1_000, 2
SHARED = 4
"""Every so many saves go to the record that everybody writes."""

MONTH, TODAY = date(2024, 9, 1), date(2024, 10, 15)


@dataclass
class Figures:
    """What came of it: saves, saves that came too late and were told so, errors by their words, seconds each."""

    done: int = 0
    late: int = 0
    failed: Counter[str] = field(default_factory=Counter)
    waits: list[float] = field(default_factory=list)
    seconds: float = 0.0

    def add(self, other: "Figures") -> None:
        """Takes another process's in."""
        self.done += other.done
        self.late += other.late
        self.failed += Counter(other.failed)
        self.waits += other.waits
        self.seconds = max(self.seconds, other.seconds)

    def __str__(self) -> str:
        ordered = sorted(self.waits) or [0.0]
        p50, p95 = (ordered[int(len(ordered) * share)] for share in (0.5, 0.95))
        rate = self.done / self.seconds if self.seconds else 0
        return (
            f"{self.done} saved, {self.late} told that they came too late, "
            f"{sum(self.failed.values())} failed {dict(self.failed)}; {self.seconds:.1f} s, {rate:.0f}/s; "
            f"a save took {p50:.2f} s in the middle, p95 {p95:.2f} s, at most {ordered[-1]:.2f} s"
        )


@dataclass(frozen=True)
class Writer:
    """One person at a desk: his account, his draft, and the one that is everybody's."""

    account: int
    own: int
    shared: int


def writers(number: int) -> list[Writer]:
    """So many, each with a draft of his own."""
    from kuancheng.access.roles import REVIEWER
    from tests import factories

    shared = factories.status_report(project=factories.project())
    made = []
    for _ in range(number):
        own = factories.status_report(project=factories.project())
        made.append(Writer(factories.user(REVIEWER).pk, own.pk, shared.pk))
    return made


def write(people: Sequence[Writer], each: int) -> Figures:
    """All of them at once, one thread a person."""
    found, lock, start = Figures(), threading.Lock(), threading.Barrier(len(people) + 1)
    threads = [
        threading.Thread(target=_sit, args=(who, each, found, lock, start)) for who in people
    ]
    for thread in threads:
        thread.start()
    start.wait()
    began = time.monotonic()
    for thread in threads:
        thread.join()
    found.seconds = time.monotonic() - began
    return found


def kept(people: Sequence[Writer]) -> int:
    """How many saves the histories hold, beside those that made the drafts."""
    from investment.models import StatusReport

    drafts = {who.own for who in people} | {who.shared for who in people}
    return StatusReport.history.filter(id__in=drafts, history_type="~").count()


def versions(people: Sequence[Writer]) -> int:
    """How many saves the drafts themselves have counted."""
    from investment.models import StatusReport

    drafts = {who.own for who in people} | {who.shared for who in people}
    return sum(each.version - 1 for each in StatusReport.objects.filter(pk__in=drafts))


def _sit(
    who: Writer, each: int, found: Figures, lock: threading.Lock, start: threading.Barrier
) -> None:
    from django.db import connection

    from kuancheng.access.models import User

    try:
        account = User.objects.get(pk=who.account)
        connection.close()
        start.wait()
        for number in range(each):
            _save(who, account, number, found, lock)
            connection.close()  # as at the end of each request
    except BaseException:
        start.abort()
        raise
    finally:
        connection.close()


def _save(who: Writer, account: Any, number: int, found: Figures, lock: threading.Lock) -> None:
    """One save; of what is everybody's, somebody else may have made the version that was read old."""
    from kuancheng.records.versions import StaleRecord

    draft = who.shared if number % SHARED == SHARED - 1 else who.own
    began = time.monotonic()
    try:
        _save_once(draft, account, number)
    except StaleRecord:
        with lock:
            found.late += 1
    except Exception as error:
        with lock:
            found.failed[f"{type(error).__name__}: {error}"] += 1
    else:
        with lock:
            found.done += 1
            found.waits.append(time.monotonic() - began)


def _save_once(draft: int, account: Any, number: int) -> None:
    from investment.models import StatusReport
    from investment.services import save_report

    report = StatusReport.objects.get(pk=draft)
    seen = report.version
    report.completed = Decimal(number % 97) + account.pk
    save_report(report=report, today=TODAY, actor=account, seen=seen)


def in_processes(people: Sequence[Writer], each: int, processes: int = PROCESSES) -> Figures:
    """The same, the people divided among processes that know nothing of each other."""
    from django.db import connection, connections

    connections.close_all()
    if connection.vendor == "postgresql":
        connection.close_pool()  # type: ignore[attr-defined] # its threads are not forked
    parts = [people[number::processes] for number in range(processes)]
    pipes = [_forked(part, each) for part in parts if part]
    found = Figures()
    for child, pipe in pipes:
        with os.fdopen(pipe) as told:
            text = told.read()
        os.waitpid(child, 0)
        found.add(Figures(**json.loads(text)) if text else Figures(failed=Counter({"died": 1})))
    return found


def _forked(people: Sequence[Writer], each: int) -> tuple[int, int]:
    read, written = os.pipe()
    child = os.fork()
    if child:
        os.close(written)
        return child, read
    code = 1
    try:
        figures = write(people, each)
        with os.fdopen(written, "w") as told:
            json.dump(vars(figures) | {"failed": dict(figures.failed)}, told)
        code = 0
    finally:
        os._exit(code)


def main(arguments: Sequence[str]) -> int:
    """0 when every save was made once, and none was lost."""
    if arguments and arguments[0] == "--both":
        return _on_both(arguments[1:])
    number, each = (*(int(text) for text in arguments), *(WRITERS, EACH)[len(arguments) :])
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    from django.db import connection
    from django.test.utils import setup_test_environment

    from tests import databases

    setup_test_environment(debug=False)
    with (
        tempfile.TemporaryDirectory(prefix="kuancheng-writers-") as folder,
        databases.of_the_run(Path(folder), "writers", 1),
    ):
        people = writers(number)
        figures = in_processes(people, each)
        print(f"{connection.vendor}, {number} writers × {each}: {figures}", flush=True)
        whole = figures.done == kept(people) == versions(people)
        whole = whole and figures.done + figures.late == number * each
    print("nothing lost" if whole else "LOST", flush=True)
    return 0 if whole and not figures.failed else 1


def _on_both(arguments: Sequence[str]) -> int:
    """On a file of SQLite, then on a PostgreSQL of its own."""
    command = [sys.executable, "-m", "tests.soak.writers", *arguments]
    code = subprocess.run(command, env=os.environ | {"DATABASE_URL": ""}, check=False).returncode
    with server() as url:
        other = subprocess.run(command, env=os.environ | {"DATABASE_URL": url}, check=False)
    return code or other.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
