"""Which kinds of sheet there are: apps add theirs at start-up, nobody below knows of them."""

from kuancheng.access.models import User
from kuancheng.sheets.kinds import SheetKind

_kinds: dict[str, SheetKind] = {}


def register(*kinds: SheetKind) -> None:
    """Adds kinds, in the order in which pages show them."""
    for kind in kinds:
        _kinds[kind.name] = kind


def kind_named(name: str) -> SheetKind | None:
    """The kind of that name."""
    return _kinds.get(name)


def kinds_for(user: User) -> list[SheetKind]:
    """Those whose records the user may change."""
    return [kind for kind in _kinds.values() if user.has_perm(kind.permission)]


def labels() -> list[tuple[str, str]]:
    """All names with their labels."""
    return [(kind.name, kind.label) for kind in _kinds.values()]
