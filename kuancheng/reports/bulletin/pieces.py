"""A paragraph's text in pieces: what was written, and the figures that stand locked in it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kuancheng.reports.rules.bulletin.checking import TOKEN
from kuancheng.reports.rules.bulletin.figures import Figure


@dataclass(frozen=True)
class Piece:
    """Words, or a figure between them: `key` is empty for words, `figure` None for a key unknown."""

    text: str
    key: str = ""
    figure: Figure | None = None


def pieces(text: str, figures: Mapping[str, Figure]) -> Iterator[Piece]:
    """“截至⟦month⟧底” is words, the figure `month` as printed, words."""
    for place, part in enumerate(TOKEN.split(text)):
        if place % 2:
            found = figures.get(part)
            yield Piece(found.printed if found else part, part, found)
        elif part:
            yield Piece(part)
