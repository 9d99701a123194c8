"""What a page becomes on paper."""

import re

from playwright.sync_api import Page

MEDIA_BOX = re.compile(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]")

A3, A4, A4_UPRIGHT = (420, 297), (297, 210), (210, 297)
"""Width and height in mm."""

SMALLEST_TEXT = """() => {
  const sizes = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || element.closest("script, style, title, option, datalist, desc")) continue;
    const range = document.createRange();
    range.selectNodeContents(walker.currentNode);
    if (!range.getClientRects().length) continue;
    const drawing = element.closest("svg");
    const scale = drawing ? drawing.getScreenCTM().a : 1;
    sizes.push([parseFloat(getComputedStyle(element).fontSize) * scale * 0.75, walker.currentNode.data.trim()]);
  }
  return sizes.sort((one, other) => one[0] - other[0])[0];
}"""


def sheets(page: Page) -> list[tuple[int, int]]:
    """The sheets that it prints on, each with its width and height in mm."""
    printed = page.pdf(prefer_css_page_size=True)
    found = MEDIA_BOX.findall(printed)
    return [(_mm(width), _mm(height)) for width, height in found]


def _mm(points: bytes) -> int:
    return round(float(points) / 72 * 25.4)


def smallest_text(page: Page, width: int, height: int) -> tuple[float, str]:
    """The smallest text printed on paper of so many mm, in points, and what it says."""
    page.emulate_media(media="print")
    page.set_viewport_size({"width": round(width / 25.4 * 96), "height": round(height / 25.4 * 96)})
    size, text = page.evaluate(SMALLEST_TEXT)
    return size, text
