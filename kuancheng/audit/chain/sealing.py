"""The one sealer: puts what was committed into the chain, behind the backs of those who wrote it.

A writer that chained its own entry would hold the chain's end until its transaction is over, and
every other writer would wait for it.
"""

import logging

from django.db import connection, transaction
from django.db.models import Exists, Max, OuterRef
from django.utils import timezone

from kuancheng.audit.chain import keeping
from kuancheng.audit.chain.links import COLUMNS, chain_end, content_of, digest_at
from kuancheng.audit.models import AuditEntry, AuditSeal
from kuancheng.audit.querysets import AuditEntryQuerySet
from kuancheng.records.chain import Head, digest_of

log = logging.getLogger("kuancheng.audit")

BATCH = 500

LOOK_BACK = 10_000
"""Numbers that a long transaction may commit behind later ones and still be found at once."""

LOCK = 0x6B63_6175_6469_74
"""Of PostgreSQL, held by whoever seals; SQLite lets one write anyway."""


class HeadDiffers(Exception):  # noqa: N818 - says what was found
    """The kept head is not on the chain; `str()` says so in Chinese. Nothing kept was changed."""

    def __init__(self) -> None:
        super().__init__(
            "审计链与库外留存的链尾（head.json）对不上，没有改动留存的链尾：请运行 manage.py "
            "verify_audit；刚恢复过备份的，核实后运行 manage.py seal_audit --new-head。"
        )


def seal(*, everything: bool = False) -> int:
    """Seals what is committed, and keeps the new head beside the database; how many.

    `everything` looks for entries of any age. Two at once take turns; one that is killed leaves
    whole batches. HeadDiffers when the kept head is not on the chain: the sealing is done.
    """
    sealed = 0
    for any_age in (False, True) if everything else (False,):
        while batch := _seal_batch(everything=any_age):
            sealed += batch
    keep_head()
    return sealed


def unsealed(*, everything: bool = False) -> AuditEntryQuerySet:
    """Entries that the chain does not hold, of any age or among the latest. One query before it."""
    open_ones: AuditEntryQuerySet = AuditEntry.objects.filter(
        ~Exists(AuditSeal.objects.filter(entry=OuterRef("pk")))
    )
    if everything:
        return open_ones
    last: int | None = AuditSeal.objects.aggregate(last=Max("entry_id"))["last"]
    return open_ones.filter(pk__gt=(last or 0) - LOOK_BACK)


def keep_head() -> None:
    """Notes the chain's end beside the database. HeadDiffers when the noted one is not on it."""
    with keeping.locked("head"):
        end = chain_end()
        try:
            kept = keeping.read_head()
        except ValueError:
            raise HeadDiffers from None
        if kept == end:
            return
        if digest_at(kept.length) != kept.digest:
            raise HeadDiffers
        _note(end)


def resume_head() -> Head:
    """Takes the chain as it stands for whole, after a restore; the old notes are put aside."""
    end = chain_end()
    keeping.put_aside(keeping.NOTES, f"{timezone.now():%Y%m%dT%H%M%S%f}")
    _note(end)
    return end


def take_turn() -> None:
    """Waits until nobody else seals or archives, to the end of the transaction."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _note(head: Head) -> None:
    at = timezone.now().isoformat()
    keeping.write(keeping.HEAD, {"place": head.length, "digest": head.digest, "at": at})


def _seal_batch(*, everything: bool) -> int:
    if not unsealed(everything=everything).exists():
        return 0  # without asking SQLite for its one writer's lock
    with transaction.atomic():
        take_turn()
        found = unsealed(everything=everything).order_by("pk").values(*COLUMNS)[:BATCH]
        seals = _linked(chain_end(), list(found))
        AuditSeal.objects.bulk_create(seals)
    return len(seals)


def _linked(end: Head, rows: list[dict]) -> list[AuditSeal]:
    seals, previous = [], end.digest
    for place, values in enumerate(rows, end.length + 1):
        digest = digest_of(content_of(place, values), previous)
        seals.append(
            AuditSeal(place=place, entry_id=values["id"], digest=digest, previous=previous)
        )
        previous = digest
    return seals
