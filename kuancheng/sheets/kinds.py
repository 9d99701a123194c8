"""What an app declares of a kind of sheet: its columns, and how its rows meet the records."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError

from kuancheng.access.models import User
from kuancheng.sheets.rules.cells import Cell


@dataclass(frozen=True)
class Column:
    """One column: `name` is the record's attribute, `heading` says the unit.

    `content` reads what the export writes of a record: text, a number, a day, or None. A `fixed`
    column stands there to be read: a row that says something else is wrong. A `key` column tells
    which record a row speaks of, and is never written; without it nothing can be read.
    """

    name: str
    heading: str
    cell: Cell
    content: Callable[[Any], Any]
    help: str = ""
    width: int = 12
    required: bool = False
    defaults: bool = False
    """Whether a new record may leave it empty, and has then the model's own default."""

    key: bool = False
    fixed: bool = False
    info: bool = False
    """Whether the export tells something that an import does not look at, such as a state."""

    aside: bool = False
    """Whether it speaks of the change, such as its reason, and is no change by itself."""


@dataclass
class ReadRow:
    """One row as read: values by column name; a column that the file lacks is not among them.

    `raw` holds what the cells said, `bad` what was wrong with them, both by column name.
    """

    number: int
    raw: dict[str, Any]
    values: dict[str, Any]
    bad: dict[str, str] = field(default_factory=dict)


@dataclass
class Found:
    """A row and the record that it speaks of: an existing one, or one to be.

    `identity` is the same for two rows that speak of one record. `foreign` says why the user may
    not change it; without a record `notes` say why there is none. `old` is the record before the
    row's values were set.
    """

    row: ReadRow
    record: Any = None
    old: Any = None
    identity: Any = None
    foreign: str = ""
    notes: list[str] = field(default_factory=list)
    title: str = ""
    touched: frozenset[str] = frozenset()

    @property
    def is_new(self) -> bool:
        """Whether the record is to be made."""
        return self.record is not None and self.record.pk is None


Errors = Sequence[ValidationError | None]
"""For each of a sequence of rows what a service says against it, or None."""


class RowsRefused(Exception):  # noqa: N818 - carries what the service said, row by row
    """A service refused some of the rows that it was given; nothing of them is written."""

    def __init__(self, errors: Mapping[int, str]) -> None:
        super().__init__(errors)
        self.errors = errors
        """Sentences by the rows' numbers."""


class Ledger(ABC):
    """The records of one kind as one user reads and writes them by one file, batch by batch.

    Lives as long as the reading of one file, so it may remember what earlier batches said.
    """

    columns: Sequence[Column]

    group: str = ""
    """A key column whose neighbouring rows are kept in one batch, as far as that goes."""

    batch: str = ""
    """Names the import, for what its rows put forward."""

    @abstractmethod
    def find(self, rows: Sequence[ReadRow], *, lock: bool) -> list[Found]:
        """The record of each row, in order; locked until the transaction ends where asked.

        The number of queries does not depend on the number of rows.
        """

    @abstractmethod
    def check(self, found: Sequence[Found]) -> Errors:
        """What the services would say against records whose new values are set. Bounded queries."""

    def hints(self, found: Sequence[Found]) -> Sequence[Mapping[str, str]]:
        """For each, sentences by column name that the preview tells and that stop nothing."""
        return [{} for _ in found]

    def foresee(self) -> str:
        """What to tell of all rows that were checked, beside the preview; empty for nothing."""
        return ""

    @abstractmethod
    def write(self, found: Sequence[Found], *, reason: str) -> None:
        """Writes new and changed records by the services. RowsRefused when one refuses.

        `reason` is kept in the histories of the records.
        """

    def finish(self) -> str:
        """Whatever follows when all is written, in the same transaction; what to tell of it."""
        return ""


@dataclass(frozen=True)
class Pick:
    """A question before an export, with the answers to choose from; the first is the usual one."""

    name: str
    label: str
    options: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Option:
    """A tick beside an upload, kept with the import."""

    name: str
    label: str


class SheetKind(ABC):
    """A kind of sheet. `name` stands in addresses, `label` is the worksheet's title."""

    name: str
    label: str
    version = 1
    """Grows when a heading changes its meaning, so that old templates are refused."""

    permission: str
    """Who may change the records at all; rows narrow it further."""

    help: Sequence[str] = ()
    """Sentences at the head of the help sheet."""

    options: Sequence[Option] = ()

    puts_forward = False
    """Whether its rows are written only once a second person has let them through."""

    @property
    def stamp(self) -> str:
        """What is written into a template to know it again."""
        return f"{self.name}/{self.version}"

    def picks(self, user: User) -> Sequence[Pick]:
        """What is asked before an export."""
        return ()

    @abstractmethod
    def columns(self) -> Sequence[Column]:
        """The columns in their order, with today's lists to choose from."""

    @abstractmethod
    def records(self, user: User, picked: Mapping[str, str]) -> Iterable[Any]:
        """What an export holds, read in batches."""

    @abstractmethod
    def ledger(self, user: User, options: Mapping[str, bool]) -> Ledger:
        """Opens the records for one file."""

    def together(self) -> AbstractContextManager[Any]:
        """Wraps the writing of a whole file, within its transaction."""
        return nullcontext()
