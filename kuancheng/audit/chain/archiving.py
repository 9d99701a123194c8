"""Sealed archives: a stretch of the chain as a file, taken out of the tables once it is safe there."""

import gzip
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import router, transaction
from django.db.models import QuerySet
from django.utils import timezone

from kuancheng.audit.chain import keeping
from kuancheng.audit.chain.links import chain_end, links_after
from kuancheng.audit.chain.sealing import take_turn
from kuancheng.audit.models import AuditArchive, AuditEntry, AuditSeal
from kuancheng.records.chain import Broken, Follower, Head, Link, digest_of_bytes

LEAST_MONTHS = 6
"""网络安全法 §21: logs are kept for no less than six months; ours at hand, then in archives."""

LONGEST = 100_000
"""Entries in one file: about 5 MB."""


class NotArchived(Exception):  # noqa: N818 - says what happened
    """Why a stretch was not archived, in Chinese; nothing was taken out of the tables."""


@dataclass(frozen=True)
class Stretch:
    """Places of the chain, both included."""

    first: int
    last: int

    @property
    def file_name(self) -> str:
        """The archive's name: it is made again under the same one after a crash."""
        return f"audit-{self.first:012}-{self.last:012}.ndjson.gz"


def months_before(moment: datetime, months: int) -> datetime:
    """The same time so many months earlier, on the month's last day where it has no such day."""
    index = moment.year * 12 + moment.month - 1 - months
    first = moment.replace(year=index // 12, month=index % 12 + 1, day=1)
    last_day = ((first + timedelta(days=31)).replace(day=1) - timedelta(days=1)).day
    return first.replace(day=min(moment.day, last_day))


def archive(before: datetime) -> list[AuditArchive]:
    """Archives what is older, file by file; those made. Safe to run again after a crash.

    NotArchived for a moment within the last six months, while another run is at it, and where the
    chain is broken or not yet forwarded.
    """
    if before > months_before(timezone.now(), LEAST_MONTHS):
        raise NotArchived("日志须留存不少于六个月：最近六个月的审计记录不能归档。")
    made = []
    with keeping.locked("archive", wait=False) as ours:
        if not ours:
            raise NotArchived("另一次归档或核对正在进行，请稍后再试。")
        while (stretch := _next_stretch(before)) is not None:
            made.append(_archive(stretch))
    return made


def links_of(path: Path) -> Iterator[Link]:
    """The links of an archive, in order. ValueError or OSError for a file that is none."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            found = json.loads(line)
            content = found["content"]
            number = str(content["id"])
            yield Link(content["place"], number, content, found["digest"], found["previous"])


def _next_stretch(before: datetime) -> Stretch | None:
    """The oldest places that are all before that moment; None where there is none."""
    oldest = AuditSeal.objects.order_by("place").first()
    if oldest is None:
        return None
    younger = AuditSeal.objects.filter(entry__at__gte=before).order_by("place").first()
    last = younger.place - 1 if younger else chain_end().length
    last = min(last, oldest.place + LONGEST - 1, _forwarded())
    return Stretch(oldest.place, last) if last >= oldest.place else None


def _forwarded() -> int:
    """Up to where the log was forwarded; no bound where it is not."""
    if settings.KUANCHENG_SYSLOG is None:
        return 1 << 62
    return keeping.read_head(keeping.FORWARDED).length


def _archive(stretch: Stretch) -> AuditArchive:
    path = keeping.archives() / stretch.file_name
    before = _end_before(stretch)
    _write(path, links_after(stretch.first - 1, stretch.last))
    end = _checked(path, before, stretch)
    with transaction.atomic():
        take_turn()
        made = AuditArchive.objects.create(
            first_place=stretch.first,
            last_place=stretch.last,
            last_digest=end.digest,
            file_name=path.name,
            file_digest=digest_of_bytes(path.read_bytes()),
        )
        _take_out(stretch)
    return made


def _end_before(stretch: Stretch) -> Head:
    last = AuditArchive.objects.order_by("-last_place").first()
    end = Head(last.last_place, last.last_digest) if last else keeping.NOTHING
    if end.length != stretch.first - 1:
        raise NotArchived("审计链的开头不完整，没有归档：请运行 manage.py verify_audit。")
    return end


def _write(path: Path, links: Iterator[Link]) -> None:
    """Writes the file to the disk whole, under its name only when it is there."""
    fresh = path.with_suffix(".part")
    with fresh.open("wb") as file:
        with gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as packed:
            for link in links:
                packed.write(_line(link))
        file.flush()
        os.fsync(file.fileno())
    fresh.chmod(0o400)
    fresh.replace(path)
    keeping.settle(path.parent)


def _line(link: Link) -> bytes:
    kept: dict[str, Any] = {
        "digest": link.digest,
        "previous": link.previous,
        "content": link.content,
    }
    return (json.dumps(kept, ensure_ascii=False, sort_keys=True) + "\n").encode()


def _checked(path: Path, before: Head, stretch: Stretch) -> Head:
    """Reads the file again as verification will; its end. NotArchived where anything is wrong."""
    follower = Follower()
    follower.head = before
    faults: list[Broken] = list(follower.follow(links_of(path)))
    if faults or follower.head.length != stretch.last:
        raise NotArchived("审计链有断裂，没有归档：请运行 manage.py verify_audit。")
    return follower.head


def _take_out(stretch: Stretch) -> None:
    """Deletes the rows of a stretch, past the refusal that everybody else gets."""
    seals = AuditSeal.objects.filter(place__gte=stretch.first, place__lte=stretch.last)
    _delete(AuditEntry.objects.filter(seal__in=seals))
    _delete(seals)


def _delete(rows: QuerySet[Any]) -> None:
    plain: QuerySet[Any] = QuerySet(rows.model, rows.query.chain())
    plain._raw_delete(router.db_for_write(rows.model))
