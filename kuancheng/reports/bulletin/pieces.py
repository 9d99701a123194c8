"""A paragraph's text in pieces: what was written, and the figures that stand locked in it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

TOKEN = re.compile("⟦([^⟦⟧]+)⟧")
MISSING = "—"


@dataclass(frozen=True)
class Shown:
    """A figure as a page shows it: as printed, where it comes from in words, and the page of it."""

    key: str
    label: str
    printed: str
    source: str
    path: str


@dataclass(frozen=True)
class Piece:
    """Words, or a figure between them; `figure` is None in a piece of words and of a key unknown.

    `key` is empty for words.
    """

    text: str
    key: str = ""
    figure: Shown | None = None


def pieces(text: str, figures: Mapping[str, Shown]) -> Iterator[Piece]:
    """“截至⟦month⟧底” is words, the figure `month` as printed, words."""
    for place, part in enumerate(TOKEN.split(text)):
        if place % 2:
            found = figures.get(part)
            yield Piece(found.printed if found else part, part, found)
        elif part:
            yield Piece(part)


def printed(text: str, figures: Mapping[str, Shown]) -> str:
    """The text with every figure as printed."""
    return "".join(each.text for each in pieces(text, figures))
