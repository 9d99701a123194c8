"""Which kinds of document there are: apps add theirs at start-up, nobody below knows of them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class DocumentKind:
    """A kind of document, for which the office may keep a template of its own."""

    code: str
    label: str


_kinds: dict[str, DocumentKind] = {}


def register(*kinds: DocumentKind) -> None:
    """Adds kinds, in the order in which pages show them. ValueError for a code taken by another."""
    for kind in kinds:
        if _kinds.setdefault(kind.code, kind) != kind:
            raise ValueError(f"another kind of document has the code {kind.code!r}")


def kinds() -> tuple[DocumentKind, ...]:
    """All of them."""
    return tuple(_kinds.values())


def label_of(code: str) -> str:
    """What people call the kind; the code where the program no longer has it."""
    found = _kinds.get(code)
    return found.label if found else code


def labels() -> list[tuple[str, str]]:
    """All codes with their labels."""
    return [(kind.code, kind.label) for kind in _kinds.values()]
