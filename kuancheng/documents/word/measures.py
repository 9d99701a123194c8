"""The page of GB/T 9704-2012 in twips (1/20 pt) and its letters in points."""

TWIPS_IN_MM = 1440 / 25.4


def mm(millimetres: float) -> int:
    """Millimetres in twips."""
    return round(millimetres * TWIPS_IN_MM)


PAGE_WIDTH, PAGE_HEIGHT = 11906, 16838
TOP, LEFT, BOTTOM, RIGHT = mm(37), mm(28), mm(35), mm(26)
TEXT_WIDTH = PAGE_WIDTH - LEFT - RIGHT

LINES, CHARACTERS = 22, 28
BODY, TITLE, SMALL = 16, 22, 14
"""3号, 2号 and 4号."""

LINE = 579
"""28.95 pt: 22 lines are 12,738 of the text area's 12,757 twips."""

CHARACTER = TEXT_WIDTH / CHARACTERS
"""15.8 pt, where 28 of 16 pt would be 158 mm: the text area has 156."""

CONDENSED = -5
"""A quarter point less a character: 28 are 441 of the area's 442.3 points, and justified they fill it.

A grid of characters (`linesAndChars` with a negative `charSpace`) would say the same to Word, but
LibreOffice puts a letter that is wider than its cell into two: 14 a line. The area less four
twips a character is short by 0.15 points: 27 a line.
"""

MARK_TOP = mm(35)
HEADER = mm(15)
FOOTER = mm(25.1)
"""From the page's edge up to the foot of the page number's line: its dash is 7 mm below the text."""

QR_SIDE, QR_FROM_TOP = 18, 12
"""Millimetres."""


def characters(count: float) -> int:
    """So many characters of the body, in twips."""
    return round(count * CHARACTER)
