"""Exports say how closely they are to be kept: on paper, in the file's properties and in its name."""

from collections.abc import Iterable
from typing import Any, Protocol, TypeVar

import xlsxwriter

from kuancheng.access.models import Visitor
from kuancheng.records.classes import DataClass, closed_class_of, highest

EXPORT_SENSITIVE = "access.export_sensitive"


class Classed(Protocol):
    """A column of an export, by the name of its field."""

    @property
    def name(self) -> str: ...


AnyColumn = TypeVar("AnyColumn", bound=Classed)


def class_of_column(column: Classed, record: str = "") -> DataClass:
    """The class of a column; one that names a record by its id is of the record's."""
    return closed_class_of(column.name.removesuffix("_id"), record)


def columns_for(
    reader: Visitor, columns: Iterable[AnyColumn], record: str = ""
) -> tuple[AnyColumn, ...]:
    """The columns that somebody may take home: without the right, none that is sensitive."""
    if reader.has_perm(EXPORT_SENSITIVE):
        return tuple(columns)
    return tuple(
        each for each in columns if class_of_column(each, record) is not DataClass.SENSITIVE
    )


def class_of_columns(columns: Iterable[Classed], record: str = "") -> DataClass:
    """The class of a file with these columns: never less than internal, as it leaves the house."""
    found = (class_of_column(each, record) for each in columns)
    return highest([DataClass.INTERNAL, *found])


def marked_name(name: str, of: DataClass) -> str:
    """The file's name with its class: “进展清单（内部）.xlsx”."""
    stem, dot, ending = name.rpartition(".")
    return f"{stem}（{of.label}）{dot}{ending}"


class MarkedWorkbook(xlsxwriter.Workbook):
    """A workbook that bears its class on every printed page and in its properties."""

    def __init__(self, stream: Any, options: dict[str, Any], of: DataClass) -> None:
        super().__init__(stream, options)
        self.of = of

    def close(self) -> None:
        for sheet in self.worksheets():
            sheet.set_header(f"&R{self.of.mark}")
        said = {"category": self.of.label, "status": self.of.mark}
        self.set_properties({**self.doc_properties, **said})
        super().close()
