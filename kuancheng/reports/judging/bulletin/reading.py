"""A draft as it reads: its paragraphs printed, what is wrong with each, what moved since an edit."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from kuancheng.reports.choices import ParagraphKind
from kuancheng.reports.models import Bulletin, BulletinParagraph, Erratum
from kuancheng.reports.rules.bulletin.checking import (
    Change,
    Finding,
    changes,
    check_snapshot,
    check_text,
    printed_text,
    typed_numbers,
)
from kuancheng.reports.rules.bulletin.figures import Snapshot, Table
from projects.models import Project


@dataclass(frozen=True)
class ReadParagraph:
    """A paragraph with its text as printed, and what there is to say of it.

    `typed` are the numbers typed by hand; `changed` the figures that are others than at its edit.
    `table` is that of a table or a chart.
    """

    paragraph: BulletinParagraph
    printed: str
    findings: tuple[Finding, ...]
    changed: tuple[Change, ...]
    typed: tuple[str, ...]
    table: Table | None


@dataclass(frozen=True)
class Read:
    """A whole draft: its figures, its paragraphs, and what is wrong with the figures themselves."""

    snapshot: Snapshot
    paragraphs: tuple[ReadParagraph, ...]
    findings: tuple[Finding, ...]

    @property
    def all_findings(self) -> tuple[Finding, ...]:
        """Those of the text and of the figures."""
        return (*(each for read in self.paragraphs for each in read.findings), *self.findings)

    @property
    def changed(self) -> tuple[Change, ...]:
        """Figures that moved under edited paragraphs."""
        return tuple(each for read in self.paragraphs for each in read.changed)


def read(bulletin: Bulletin) -> Read:
    """Reads a draft. Three queries."""
    snapshot: Snapshot = bulletin.gathered.snapshot
    paragraphs = bulletin.paragraphs.select_related("edited_by", "typed_by").order_by("order", "pk")
    return Read(
        snapshot,
        tuple(_read(each, snapshot) for each in paragraphs),
        tuple(check_snapshot(snapshot)),
    )


def content_of(bulletin: Bulletin, errata: Iterable[Erratum]) -> dict[str, Any]:
    """What is frozen when a bulletin is issued: heads, figures, text, rule versions, list. Plain JSON."""
    found = read(bulletin)
    return {
        "month": f"{bulletin.month:%Y-%m}",
        "number": bulletin.document_number,
        "title": bulletin.title,
        "addressees": bulletin.addressees,
        "signer": bulletin.signer,
        "copied_to": bulletin.copied_to,
        "issued_on": None if bulletin.issued_on is None else bulletin.issued_on.isoformat(),
        "people": {
            "author": str(bulletin.author),
            "submitter": str(bulletin.submitter or ""),
            "approver": str(bulletin.approver or ""),
        },
        "is_demo": Project.objects.filter(code__in=found.snapshot.projects, is_demo=True).exists(),
        "confirmed": bulletin.confirmed,
        "paragraphs": [_kept(each) for each in found.paragraphs],
        "figures": found.snapshot.to_json(),
        "errata": [{"id": each.pk, "said": each.said} for each in errata],
    }


def _kept(read: ReadParagraph) -> dict[str, Any]:
    held = read.paragraph
    return {
        "section": held.section,
        "kind": held.kind,
        "key": held.key,
        "text": held.text,
        "printed": read.printed,
        "typed": held.typed,
    }


def _read(paragraph: BulletinParagraph, snapshot: Snapshot) -> ReadParagraph:
    if paragraph.kind != ParagraphKind.TEXT:
        table = snapshot.table(paragraph.key.partition(":")[2])
        return ReadParagraph(paragraph, "", (), (), (), table)
    figures = snapshot.figures
    changed = changes(paragraph.figures, figures) if paragraph.is_edited else []
    return ReadParagraph(
        paragraph=paragraph,
        printed=printed_text(paragraph.text, figures),
        findings=tuple(check_text(paragraph.text, figures, paragraph.typed)),
        changed=tuple(changed),
        typed=tuple(typed_numbers(paragraph.text)),
        table=None,
    )
