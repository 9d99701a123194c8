"""An import's life: taken in, checked, previewed, applied whole or not at all."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

from django.core.files.base import File
from django.db import IntegrityError, transaction

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.files.refusal import Refused
from kuancheng.jobs import services as jobs
from kuancheng.jobs.backend import JobTask
from kuancheng.jobs.models import Job
from kuancheng.sheets.choices import RUNNING, ImportState
from kuancheng.sheets.importing import CUT_SHORT, GONE, check_import, digest, write_import
from kuancheng.sheets.kinds import SheetKind
from kuancheng.sheets.models import SheetImport, SheetRow
from kuancheng.sheets.rules.bounds import EMPTY, LARGEST_FILE, too_large

AT_ONCE = 500
READ_AT_ONCE = 512 * 1024
"""Files of so many bytes are read, and of about so many rows worked on, while the user waits; larger
ones in the background. Either is a job, and the reading is done in a process of its own."""

ONE_AT_A_TIME = "您的另一次导入“{}”{}，请等它结束后再来；一个人一次只能进行一项导入。"

KEEP_FILE_DAYS = 7
KEEP_ROWS_DAYS = 180
"""An upload that nobody applies is forgotten after the one, a preview after the other."""


class NotNow(Exception):  # noqa: N818 - says in Chinese why the step cannot be taken now
    """The import is not in the state that the step starts from."""


class StillRunning(NotNow):
    """Another import of the same person is not over; `running` is that one, where it is still there."""

    def __init__(self, running: SheetImport | None) -> None:
        self.running = running
        name, state = (
            ("", "还在进行")
            if running is None
            else (
                running.file_name,
                f"现在是“{running.get_state_display()}”",
            )
        )
        super().__init__(ONE_AT_A_TIME.format(name, state))


def take_in(
    *,
    kind: SheetKind,
    upload: File,
    file_name: str,
    user: User,
    options: Mapping[str, bool] | None = None,
) -> SheetImport:
    """Keeps an uploaded file and checks its rows, at once or in the background.

    StillRunning while another import of the user is not over. Refused, with nothing kept, for a
    file that is read at once and cannot be, or whose headings do not fit; of one that is read in
    the background the import says so.
    """
    forget_old()
    if not upload.size:
        raise Refused(EMPTY)
    if upload.size > LARGEST_FILE:
        raise Refused(too_large(upload.size))
    record = SheetImport(
        kind=kind.name,
        file_name=_plain(file_name),
        sha256=digest(upload),
        options=dict(options or {}),
        uploaded_by=user,
        uploaded_at=clock.now(),
    )
    upload.seek(0)
    record.upload.save("", upload, save=False)
    try:
        with _one_at_a_time(user), transaction.atomic():
            record.save()
            claimed = _enqueue(record, check_import, here=upload.size <= READ_AT_ONCE)
    except BaseException:
        record.upload.delete(save=False)
        raise
    _run_here(record, claimed)
    if claimed is not None and record.state == ImportState.REFUSED:
        record.delete()
        raise Refused(*record.message.split("\n"))
    return record


@contextmanager
def _one_at_a_time(user: User | None) -> Iterator[None]:
    """The database lets one import of a person run; the second is told which one does."""
    try:
        yield
    except IntegrityError:
        running = SheetImport.objects.filter(uploaded_by=user, state__in=RUNNING).first()
        raise StillRunning(running) from None


def recheck(*, record: SheetImport) -> None:
    """Reads the file once more against what the records say now. NotNow when it cannot be."""
    allowed = (ImportState.READY, ImportState.WRONG, ImportState.FAILED, ImportState.INTERRUPTED)
    with _one_at_a_time(record.uploaded_by), transaction.atomic():
        _pass_on(record, allowed, ImportState.CHECKING)
        claimed = _enqueue(record, check_import, here=_is_short(record))
    _run_here(record, claimed)


def apply(*, record: SheetImport) -> None:
    """Writes what the preview showed, all or nothing. NotNow unless everything is right."""
    if record.state == ImportState.READY and not record.writes:
        raise NotNow("没有新增或变更的行，无需导入。")
    with _one_at_a_time(record.uploaded_by), transaction.atomic():
        _pass_on(record, (ImportState.READY,), ImportState.APPLYING)
        claimed = _enqueue(record, write_import, here=_is_short(record))
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


def _is_short(record: SheetImport) -> bool:
    return record.is_read and record.total_rows <= AT_ONCE


def _enqueue(record: SheetImport, task: JobTask[[int], str], *, here: bool) -> Job | None:
    """Hands the import to a job; the job, where this process is to run it itself."""
    job_id = UUID(task.enqueue(record.pk).id)
    record.job_id = job_id
    record.save(update_fields=["job"])
    return jobs.claim_here(job_id) if here else None


def _run_here(record: SheetImport, claimed: Job | None) -> None:
    """Runs what was claimed; what turns out to be long goes back to the queue, for a worker."""
    long = SheetImport.objects.filter(pk=record.pk, total_rows__gt=AT_ONCE)
    if claimed is not None:
        jobs.run(claimed, must_stop=long.exists)
    record.refresh_from_db()
