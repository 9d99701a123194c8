"""PDFs that act when they are opened, and how they hide it."""

import base64
import zlib
from collections.abc import Callable

Made = Callable[[], bytes]

SCRIPT = b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>"


def pdf(*objects: bytes, trailer: bytes = b"") -> bytes:
    """A file of these objects, as readers take it."""
    body = b"".join(b"%d 0 obj\n%s\nendobj\n" % (n, each) for n, each in enumerate(objects, 1))
    root = b"<< /Root 1 0 R " + trailer + b" >>"
    return b"%PDF-1.7\n" + body + b"trailer\n" + root + b"\nstartxref\n9\n%%EOF\n"


def stream(content: bytes, dictionary: bytes = b"") -> bytes:
    """A stream with its dictionary."""
    return b"<< %s /Length %d >>\nstream\n" % (dictionary, len(content)) + content + b"\nendstream"


def objects(
    inner: bytes, kind: bytes = b"/Type /ObjStm", more: bytes = b"/Filter /FlateDecode"
) -> bytes:
    """A stream that holds an object."""
    content = b"7 0 " + inner
    return stream(zlib.compress(content), kind + b" /N 1 /First 4 " + more)


CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"

GOOD: dict[str, bytes] = {
    "plain": pdf(CATALOG),
    "an opening page": pdf(b"<< /Type /Catalog /OpenAction [3 0 R /Fit] >>"),
    "a link to click": pdf(CATALOG, b"<< /S /URI /URI (https://example.gov.cn/) >>"),
    "packed text": pdf(
        CATALOG, stream(zlib.compress(b"BT (JavaScript) Tj ET"), b"/Filter /FlateDecode")
    ),
    "packed objects": pdf(CATALOG, objects(b"<< /Type /Page >>")),
    "a picture with chance bytes": pdf(CATALOG, stream(b"\x01/JS \x02\xff", b"/Subtype /Image")),
}

HOSTILE: dict[str, tuple[Made, str]] = {
    "a script": (lambda: pdf(CATALOG, SCRIPT), "脚本"),
    "a script on opening": (
        lambda: pdf(b"<< /Type /Catalog /OpenAction " + SCRIPT + b" >>"), "脚本",
    ),
    "a script on an event": (
        lambda: pdf(CATALOG, b"<< /AA << /O << /S /JavaScript /JS 3 0 R >> >> >>"), "脚本",
    ),
    "scripts by name": (
        lambda: pdf(b"<< /Type /Catalog /Names << /JavaScript 3 0 R >> >>"), "脚本",
    ),
    "a script of a rendition": (lambda: pdf(CATALOG, b"<< /S /Rendition /JS (x) >>"), "脚本"),
    "a script spelt in numbers": (
        lambda: pdf(CATALOG, b"<< /S /J#61va#53cript /#4a#53 (x) >>"), "脚本",
    ),
    "a script without blanks": (lambda: pdf(CATALOG, b"<</S/JavaScript/JS(x)>>"), "脚本"),
    "a script in packed objects": (lambda: pdf(CATALOG, objects(SCRIPT)), "脚本"),
    "the same by another spelling": (
        lambda: pdf(CATALOG, objects(SCRIPT, b"/Type /Obj#53tm", b"/F#69lter /FlateDecode")), "脚本",
    ),
    "the same without its type": (lambda: pdf(CATALOG, objects(SCRIPT, b"")), "脚本"),
    "objects cut off": (
        lambda: pdf(
            CATALOG,
            stream(
                zlib.compress(b"7 0 " + SCRIPT + bytes(5_000))[:-8],
                b"/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode",
            ),
        ),
        "脚本",
    ),
    "objects that are not packed": (
        lambda: pdf(CATALOG, stream(b"7 0 " + SCRIPT, b"/Type /ObjStm /N 1 /First 4")), "脚本",
    ),
    "objects packed twice": (
        lambda: pdf(
            CATALOG,
            stream(
                base64.a85encode(zlib.compress(b"7 0 " + SCRIPT)) + b"~>",
                b"/Type /ObjStm /N 1 /First 4 /Filter [/ASCII85Decode /FlateDecode]",
            ),
        ),
        "压缩方式少见",
    ),
    "objects packed rarely": (
        lambda: pdf(CATALOG, stream(b"\x80", b"/Type /ObjStm /N 1 /First 4 /Filter /LZWDecode")), "压缩方式少见",
    ),
    "objects packed as somebody says": (
        lambda: pdf(CATALOG, stream(b"\x80", b"/Type /ObjStm /N 1 /First 4 /Filter 9 0 R")), "压缩方式少见",
    ),
    "a bomb of objects": (
        lambda: pdf(
            CATALOG,
            stream(
                zlib.compress(b"7 0 " + bytes(40_000_000)),
                b"/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode",
            ),
        ),
        "解开后过大",
    ),
    "a script inside a picture": (
        lambda: pdf(CATALOG, stream(b"x 5 0 obj " + SCRIPT + b" endobj x", b"/Subtype /Image")), "脚本",
    ),
    "a program to start": (lambda: pdf(CATALOG, b"<< /S /Launch /F (cmd.exe) >>"), "启动其他程序"),
    "an attachment": (
        lambda: pdf(CATALOG, stream(b"x", b"/Type /EmbeddedFile")), "附件",
    ),
    "attachments by name": (
        lambda: pdf(b"<< /Type /Catalog /Names << /EmbeddedFiles 3 0 R >> >>"), "附件",
    ),
    "a jump into an attachment": (lambda: pdf(CATALOG, b"<< /S /GoToE >>"), "附件"),
    "a film": (lambda: pdf(CATALOG, b"<< /Subtype /RichMedia >>"), "音视频"),
    "a moving form": (lambda: pdf(b"<< /AcroForm << /XFA 3 0 R >> >>"), "XFA"),
    "a lock": (lambda: pdf(CATALOG, trailer=b"/Encrypt 3 0 R"), "加密"),
    "half a file": (lambda: pdf(CATALOG)[:-30], "不是完整的 PDF"),
    "a page as a PDF": (lambda: b"%PDF-1.4\n<html><script>alert(1)</script></html>", "不是完整的 PDF"),
}  # fmt: skip
