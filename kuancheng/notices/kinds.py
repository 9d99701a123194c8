"""Which kinds of notice there are: apps add theirs at start-up, nobody below knows of them."""

from collections.abc import Iterable
from dataclasses import dataclass

from kuancheng.access.models import User
from kuancheng.notices.choices import Mode


@dataclass(frozen=True)
class NoticeKind:
    """A kind of notice. `mode` holds for whoever has chosen nothing.

    `duty`: it tells of work that waits for the person himself, so it may not be switched off.
    `letter`: its text is a letter to one person, so it is neither merged with others nor given to
    a group. `permission`: who is ever told of it, where that is not everybody; others are not
    asked how they want it. `group`: under which heading it stands among the settings.
    """

    code: str
    label: str
    mode: Mode = Mode.AT_ONCE
    duty: bool = False
    letter: bool = False
    permission: str = ""
    group: str = "其他"

    @property
    def modes(self) -> tuple[Mode, ...]:
        """What a person may choose."""
        return tuple(each for each in Mode if each != Mode.OFF or not self.duty)


_kinds: dict[str, NoticeKind] = {}


def register(*kinds: NoticeKind) -> None:
    """Adds kinds, in the order in which pages show them. ValueError for a code taken by another."""
    for kind in kinds:
        if _kinds.setdefault(kind.code, kind) != kind:
            raise ValueError(f"another kind of notice has the code {kind.code!r}")


def kinds() -> tuple[NoticeKind, ...]:
    """All of them."""
    return tuple(_kinds.values())


def kind_named(code: str) -> NoticeKind | None:
    """The kind of that code; None for one that the program no longer has."""
    return _kinds.get(code)


def label_of(code: str) -> str:
    """What people call the kind; the code where the program no longer has it."""
    found = _kinds.get(code)
    return found.label if found else code


def kinds_for(user: User) -> list[NoticeKind]:
    """Those that this person may be told of."""
    return [each for each in kinds() if not each.permission or user.has_perm(each.permission)]


def by_group(wanted: Iterable[NoticeKind]) -> dict[str, list[NoticeKind]]:
    """Kinds under their headings, in the order in which they were added."""
    found: dict[str, list[NoticeKind]] = {}
    for kind in wanted:
        found.setdefault(kind.group, []).append(kind)
    return found


def labels() -> list[tuple[str, str]]:
    """All codes with their labels."""
    return [(kind.code, kind.label) for kind in _kinds.values()]


def group_labels() -> list[tuple[str, str]]:
    """Those that may be told to a group."""
    return [(kind.code, kind.label) for kind in _kinds.values() if not kind.letter]
