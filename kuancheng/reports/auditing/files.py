"""The audit log as a file: an Excel workbook, or a line of JSON an entry for other systems."""

import json
from collections.abc import Iterator
from tempfile import TemporaryFile
from typing import IO, Any

import xlsxwriter
from django.db.models import QuerySet
from django.utils import timezone

from kuancheng.audit.choices import Door, Outcome
from kuancheng.audit.models import AuditEntry
from kuancheng.reports.auditing.page import act_words, detail_words

MOST = 100_000
"""So many entries one file holds; more are asked for by days."""

COLUMNS = (
    ("序号", 10),
    ("时间", 20),
    ("操作人", 16),
    ("所用账号名", 18),
    ("操作", 16),
    ("结果", 8),
    ("说明", 40),
    ("对象", 36),
    ("来源地址", 18),
    ("入口", 8),
    ("密钥", 12),
    ("详情", 60),
    ("链位置", 10),
    ("摘要", 66),
)


def audit_workbook(found: QuerySet[AuditEntry]) -> IO[bytes]:
    """An open file with the workbook, at its beginning. Entries are read 500 at a time."""
    stream = TemporaryFile()  # noqa: SIM115 - the response closes it
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(stream, options) as book:
        sheet = book.add_worksheet("审计记录")
        heading = book.add_format({"bold": True, "bg_color": "#DCE6F2", "border": 1})
        for place, (name, width) in enumerate(COLUMNS):
            sheet.set_column(place, place, width)
            sheet.write_string(0, place, name, heading)
        sheet.freeze_panes(1, 2)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        for line, entry in enumerate(_read(found), 1):
            for place, text in enumerate(_cells(entry)):
                sheet.write_string(line, place, text)
    stream.seek(0)
    return stream


def audit_lines(found: QuerySet[AuditEntry]) -> Iterator[bytes]:
    """The entries as JSON, one on a line, with every column and the link of the chain."""
    for entry in _read(found):
        yield json.dumps(_record(entry), ensure_ascii=False).encode() + b"\n"


def _read(found: QuerySet[AuditEntry]) -> Iterator[AuditEntry]:
    return found.select_related("seal").iterator(chunk_size=500)


def _cells(entry: AuditEntry) -> tuple[str, ...]:
    seal = getattr(entry, "seal", None)
    return (
        str(entry.pk),
        f"{timezone.localtime(entry.at):%Y-%m-%d %H:%M:%S}",
        entry.actor_name,
        entry.name_tried,
        act_words(entry.act),
        str(dict(Outcome.choices).get(entry.outcome, entry.outcome)),
        entry.words,
        entry.subject_label,
        entry.address,
        str(dict(Door.choices).get(entry.door, entry.door)),
        entry.key,
        "；".join(f"{name}：{value}" for name, value, _ in detail_words(entry.detail)),
        str(seal.place) if seal else "",
        seal.digest if seal else "",
    )


def _record(entry: AuditEntry) -> dict[str, Any]:
    seal = getattr(entry, "seal", None)
    columns = {
        field.name: getattr(entry, field.attname)
        for field in entry._meta.concrete_fields
        if field.name not in ("at", "detail")
    }
    chain = {"place": seal.place, "digest": seal.digest} if seal else None
    moment = timezone.localtime(entry.at).isoformat()
    return columns | {"at": moment, "detail": entry.detail, "seal": chain}
