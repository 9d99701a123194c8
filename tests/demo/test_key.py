"""The demo's key: issued once, printed again, replaced when it no longer works."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from kuancheng.access.models import ApiKey, User
from kuancheng.access.roles import READER
from kuancheng.demo.key import NAME, demo_key
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader() -> User:
    return factories.user(READER, username="lingdao")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "demo_key"


def test_key_reads_through_the_api_and_is_the_same_the_next_time(reader: User, file: Path) -> None:
    key = demo_key(file)
    client = Client(headers={"authorization": f"Bearer {key}"})
    assert client.get("/api/v1/progress/").status_code == 200
    assert demo_key(file) == key
    assert ApiKey.objects.get().scope == ApiKey.Scope.READ


def test_file_is_for_its_owner_only_whatever_lay_there(reader: User, file: Path) -> None:
    file.write_text("kc_of-another-database\n")
    file.chmod(0o644)
    key = demo_key(file)
    assert file.read_text() == f"{key}\n"
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "end",
    [
        lambda key, file: key.revoke(),
        lambda key, file: ApiKey.objects.update(expires_at=timezone.now() - timedelta(days=1)),
        lambda key, file: file.unlink(),
        lambda key, file: file.write_text(""),
    ],
    ids=["revoked", "expired", "lost", "emptied"],
)
def test_key_that_no_longer_works_is_replaced_and_its_predecessor_revoked(
    reader: User, file: Path, end: Callable[[ApiKey, Path], object]
) -> None:
    first = demo_key(file)
    end(ApiKey.objects.get(), file)
    second = demo_key(file)
    assert second not in (first, None)
    live = ApiKey.objects.live(timezone.now())
    assert [each.digest for each in live] == [ApiKey.digest_of(str(second))]
    assert not ApiKey.objects.filter(revoked_at=None).exclude(pk=live.get().pk).exists()


def test_keys_that_people_issued_are_left_alone(reader: User, file: Path) -> None:
    theirs, _ = ApiKey.issue(user=reader, name="市平台取数", scope=ApiKey.Scope.READ)
    other, _ = ApiKey.issue(user=factories.user(READER), name=NAME, scope=ApiKey.Scope.READ)
    demo_key(file)
    for each in (theirs, other):
        each.refresh_from_db()
        assert each.revoked_at is None


def test_without_an_account_that_reads_there_is_no_key(file: Path) -> None:
    factories.user(username="lingdao")
    factories.user(READER, username="shenji", is_active=False)
    assert demo_key(file) is None
    assert not file.exists()
