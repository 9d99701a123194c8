"""Files as people upload them, and as attackers do."""

import io
import zipfile

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
MACRO_SHEET = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\nstartxref\n9\n%%EOF\n"


def upload(name: str, data: bytes) -> SimpleUploadedFile:
    """As a form brings it; what the browser says of its type is always wrong here."""
    return SimpleUploadedFile(name, data, content_type="image/jpeg")


def picture(kind: str = "JPEG", size: tuple[int, int] = (60, 40), colour: object = "red") -> bytes:
    """A picture of one colour."""
    mode = "RGBA" if isinstance(colour, tuple) and len(colour) == 4 else "RGB"
    out = io.BytesIO()
    Image.new(mode, size, colour).save(out, kind)  # type: ignore[arg-type]
    return out.getvalue()


def photo(name: str = "现场.jpg", shade: int = 0) -> SimpleUploadedFile:
    """A photo; another shade is another photo."""
    return upload(name, picture(colour=(shade, 0, 0)))


def telling_photo(orientation: int = 1) -> bytes:
    """A photo of 60×40, its left half white, that tells where, when and with what it was taken."""
    image = Image.new("RGB", (60, 40), "black")
    image.paste("white", (0, 0, 30, 40))
    exif = Image.Exif()
    exif[0x010F] = "SecretPhone"
    exif[0x0112] = orientation
    exif[0x8825] = {1: "N", 2: (43.0, 49.0, 1.0), 3: "E", 4: (125.0, 19.0, 1.0)}
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif, comment=b"SecretComment", xmp=b"<x>SecretPlace</x>")
    return out.getvalue()


def office(main_type: str, main: str = "word/document.xml", **extra: bytes) -> bytes:
    """An Office package with that main part and whatever else."""
    types = (
        '<?xml version="1.0"?>'
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Override PartName="/{main}" ContentType="{main_type}"/></Types>'
    )
    return zipped({"[Content_Types].xml": types.encode(), main: b"<x/>", **extra})


def zipped(members: dict[str, bytes]) -> bytes:
    """A zip of these members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in members.items():
            package.writestr(name, data)
    return out.getvalue()
