"""Entries as links of the chain: what of each the digest covers, and how they are read in order."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from kuancheng.audit.models import AuditArchive, AuditEntry, AuditSeal
from kuancheng.records.chain import FIRST, Head, Link

CHUNK = 2000

COLUMNS = tuple(field.attname for field in AuditEntry._meta.concrete_fields)

SEALED = ("place", "digest", "previous", *(f"entry__{name}" for name in COLUMNS))


def content_of(place: int, values: Mapping[str, Any]) -> dict[str, Any]:
    """What the digest of an entry covers: its place and every column that is not empty.

    So a column that is added later leaves the digests of older entries as they are. Times are in
    UTC, to the microsecond.
    """
    filled = {name: value for name, value in values.items() if value not in ("", None, {})}
    return {"place": place} | {name: _plain(value) for name, value in filled.items()}


def links_after(place: int, until: int | None = None) -> Iterator[Link]:
    """The links of the tables behind a place, in order. A query for every `CHUNK` of them."""
    while True:
        found = AuditSeal.objects.filter(place__gt=place).order_by("place")
        if until is not None:
            found = found.filter(place__lte=until)
        rows = list(found.values_list(*SEALED)[:CHUNK])
        for place, digest, previous, *values in rows:
            content = content_of(place, dict(zip(COLUMNS, values, strict=True)))
            yield Link(place, str(content["id"]), content, digest, previous)
        if len(rows) < CHUNK:
            return


def chain_end() -> Head:
    """The last link, in the tables or else in the last archive. Two queries at most."""
    last = AuditSeal.objects.order_by("-place").first()
    if last is not None:
        return Head(last.place, last.digest)
    archive = AuditArchive.objects.order_by("-last_place").first()
    return Head(archive.last_place, archive.last_digest) if archive else Head(0, FIRST)


def digest_at(place: int) -> str | None:
    """The digest at a place; None where neither the tables nor an archive's end tell. Two queries."""
    if place == 0:
        return FIRST
    found = AuditSeal.objects.filter(place=place).values_list("digest", flat=True).first()
    if found is not None:
        return str(found)
    return (
        AuditArchive.objects.filter(last_place=place).values_list("last_digest", flat=True).first()
    )


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return value
