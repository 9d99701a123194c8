"""The Excel files that are issued with a bulletin, and any kept file as it was issued."""

from collections.abc import Callable
from datetime import datetime
from io import BytesIO

import xlsxwriter
from django.http import FileResponse, HttpRequest

from kuancheng.audit.files import exported
from kuancheng.reports.bulletin.workbook import (
    OPTIONS,
    Counted,
    Heads,
    Places,
    matters_workbook,
    sheet_name,
    tables_workbook,
)
from kuancheng.reports.choices import BulletinFileKind, LeagueSpan
from kuancheng.reports.judging.league.months import frozen
from kuancheng.reports.league.workbook import write_league
from kuancheng.reports.models import BulletinFile, LeaguePublication
from kuancheng.reports.models.league import WHOLE
from kuancheng.reports.rules.bulletin.figures import Snapshot
from kuancheng.reports.services.bulletin.files import Content, Maker
from projects.rules.matters.steps import STATE_NAMES, State

LIST, MATTERS = "list", "matters"
"""Keys of the annex tables."""

ANSWERED = STATE_NAMES[State.ANSWERED]
PLACES = Places(factor=2, state=5, late=6)
"""Columns of the matters."""


def month_list(content: Content) -> bytes | None:
    """月清单, and the tables of the text; None where nothing is on it."""
    snapshot = Snapshot.from_json(content["figures"])
    tables = [
        each for each in snapshot.tables if each.rows and (not each.annex or each.key == LIST)
    ]
    return tables_workbook(tables, _heads(content)) if tables else None


def matter_list(content: Content) -> bytes | None:
    """The matters that were open; None where there were none."""
    snapshot = Snapshot.from_json(content["figures"])
    table = snapshot.table(MATTERS)
    if table is None or not table.rows:
        return None
    counted = [_counted(snapshot, f"factor.{code}") for code in snapshot.keys("factor.")]
    counted.append(_counted(snapshot, "matter"))
    return matters_workbook(table, counted, PLACES, ANSWERED, _heads(content))


def _counted(snapshot: Snapshot, prefix: str) -> Counted:
    figures = snapshot.figures
    name = figures.get(f"{prefix}.name")
    open_now, overdue = (
        int(figures[f"{prefix}.{each}"].value or 0) for each in ("open", "overdue")
    )
    return Counted(name.words if name else "", open_now, overdue)


def league_list(content: Content) -> bytes | None:
    """The published tables, each with the formulas of its rules; None where none was published."""
    snapshot = Snapshot.from_json(content["figures"])
    whole = (f"rules__{each}" for each in WHOLE)
    published = LeaguePublication.objects.filter(pk__in=snapshot.publications)
    found = list(published.select_related("group", "rules").prefetch_related(*whole))
    if not found:
        return None
    heads, stream = _heads(content), BytesIO()
    with xlsxwriter.Workbook(stream, OPTIONS) as book:
        book.set_properties({"title": heads.title, "created": heads.made})
        for number, each in enumerate(sorted(found, key=_place(snapshot)), 1):
            write_league(
                book,
                sheet_name(str(each.group), f"{number}"),
                sheet_name(f"{each.group}算式", f"{number}"),
                f"{heads.title}：{each.group}",
                frozen(each, LeagueSpan.MONTH),
                each.rules.as_version(),
                heads.note,
            )
    return stream.getvalue()


def _place(snapshot: Snapshot) -> Callable[[LeaguePublication], int]:
    """In the order of the text."""
    return lambda each: snapshot.publications.index(each.pk)


def _heads(content: Content) -> Heads:
    made = datetime.fromisoformat(content["issued_on"])
    return Heads(content["title"], content["number"], made, content["is_demo"])


MAKERS = (
    Maker(BulletinFileKind.LIST, month_list, "xlsx"),
    Maker(BulletinFileKind.LEAGUE, league_list, "xlsx"),
    Maker(BulletinFileKind.MATTERS, matter_list, "xlsx"),
)


WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CONTENT_TYPES = (WORD, EXCEL)


def kept_file(request: HttpRequest, found: BulletinFile) -> FileResponse:
    """The bytes as they were issued; their digest stands in a header of the answer too."""
    stream = BytesIO(bytes(found.bytes))
    kind = WORD if found.kind == BulletinFileKind.DOCX else EXCEL
    response = exported(request, stream, found.name, subject=found, content_type=kind)
    response["X-Digest-SHA256"] = found.digest
    return response
