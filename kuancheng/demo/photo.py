"""A drawn picture for the invented portfolio: nobody can take it for a photo of a real site."""

from io import BytesIO

from PIL import Image, ImageDraw

SIZE = (800, 600)

LABEL = bytes.fromhex(
    "0c0700000100 0e4708000380 067ffc1fffc0 00c01c000000 01c030000000 30fff8000040 3807000000e0"
    "1a4710fffff0 0a7ff8006000 066738006000 0467380c6000 047ff81e6300 0c67381c61c0 1c67383860e0"
    "3867383060e0 1c7ff8706070 1c7000606070 1c3cf0c06070 1c783c03e000 1ce01c01e000 09000c00c000"
)
"""“演示” in dots, 48 a row: no font that comes with Pillow knows Chinese."""


def demo_photo(text: str) -> bytes:
    """A JPEG of 800 × 600 with a crane, a building, and the word 演示; the same for the same text."""
    seed = sum(text.encode())
    picture = Image.new("RGB", SIZE, (205, 220, 235))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 430, 800, 600), fill=(150, 140, 120))
    floors = 4 + seed % 4
    for floor in range(floors):
        top = 430 - 45 * (floor + 1)
        draw.rectangle((220, top, 560, top + 40), fill=(120, 130, 145), outline=(70, 80, 95))
        for window in range(6):
            left = 235 + 54 * window
            draw.rectangle((left, top + 8, left + 30, top + 32), fill=(235, 230, 190))
    draw.line((640, 430, 640, 70), fill=(200, 120, 30), width=10)
    draw.line((480, 90, 740, 90), fill=(200, 120, 30), width=8)
    draw.line((520, 90, 520, 200 + seed % 60), fill=(60, 60, 60), width=3)
    label = Image.frombytes("1", (48, len(LABEL) // 6), LABEL)
    draw.bitmap((30, 480), label.resize((label.width * 5, label.height * 5)), fill=(255, 255, 255))
    stored = BytesIO()
    picture.save(stored, "JPEG", quality=80)
    return stored.getvalue()
