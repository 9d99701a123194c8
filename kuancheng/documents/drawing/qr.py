"""A QR code that leads from paper to the record."""

import segno

from kuancheng.documents.drawing.shapes import Box, Drawing, Label

QUIET = 2
"""Empty modules around the code; the page around it is white too."""

CAPTION, LETTERS = 3.6, 2.9
"""Millimetres that a caption takes, and the height of its letters: 8.2 points."""


def qr_code(address: str, width: float, caption: str = "") -> Drawing:
    """The code, `width` millimetres wide, with a caption below. ValueError for too long an address."""
    code = segno.make(address, error="m", micro=False)
    rows = [bytes(row) for row in code.matrix]
    module = width / (len(rows) + 2 * QUIET)
    boxes = tuple(
        Box((start + QUIET) * module, (line + QUIET) * module, length * module, module)
        for line, row in enumerate(rows)
        for start, length in _dark(row)
    )
    words = (
        (Label(width / 2, width + LETTERS * 0.9, caption, LETTERS, "middle"),) if caption else ()
    )
    height = width + CAPTION if caption else width
    return Drawing(width, height, boxes + words, f"二维码：{address}")


def _dark(row: bytes) -> list[tuple[int, int]]:
    """Where the dark stretches of a row begin, and how long they are."""
    found: list[tuple[int, int]] = []
    for place, dark in enumerate(row):
        if not dark:
            continue
        if found and sum(found[-1]) == place:
            found[-1] = (found[-1][0], found[-1][1] + 1)
        else:
            found.append((place, 1))
    return found
