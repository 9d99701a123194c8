"""暂存: what was chosen on a form that was refused waits on the server for its next save."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import QuerySet

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.access.rights import require
from projects.evidence import Clean, Unfit
from projects.models import PendingUpload
from projects.services.evidence import (
    MOST_FILES,
    Upload,
    admitted,
    delete_on_commit,
    files_undone,
    note_written,
)

KEEP_FOR = timedelta(days=1)
"""On a site whose day is pinned none grows old: there the bounds below alone make room."""

MOST_PENDING = 3 * MOST_FILES
LARGEST_PENDING = 100 * 1024 * 1024
"""So many files, of so many bytes, wait for one account; the oldest make room."""


def pending_uploads(owner: User, place: str) -> QuerySet[PendingUpload]:
    """What waits for the next save of a form, in the order in which it was chosen."""
    fresh = PendingUpload.objects.filter(uploaded_at__gt=clock.now() - KEEP_FOR)
    return fresh.filter(owner=owner, place=place)


def save_pending(*, place: str, files: Sequence[Upload], permission: str, actor: User) -> list[str]:
    """Keeps what was chosen until the form is saved; a sentence for each file that cannot be.

    `permission` is the right to add such evidence: NotAllowed without it. A file that waits
    already is not kept twice.
    """
    require(actor, permission)
    clean: list[Clean] = []
    refused = []
    for file in files:
        try:
            clean.append(admitted(file, actor))
        except Unfit as error:
            refused.append(str(error))
    return refused + _save_all(clean, place, actor)


@transaction.atomic
def _save_all(files: Sequence[Clean], place: str, actor: User) -> list[str]:
    User.objects.select_for_update().get(pk=actor.pk)
    _forget(PendingUpload.objects.filter(uploaded_at__lte=clock.now() - KEEP_FOR))
    waiting = {each.digest for each in pending_uploads(actor, place)}
    refused = []
    with files_undone():
        for clean in files:
            if clean.digest in waiting:
                continue
            if len(waiting) >= MOST_FILES:
                refused.append(
                    f"“{clean.name}”没有暂存：一次最多 {MOST_FILES} 个，请保存以后再选。"
                )
                continue
            waiting.add(clean.digest)
            _save(clean, place, actor)
    _make_room(actor)
    return refused


def as_clean(upload: PendingUpload) -> Clean:
    """The file in the form in which it may be stored, as it was when it was chosen.

    ValidationError on `evidence` when it is gone from the disk.
    """
    try:
        with upload.file.open() as stored:
            data = stored.read()
    except FileNotFoundError:
        gone = f"暂存的“{upload.name}”已不在，请去掉勾选，需要时重新选择。"
        raise ValidationError({"evidence": [gone]}) from None
    return Clean(upload.name, upload.kind, upload.content_type, data, bytes(upload.thumb), True)


def delete_pending(uploads: Iterable[PendingUpload]) -> None:
    """Forgets them, as one step of the caller's transaction: the files go once it commits."""
    _forget(PendingUpload.objects.filter(pk__in=[each.pk for each in uploads]))


def _save(clean: Clean, place: str, owner: User) -> None:
    row = PendingUpload(
        owner=owner,
        place=place,
        name=clean.name,
        kind=clean.kind,
        content_type=clean.content_type,
        size=len(clean.data),
        digest=clean.digest,
        thumb=clean.thumb,
        uploaded_at=clock.now(),
    )
    row.file.save(clean.name, ContentFile(clean.data), save=False)
    note_written(row.file.storage, str(row.file.name))
    row.full_clean()
    row.save()


def _make_room(owner: User) -> None:
    bytes_waiting, over = 0, []
    latest = PendingUpload.objects.filter(owner=owner).order_by("-pk").defer("thumb")
    for place, each in enumerate(latest, 1):
        bytes_waiting += each.size
        if place > MOST_PENDING or bytes_waiting > LARGEST_PENDING:
            over.append(each)
    delete_pending(over)


def _forget(uploads: QuerySet[PendingUpload]) -> None:
    for each in uploads.only("file"):
        delete_on_commit(each.file.storage, str(each.file.name))
    uploads.delete()
