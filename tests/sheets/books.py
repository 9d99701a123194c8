"""Makes, edits and takes in workbooks for tests."""

from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from typing import Any

from django.core.files.base import ContentFile
from openpyxl import Workbook, load_workbook

from kuancheng.sheets import services
from kuancheng.sheets.kinds import SheetKind
from kuancheng.sheets.models import SheetImport
from kuancheng.sheets.registry import kind_named
from kuancheng.sheets.writing import workbook


def kind(name: str) -> SheetKind:
    """A registered kind."""
    found = kind_named(name)
    assert found is not None
    return found


def exported(name: str, user: Any, **picked: str) -> bytes:
    """What an export holds."""
    found = kind(name)
    usual = {each.name: each.options[0][0] for each in found.picks(user)}
    with workbook(found, found.columns(), found.records(user, usual | picked)) as stream:
        return stream.read()


def edited(content: bytes, title: str, cells: Mapping[str, Any]) -> bytes:
    """The workbook with those cells set, by their names."""
    book = load_workbook(BytesIO(content))
    for place, value in cells.items():
        book[title][place] = value
    return saved(book)


def made(title: str, headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """A workbook that somebody made by hand."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = title
    sheet.append(list(headings))
    for row in rows:
        sheet.append(list(row))
    return saved(book)


def saved(book: Any) -> bytes:
    """The file's bytes."""
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def taken(
    name: str, user: Any, content: bytes, file_name: str = "表.xlsx", **options: bool
) -> SheetImport:
    """The import of a file, checked."""
    return services.take_in(
        kind=kind(name),
        upload=ContentFile(content, name=file_name),
        file_name=file_name,
        user=user,
        options=options,
    )


def faults(record: SheetImport) -> dict[int, str]:
    """All that is said against each wrong row, by its number."""
    return {
        row.number: "".join(
            [*row.notes, *(f"{h}：{fault}" for h, (_, _, fault, _) in row.cells.items() if fault)]
        )
        for row in record.rows.filter(state="wrong")
    }


def counts(record: SheetImport) -> tuple[int, int, int, int]:
    """New, changed, unchanged, wrong."""
    return record.new, record.changed, record.unchanged, record.wrong
