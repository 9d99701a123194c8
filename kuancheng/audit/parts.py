"""What an entry says beside its columns."""

from collections.abc import Iterable

from django.db import models


def project_of(subject: models.Model | None) -> dict[str, int]:
    """The project that the act is about, so that its page leads to the entries."""
    touched: Iterable[int] = getattr(subject, "touched_projects", frozenset)()
    known: list[int | None] = [*touched] or [getattr(subject, "project_id", None)]
    return {"project": known[0]} if len(known) == 1 and known[0] else {}
