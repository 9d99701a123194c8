"""What every test stands on: the day of tests/settings.py, its own database, and no rows lost between tests."""

import gc
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from xdist.scheduler import LoadScopeScheduling

from tests.only import ON_POSTGRESQL

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoDbBlocker

TODAY = date(2024, 10, 15)


@pytest.fixture(scope="session", autouse=True)
def _watched_templates(request: pytest.FixtureRequest) -> None:
    from tests import undefined

    undefined.watch()


@pytest.fixture(scope="session", autouse=True)
def _copied_fields() -> None:
    from tests import migrating

    migrating.copy_fields()


@pytest.fixture(autouse=True)
def _no_undefined_variables() -> Iterator[None]:
    """No template of ours asks for a variable that does not exist."""
    from tests import undefined

    undefined.missed.clear()
    yield
    assert sorted(undefined.missed) == []


@pytest.fixture(autouse=True)
def _forward() -> None:
    """No test begins with what another's database knew of later days, nor counts its reading."""
    from kuancheng.database import faults
    from kuancheng.records import forward

    forward.believe(None)
    faults.forget()


@pytest.fixture(autouse=True)
def _no_head_of_another_database() -> Iterator[None]:
    """What the audit keeps beside a database goes with it."""
    from django.conf import settings

    yield
    for name in os.listdir(settings.KUANCHENG_AUDIT):
        path = os.path.join(settings.KUANCHENG_AUDIT, name)
        shutil.rmtree(path) if os.path.isdir(path) else os.unlink(path)


@pytest.fixture
def today() -> date:
    """The day that the suite is judged on."""
    return TODAY


@pytest.fixture
def api(db: None) -> "Client":
    """Another system, reading with a key."""
    from django.test import Client

    from kuancheng.access.models import ApiKey
    from kuancheng.access.roles import READER
    from tests import factories

    _, key = ApiKey.issue(
        user=factories.user(READER), name="取数", scope=ApiKey.Scope.READ, reads="sensitive"
    )
    return Client(headers={"authorization": f"Bearer {key}"})


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    django_test_environment: None,
    django_db_blocker: "DjangoDbBlocker",
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[None]:
    """A copy of the run's migrated database, and another after each test that committed.

    Both kinds of database are used as in production: a file on SQLite, where the threads of a live
    server wait for each other's locks (in memory they would share one transaction), a pool of
    connections on PostgreSQL.
    """
    from django.test import TransactionTestCase

    from tests import databases

    TransactionTestCase._fixture_teardown = lambda self: databases.renew()  # type: ignore[attr-defined]
    room = tmp_path_factory.getbasetemp()
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    shared = room if worker == "alone" else room.parent
    databases_of_the_run = ExitStack()
    with django_db_blocker.unblock():
        databases_of_the_run.enter_context(databases.of_the_run(shared, worker, workers))
    yield
    with django_db_blocker.unblock():
        databases_of_the_run.close()


TOGETHER = (
    "tests/demo/test_load_demo.py",
    "tests/test_make.py",
    "tests/test_words.py",
    "tests/upgrade/test_upgrade.py",
    "tests/e2e/test_axe.py",
    "tests/guard/test_matrix.py",
)
"""Modules whose tests share a database that is dear to make: one worker runs them all."""


class Workers(LoadScopeScheduling):
    """Hands out tests one by one, but those of some modules together and first.

    (Marks of `xdist_group` do not reach xdist 3.8 from pytest 9.2.)
    """

    def _split_scope(self, nodeid: str) -> str:
        module, _, _ = nodeid.partition("::")
        return module if module in TOGETHER else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Workers:
    return Workers(config, log)


def pytest_collection_finish(session: pytest.Session) -> None:
    """What was imported stays to the end: the collector need not walk it again and again.

    Saves a tenth of a run.
    """
    gc.collect()
    gc.freeze()


REACHING = {"db", "transactional_db", "django_db_setup", "live_server"}
"""Fixtures that open the way to a database."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Puts the long ones first, and on PostgreSQL leaves out what reaches no database.

    Without one of those fixtures or the mark, a test that asked a database would fail: on the
    other database it can show nothing that SQLite's run has not shown.
    """
    if ON_POSTGRESQL:
        left_out = [item for item in items if not _reaches_a_database(item)]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if _reaches_a_database(item)]
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


def _reaches_a_database(item: pytest.Item) -> bool:
    fixtures = getattr(item, "fixturenames", ())
    return item.get_closest_marker("django_db") is not None or not REACHING.isdisjoint(fixtures)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A run in which no test passed or failed has tested nothing, and fails."""
    terminal = session.config.pluginmanager.get_plugin("terminalreporter")
    if terminal is None or session.config.option.collectonly:
        return
    ran = any(terminal.stats.get(outcome) for outcome in ("passed", "failed", "error"))
    if not ran and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.NO_TESTS_COLLECTED
