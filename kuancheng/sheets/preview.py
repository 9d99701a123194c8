"""A page of an import's rows, as a table of old and new values."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator

from kuancheng.sheets.choices import RowState
from kuancheng.sheets.models import SheetImport, SheetRow

ROWS = 100


@dataclass(frozen=True)
class Tab:
    """A filter of the rows, with how many there are."""

    value: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True)
class Shown:
    """One cell: what was, what would be, what is wrong with it, and what to mind.

    All empty where untouched.
    """

    old: str = ""
    new: str = ""
    fault: str = ""
    hint: str = ""


@dataclass(frozen=True)
class Line:
    """One row of the page, its cells in the order of the page's headings."""

    row: SheetRow
    cells: Sequence[Shown]


@dataclass(frozen=True)
class Preview:
    """The page: only the columns in which one of its rows says something new or wrong."""

    tabs: Sequence[Tab]
    chosen: str
    page: Page[Any]
    page_range: Sequence[int | str]
    headings: Sequence[str]
    lines: Sequence[Line]


def preview(record: SheetImport, chosen: str | None, number: str | None) -> Preview:
    """Rows in that state, or all; what is wrong comes first unless asked otherwise. Two queries.

    ValueError for a state that there is not.
    """
    if chosen is None:
        chosen = RowState.WRONG.value if record.wrong else ""
    if chosen not in ("", *RowState.values):
        raise ValueError(chosen)
    rows = record.rows.filter(state=chosen) if chosen else record.rows.all()
    pages = Paginator(rows.order_by("number"), ROWS)
    page = pages.get_page(number)
    found = list(page.object_list)
    headings = _headings(record, found)
    return Preview(
        tabs=_tabs(record, chosen),
        chosen=chosen,
        page=page,
        page_range=list(pages.get_elided_page_range(page.number)),
        headings=headings,
        lines=[_line(row, headings) for row in found],
    )


def _tabs(record: SheetImport, chosen: str) -> list[Tab]:
    counts = {state.value: getattr(record, state.value) for state in RowState}
    every = Tab("", "全部", sum(counts.values()), chosen == "")
    return [
        every,
        *(Tab(s.value, str(s.label), counts[s.value], chosen == s.value) for s in RowState),
    ]


def _headings(record: SheetImport, rows: Sequence[SheetRow]) -> list[str]:
    used = {heading for row in rows for heading in row.cells}
    known = [heading for heading in record.columns if heading in used]
    return [*known, *sorted(used - set(known))]


def _line(row: SheetRow, headings: Sequence[str]) -> Line:
    return Line(row, [Shown(*row.cells.get(heading, ())) for heading in headings])
