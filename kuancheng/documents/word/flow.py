"""What flows down the pages: blocks one after another, and annexes behind them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from kuancheng.documents.blocks import Block, Heading, PageBreak, Paragraph, Picture, Table
from kuancheng.documents.document import Annex, annex_label
from kuancheng.documents.word.pictures import Pictures
from kuancheng.documents.word.styles import ANNEX_NUMBER, GAP, MAIN_TITLE, PICTURE, PICTURE_CAPTION
from kuancheng.documents.word.tables import table
from kuancheng.documents.word.text import empty, heading, line, paragraph
from kuancheng.documents.word.xml import Element, tag


@dataclass(frozen=True)
class Flow:
    """Writes into a part of a package."""

    part: Any
    pictures: Pictures

    def blocks(self, blocks: Sequence[Block]) -> Iterator[Element]:
        """Paragraphs and tables, a gap behind a table that nothing else would part from the next."""
        for block, following in zip_longest(blocks, blocks[1:]):
            yield from self._block(block)
            if isinstance(block, Table) and (following is None or isinstance(following, Table)):
                yield empty(GAP)

    def annexes(self, annexes: Sequence[Annex]) -> Iterator[Element]:
        """Each on a page of its own: its number on line 1, its title on line 3."""
        for number, annex in enumerate(annexes, 1):
            said = annex_label(number, len(annexes))
            yield line(ANNEX_NUMBER, said, tag("w:pageBreakBefore"))
            yield empty(ANNEX_NUMBER)
            yield line(MAIN_TITLE, annex.title)
            yield empty()
            yield from self.blocks(annex.blocks)

    def _block(self, block: Block) -> Iterator[Element]:
        match block:
            case Heading():
                yield heading(block)
            case Paragraph():
                yield paragraph(block)
            case Table():
                yield from table(block)
            case Picture():
                yield from self._picture(block)
            case PageBreak():
                yield tag("w:p", tag("w:r", tag("w:br", type="page")))

    def _picture(self, block: Picture) -> Iterator[Element]:
        shown = line(PICTURE)
        shown.append(tag("w:r", self.pictures.inline(self.part, block.drawing)))
        yield shown
        if block.caption:
            yield line(PICTURE_CAPTION, block.caption)
