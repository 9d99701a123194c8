"""Every file that leaves the site goes through here: no entry, no file."""

from collections.abc import Iterable, Iterator
from typing import IO, Any, Generic, TypeVar

from django.db import models
from django.http import FileResponse, HttpRequest

from kuancheng.audit.choices import Act
from kuancheng.audit.parts import project_of
from kuancheng.audit.recording import record

Row = TypeVar("Row")

LONGEST_QUERY = 2000
"""So much of a question is kept; the rest is longer than any page's form can ask."""


class Counted(Generic[Row]):
    """Rows on their way into a file; `count` says how many went, once they have."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._rows = rows
        self.count = 0

    def __iter__(self) -> Iterator[Row]:
        for row in self._rows:
            self.count += 1
            yield row


def exported(
    request: HttpRequest,
    content: IO[bytes] | Iterable[bytes],
    name: str,
    *,
    rows: int | None = None,
    subject: models.Model | str | None = None,
    content_type: str | None = None,
) -> FileResponse:
    """A file to keep; its entry says who took it, asked for by which filter, with how many rows."""
    if request.method != "HEAD":
        known = subject if isinstance(subject, models.Model) else None
        detail = _asked(request) | project_of(known)
        detail |= {} if rows is None else {"rows": rows}
        record(Act.EXPORTED, subject=subject, words=f"导出“{name}”", detail=detail)
    return FileResponse(content, as_attachment=True, filename=name, content_type=content_type)


def kept_upload(
    content: IO[bytes], name: str, *, in_place: bool, content_type: str
) -> FileResponse:
    """A file that somebody uploaded, to look at or to keep; `note_opened` writes its entry."""
    return FileResponse(
        content, as_attachment=not in_place, filename=name, content_type=content_type
    )


def note_opened(request: HttpRequest, subject: models.Model, **detail: Any) -> None:
    """The entry of a piece of evidence that somebody opened, also where his browser had it still."""
    if request.method != "HEAD":
        found = detail | project_of(subject)
        record(Act.EVIDENCE_OPENED, subject=subject, words=f"查看佐证“{subject}”", detail=found)


def _asked(request: HttpRequest) -> dict[str, Any]:
    query = request.GET.urlencode()
    return {"path": request.path} | ({"query": query[:LONGEST_QUERY]} if query else {})
