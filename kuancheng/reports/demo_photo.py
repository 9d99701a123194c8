"""A drawn picture for the invented portfolio: nobody can take it for a photo of a real site."""

from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

SIZE = (800, 600)


def demo_photo(text: str) -> bytes:
    """A JPEG of 800 × 600 with a crane, a building, and the word DEMO; the same for the same text."""
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
    font = ImageFont.load_default(64)
    draw.text((30, 500), "DEMO", fill=(255, 255, 255), font=font)
    stored = BytesIO()
    picture.save(stored, "JPEG", quality=80)
    return stored.getvalue()
