"""A template on trial, in the limited process: checked, and filled once with the sample."""

from collections.abc import Iterator
from datetime import date
from typing import IO

from kuancheng.documents.office.filling import filled
from kuancheng.documents.office.reading import check
from kuancheng.documents.office.sample import sample


def read(stream: IO[bytes], today: str) -> Iterator[list[str]]:
    """The fields of a template that could be filled. Refused with a sentence for each fault."""
    content = stream.read()
    checked = check(content)
    filled(content, sample(date.fromisoformat(today)))
    yield list(checked.fields)
