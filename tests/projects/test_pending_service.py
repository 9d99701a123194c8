"""Files that wait for the next save: whose, how many, how long."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import storages
from django.db import transaction

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.access.rights import NotAllowed
from kuancheng.access.roles import READER, REPORTER
from projects.models import PendingUpload
from projects.services import pending
from projects.services.evidence import MOST_FILES
from projects.services.pending import as_clean, delete_pending, pending_uploads, save_pending
from tests import factories
from tests.projects import uploads

pytestmark = pytest.mark.django_db

RIGHT = "investment.add_reportevidence"


@pytest.fixture
def clerk() -> User:
    return factories.user(REPORTER)


def save(clerk: User, *shades: int, place: str = "report:1") -> list[str]:
    files = [uploads.photo(f"{shade}.jpg", shade) for shade in shades]
    return save_pending(place=place, files=files, permission=RIGHT, actor=clerk)


def names(clerk: User, place: str = "report:1") -> list[str]:
    return [each.name for each in pending_uploads(clerk, place)]


def exists(upload: PendingUpload) -> bool:
    return storages["evidence"].exists(str(upload.file.name))


def test_file_waits_as_it_would_be_stored(clerk: User) -> None:
    taken = uploads.upload("现场.jpg", uploads.telling_photo())
    assert save_pending(place="report:1", files=[taken], permission=RIGHT, actor=clerk) == []
    clean = as_clean(pending_uploads(clerk, "report:1").get())
    assert b"Secret" not in clean.data
    assert clean.digest == PendingUpload.objects.get().digest
    assert clean.thumb.startswith(b"\xff\xd8")
    assert names(clerk, "report:2") == []
    assert names(factories.user(REPORTER)) == []


def test_nobody_without_the_right_leaves_files_here() -> None:
    with pytest.raises(NotAllowed):
        save(factories.user(READER), 1)


def test_no_more_than_a_record_may_have(clerk: User) -> None:
    told = save(clerk, *range(0, 20 * (MOST_FILES + 1), 20))
    assert len(names(clerk)) == MOST_FILES
    assert told == ["“180.jpg”没有暂存：一次最多 9 个，请保存以后再选。"]
    assert save(clerk, 0) == []
    assert len(names(clerk)) == MOST_FILES


@pytest.mark.parametrize("bound", ["MOST_PENDING", "LARGEST_PENDING"])
def test_oldest_make_room(
    clerk: User,
    bound: str,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: object,
) -> None:
    save(clerk, 10, place="report:1")
    save(clerk, 20, place="report:2")
    oldest = PendingUpload.objects.order_by("pk")[0]
    size = PendingUpload.objects.order_by("-pk")[0].size
    monkeypatch.setattr(pending, bound, 2 if bound == "MOST_PENDING" else size * 5 // 2)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        save(clerk, 30, place="report:3")
    assert [names(clerk, f"report:{each}") for each in (1, 2, 3)] == [[], ["20.jpg"], ["30.jpg"]]
    assert not exists(oldest)


def test_after_a_day_nothing_is_shown_and_the_next_upload_clears_it(
    clerk: User, django_capture_on_commit_callbacks: object
) -> None:
    save(clerk, 10)
    old = PendingUpload.objects.get()
    day = timedelta(days=1)
    PendingUpload.objects.update(uploaded_at=clock.now() - day + timedelta(minutes=1))
    assert names(clerk) == ["10.jpg"]
    PendingUpload.objects.update(uploaded_at=clock.now() - day)
    assert names(clerk) == []
    assert exists(old)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        save(factories.user(REPORTER), 20)
    assert not PendingUpload.objects.filter(pk=old.pk).exists()
    assert not exists(old)


def test_nothing_stays_on_the_disk_when_the_transaction_fails(clerk: User) -> None:
    def on_disk() -> set[str]:
        try:
            return set(storages["evidence"].listdir("pending")[1])
        except FileNotFoundError:
            return set()

    before = on_disk()

    def fail() -> None:
        with pending.files_undone(), transaction.atomic():
            save(clerk, 10)
            assert len(on_disk()) == len(before) + 1
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert on_disk() == before


def test_file_that_is_gone_from_the_disk_is_told(clerk: User) -> None:
    save(clerk, 10)
    waiting = PendingUpload.objects.get()
    storages["evidence"].delete(str(waiting.file.name))
    with pytest.raises(ValidationError, match="已不在，请去掉勾选"):
        as_clean(waiting)


def test_file_goes_only_once_its_going_is_committed(
    clerk: User, django_capture_on_commit_callbacks: object
) -> None:
    save(clerk, 10)
    waiting = PendingUpload.objects.get()
    with django_capture_on_commit_callbacks() as callbacks:  # type: ignore[operator]
        delete_pending([waiting])
    assert exists(waiting)
    for callback in callbacks:
        callback()
    assert not exists(waiting)
