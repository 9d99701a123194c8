"""Keeping 佐证: the row in the database and the file beside it come and go together."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from io import BytesIO
from typing import Any, NoReturn, Protocol

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from django.db import transaction

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.audit import acts
from kuancheng.files.gate import at_gate
from kuancheng.files.refusal import Refused
from kuancheng.records.announcing import Announcement, announce
from projects.evidence import LARGEST, Clean, Unfit, clean_name, cleaned
from projects.models import Evidence, Milestone, MilestoneEvidence
from projects.services.rights import require_own

MOST_FILES = 9
"""On one record."""

THUMB = "-thumb"
"""What is added to a picture's stored name for its small copy."""


class Upload(Protocol):
    """A file as a form or a loader brings it."""

    name: str | None

    def seek(self, offset: int, /) -> Any: ...
    def read(self, size: int = ..., /) -> Any: ...


_written: ContextVar[list[tuple[Storage, str]] | None] = ContextVar(
    "evidence_written", default=None
)


@contextmanager
def files_undone() -> Iterator[None]:
    """Takes the files that were written inside off the disk again when an exception leaves it.

    For whoever attaches files as one step of a larger transaction: put it around the whole.
    """
    outer = _written.get()
    written: list[tuple[Storage, str]] = []
    token = _written.set(written)
    try:
        yield
    except BaseException:
        for storage, name in written:
            storage.delete(name)
        raise
    finally:
        _written.reset(token)
    if outer is not None:
        outer.extend(written)


def admitted(file: Upload | Clean, actor: User) -> Clean:
    """A file as it may be kept, past the gate that all uploads pass; one that has passed as it is.

    Unfit where it may not be kept. Slow: where a transaction is to follow, it comes first.
    """
    if isinstance(file, Clean):
        return file
    name = clean_name(file.name or "")
    file.seek(0)
    data = file.read(LARGEST + 1)
    try:
        with at_gate(BytesIO(data), what="佐证", name=name, actor=actor):
            return cleaned(name, data)
    except Unfit:
        raise
    except Refused as refused:
        raise Unfit(name, str(refused)) from None


def all_admitted(files: Sequence[Upload | Clean], actor: User) -> list[Clean]:
    """The same of several, before a transaction begins. ValidationError as `keep` has it."""
    clean, wrong = _admitted(files, actor)
    if wrong:
        _refuse_some(wrong, len(files))
    return clean


def _admitted(files: Sequence[Upload | Clean], actor: User) -> tuple[list[Clean], list[str]]:
    clean, wrong = [], []
    for file in files:
        try:
            clean.append(admitted(file, actor))
        except Unfit as error:
            wrong.append(str(error))
    return clean, wrong


@transaction.atomic
@acts.edit("上传节点佐证", "milestone")
def attach_evidence(
    *, milestone: Milestone, files: Sequence[Upload | Clean], actor: User, caption: str = ""
) -> list[MilestoneEvidence]:
    """Keeps files with a milestone: all of them, or none.

    NotAllowed where the project is not the actor's; ValidationError on `evidence`, one sentence a
    file, for whatever may not be kept.
    """
    held = Milestone.objects.select_for_update(of=("self",)).get(pk=milestone.pk)
    require_own(actor, "projects.add_milestoneevidence", [held.project_id])
    rows = [
        MilestoneEvidence(project_id=held.project_id, milestone=held, caption=caption)
        for _ in files
    ]
    announce(*keep(rows, files, held.evidence.all(), actor))
    return [each for each in rows if each.pk]


@transaction.atomic
@acts.decision("删除节点佐证", "evidence")
def remove_evidence(*, evidence: MilestoneEvidence, actor: User) -> None:
    """Takes one away; its history stays, its file is deleted once this is committed."""
    require_own(actor, "projects.delete_milestoneevidence", [evidence.project_id])
    announce(*remove_all([evidence], actor))


@transaction.atomic
@acts.edit("修改佐证说明", "evidence")
def caption_evidence(*, evidence: Evidence, caption: str, actor: User) -> None:
    """Says in words what a file shows. ValidationError when that is too long."""
    label, name = evidence._meta.app_label, evidence._meta.model_name
    require_own(actor, f"{label}.change_{name}", evidence.touched_projects())
    if evidence.caption != caption:
        evidence.caption = caption
        evidence.full_clean()
        announce(evidence.save_by(actor))


def keep(
    rows: Sequence[Evidence], files: Sequence[Upload | Clean], held: Iterable[Evidence], actor: User
) -> list[Announcement]:
    """Fills new rows with the files, one each, and saves them beside those that are `held`.

    A file that waited on the server comes as it is to be stored; one that is there already is left
    out, and its row stays unsaved. The record that they belong to must be locked: `held` decides
    how many more there may be.
    """
    kept = list(held)
    clean = _distinct(files, {each.digest: each for each in kept}, actor)
    over = len(kept) + len(clean) - MOST_FILES
    if over > 0:
        _refuse(
            f"最多 {MOST_FILES} 个佐证，已有 {len(kept)} 个，这次选了 {len(clean)} 个，"
            f"请少选 {over} 个，或先删除不要的。"
        )
    with files_undone():
        return [_save(row, file, actor) for row, file in zip(rows, clean, strict=False)]


def remove_all(found: Iterable[Evidence], actor: User) -> list[Announcement]:
    """Takes several away, as one step of the caller's transaction: the files go once it commits."""
    changes = []
    for evidence in found:
        storage, name = evidence.file.storage, str(evidence.file.name)
        changes.append(evidence.delete_by(actor))
        for each in (name, name + THUMB):
            delete_on_commit(storage, each)
    return changes


def delete_on_commit(storage: Storage, name: str) -> None:
    """Takes a file off the disk once the transaction is through."""
    transaction.on_commit(lambda: storage.delete(name), robust=True)


def note_written(storage: Storage, name: str) -> None:
    """Tells `files_undone` of a file that was written."""
    written = _written.get()
    if written is not None:
        written.append((storage, name))


def _distinct(
    files: Sequence[Upload | Clean], held: dict[str, Evidence], actor: User
) -> list[Clean]:
    """The files in the form in which they are kept, each once; all that is wrong is told at once."""
    found: dict[str, Clean] = {}
    admitted, wrong = _admitted(files, actor)
    for clean in admitted:
        twin = held.get(clean.digest) or found.get(clean.digest)
        if twin and not clean.waited:
            wrong.append(f"“{clean.name}”与“{twin.name}”是同一个文件，不用重复上传。")
        elif not twin:
            found[clean.digest] = clean
    if wrong:
        _refuse_some(wrong, len(files))
    return list(found.values())


def _refuse_some(wrong: Sequence[str], of: int) -> NoReturn:
    others = of - len(wrong)
    rest = f"其余 {others} 个也还没有保存。" if others else ""
    _refuse(*wrong, *([rest] if rest else []))


def _save(row: Evidence, clean: Clean, actor: User) -> Announcement:
    row.name, row.kind, row.content_type = clean.name, clean.kind, clean.content_type
    row.size, row.digest = len(clean.data), clean.digest
    row.uploaded_by, row.uploaded_at = actor, clock.now()
    row.file.save(clean.name, ContentFile(clean.data), save=False)
    note_written(row.file.storage, str(row.file.name))
    if clean.thumb:
        thumb = f"{row.file.name}{THUMB}"
        stored = row.file.storage.save(thumb, ContentFile(clean.thumb))
        note_written(row.file.storage, stored)
    row.full_clean()
    return row.save_by(actor)


def _refuse(*sentences: str) -> NoReturn:
    raise ValidationError({"evidence": list(sentences)})
