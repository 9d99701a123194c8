"""What LibreOffice prints of a Word file, measured with poppler's tools."""

import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image

POINTS_IN_MM = 72 / 25.4
DPI = 200
WRITER = "soffice"
NEEDED = (WRITER, "pdftotext", "pdftohtml", "pdftoppm", "pdfimages")
MISSING = (
    "NOT MEASURED: Word files are printed by LibreOffice Writer and read by poppler, and {} is not "
    "installed: `apt-get install libreoffice-writer-nogui poppler-utils fonts-noto-cjk`"
)


@dataclass(frozen=True)
class Word:
    """Words that stand together, and their box in points from the page's top left."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True)
class Print:
    """A printed file."""

    path: Path

    def words(self, page: int) -> list[Word]:
        """The words of a page, in the order of reading."""
        found = re.findall(
            r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">([^<]*)</word>',
            self._read("pdftotext", page, "-bbox"),
        )
        return [
            Word(text, float(left), float(top), float(right), float(bottom))
            for left, top, right, bottom, text in found
        ]

    def word(self, page: int, text: str) -> Word:
        """The only word of a page that is the text."""
        (found,) = [each for each in self.words(page) if each.text == text]
        return found

    def text(self, page: int) -> str:
        """A page's text without blanks."""
        return re.sub(r"\s", "", self._read("pdftotext", page, "-layout"))

    def sizes(self, page: int) -> dict[str, int]:
        """The size in points of each piece of a page's text."""
        told = subprocess.run(
            ["pdftohtml", "-xml", "-i", "-zoom", "1", "-stdout", "-f", str(page), "-l", str(page), str(self.path)],
            capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip
        fonts = dict(re.findall(r'<fontspec id="(\d+)" size="(\d+)"', told))
        pieces = re.findall(r'<text [^>]*font="(\d+)">(.*?)</text>', told)
        return {re.sub(r"<[^>]*>|\s", "", text): int(fonts[font]) for font, text in pieces}

    def pages(self) -> list[tuple[float, float]]:
        """Each page's width and height in points."""
        told = self._read("pdftotext", 0, "-bbox")
        found = re.findall(r'<page width="([\d.]+)" height="([\d.]+)">', told)
        return [(float(width), float(height)) for width, height in found]

    def bitmaps(self) -> int:
        """How many pictures are no vectors."""
        listed = subprocess.run(
            ["pdfimages", "-list", str(self.path)], capture_output=True, text=True, check=True
        )
        return len(listed.stdout.splitlines()) - 2

    def ink(
        self, page: int, top: float, bottom: float, *, red: bool = False
    ) -> tuple[float, float]:
        """Where ink begins and ends between two heights of a page, all in mm from its top."""
        with tempfile.TemporaryDirectory() as folder:
            drawn = Path(folder) / "page"
            subprocess.run(
                ["pdftoppm", "-r", str(DPI), "-png", "-singlefile", "-f", str(page), "-l", str(page), str(self.path), str(drawn)],
                check=True,
            )  # fmt: skip
            picture = Image.open(drawn.with_suffix(".png")).convert("RGB")
        strip = picture.crop((0, _dots(top), picture.width, _dots(bottom)))
        channels = strip.split()
        dark = channels[1 if red else 0].point(lambda value: 255 if value < 128 else 0)
        box = dark.getbbox()
        assert box is not None, "no ink there"
        return top + box[1] * 25.4 / DPI, top + box[3] * 25.4 / DPI

    def _read(self, tool: str, page: int, way: str) -> str:
        pages = ["-f", str(page), "-l", str(page)] if page else []
        command = [tool, *pages, way, str(self.path), "-"]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def printed(folder: Path, files: dict[str, bytes]) -> dict[str, Print]:
    """Word files as LibreOffice prints them, by name. Skips loudly where that cannot be done."""
    if lacking := [each for each in NEEDED if shutil.which(each) is None]:
        pytest.skip(MISSING.format("、".join(lacking)))
    for name, content in files.items():
        (folder / f"{name}.docx").write_bytes(content)
    profile = f"-env:UserInstallation=file://{folder / 'profile'}"
    command = [WRITER, "--headless", profile, "--convert-to", "pdf", "--outdir", str(folder)]
    told = subprocess.run(
        [*command, *(str(folder / f"{name}.docx") for name in files)],
        capture_output=True,
        text=True,
        timeout=180,
    )
    prints = {name: Print(folder / f"{name}.pdf") for name in files}
    if not any(each.path.exists() for each in prints.values()):
        pytest.skip(MISSING.format(f"its Writer ({told.stderr.strip()[:200]})"))
    return prints


def _dots(millimetres: float) -> int:
    return round(millimetres / 25.4 * DPI)
