"""The two jobs of an import: its rows are checked one by one, and written whole or not at all.

Both may begin anew after their worker died. Whatever they write, they write while they hold their
lease; what is applied is applied in one transaction, together with the state that says so.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from uuid import UUID

from django.contrib.auth import get_user_model
from django.core.files.base import File
from django.db import IntegrityError, InterfaceError, OperationalError

from kuancheng import clock
from kuancheng.audit import acts
from kuancheng.audit.choices import Act
from kuancheng.files.gate import at_gate
from kuancheng.files.refusal import Refused
from kuancheng.jobs.errors import WorkerLost
from kuancheng.jobs.tasks import JobContext, job
from kuancheng.sheets import registry
from kuancheng.sheets.choices import RUNNING, ImportState, RowState
from kuancheng.sheets.headings import layout
from kuancheng.sheets.judging import Judge, Judged
from kuancheng.sheets.kinds import RowsRefused, SheetKind
from kuancheng.sheets.models import READ, SheetImport, SheetRow
from kuancheng.sheets.reading import Sheet, opened

READING, CHECKING, WRITING, SETTLING = "正在读取文件", "正在检查", "正在写入", "正在重算亮灯"

BUSY = "系统正忙，没有导入任何一行，请稍后重试。"
CRASHED = "系统出错，没有导入任何一行。请重试；仍不行请把文件发给系统管理员。"
CUT_SHORT = "已中断，没有导入任何一行。请点“重新检查”。"
MOVED = "预览之后这条记录被改过，请点“重新检查”，看过新的预览再导入。"
SETTLED = "没有需要做的：这次导入此前已有结果，或已由后来的任务接手。"
GONE = "文件已按期清理，请重新上传。"

HICCUPS = (OperationalError, InterfaceError)
"""A lock that was waited for too long, a deadlock, a database that restarts: worth another try."""


class _Moved(Exception):  # noqa: N818 - an inner signal: the preview is out of date
    """Rows that would now do something else than the preview said."""

    def __init__(self, numbers: Sequence[int]) -> None:
        super().__init__(numbers)
        self.numbers = numbers


def give_up(job_id: UUID, error: BaseException) -> None:
    """Says in the import's state that its job has failed for good."""
    state, message = ImportState.FAILED, CRASHED
    if isinstance(error, WorkerLost):
        state, message = ImportState.INTERRUPTED, CUT_SHORT
    elif isinstance(error, HICCUPS):
        message = BUSY
    running = SheetImport.objects.filter(job=job_id, state__in=RUNNING)
    running.update(state=state, message=message)


@job("检查导入文件", attempts=3, retry_on=HICCUPS, repeatable=True, on_failure=give_up)
def check_import(context: JobContext, pk: int) -> str:
    """Reads every row, keeps what it would do, and says whether the whole may be applied."""
    record = _take_up(context, pk, ImportState.CHECKING)
    if record is None:
        return SETTLED
    try:
        read_once(context, record)
    except Refused as refused:
        _turn_away(context, record, refused)
        return _outcome(record)
    context.report(READING, record.total_rows, record.total_rows)
    try:
        _check_rows(context, record)
    except Refused as refused:
        with context.writing():
            _end(record, ImportState.WRONG, message=str(refused))
    return _outcome(record)


@job("写入导入内容", attempts=3, retry_on=HICCUPS, repeatable=True, on_failure=give_up)
def write_import(context: JobContext, pk: int) -> str:
    """Judges every row again under lock, and writes what the preview showed, or nothing at all."""
    record = _take_up(context, pk, ImportState.APPLYING)
    if record is None:
        return SETTLED
    try:
        read_once(context, record)
        with context.writing():
            with _as_import(record), _kind(record).together():
                note = _write_batches(context, record)
                context.report(SETTLING, record.total_rows, record.total_rows)
            _end(record, ImportState.DONE, applied_at=clock.now(), message=note)
    except _Moved as moved:
        with context.writing():
            _refuse_rows(record, dict.fromkeys(moved.numbers, MOVED))
    except RowsRefused as refused:
        with context.writing():
            _refuse_rows(record, refused.errors)
    except Refused as refused:
        with context.writing():
            _end(record, ImportState.WRONG, message=str(refused))
    except IntegrityError:
        with context.writing():
            _end(record, ImportState.FAILED, message=f"与别人刚刚保存的内容冲突。{BUSY}")
    else:
        record.upload.delete(save=False)
        SheetImport.objects.filter(pk=record.pk).update(upload="")
    return _outcome(record)


def _as_import(record: SheetImport) -> AbstractContextManager[None]:
    """Whatever the rows decide, the audit tells of one import, by whoever sent the file."""
    words = f"导入“{record.file_name}”：新增 {record.new} 行，变更 {record.changed} 行"
    detail = {"kind": record.kind, "sha256": record.sha256}
    return acts.as_one(Act.IMPORTED, words, actor=record.uploaded_by, subject=record, detail=detail)


def _take_up(context: JobContext, pk: int, state: ImportState) -> SheetImport | None:
    """The import, in that state once more where an earlier attempt failed.

    None when it is not its job's any more, or when its owner has begun another meanwhile.
    """
    states = (state, ImportState.FAILED, ImportState.INTERRUPTED)
    own = SheetImport.objects.filter(pk=pk, job=context.job, state__in=states)
    try:
        with context.writing():
            taken = own.update(state=state, message="")
    except IntegrityError:
        return None
    return SheetImport.objects.get(pk=pk) if taken else None


def read_once(context: JobContext, record: SheetImport) -> None:
    """Opens the workbook in its limited process, and keeps its rows in its place.

    Refused, with the workbook gone, for one that cannot be read or whose headings do not fit.
    Nothing for an import that was read before.
    """
    if not record.upload or record.is_read:
        return
    kind, name = _kind(record), str(record.upload.name)
    storage = record.upload.storage
    context.report(READING)
    with record.upload.open("rb") as stream:
        _check_digest(record, stream)
        gate = at_gate(stream, what="导入的表格", name=record.file_name, actor=record.uploaded_by)
        with gate, opened(stream, kind.label) as sheet:
            layout(sheet, kind, kind.columns())
            record.sha256 = digest(File(sheet.lines))
            record.total_rows = sheet.estimate
            sheet.lines.seek(0)
            record.upload.save(READ, File(sheet.lines), save=False)
    try:
        with context.writing():
            record.save(update_fields=["upload", "sha256", "total_rows"])
    except BaseException:
        storage.delete(str(record.upload.name))
        raise
    storage.delete(name)


def _turn_away(context: JobContext, record: SheetImport, refused: Refused) -> None:
    """Keeps nothing of a file that was refused, but what was wrong with it."""
    name = record.upload.name
    with context.writing():
        _end(record, ImportState.REFUSED, message="\n".join(refused.sentences), upload="")
    if name:
        SheetImport._meta.get_field("upload").storage.delete(name)


def _end(record: SheetImport, state: str, **fields: object) -> None:
    SheetImport.objects.filter(pk=record.pk).update(state=state, **fields)
    record.refresh_from_db()


def _outcome(record: SheetImport) -> str:
    """What the administrator reads of the job."""
    return (
        f"{record.file_name}：{record.get_state_display()}，新增 {record.new} 行，"
        f"变更 {record.changed} 行，未变 {record.unchanged} 行，有误 {record.wrong} 行。"
    )


def _check_rows(context: JobContext, record: SheetImport) -> None:
    with context.writing():
        record.rows.all().delete()
    counts: Counter[str] = Counter()
    with _judging(record) as (judge, sheet):
        columns = [each.heading for each in judge.ledger.columns]
        missing = [each.heading for each in judge.layout.missing]
        for batch in judge.batches(sheet.rows()):
            judged = judge.judge(batch)
            with context.writing():
                SheetRow.objects.bulk_create([_row(record, each) for each in judged])
            counts.update(each.state for each in judged)
            context.report(CHECKING, counts.total(), record.total_rows)
        foreseen = judge.ledger.foresee()
    bad = counts[RowState.WRONG] or not counts
    with context.writing():
        _end(
            record,
            ImportState.WRONG if bad else ImportState.READY,
            columns=columns,
            missing=missing,
            message=foreseen if counts else "表头下面没有内容，没有可以导入的行。",
            **_counted(counts),
        )


def _write_batches(context: JobContext, record: SheetImport) -> str:
    """Writes them; what there is to tell of it beyond the counts."""
    moved: list[int] = []
    done = 0
    with _judging(record) as (judge, sheet):
        for batch in judge.batches(sheet.rows()):
            judged = judge.judge(batch, lock=True)
            moved += _moved(record, judged)
            if not moved:
                writes = [each.found for each in judged if each.state != RowState.UNCHANGED]
                judge.ledger.write(writes, reason=record.reason)
            done += len(batch)
            context.report(WRITING, done, record.total_rows)
        if moved:
            raise _Moved(moved)
        return judge.ledger.finish()


def _moved(record: SheetImport, judged: Sequence[Judged]) -> list[int]:
    """The rows that would now do something else than the preview said."""
    numbers = [each.number for each in judged]
    rows = record.rows.filter(number__in=numbers).values_list("number", "state", "cells", "notes")
    seen = {number: (state, _said(cells), notes) for number, state, cells, notes in rows}
    return [
        each.number
        for each in judged
        if seen.get(each.number) != (each.state, _said(each.cells), each.notes)
    ]


def _said(cells: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """What would be done with cells: without the hints, which look at other records too."""
    return {heading: tuple(cell[:3]) for heading, cell in cells.items() if any(cell[:3])}


def _refuse_rows(record: SheetImport, errors: Mapping[int, str]) -> None:
    rows = list(record.rows.filter(number__in=errors))
    for row in rows:
        row.state = RowState.WRONG
        row.notes = [*row.notes, errors[row.number]]
    SheetRow.objects.bulk_update(rows, ["state", "notes"], batch_size=200)
    counts = Counter(record.rows.values_list("state", flat=True))
    message = f"没有导入任何一行：{len(rows)} 行有误，请看“有误”一栏。"
    _end(record, ImportState.WRONG, message=message, **_counted(counts))


@contextmanager
def _judging(record: SheetImport) -> Iterator[tuple[Judge, Sheet]]:
    kind = _kind(record)
    if not record.upload:
        raise Refused(GONE)
    user = get_user_model().objects.filter(pk=record.uploaded_by_id or 0, is_active=True).first()
    if user is None:
        raise Refused("上传人的账号已停用，不能导入。")
    if not user.has_perm(kind.permission):
        raise Refused(f"您已没有修改“{kind.label}”的权限，不能导入。")
    ledger = kind.ledger(user, record.options)
    ledger.batch = batch_of(record.pk)
    with record.upload.open("rb") as lines:
        _check_digest(record, lines)
        sheet = Sheet(lines)
        yield Judge(ledger, layout(sheet, kind, ledger.columns)), sheet


def _check_digest(record: SheetImport, stream: File) -> None:
    if digest(stream) != record.sha256:
        raise Refused("保存的文件与上传时不同，请重新上传。")


def batch_of(pk: int) -> str:
    """What an import is called where what its rows put forward is decided."""
    return f"import-{pk}"


def _kind(record: SheetImport) -> SheetKind:
    kind = registry.kind_named(record.kind)
    if kind is None:
        raise Refused("系统已不支持这一类表格。")
    return kind


def _row(record: SheetImport, judged: Judged) -> SheetRow:
    return SheetRow(
        sheet_import=record,
        number=judged.number,
        state=judged.state,
        title=judged.found.title[:200],
        cells=judged.cells,
        notes=judged.notes,
    )


def _counted(counts: Mapping[str, int]) -> dict[str, int]:
    by_state = {state.value: counts.get(state, 0) for state in RowState}
    return {**by_state, "total_rows": sum(by_state.values())}


def digest(stream: File) -> str:
    stream.seek(0)
    digest = hashlib.sha256()
    for piece in iter(lambda: stream.read(2**20), b""):
        digest.update(piece)
    return digest.hexdigest()
