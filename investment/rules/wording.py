"""How one month's text differs from the last one's, word by word."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

WORD = re.compile(r"\d+(?:[.,]\d+)*[%％]?|[A-Za-z]+|\s+|.", re.DOTALL)
"""A number with its sign, a Latin word, or a single character: a Chinese word has no borders."""

CLAUSE = re.compile(r"[^，。；、！？\n]*[，。；、！？\n]|[^，。；、！？\n]+")
"""Texts are compared clause by clause first: that reads better, and bounds the work."""

MOST_PAIRS = 40_000
"""Stretches of more words than 200 × 200 are taken as changed altogether: comparing takes seconds."""

SHORTEST = 2
"""A common stretch of fewer characters between two changes is chance, and belongs to them."""

REWRITTEN = 0.3
"""With less than this share in common a text was written anew."""


class Fate(StrEnum):
    """What became of a stretch of text."""

    SAME = "same"
    INSERTED = "inserted"
    REMOVED = "removed"


@dataclass(frozen=True)
class Piece:
    """A stretch of text, and what became of it."""

    fate: Fate
    text: str


@dataclass(frozen=True)
class Wording:
    """One text of two months: `pieces` of both in reading order, removed before inserted.

    主体完成 4 层 → 主体完成 5 层 is 主体完成␣ kept, 4 removed, 5 inserted, ␣层 kept.
    """

    pieces: tuple[Piece, ...]

    @property
    def before(self) -> tuple[Piece, ...]:
        """The earlier text."""
        return tuple(each for each in self.pieces if each.fate is not Fate.INSERTED)

    @property
    def after(self) -> tuple[Piece, ...]:
        """The later text."""
        return tuple(each for each in self.pieces if each.fate is not Fate.REMOVED)

    @property
    def repeated(self) -> bool:
        """Whether the later text is the earlier one, word for word."""
        return bool(self.pieces) and all(each.fate is Fate.SAME for each in self.pieces)


def wording(before: str, after: str) -> Wording:
    """Compares an earlier text with a later one."""
    stretches = []
    for old, new, same in _matched(CLAUSE.findall(before), CLAUSE.findall(after)):
        words = _matched(WORD.findall(old), WORD.findall(new))
        stretches += [(old, new, True)] if same else words
    common = 2 * sum(len(old) for old, _, same in stretches if same)
    if common < REWRITTEN * (len(before) + len(after)):
        stretches = [(before, after, False)]
    return Wording(tuple(_pieces(_joined(stretches))))


Stretch = tuple[str, str, bool]
"""An earlier text, the later one in its place, and whether they are the same."""


def _matched(old: list[str], new: list[str]) -> list[Stretch]:
    """What two sequences of stretches have in common, and what stands in between."""
    if len(old) * len(new) > MOST_PAIRS and old != new:
        return [("".join(old), "".join(new), False)]
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    return [
        ("".join(old[a:b]), "".join(new[c:d]), tag == "equal")
        for tag, a, b, c, d in matcher.get_opcodes()
    ]


def _joined(stretches: Sequence[Stretch]) -> list[Stretch]:
    """Neighbours of one kind as one, and changes with next to nothing between them."""
    whole = _neighbours(stretches)
    inside = range(1, len(whole) - 1)
    return _neighbours(
        (old, new, same and not (place in inside and len(old.strip()) < SHORTEST))
        for place, (old, new, same) in enumerate(whole)
    )


def _neighbours(stretches: Iterable[Stretch]) -> list[Stretch]:
    found: list[Stretch] = []
    for old, new, same in stretches:
        if found and found[-1][2] == same:
            found[-1] = (found[-1][0] + old, found[-1][1] + new, same)
        else:
            found.append((old, new, same))
    return found


def _pieces(stretches: Sequence[Stretch]) -> Iterator[Piece]:
    for old, new, same in stretches:
        if same:
            yield Piece(Fate.SAME, new)
            continue
        if old:
            yield Piece(Fate.REMOVED, old)
        if new:
            yield Piece(Fate.INSERTED, new)
