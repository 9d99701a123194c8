"""What every test stands on: the day of tests/settings.py, its own database, and no rows lost between tests."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from django.test import Client

TODAY = date(2024, 10, 15)


@pytest.fixture(scope="session", autouse=True)
def _watched_templates(request: pytest.FixtureRequest) -> None:
    from tests import undefined

    undefined.watch()


@pytest.fixture(autouse=True)
def _no_undefined_variables() -> Iterator[None]:
    """No template of ours asks for a variable that does not exist."""
    from tests import undefined

    undefined.missed.clear()
    yield
    assert sorted(undefined.missed) == []


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

    _, key = ApiKey.issue(user=factories.user(READER), name="取数", scope=ApiKey.Scope.READ)
    return Client(headers={"authorization": f"Bearer {key}"})


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """SQLite in a file, as in use: threads of a live server then wait for each other's locks.

    The default in memory is one connection for all threads, and their transactions mix.
    """
    from django.conf import settings

    database = settings.DATABASES["default"]
    if database["ENGINE"] == "django.db.backends.sqlite3":
        folder: Path = tmp_path_factory.mktemp("database")
        database.setdefault("TEST", {})["NAME"] = str(folder / "test.sqlite3")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts tests that commit last, and gives back the rows that migrations made before each.

    Otherwise they would take the roles and the first rules from whatever follows them.
    """
    kept = pytest.mark.django_db(transaction=True, serialized_rollback=True)
    for item in filter(_commits, items):
        item.add_marker(kept, append=False)
    items.sort(key=_commits)


def _commits(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    fixtures = getattr(item, "fixturenames", ())
    asked = marker is not None and marker.kwargs.get("transaction", False)
    return asked or "live_server" in fixtures or "transactional_db" in fixtures
