"""An import's life: taken in, checked, previewed, applied whole or not at all."""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from threading import Thread
from typing import Any

from django.core.files.base import File
from django.db import DatabaseError, connection, transaction

from kuancheng import clock
from kuancheng.sheets import progress
from kuancheng.sheets.choices import RUNNING, ImportState
from kuancheng.sheets.headings import layout
from kuancheng.sheets.importing import (
    BUSY,
    CHECKING,
    CUT_SHORT,
    WRITING,
    check_rows,
    digest,
    end,
    progress_file,
    write_rows,
)
from kuancheng.sheets.kinds import SheetKind
from kuancheng.sheets.models import SheetImport, SheetRow
from kuancheng.sheets.package import Refused
from kuancheng.sheets.reading import opened

log = logging.getLogger(__name__)

AT_ONCE = 500
"""Files of about so many rows are worked on while the user waits; longer ones in the background."""

KEEP_FILE_DAYS = 7
KEEP_ROWS_DAYS = 180
"""An upload that nobody applies is forgotten after the one, a preview after the other."""

CRASHED = "系统出错，没有导入任何一行。请重试；仍不行请把文件发给系统管理员。"


class NotNow(Exception):  # noqa: N818 - says in Chinese why the step cannot be taken now
    """The import is not in the state that the step starts from."""


def take_in(
    *,
    kind: SheetKind,
    upload: File,
    file_name: str,
    user: Any,
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
    record.save()
    _work(record, check_rows, CHECKING)
    return record


def recheck(*, record: SheetImport) -> None:
    """Reads the file once more against what the records say now. NotNow when it cannot be."""
    allowed = (ImportState.READY, ImportState.WRONG, ImportState.FAILED, ImportState.INTERRUPTED)
    _pass_on(record, allowed, ImportState.CHECKING)
    _work(record, check_rows, CHECKING)


def apply(*, record: SheetImport) -> None:
    """Writes what the preview showed, all or nothing. NotNow unless everything is right."""
    if record.state == ImportState.READY and not record.writes:
        raise NotNow("没有新增或变更的行，无需导入。")
    _pass_on(record, (ImportState.READY,), ImportState.APPLYING)
    _work(record, write_rows, WRITING)


def settle(record: SheetImport) -> progress.Seen | None:
    """How far a running import is; one without signs of life is marked as interrupted."""
    if not record.is_running:
        return None
    seen = progress.look(progress_file(record))
    if seen is None:
        record.refresh_from_db()
        if record.is_running:
            end(record, ImportState.INTERRUPTED, message=CUT_SHORT)
    return seen


def forget_old() -> None:
    """Deletes uploads that were not applied for days, and previews after half a year."""
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
        raise NotNow("文件已按期清理，请重新上传。")
    progress.begin(progress_file(record), "", record.total_rows)
    waiting = SheetImport.objects.filter(pk=record.pk, state__in=states)
    if not waiting.update(state=to, message=""):
        record.refresh_from_db()
        if not record.is_running:
            progress_file(record).unlink(missing_ok=True)
        raise NotNow(f"现在是“{record.get_state_display()}”，不能执行这一步，请刷新页面。")
    record.refresh_from_db()


def _work(record: SheetImport, work: Callable[[SheetImport], None], step: str) -> None:
    progress.begin(progress_file(record), step, record.total_rows)
    if record.total_rows <= AT_ONCE:
        guarded(record, work)
        return
    transaction.on_commit(lambda: start(record.pk, work))


def start(pk: int, work: Callable[[SheetImport], None]) -> None:
    """Works in a thread of its own, with a connection of its own."""

    def run() -> None:
        try:
            record = SheetImport.objects.filter(pk=pk).first()
            if record is not None:
                guarded(record, work)
        finally:
            connection.close()

    Thread(target=run, name=f"sheet-import-{pk}", daemon=True).start()


def guarded(record: SheetImport, work: Callable[[SheetImport], None]) -> None:
    """Works, shows signs of life, and turns every failure into a state with its sentence."""
    with progress.alive(progress_file(record)):
        try:
            work(record)
        except Refused as refused:
            end(record, ImportState.WRONG, message=str(refused))
        except DatabaseError:
            log.exception("sheet import %s", record.pk)
            end(record, ImportState.FAILED, message=BUSY)
        except Exception:
            log.exception("sheet import %s", record.pk)
            end(record, ImportState.FAILED, message=CRASHED)
