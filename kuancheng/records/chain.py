"""A chain of records: each carries the digest of the one before, so that tampering shows.

Shared by whatever must be seen to be untouched. The digest of the last, noted elsewhere, holds all
that came before it.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

FIRST = ""
"""What the first record has in the place of the one before."""


class Break(StrEnum):
    """What was done to a chain."""

    CHANGED = "changed"
    REMOVED = "removed"
    INSERTED = "inserted"
    CUT = "cut"
    REWRITTEN = "rewritten"
    """All up to there was written anew, digests too: only the end noted elsewhere tells."""


@dataclass(frozen=True)
class Link:
    """A record as it stands: its place from 1 on, its content, its digest and that of the one before."""

    place: int
    name: str
    content: Any
    digest: str
    previous: str


@dataclass(frozen=True)
class Head:
    """The end of a chain as it was noted beside it: how many records, and the digest of the last."""

    length: int
    digest: str


@dataclass(frozen=True)
class Broken:
    """One fault; `name` is that of the record, empty where it is gone."""

    what: Break
    place: int
    name: str = ""


def digest_of(content: Any, previous: str) -> str:
    """The digest of a record after another: SHA-256 of both, the content as canonical JSON."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()


def digest_of_bytes(found: bytes) -> str:
    """The digest of a file."""
    return hashlib.sha256(found).hexdigest()


def check(links: Iterable[Link], head: Head) -> list[Broken]:
    """Every fault of a chain, by place; empty where it is whole.

    Walks back from the noted end: a record that no later one points to was inserted, one that is
    pointed to and not there was removed (CUT where nothing stands behind it), one whose content is
    not that of its digest was changed, also where the digest was written anew.
    """
    found = list(links)
    broken, visited = _walk(found, head)
    broken += [
        Broken(Break.INSERTED, each.place, each.name) for each in found if id(each) not in visited
    ]
    return sorted(broken, key=lambda each: (each.place, each.what))


class Follower:
    """Follows a chain in its order, however long it is: of what it passed it keeps the end only.

    Begun at the first record, fed with stretch after stretch, and held against the ends that were
    `noted` elsewhere. Of a gap the first place is named.
    """

    def __init__(self, noted: Iterable[Head] = ()) -> None:
        self.head = Head(0, FIRST)
        self._name = ""
        self._noted: dict[int, set[str]] = {}
        for each in noted:
            self._noted.setdefault(each.length, set()).add(each.digest)

    def follow(self, links: Iterable[Link]) -> Iterator[Broken]:
        """The faults of a stretch that goes on where the last one ended."""
        for link in links:
            yield from self._faults(link)
            if link.place > self.head.length:
                self.head, self._name = Head(link.place, link.digest), link.name

    def end(self) -> Iterator[Broken]:
        """What is missing behind the last record: one fault at most."""
        if max(self._noted, default=0) > self.head.length:
            yield Broken(Break.CUT, self.head.length + 1)

    def _faults(self, link: Link) -> Iterator[Broken]:
        wanted = self.head.length + 1
        if link.place < wanted:
            yield Broken(Break.INSERTED, link.place, link.name)
            return
        if link.place > wanted:
            yield Broken(Break.REMOVED, wanted)
        if link.digest != digest_of(link.content, link.previous):
            yield Broken(Break.CHANGED, link.place, link.name)
        elif link.place == wanted and link.previous != self.head.digest:
            # It is whole itself, so the one before was written anew with a digest that fits it.
            yield Broken(Break.CHANGED, self.head.length, self._name)
        elif self._noted.get(link.place, {link.digest}) != {link.digest}:
            yield Broken(Break.REWRITTEN, link.place, link.name)


def _walk(found: Sequence[Link], head: Head) -> tuple[list[Broken], set[int]]:
    """What is wrong on the way back from the noted end, and which records lie on it."""
    by_digest = {each.digest: each for each in found}
    by_place = {each.place: each for each in found}
    broken: list[Broken] = []
    visited: set[int] = set()
    wanted, cut = head.digest, True
    for place in range(head.length, 0, -1):
        link = by_digest.get(wanted)
        whole = link is not None and link.digest == digest_of(link.content, link.previous)
        link = link or by_place.get(place)
        if link is None or id(link) in visited:
            broken.append(Broken(Break.CUT if cut else Break.REMOVED, place))
            wanted = _digest_at(by_place, place - 1)
            continue
        cut = False
        visited.add(id(link))
        if not whole:
            broken.append(Broken(Break.CHANGED, place, link.name))
        wanted = link.previous
    if found and not broken and wanted != FIRST:
        broken.append(Broken(Break.REMOVED, 0))
    return broken, visited


def _digest_at(by_place: dict[int, Link], place: int) -> str:
    return by_place[place].digest if place in by_place else FIRST
