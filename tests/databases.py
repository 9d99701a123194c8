"""The databases of a run: the dear ones are made once, and copied for whoever needs one.

Migrating takes seconds and loading the demo tens of them, a copy takes none: a file on SQLite, a
database from a template on PostgreSQL. So each worker gets a copy of one migrated database; a test
that commits is followed by a fresh copy, which is truer than emptying the tables (what migrations
wrote is back, numbers begin at 1) and cheaper; a test that migrates, or needs the demo, works in a
copy of its own.
"""

import fcntl
import hashlib
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.files.storage import storages
from django.core.management import call_command
from django.db import connection, connections, transaction
from django.db.migrations.executor import MigrationExecutor

from tests.upgrade import fixture

if TYPE_CHECKING:
    from pytest_django import DjangoDbBlocker

MIGRATED, DEMO = "migrated", "demo"

APPS = ("kuancheng", "projects", "investment")
IMPORTED = re.compile(rf"^\s*(?:from|import) ((?:{'|'.join(APPS)})[\w.]*)", re.MULTILINE)

_room = Path()
_worker = ""


@contextmanager
def of_the_run(room: Path, worker: str, workers: int) -> Iterator[None]:
    """The default connection leads to a migrated database of the worker's own.

    `room`: a folder that the workers of one run share, and no other run. The last of them drops
    what was made for all.
    """
    global _room, _worker
    _room, _worker = room, worker
    with _instead(f"own_{worker}", lambda own: _copy(_template(MIGRATED), own)):
        yield
    (room / f"{worker}.gone").touch()
    if len(list(room.glob("*.gone"))) == workers:
        for name in (MIGRATED, DEMO, *fixture.RELEASES):
            _drop(_named(name))


def renew() -> None:
    """Replaces the database in use by one as migrations leave it."""
    own = connection.settings_dict["NAME"]
    _leave()
    _drop(own)
    _copy(_template(MIGRATED), own)


@contextmanager
def shared(blocker: "DjangoDbBlocker") -> Iterator[None]:
    """What is written meanwhile is there for every test in it, and gone afterwards.

    For a fixture of a class whose tests leave what they began with; tests that commit cannot.
    """
    with blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def release(name: str) -> Iterator[None]:
    """The default connection leads meanwhile to a database as that release's migrations leave it.

    For tests without the `django_db` mark: the transaction around a marked test belongs to the
    worker's own database.
    """
    with _instead(f"{name}_{_worker}", lambda copy: _copy(_template(name), copy)):
        yield


@contextmanager
def demo() -> Iterator[str]:
    """The same with the demo as it is loaded, and its files; yields what the loader printed."""
    with _instead(f"demo_{_worker}", lambda copy: _copy(_template(DEMO), copy)):
        shutil.copytree(_room / DEMO, _evidence(), dirs_exist_ok=True)
        yield _note(DEMO).read_text("utf-8")


def _template(name: str) -> str:
    """The database of that name, made by the first worker that asks; others wait for it."""
    database = _named(name)
    with (_room / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _note(name).exists():
            _drop(database)
            _note(name).write_text(_made(name, database), "utf-8")
    return database


def _made(name: str, database: str) -> str:
    """Makes it, or takes it from an earlier run on SQLite; what the loader printed."""
    kept = _kept(name)
    if kept is None:
        return _making(name, database)
    if not kept.exists():
        printed = _making(name, database)
        kept.parent.mkdir(parents=True, exist_ok=True)
        for old in kept.parent.glob(f"{name}-*.sqlite3"):
            old.unlink(missing_ok=True)
        half = kept.with_suffix(f".{os.getpid()}")
        shutil.copyfile(database, half)
        half.rename(kept)
        return printed
    shutil.copyfile(kept, database)
    return ""


def _kept(name: str) -> Path | None:
    """Where a migrated file is kept for the next run; None for what is made anew each time."""
    if connection.vendor == "postgresql" or name == DEMO:
        return None
    return settings.BASE_DIR / "var" / "databases" / f"{name}-{_digest()}.sqlite3"


@cache
def _digest() -> str:
    """Of all that a migrated database comes from: migrations, what they import, and the packages."""
    migrations = [
        path for app in APPS for path in (settings.BASE_DIR / app).rglob("migrations/*.py")
    ]
    texts = [path.read_text("utf-8") for path in migrations]
    modules = {module.replace(".", "/") for text in texts for module in IMPORTED.findall(text)}
    imported = [
        path
        for module in modules
        for path in (
            settings.BASE_DIR / f"{module}.py",
            *(settings.BASE_DIR / module).glob("*.py"),
        )
        if path.exists()
    ]
    upgraded = (Path(fixture.__file__).parent).iterdir()
    locked = settings.BASE_DIR / "requirements-dev.txt"
    files = {*migrations, *imported, *(path for path in upgraded if path.is_file()), locked}
    found = hashlib.sha256()
    for path in sorted(files):
        found.update(str(path).encode() + path.read_bytes())
    return found.hexdigest()[:16]


def _making(name: str, database: str) -> str:
    before, printed = connection.settings_dict["NAME"], StringIO()
    _begin(name, database)
    _lead_to(database)
    try:
        if name == DEMO:
            call_command("load_demo", stdout=printed)
            shutil.copytree(_evidence(), _room / DEMO, dirs_exist_ok=True)
        elif name == MIGRATED:
            call_command("migrate", verbosity=0)
        else:
            MigrationExecutor(connection).migrate(fixture.read(name).targets)
    finally:
        _lead_to(before)
    return printed.getvalue()


def _begin(name: str, database: str) -> None:
    """With the one that it goes on from, so that no migration is run for two of them."""
    way = [*fixture.RELEASES, MIGRATED, DEMO]
    if name == way[0]:
        _create(database)
    else:
        _copy(_template(way[way.index(name) - 1]), database)


@contextmanager
def _instead(name: str, make: Callable[[str], None]) -> Iterator[None]:
    before, database = connection.settings_dict["NAME"], _named(name)
    make(database)
    _lead_to(database)
    try:
        yield
    finally:
        _lead_to(before)
        _drop(database)


def _lead_to(name: str) -> None:
    _leave()
    connection.settings_dict["NAME"] = name


def _leave() -> None:
    connections.close_all()
    if connection.vendor == "postgresql":
        connection.close_pool()  # type: ignore[attr-defined]
    # Types of content may have other numbers in another database.
    ContentType.objects.clear_cache()


def _create(name: str) -> None:
    if connection.vendor == "postgresql":
        _on_server(f'CREATE DATABASE "{name}"')


def _copy(source: str, target: str) -> None:
    if connection.vendor == "postgresql":
        _on_server(f'CREATE DATABASE "{target}" TEMPLATE "{source}"')
    else:
        shutil.copyfile(source, target)


def _drop(name: str) -> None:
    if connection.vendor == "postgresql":
        # By force: a live server may still be answering a page that nobody waits for.
        _on_server(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        return
    for ending in ("", "-wal", "-shm", "-turn"):
        Path(name + ending).unlink(missing_ok=True)


def _on_server(statement: str) -> None:
    with connection._nodb_cursor() as cursor:
        cursor.execute(statement)


def _named(name: str) -> str:
    if connection.vendor == "postgresql":
        # The folder tells this run's databases from another's on the same server.
        return f"test_{_room.parent.name}_{_room.name}_{name}"
    return str(_room / f"{name}.sqlite3")


def _note(name: str) -> Path:
    return _room / f"{name}.made"


def _evidence() -> str:
    return str(storages["evidence"].location)  # type: ignore[attr-defined]
