"""The files that are issued with a bulletin: who makes them registers once, at start-up."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kuancheng.reports.choices import BulletinFileKind

Content = Mapping[str, Any]
"""The content of the issued copy, as `issuing.content_of` lays it out."""


@dataclass(frozen=True)
class Maker:
    """How a kind of file is made of the issued copy; None where the copy has nothing for it."""

    kind: BulletinFileKind
    make: Callable[[Content], bytes | None]
    extension: str


@dataclass(frozen=True)
class Made:
    """A file as it was made."""

    kind: BulletinFileKind
    name: str
    bytes: bytes


_makers: dict[BulletinFileKind, Maker] = {}


def offer(*makers: Maker) -> None:
    """Has these files made of every bulletin that is issued from now on."""
    _makers.update({each.kind: each for each in makers})


def files_of(content: Content) -> Iterator[Made]:
    """The files of an issued copy, in the order of their kinds."""
    for kind in BulletinFileKind:
        maker = _makers.get(kind)
        found = maker.make(content) if maker else None
        if maker and found is not None:
            name = f"{content['month']}月通报-{kind.label.partition('（')[0]}.{maker.extension}"
            yield Made(kind, name, found)
