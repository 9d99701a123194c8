"""Issued bulletins recomputed from history, as it was known when each was issued."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from kuancheng.records.chain import (
    Break,
    Broken,
    Head,
    Link,
    check,
    digest_of_bytes,
)
from kuancheng.reports.choices import BulletinState
from kuancheng.reports.judging.bulletin.gathering import gather
from kuancheng.reports.models import Bulletin, IssuedBulletin
from kuancheng.reports.rules.bulletin.figures import Difference, Snapshot, differences

ERRATA = "erratum."
"""What the keys of printed errata begin with: they are no figures of the month."""

SAID = {
    Break.CHANGED: "内容被改动",
    Break.REMOVED: "被删除",
    Break.INSERTED: "是插入的",
    Break.CUT: "不见了（末尾被截去）",
}


@dataclass(frozen=True)
class Verified:
    """One issued bulletin against history: figures that differ now, files that are not as issued."""

    name: str
    differences: tuple[Difference, ...]
    files: tuple[str, ...]

    @property
    def whole(self) -> bool:
        """Whether nothing differs."""
        return not self.differences and not self.files


def verified() -> Iterator[Verified]:
    """Each issued bulletin, the first first. What `gather` asks for each, and two queries."""
    issued = IssuedBulletin.objects.select_related("bulletin").prefetch_related("files")
    for each in issued.order_by("place"):
        yield Verified(str(each), tuple(differences_of(each)), tuple(each_file(each)))


def differences_of(issued: IssuedBulletin) -> Sequence[Difference]:
    """Which figures would be others, drawn from history as it was known at the issue."""
    kept, day = issued.snapshot, date.fromisoformat(issued.content["issued_on"])
    now = gather(issued.bulletin.month, day, issued.known_at)
    return differences(_without_errata(kept), now)


def each_file(issued: IssuedBulletin) -> Iterator[str]:
    """The names of files that are not what was issued, or are gone."""
    kept = {each.kind: each for each in issued.files.all()}
    for named in issued.content["files"]:
        found = kept.pop(named["kind"], None)
        if found is None:
            yield f"{named['name']}（不见了）"
        elif digest_of_bytes(bytes(found.bytes)) != named["digest"]:
            yield f"{named['name']}（内容与发布时不同）"
    for strange in kept.values():
        yield f"{strange.name}（发布时没有）"


def chain_faults() -> list[str]:
    """What was done to the chain of issued copies, in Chinese; empty where it is whole. Two queries."""
    links = [
        Link(each.place, str(each), each.content, each.digest, each.previous_digest)
        for each in IssuedBulletin.objects.order_by("place")
    ]
    return [_fault(each) for each in check(links, _head())]


def head_digest() -> str:
    """The digest of the last issued copy, to be noted outside; empty before the first."""
    return _head().digest


def _head() -> Head:
    """The end of the chain as the bulletins themselves tell it: how many, and the last one's digest."""
    issued = Bulletin.objects.filter(state=BulletinState.ISSUED).order_by(
        "issued_on", "year", "number"
    )
    digests = list(issued.values_list("digest", flat=True))
    return Head(len(digests), digests[-1] if digests else "")


def _fault(broken: Broken) -> str:
    name = broken.name or "（无此期）"
    return f"第 {broken.place} 份 {name}：{SAID[broken.what]}"


def _without_errata(snapshot: Snapshot) -> Snapshot:
    figures = {key: each for key, each in snapshot.figures.items() if not key.startswith(ERRATA)}
    return replace(snapshot, figures=figures)
