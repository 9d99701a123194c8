"""Which kinds of change take two people: apps add theirs at start-up, nobody below knows of them."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from kuancheng.access.models import User

Value = str | int | bool | list[Any] | dict[str, Any] | None
"""What a field is changed to, as JSON has it: amounts and days as text."""


@dataclass(frozen=True)
class Change:
    """One field: in words, as people read it, and as a value that can be written."""

    name: str
    label: str
    before: str
    after: str
    old: Value
    new: Value


@dataclass(frozen=True)
class Subject:
    """What is to be changed. `kind` is its model, “projects.project”; `id` None for a new record.

    `label` and `code` are what it is called. Two proposals about one `key` and field stand in each
    other's way; where a record is new its kind says in `place` what makes two the same.
    """

    kind: str
    id: int | None
    label: str
    code: str = ""
    place: str = ""

    @property
    def key(self) -> str:
        """Its name among all subjects."""
        return f"{self.kind}:{self.place or self.id or self.code}"


class Proposed(Protocol):
    """A proposal, as its kind reads it."""

    pk: Any
    subject_kind: str
    subject_id: Any
    subject_code: str
    reason: str
    document: str

    @property
    def author(self) -> User: ...

    @property
    def values(self) -> dict[str, Value]: ...


class Moved(Exception):  # noqa: N818 - what became of the subject, told in Chinese
    """The subject is no longer what the proposal was made for; `str()` says what moved."""


class ProposalKind(ABC):
    """A kind of change. `sees` and `decides` are the permissions to read and to decide it."""

    code: ClassVar[str]
    label: ClassVar[str]
    sees: ClassVar[str]
    decides: ClassVar[str]

    @abstractmethod
    def current(self, proposal: Proposed, *, lock: bool = False) -> Mapping[str, Value]:
        """What the proposed fields hold now, by name; locked where it is about to be applied.

        Moved when the subject is gone.
        """

    @abstractmethod
    def apply(self, proposal: Proposed, *, actor: User) -> None:
        """Writes it by the service that owns the subject, in the approval's transaction.

        `actor` is who approves. What the service says no by refuses the approval.
        """

    def link(self, proposal: Proposed) -> str:
        """The path of the subject's page; empty where it has none."""
        return ""

    def impact(self, proposal: Proposed) -> Sequence[str]:
        """What would follow from it, a sentence each, for whoever decides."""
        return ()

    def barred(self, proposal: Proposed, user: User) -> str:
        """Why this person may not decide although he holds the right; empty where he may."""
        return ""

    def dropped(self, proposal: Proposed) -> None:  # noqa: B027 - most have nothing to undo
        """Undoes what was prepared for it, when it is sent back, withdrawn or has lapsed."""


_kinds: dict[str, ProposalKind] = {}


def register(*kinds: ProposalKind) -> None:
    """Adds kinds, in the order in which pages show them. ValueError for a code taken by another."""
    for kind in kinds:
        if type(_kinds.setdefault(kind.code, kind)) is not type(kind):
            raise ValueError(f"another kind of proposal has the code {kind.code!r}")


def kinds() -> tuple[ProposalKind, ...]:
    """All of them."""
    return tuple(_kinds.values())


def kind_named(code: str) -> ProposalKind | None:
    """The kind of that code; None for one that the program no longer has."""
    return _kinds.get(code)


def labels() -> list[tuple[str, str]]:
    """All codes with their labels."""
    return [(kind.code, kind.label) for kind in _kinds.values()]


def seen_by(user: User) -> list[str]:
    """The codes of the kinds that this person may read."""
    return [kind.code for kind in _kinds.values() if user.has_perm(kind.sees)]


def decided_by(user: User) -> list[str]:
    """The codes of the kinds that this person may decide."""
    return [kind.code for kind in _kinds.values() if user.has_perm(kind.decides)]
