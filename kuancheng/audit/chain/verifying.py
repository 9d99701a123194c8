"""Whether the chain is whole: archives and tables as one, from the first entry to the kept head."""

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.utils import timezone

from kuancheng.audit.chain import keeping
from kuancheng.audit.chain.archiving import links_of
from kuancheng.audit.chain.links import links_after
from kuancheng.audit.chain.sealing import unsealed
from kuancheng.audit.models import AuditArchive, AuditEntry, AuditSeal
from kuancheng.records.chain import Break, Broken, Follower, Head, digest_of_bytes

WORDS = {
    Break.CHANGED: "内容或摘要被改动",
    Break.REMOVED: "被删除",
    Break.INSERTED: "是插入的",
    Break.CUT: "起被截去（链尾不见了）",
    Break.REWRITTEN: "与留存的摘要不符（以前的内容连同摘要被改写）",
}

MOST_NAMED = 100
"""Faults beyond are counted only."""


@dataclass
class Verdict:
    """What was found. `faults` in Chinese, the first of them first; `count` of all of them."""

    head: Head = keeping.NOTHING
    archives: int = 0
    faults: list[str] = field(default_factory=list)
    count: int = 0
    unsealed: int = 0
    oldest_unsealed: datetime | None = None

    @property
    def whole(self) -> bool:
        """Whether nothing was found."""
        return not self.count

    def add(self, faults: Iterable[str]) -> None:
        """Names a fault, or only counts it."""
        for fault in faults:
            self.count += 1
            if len(self.faults) < MOST_NAMED:
                self.faults.append(fault)


def verify(noted: Iterable[Head] = ()) -> Verdict:
    """Follows the chain through archives and tables. Reads a stretch at a time; keeps its verdict.

    It is held against the heads kept beside the database and those `noted` elsewhere. An archiving
    waits meanwhile.
    """
    verdict = Verdict()
    with keeping.locked("archive", shared=True):
        heads, unreadable = _kept_heads()
        verdict.add(unreadable)
        follower = Follower([*heads, *noted])
        for archive in AuditArchive.objects.order_by("first_place"):
            verdict.archives += 1
            verdict.add(_archive_faults(archive, follower))
        verdict.add(map(_words, follower.follow(links_after(0))))
        verdict.add(map(_words, follower.end()))
        verdict.add(_loose_seals(follower.head))
    verdict.head = follower.head
    _count_unsealed(verdict)
    if verdict.whole:
        _note(verdict)
    return verdict


def _kept_heads() -> tuple[list[Head], list[str]]:
    heads, unreadable = [], []
    for name in keeping.NOTES:
        try:
            heads.append(keeping.read_head(name))
        except ValueError:
            unreadable.append(f"留存的 {name} 不能识别")
    return heads, unreadable


def _archive_faults(archive: AuditArchive, follower: Follower) -> Iterator[str]:
    path = keeping.archives() / archive.file_name
    if archive.first_place != follower.head.length + 1:
        yield f"第 {follower.head.length + 1} 环起的归档不见了"
    try:
        if _digest(path) != archive.file_digest:
            yield f"归档 {archive.file_name} 被改动（文件摘要不符）"
        yield from (f"归档 {archive.file_name}：{_words(each)}" for each in _read(path, follower))
    except FileNotFoundError:
        yield f"归档 {archive.file_name} 不见了"
    except (OSError, EOFError, zlib.error, ValueError, KeyError, TypeError):
        yield f"归档 {archive.file_name} 不能读出"
    if follower.head != Head(archive.last_place, archive.last_digest):
        yield f"归档 {archive.file_name} 与登记的链尾不符"
        follower.head = Head(archive.last_place, archive.last_digest)


def _read(path: Path, follower: Follower) -> Iterator[Broken]:
    return follower.follow(links_of(path))


def _digest(path: Path) -> str:
    return digest_of_bytes(path.read_bytes())


def _words(broken: Broken) -> str:
    name = f"（记录 {broken.name}）" if broken.name else ""
    return f"第 {broken.place} 环{name}{WORDS[broken.what]}"


def _loose_seals(head: Head) -> Iterator[str]:
    """Seals at the end whose entries are gone: no link was read of them."""
    last = AuditSeal.objects.order_by("-place").first()
    if last is not None and last.place > head.length:
        yield f"第 {head.length + 1} 环（记录 {last.entry_id}）的记录被删除"


def _count_unsealed(verdict: Verdict) -> None:
    waiting = unsealed(everything=True)
    verdict.unsealed = waiting.count()
    oldest: AuditEntry | None = waiting.order_by("at").first()
    verdict.oldest_unsealed = oldest.at if oldest else None


def _note(verdict: Verdict) -> None:
    at = timezone.now().isoformat()
    note = {"place": verdict.head.length, "digest": verdict.head.digest, "at": at}
    keeping.write(keeping.VERIFIED, note)
