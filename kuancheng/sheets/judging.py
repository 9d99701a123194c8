"""What an import would do with each row: new, changed from what to what, unchanged, or wrong."""

from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.core.exceptions import ValidationError

from kuancheng.sheets.choices import RowState
from kuancheng.sheets.headings import Layout
from kuancheng.sheets.kinds import Column, Found, Ledger, ReadRow
from kuancheng.sheets.reading import NumberedCells, place
from kuancheng.sheets.rules.cells import CellError, is_blank
from kuancheng.sheets.rules.days import brief

BATCH = 500
"""Rows judged and written at a time."""

MOST_OVER = 500
"""So many rows more are taken to keep a group together."""

EMPTY = ["", "", "", ""]

LONGEST_SHOWN = 100

REQUIRED = "必填，请补上。"


@dataclass
class Judged:
    """One row's outcome. `cells` maps a heading to [old, new, fault, hint] as shown to people."""

    found: Found
    cells: dict[str, list[str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @property
    def number(self) -> int:
        """The row's number on the sheet."""
        return self.found.row.number

    @property
    def state(self) -> RowState:
        """What would be done with the row."""
        if self.notes or any(cell[2] for cell in self.cells.values()):
            return RowState.WRONG
        if not self.found.touched:
            return RowState.UNCHANGED
        return RowState.NEW if self.found.is_new else RowState.CHANGED


class Judge:
    """Judges the rows of one file, batch by batch; remembers which records it has met."""

    def __init__(self, ledger: Ledger, layout: Layout) -> None:
        self.ledger, self.layout = ledger, layout
        self._met: dict[Any, int] = {}
        self._columns = {each.name: each for each in ledger.columns}

    def batches(self, rows: Iterable[NumberedCells]) -> Iterator[list[ReadRow]]:
        """The rows as read, some five hundred at a time; neighbours of one group together."""
        stream = (self._row(number, cells) for number, cells in rows)
        group, held = self.ledger.group, next(stream, None)
        while held is not None:
            batch = [held, *islice(stream, BATCH - 1)]
            held = next(stream, None)
            while held and group and len(batch) < BATCH + MOST_OVER:
                if held.values.get(group) != batch[-1].values.get(group):
                    break
                batch.append(held)
                held = next(stream, None)
            yield batch

    def judge(self, rows: Sequence[ReadRow], *, lock: bool = False) -> list[Judged]:
        """The outcome of each row; records of new and changed ones carry the new values."""
        judged = [self._meet(found) for found in self.ledger.find(rows, lock=lock)]
        checked = [each for each in judged if each.found.touched]
        errors = self.ledger.check([each.found for each in checked])
        for each, error in zip(checked, errors, strict=True):
            if error is not None:
                self._object(each, error)
        if not lock:
            self._hint([each for each in checked if each.state != RowState.WRONG])
        return judged

    def _hint(self, judged: Sequence[Judged]) -> None:
        hints = self.ledger.hints([each.found for each in judged])
        for each, hint in zip(judged, hints, strict=True):
            for name, sentence in hint.items():
                heading = self._columns[name].heading
                each.cells[heading] = [*each.cells.get(heading, EMPTY)[:3], sentence]

    def _row(self, number: int, cells: Sequence[Any]) -> ReadRow:
        row = ReadRow(number, {}, {})
        for at, column in self.layout.places.items():
            if column.info:
                continue
            raw = cells[at] if at < len(cells) else None
            row.raw[column.name] = raw
            try:
                row.values[column.name] = column.cell.read(raw)
            except CellError as error:
                row.bad[column.name] = str(error)
        for at, raw in enumerate(cells):
            if at not in self.layout.places and not is_blank(raw):
                row.bad[place(at + 1, number)] = "这一格在没有表头的列里，请删去或移到有表头的列。"
        return row

    def _meet(self, found: Found) -> Judged:
        judged = Judged(found, notes=list(found.notes))
        if found.identity is not None:
            first = self._met.setdefault(found.identity, found.row.number)
            if first != found.row.number:
                # The record carries what the first row says: nothing to compare this one with.
                judged.notes.append(f"与第 {first} 行是同一条，请只留一行。")
                return judged
        if found.record is not None:
            self._set(judged)
        for name, fault in found.row.bad.items():
            column = self._columns.get(name)
            heading = column.heading if column else name
            judged.cells[heading] = ["", _typed(found.row.raw.get(name)), fault, ""]
        if found.foreign and found.touched:
            judged.notes.append(found.foreign)
        return judged

    def _set(self, judged: Judged) -> None:
        found, touched = judged.found, set()
        if found.is_new and self._is_empty(found):
            return
        for column in self.layout.places.values():
            if column.key or column.info or column.aside:
                continue
            old = column.content(found.record) if not found.is_new or column.fixed else None
            if column.fixed:
                _compare(found, column, old)
            elif self._differs(judged, column, old):
                touched.add(column.name)
        found.touched = frozenset(touched)
        self._tell_asides(judged)
        if found.is_new:
            lacking = [
                each.heading for each in self.layout.missing if each.required and not each.defaults
            ]
            judged.notes += [f"文件里没有“{each}”一列，新增时必填。" for each in lacking]

    def _is_empty(self, found: Found) -> bool:
        """Whether a row says nothing of a record that there is not: it stands for later."""
        columns = self.layout.places.values()
        said = [each.name for each in columns if not (each.key or each.fixed or each.info)]
        return all(is_blank(found.row.raw.get(name)) for name in said)

    def _tell_asides(self, judged: Judged) -> None:
        values = judged.found.row.values
        for column in self.layout.places.values():
            if column.aside and judged.found.touched and values.get(column.name):
                shown = column.cell.show(values[column.name])
                judged.cells[column.heading] = ["", shown, "", ""]

    def _differs(self, judged: Judged, column: Column, old: object) -> bool:
        """Sets the record's new value where the row says another one than the export would."""
        found, row = judged.found, judged.found.row
        if not found.is_new and _same(row.raw.get(column.name), old):
            row.bad.pop(column.name, None)
            return False
        if column.name in row.bad:
            return False
        value = row.values[column.name]
        before = column.cell.blank if found.is_new else _read(column, old)
        if value == column.cell.blank and (
            column.required and not (found.is_new and column.defaults)
        ):
            row.bad[column.name] = REQUIRED
            return False
        if value == before:
            return False
        if found.old is None and not found.is_new:
            found.old = copy(found.record)
        setattr(found.record, column.name, value)
        shown = "" if found.is_new else column.cell.show(before)
        judged.cells[column.heading] = [shown, column.cell.show(value), "", ""]
        return True

    def _object(self, judged: Judged, error: ValidationError) -> None:
        if not hasattr(error, "error_dict"):
            judged.notes += error.messages
            return
        for name, messages in error.message_dict.items():
            column = self._columns.get(name) or self._columns.get(f"{name}_id")
            if column is None or column.name not in judged.found.row.values:
                said = f"{column.heading}：" if column else ""
                judged.notes += [f"{said}{message}" for message in messages]
            elif column.name not in judged.found.row.bad:
                shown = judged.cells.get(column.heading, EMPTY)
                judged.cells[column.heading] = [*shown[:2], "".join(messages), ""]


def _typed(raw: object) -> str:
    return "" if raw is None else brief(raw, LONGEST_SHOWN)


def _compare(found: Found, column: Column, old: object) -> None:
    raw = found.row.raw.get(column.name)
    if is_blank(raw) or _same(raw, old) or found.row.values.get(column.name) == old:
        found.row.bad.pop(column.name, None)
        return
    found.row.bad[column.name] = (
        f"本列只供核对，系统里是“{old or '空'}”。请检查是否串行，改回原值或清空。"
    )


def _same(raw: object, written: object) -> bool:
    """Whether a cell says, character by character, what the export writes."""
    if is_blank(raw) and is_blank(written):
        return True
    return type(raw) is type(written) and bool(raw == written)


def _read(column: Column, written: object) -> Any:
    try:
        return column.cell.read(written)
    except CellError:
        # An old value that today's rules would refuse differs from whatever was typed.
        return written
