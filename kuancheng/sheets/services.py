"""An import's life: taken in, checked, previewed, applied whole or not at all."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from django.core.files.base import File
from django.db import transaction

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.jobs import services as jobs
from kuancheng.jobs.backend import JobTask
from kuancheng.jobs.models import Job
from kuancheng.sheets.choices import RUNNING, ImportState
from kuancheng.sheets.headings import layout
from kuancheng.sheets.importing import CUT_SHORT, GONE, check_import, digest, write_import
from kuancheng.sheets.kinds import SheetKind
from kuancheng.sheets.models import SheetImport, SheetRow
from kuancheng.sheets.reading import opened

AT_ONCE = 500
"""Files of about so many rows are worked on while the user waits; longer ones in the background."""

KEEP_FILE_DAYS = 7
KEEP_ROWS_DAYS = 180
"""An upload that nobody applies is forgotten after the one, a preview after the other."""


class NotNow(Exception):  # noqa: N818 - says in Chinese why the step cannot be taken now
    """The import is not in the state that the step starts from."""


def take_in(
    *,
    kind: SheetKind,
    upload: File,
    file_name: str,
    user: User,
    options: Mapping[str, bool] | None = None,
) -> SheetImport:
    """Keeps an uploaded file and checks its rows, at once or in the background.

    Refused, with nothing kept, for a file that cannot be read or whose headings do not fit.
    """
    forget_old()
    with opened(upload, kind.label) as sheet:
        layout(sheet, kind, kind.columns())
        estimate = sheet.estimate
    record = SheetImport(
        kind=kind.name,
        file_name=_plain(file_name),
        sha256=digest(upload),
        options=dict(options or {}),
        uploaded_by=user,
        uploaded_at=clock.now(),
        total_rows=estimate,
    )
    upload.seek(0)
    record.upload.save("", upload, save=False)
    with transaction.atomic():
        record.save()
        claimed = _enqueue(record, check_import)
    _run_here(record, claimed)
    return record


def recheck(*, record: SheetImport) -> None:
    """Reads the file once more against what the records say now. NotNow when it cannot be."""
    allowed = (ImportState.READY, ImportState.WRONG, ImportState.FAILED, ImportState.INTERRUPTED)
    with transaction.atomic():
        _pass_on(record, allowed, ImportState.CHECKING)
        claimed = _enqueue(record, check_import)
    _run_here(record, claimed)


def apply(*, record: SheetImport) -> None:
    """Writes what the preview showed, all or nothing. NotNow unless everything is right."""
    if record.state == ImportState.READY and not record.writes:
        raise NotNow("没有新增或变更的行，无需导入。")
    with transaction.atomic():
        _pass_on(record, (ImportState.READY,), ImportState.APPLYING)
        claimed = _enqueue(record, write_import)
    _run_here(record, claimed)


def settle() -> None:
    """Marks as interrupted what no job works on any more. Two queries where there is none."""
    jobs.recover_lost()
    stranded = SheetImport.objects.filter(state__in=RUNNING).exclude(job__in=Job.objects.alive())
    if stranded.exists():
        stranded.update(state=ImportState.INTERRUPTED, message=CUT_SHORT)


def standing(record: SheetImport) -> jobs.Standing | None:
    """How far a running import is; None for one that has ended."""
    return jobs.standing(record.job) if record.is_running and record.job else None


def forget_old() -> None:
    """Deletes uploads that were not applied for days, and previews after half a year."""
    settle()
    now = clock.now()
    ended = SheetImport.objects.exclude(state__in=RUNNING)
    left = ended.filter(uploaded_at__lt=now - timedelta(days=KEEP_FILE_DAYS)).exclude(upload="")
    for record in left:
        record.upload.delete(save=False)
        SheetImport.objects.filter(pk=record.pk).update(upload="")
    old = ended.filter(uploaded_at__lt=now - timedelta(days=KEEP_ROWS_DAYS))
    SheetRow.objects.filter(sheet_import__in=old).delete()


def _plain(name: str) -> str:
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(each for each in last if each.isprintable())[-200:] or "未命名.xlsx"


def _pass_on(record: SheetImport, states: Sequence[str], to: str) -> None:
    """Moves the import on once: of two clicks the second is told."""
    if not record.upload:
        raise NotNow(GONE)
    waiting = SheetImport.objects.filter(pk=record.pk, state__in=states)
    moved = waiting.update(state=to, message="")
    record.refresh_from_db()
    if not moved:
        raise NotNow(f"现在是“{record.get_state_display()}”，不能执行这一步，请刷新页面。")


def _enqueue(record: SheetImport, task: JobTask[[int], str]) -> Job | None:
    """Hands the import to a job; the job, where this process is to run it itself."""
    job_id = UUID(task.enqueue(record.pk).id)
    record.job_id = job_id
    record.save(update_fields=["job"])
    return jobs.claim_here(job_id) if record.total_rows <= AT_ONCE else None


def _run_here(record: SheetImport, claimed: Job | None) -> None:
    if claimed is not None:
        jobs.run(claimed)
    record.refresh_from_db()
