"""What the audit keeps beside the database, in the folder KUANCHENG_AUDIT: heads, cursor, archives.

Whoever may write in the database may cut the chain's tail; that shows by the head kept here, and
better by one kept on another machine.
"""

import fcntl
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import get_ident
from typing import Any

from django.conf import settings

from kuancheng.records.chain import FIRST, Head

HEAD, FORWARDED, VERIFIED = "head.json", "forwarded.json", "verified.json"

NOTES = (HEAD, FORWARDED, VERIFIED)
"""Each names a place of the chain and its digest."""

NOTHING = Head(0, FIRST)


def folder() -> Path:
    """The folder; made where it is not there, for its account only."""
    found = Path(settings.KUANCHENG_AUDIT)
    found.mkdir(mode=0o700, parents=True, exist_ok=True)
    return found


def archives() -> Path:
    """Where the sealed archives lie."""
    found = folder() / "archives"
    found.mkdir(mode=0o700, exist_ok=True)
    return found


def read(name: str) -> dict[str, Any]:
    """A note, or an empty one where there is none. ValueError for one that cannot be read."""
    try:
        found = json.loads((folder() / name).read_text("utf-8"))
    except FileNotFoundError:
        return {}
    if not isinstance(found, dict):
        raise ValueError(f"{name} holds no note")
    return found


def write(name: str, note: dict[str, Any]) -> None:
    """Keeps a note: it is whole on the disk, or the one before is."""
    text = json.dumps(note, ensure_ascii=False, indent=1)
    replace(folder() / name, text.encode())


def put_aside(names: Iterable[str], mark: str) -> None:
    """Renames notes that hold no longer: nobody reads them again but people."""
    for name in names:
        note = folder() / name
        if note.exists():
            note.rename(note.with_name(f"{note.stem}-{mark}.json"))
    settle(folder())


def replace(path: Path, content: bytes) -> None:
    """Writes a file that a crash leaves whole, the old or the new one."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}.{get_ident()}")
    with fresh.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    settle(path.parent)


def settle(directory: Path) -> None:
    """Has the names in a directory written to the disk."""
    opened = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def read_head(name: str = HEAD) -> Head:
    """A place and its digest, as noted. ValueError for a note that is none."""
    note = read(name)
    if not note:
        return NOTHING
    try:
        return Head(int(note["place"]), str(note["digest"]))
    except (KeyError, TypeError) as error:
        raise ValueError(f"{name} names no place and digest") from error


@contextmanager
def locked(name: str, *, shared: bool = False, wait: bool = True) -> Iterator[bool]:
    """Holds a lock of the folder among processes; False where another holds it, and `wait` is not."""
    kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
    with (folder() / f"{name}.lock").open("w") as file:
        try:
            fcntl.flock(file, kind if wait else kind | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
